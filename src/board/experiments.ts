import type { Lab } from '../lab/lab.ts';

/** The one door between the board and the engine of the experiments. */
export interface BoardExperiment {
  /** `20` */
  readonly number: string;
  readonly title: string;
  readonly why: string;
  /** Asked before anything runs. */
  readonly question: { readonly text: string; readonly choices?: readonly string[] };
}

/** One number: what the rule says beside what was measured. */
export interface ExperimentRow {
  readonly label: string;
  readonly predicted: string;
  readonly measured: string;
  readonly holds: boolean;
}

export interface ExperimentEnd {
  readonly rule: string;
  /** What is right, beside what the learner said. */
  readonly answer: string;
  readonly rows: readonly ExperimentRow[];
}

export interface Experiments {
  list(lab: Lab): Promise<readonly BoardExperiment[]>;
  /** Plays it, and measures. */
  play(lab: Lab, number: string, prediction: string): Promise<ExperimentEnd>;
}

/** None yet: the engine is put in here. */
export const experiments: Experiments = {
  list: async () => [],
  play: async (_, number) => {
    throw new Error(`There is no experiment ${number}`);
  },
};

import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { openTerminal } from './command.ts';
import type { Typing } from './command.ts';
import { ownLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { pointingAt, sayNext } from './next.ts';
import { ownOptions } from './options.ts';
import { bold, labelled, say } from './terminal.ts';
import { targetLabel } from './target-name.ts';

export interface StepTexts {
  readonly title: string;
  /** One or two sentences: what would go wrong without this step. */
  readonly why: string;
  /** Where to look in the console, and at what. */
  readonly console: string;
  /** The rule to remember for DVA-C03 and DVA-C02. */
  readonly examCue: string;
}

/** One number of an experiment, as it is shown. */
export interface MeasuredNumber {
  /** Unique in its experiment. */
  readonly id: string;
  readonly label: string;
  readonly predicted: string;
  readonly measured: string;
  /** As predicted, or open. */
  readonly holds: boolean;
  /** AWS does not say what comes: it is shown and not judged. */
  readonly open: boolean;
  /** The learner's prediction, of the number that was asked for. */
  readonly said?: { readonly text: string; readonly right: boolean };
}

/** For whom a step file is imported. */
export interface StepRun {
  readonly lab: Lab;
  /** `lab run` shows the way itself. */
  readonly inWholeLab: boolean;
  /** A prediction that was made before: then nobody is asked. */
  readonly said?: string | undefined;
  /** Told how an experiment has ended: a file that is imported returns nothing. */
  readonly onOutcome?: (outcome: Outcome, numbers?: readonly MeasuredNumber[]) => void;
}

export type Outcome = 'fail' | 'not judged' | 'pass';

/** A file that is imported takes no arguments: they wait here, by the key that its URL names. */
const waiting = new Map<string, StepRun>();

/**
 * Runs the commands of a step: they are the top level of its file.
 * @param url of the file, as `file:///…/steps/01-create-dead-letter-queue.ts`
 */
export async function importStep(url: string, run: StepRun): Promise<void> {
  const key = randomUUID();
  waiting.set(key, run);
  try {
    await import(`${url}?run=${key}`);
  } finally {
    waiting.delete(key);
  }
}

/** A step that nobody imports was started by itself: `npx zx steps/01-….ts`. */
export function runOf(url: string): StepRun {
  const key = new URL(url).searchParams.get('run') ?? '';
  return waiting.get(key) ?? { lab: ownLab(ownOptions()), inWholeLab: false };
}

/** What a step works with. */
export interface Step {
  readonly lab: Lab;
  readonly $: Typing;
  /** Whether a variable that a command has kept names something. */
  readonly has: (name: string) => boolean;
  /** The last line of a step: what exists now, and what to run next. */
  readonly done: (exists: string) => void;
}

/**
 * Opens the session (sandbox or confirmed account) and prints what this step is about.
 * @param meta `import.meta` of the step: its file name carries the number
 */
export async function openStep(meta: ImportMeta, textsOf: (lab: Lab) => StepTexts): Promise<Step> {
  const { lab, inWholeLab } = runOf(meta.url);
  const number = basename(meta.filename).slice(0, 2);
  const { title, why, console, examCue } = textsOf(lab);
  const target = lab.options.dryRun ? undefined : (await lab.session()).target;
  if (target === undefined) {
    // What is pasted into a new terminal begins with what points that at the lab.
    if (!inWholeLab) for (const command of pointingAt(lab)) say(command);
    say(`# Step ${number}: ${title}`);
  } else {
    const where = targetLabel(target);
    say(`${bold(`Step ${number}  ${title}`)}  [${where}]`);
    say(labelled('Why', why));
    say();
  }
  return {
    lab,
    ...openTerminal(lab),
    done(exists) {
      if (lab.options.dryRun) return;
      say();
      say(labelled('Now', exists));
      // The sandbox has no console: a whole run says only what can be seen.
      if (target === 'aws' || !inWholeLab) say(labelled('Console', console));
      say(labelled('Exam', examCue));
      if (!inWholeLab) sayNext(lab, { command: `npx lab check ${Number(number)}` });
      say();
    },
  };
}

import { join } from 'node:path';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import type { Target } from '../lab/session.ts';
import { root } from '../lab/settings.ts';
import { targetName } from '../lab/target-name.ts';
import { keepMemory, openMemory } from '../redaction/kept-memory.ts';
import { redactor } from '../redaction/redact.ts';
import { readPlain } from './read-evidence.ts';
import { kitVersion } from './record.ts';
import { writeFiles } from './write-files.ts';
import type { Experiment } from '../experiments/experiment.ts';
import type { Settings } from '../experiments/model.ts';
import type { RecordedSide } from '../experiments/observed.ts';

/** A run of an experiment, as it is kept: what AWS showed, and what was made of it. Redacted. */
export interface ExperimentRecord {
  readonly schema: 1;
  readonly target: 'AWS' | 'SANDBOX';
  /** `20` */
  readonly experiment: string;
  readonly title: string;
  /** Lab clock, ISO. */
  readonly time: string;
  readonly region: string;
  readonly prefix: string;
  readonly versions: { readonly kit: string; readonly node: string; readonly awsCli: string };
  /** The sandbox had the faults of AWS switched on. */
  readonly realistic: boolean;
  /** The lab of which the sides were copies. */
  readonly ofLab: Settings;
  /** The commands of the step, as they were typed. */
  readonly commands: readonly string[];
  readonly sides: Readonly<Record<string, RecordedSide>>;
}

/** Where the record of an experiment lies, relative to `docs/`: it has the name of the step. */
export function recordPath(target: Target, stepFile: string): string {
  return `evidence/${target}/experiments/${stepFile.replace(/\.ts$/, '.json')}`;
}

export interface RunFacts {
  readonly experiment: Experiment;
  /** `20-report-batch-item-failures.ts` */
  readonly stepFile: string;
  readonly ofLab: Settings;
  readonly commands: readonly string[];
  readonly sides: Readonly<Record<string, RecordedSide>>;
}

/**
 * Writes the record of a run and enters it in the manifest.
 * @returns its path from the root of the checkout, undefined when the disk did not take it; and why
 */
export async function keepRun(
  lab: Lab,
  facts: RunFacts,
): Promise<{ readonly file: string | undefined; readonly warnings: readonly string[] }> {
  const { target, accountId, region, awsCli, sandbox } = await lab.session();
  const status = await sandbox?.status();
  const record: ExperimentRecord = {
    schema: 1,
    target: targetName(target),
    experiment: facts.experiment.number,
    title: facts.experiment.title,
    time: new Date(status?.clock.now ?? Date.now()).toISOString(),
    region,
    prefix: lab.prefix,
    versions: { kit: await kitVersion(), node: process.version, awsCli: awsCli.version },
    realistic: status?.realistic ?? false,
    ofLab: facts.ofLab,
    commands: facts.commands,
    sides: facts.sides,
  };
  const memory = await openMemory([accountId]);
  const text = redactor(memory)(`${JSON.stringify(record, null, 2)}\n`);
  await keepMemory(memory);
  const path = recordPath(target, facts.stepFile);
  const written = await writeFiles(join(root, 'docs'), target, new Map([[path, text]]));
  return {
    file: written.paths.includes(path) ? `docs/${path}` : undefined,
    warnings: written.warnings,
  };
}

/**
 * Reads the record of an experiment's last run.
 * @param docs the `docs` folder
 * @returns undefined when it was never run
 * @throws LabError when the file is no such record
 */
export async function readRun(
  docs: string,
  target: Target,
  stepFile: string,
): Promise<ExperimentRecord | undefined> {
  const path = recordPath(target, stepFile);
  const text = await readPlain(docs, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as Partial<ExperimentRecord>;
    if (record.schema === 1 && typeof record.sides === 'object' && record.ofLab !== undefined) {
      return record as ExperimentRecord;
    }
  } catch {
    // Said below.
  }
  throw new LabError(`docs/${path} is no record of an experiment`, {
    hint: `Make it again: npx lab step ${stepFile.slice(0, 2)}`,
  });
}

import { join } from 'node:path';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import type { Target } from '../lab/session.ts';
import { isPrefix, root } from '../lab/settings.ts';
import { targetName } from '../lab/target-name.ts';
import type { TargetName } from '../lab/target-name.ts';
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
  readonly target: TargetName;
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
 * @returns its path from the root of the checkout, undefined when the disk did not take it; why; and what it says now that
 *   it is redacted
 */
export async function keepRun(
  lab: Lab,
  facts: RunFacts,
): Promise<{
  readonly file: string | undefined;
  readonly warnings: readonly string[];
  readonly record: ExperimentRecord;
}> {
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
    record: recordIn(text),
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
    return recordIn(text);
  } catch (cause) {
    throw new LabError(`docs/${path} is no record of an experiment: ${(cause as Error).message}`, {
      hint: `Make it again: npx lab experiment ${stepFile.slice(0, 2)}`,
      cause,
    });
  }
}

/** @throws Error when the text is no record of an experiment, or holds more than the kit writes */
export function recordIn(text: string): ExperimentRecord {
  const record = JSON.parse(text) as ExperimentRecord;
  if (!hasShape(record)) throw new Error('it has not the shape of a record');
  const foreign = [
    ...foreignIn(record, known.record),
    ...foreignIn(record.versions, known.versions),
    ...foreignIn(record.ofLab, known.settings),
    ...Object.values(record.sides).flatMap((side) => [
      ...foreignIn(side, known.side),
      ...foreignIn(side.settings, known.settings),
    ]),
  ];
  if (foreign.length > 0)
    throw new Error(`it has "${foreign.join('", "')}", which the kit does not write`);
  return record;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function hasShape(value: unknown): boolean {
  if (!isObject(value)) return false;
  const one = value as Partial<Record<keyof ExperimentRecord, unknown>>;
  const { schema, target, experiment, title, time, region, prefix, versions } = one;
  const { ofLab, commands, sides, realistic } = one;
  return (
    schema === 1 &&
    ['AWS', 'EMULATOR', 'SANDBOX'].some((name) => name === target) &&
    [experiment, title, time, region, prefix].every((text) => typeof text === 'string') &&
    isTime(time as string) &&
    isPrefix(prefix as string) &&
    [versions, ofLab, sides].every((part) => isObject(part)) &&
    typeof realistic === 'boolean' &&
    isTexts(commands) &&
    Object.values(sides as object).every((side) => isSide(side))
  );
}

function isSide(value: unknown): boolean {
  if (!isObject(value)) return false;
  const side = value as Partial<Record<keyof RecordedSide, unknown>>;
  const { settings, sent, events, sourceCount, deadLetterCount, inSource, deadLetters } = side;
  const has = (list: unknown, isOne: (one: object) => boolean) =>
    Array.isArray(list) && list.every((one) => isObject(one) && isOne(one));
  return (
    [settings, side.kept].every((part) => isObject(part)) &&
    [sourceCount, deadLetterCount].every((count) => Number.isInteger(count)) &&
    [inSource, side.handled].every((list) => isTexts(list)) &&
    (side.redriven === undefined || Number.isInteger(side.redriven)) &&
    has(sent, (one) => isTexts([member(one, 'messageId'), member(one, 'name')])) &&
    has(deadLetters, (one) => typeof member(one, 'messageId') === 'string') &&
    has(
      events,
      (one) =>
        typeof member(one, 'message') === 'string' && Number.isFinite(member(one, 'timestamp')),
    )
  );
}

const member = (value: object, name: string): unknown =>
  (value as Readonly<Record<string, unknown>>)[name];

const isTexts = (list: unknown): boolean =>
  Array.isArray(list) && list.every((text) => typeof text === 'string');

const isTime = (text: string): boolean => {
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString() === text;
};

/** All members that the kit writes: what is no member of them is held against nothing. */
const known = {
  record: [
    'schema',
    'target',
    'experiment',
    'title',
    'time',
    'region',
    'prefix',
    'versions',
    'realistic',
    'ofLab',
    'commands',
    'sides',
  ],
  versions: ['kit', 'node', 'awsCli'],
  settings: [
    'batchSize',
    'windowSeconds',
    'visibilityTimeoutSeconds',
    'maxReceiveCount',
    'functionTimeoutSeconds',
    'reportFailures',
  ],
  side: [
    'settings',
    'sent',
    'events',
    'sourceCount',
    'deadLetterCount',
    'inSource',
    'handled',
    'deadLetters',
    'kept',
    'redriven',
  ],
} as const;

const foreignIn = (value: object, names: readonly string[]): string[] =>
  Object.keys(value).filter((name) => !names.includes(name));

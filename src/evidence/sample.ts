import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './manifest.ts';
import { shapesOfRun, timesInShapes } from './intervals.ts';
import { identitiesOfEvidence } from './identity.ts';
import type { Identity } from './identity.ts';
import type { Evidence } from './evidence.ts';
import type { ExperimentRecord } from './experiment-record.ts';

/**
 * What the sample run in docs/sample/ is known by, wherever it lies. Everybody has the sample, so nothing of it counts as
 * anybody's own: not in a class, not in `lab verify`, not on the page. Written by `npm run sample`, together with the sample.
 */
export interface Sample {
  /** SHA-256 of its evidence, by path relative to `docs/sample/`. */
  readonly files: Readonly<Record<string, string>>;
  /** Digests of all that exists once in the world and that it shows. */
  readonly identities: readonly string[];
  /** Digests of the intervals between its times: a run that was moved in time keeps them. */
  readonly rhythms: readonly string[];
  /** Samples that earlier versions of the kit came with. */
  readonly earlier: readonly Pick<Sample, 'identities' | 'rhythms'>[];
  /** Digests of what exists once in the world in its records of experiments, and in those of earlier versions. */
  readonly experiments: readonly string[];
  /** SHA-256 of the recording of `npm start`, by path relative to `docs/`. */
  readonly screens: Readonly<Record<string, string>>;
}

export const sampleFile = join(import.meta.dirname, 'sample.json');

const read = (): Sample => JSON.parse(readFileSync(sampleFile, 'utf8')) as Sample;

let known: ReadonlySet<string> | undefined;

/** Whether this evidence is the sample's, also when somebody edited it: one thing that only the sample has is enough. */
export function isSample(evidence: Evidence): boolean {
  const sample = (known ??= digestsOfSamples());
  return identitiesOfEvidence(evidence).some((identity) => sample.has(digestOf(identity)));
}

function digestsOfSamples(): Set<string> {
  const sample = read();
  return new Set([sample, ...sample.earlier].flatMap((one) => [...one.identities, ...one.rhythms]));
}

/** The evidence of a run that is the sample's, also when every identifier was renamed and all times were moved. */
export function samplesAmong(run: readonly Evidence[]): Set<Evidence> {
  const sample = (known ??= digestsOfSamples());
  const shapes = shapesOfRun(run.map(({ time }) => ({ time, observations: [] })));
  const ofSample = new Set(shapes.filter((shape) => sample.has(rhythmDigest(shape))));
  const times = timesInShapes(
    run.map(({ time }) => time),
    ofSample,
  );
  return new Set(run.filter((one) => isSample(one) || times.has(one.time)));
}

/** What the recording of `npm start` is known by, by path relative to `docs/`. */
export const screensOfSample = (): Sample['screens'] => read().screens;

let knownExperiments: ReadonlySet<string> | undefined;

/** Whether the record of an experiment is the sample's, also when somebody edited it. */
export function isSampleRecord(record: ExperimentRecord): boolean {
  const sample = (knownExperiments ??= new Set(read().experiments));
  return digestsOfRecord(record).some((digest) => sample.has(digest));
}

/** Of the moment of its end, and of the first message of each side. */
export function digestsOfRecord({ experiment, time, sides }: ExperimentRecord): string[] {
  const firsts = Object.values(sides).flatMap(({ sent }) => sent[0] ?? []);
  const identities: Identity[] = [
    { what: 'millisecond', value: `experiment ${experiment} at ${time}` },
    ...firsts.map(({ messageId }): Identity => ({ what: 'message id', value: messageId })),
  ];
  return identities.map((identity) => digestOf(identity));
}

/** What counts where something must be shown: one's own evidence as soon as there is any, else the sample. */
export function countingAmong<T extends { readonly evidence: Evidence | undefined }>(
  files: readonly T[],
  samples: ReadonlySet<Evidence> = samplesAmong(files.flatMap(({ evidence }) => evidence ?? [])),
): T[] {
  const own = files.filter(({ evidence }) => evidence === undefined || !samples.has(evidence));
  return own.some(({ evidence }) => evidence !== undefined) ? own : [...files];
}

type Texts = ReadonlyMap<string, string>;

const digestsOf = (texts: Texts) =>
  Object.fromEntries([...texts].map(([path, text]) => [path, sha256(text)]));

/**
 * @param texts by path relative to `docs/sample/`
 * @param screens by path relative to `docs/`
 */
export function sampleOf(
  texts: Texts,
  screens: Texts = new Map(),
  before: Pick<Sample, 'earlier' | 'experiments'> = { earlier: [], experiments: [] },
): Sample {
  const run = [...texts.values()].map((text) => JSON.parse(text) as Evidence);
  const identities = run
    .flatMap((one) => identitiesOfEvidence(one))
    .map((identity) => digestOf(identity));
  return {
    files: digestsOf(texts),
    identities: [...new Set(identities)].toSorted(),
    rhythms: shapesOfRun(run).map((shape) => rhythmDigest(shape)),
    earlier: before.earlier,
    experiments: before.experiments,
    screens: digestsOf(screens),
  };
}

const rhythmDigest = (shape: string): string => digestOf({ what: 'rhythm', value: shape });

function digestOf({ what, value }: { readonly what: string; readonly value: string }): string {
  return sha256(`${what} ${value}`).slice(0, 20);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './manifest.ts';
import { identitiesOfEvidence } from './identity.ts';
import type { Evidence } from './record.ts';

/**
 * What the sample run in docs/ is known by. Everybody has the sample, so nothing of it counts as anybody's own: not in a
 * class, not in `lab verify`, not on the page. Written by `npm run sample`, together with the sample.
 */
export interface Sample {
  /** SHA-256 of its evidence, by path relative to `docs/`. */
  readonly files: Readonly<Record<string, string>>;
  /** Digests of all that exists once in the world and that it shows. */
  readonly identities: readonly string[];
  /** SHA-256 of the recording of `npm start`, by path relative to `docs/`. */
  readonly screens: Readonly<Record<string, string>>;
}

export const sampleFile = join(import.meta.dirname, 'sample.json');

const read = (): Sample => JSON.parse(readFileSync(sampleFile, 'utf8')) as Sample;

let known: ReadonlySet<string> | undefined;

/** Whether this evidence is the sample's, also when somebody edited it: one thing that only the sample has is enough. */
export function isSample(evidence: Evidence): boolean {
  known ??= new Set(read().identities);
  const sample = known;
  return identitiesOfEvidence(evidence).some((identity) => sample.has(digestOf(identity)));
}

/** What the recording of `npm start` is known by. */
export const screensOfSample = (): Sample['screens'] => read().screens;

/** What counts where something must be shown: one's own evidence as soon as there is any, else the sample. */
export function countingAmong<T extends { readonly evidence: Evidence | undefined }>(
  files: readonly T[],
): T[] {
  const own = files.filter(({ evidence }) => evidence === undefined || !isSample(evidence));
  return own.some(({ evidence }) => evidence !== undefined) ? own : [...files];
}

type Texts = ReadonlyMap<string, string>;

const digestsOf = (texts: Texts) =>
  Object.fromEntries([...texts].map(([path, text]) => [path, sha256(text)]));

/** @param texts and screens by path relative to `docs/` */
export function sampleOf(texts: Texts, screens: Texts = new Map()): Sample {
  const identities = [...texts.values()]
    .flatMap((text) => identitiesOfEvidence(JSON.parse(text) as Evidence))
    .map((identity) => digestOf(identity));
  return {
    files: digestsOf(texts),
    identities: [...new Set(identities)].toSorted(),
    screens: digestsOf(screens),
  };
}

function digestOf({ what, value }: { readonly what: string; readonly value: string }): string {
  return sha256(`${what} ${value}`).slice(0, 20);
}

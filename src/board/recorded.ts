import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seenThen } from '../evidence/judge-recorded.ts';
import { holdsRun, pictureFolder, pictureName } from '../evidence/proof-names.ts';
import { readEvidence, targetsIn } from '../evidence/read-evidence.ts';
import { replayOf } from '../evidence/replay-of.ts';
import type { Replay } from '../page/replay/model.ts';

/** A picture of a recorded proof. */
export interface RecordedPicture {
  /** Relative to `docs/screenshots/`. */
  readonly file: string;
  readonly title: string;
  /** ISO time on the clock of the target. */
  readonly time: string;
}

/** The pictures as they are recorded, the newest first. */
export async function recordedPictures(docs: string): Promise<RecordedPicture[]> {
  const pictures = (await allEvidence(docs)).flatMap(({ target, time, proofs }) =>
    proofs.map((proof) => ({
      file: `${pictureFolder(target).replace('screenshots/', '')}/${pictureName(proof)}.svg`,
      title: `${proof.number}. ${proof.title}`,
      time,
    })),
  );
  return pictures.toSorted((a, b) => (a.time < b.time ? 1 : -1));
}

/** @returns undefined when there is no such picture, or the name is none of a picture */
export async function readPicture(docs: string, file: string): Promise<Buffer | undefined> {
  if (!/^(aws|sandbox)\/\d\d-[\w-]{1,80}\.svg$/.test(file)) return undefined;
  return readFile(join(docs, 'screenshots', file)).catch(() => undefined);
}

/** The latest recorded run, to be played; undefined when there is none. */
export async function recordedReplay(docs: string): Promise<Replay | undefined> {
  const runs = (await allEvidence(docs)).filter((evidence) => holdsRun(evidence));
  const newest = runs.toSorted((a, b) => (a.time < b.time ? -1 : 1)).at(-1);
  return newest === undefined ? undefined : replayOf(newest, await seenThen(newest));
}

async function allEvidence(docs: string) {
  const targets = await targetsIn(docs);
  const files = await Promise.all(targets.map((target) => readEvidence(docs, target)));
  return files.flat().flatMap(({ evidence }) => evidence ?? []);
}

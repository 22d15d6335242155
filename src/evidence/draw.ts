import { setImmediate } from 'node:timers/promises';
import { proofPicture } from '../pictures/proof.ts';
import type { Picture } from '../pictures/picture.ts';
import { timelinePicture } from '../pictures/timeline.ts';
import type { DrawnProof, PictureValue, Stamp } from '../pictures/picture-facts.ts';
import type { SeenThen } from './judge-recorded.ts';
import { sha256 } from './manifest.ts';
import { pictureFolder, pictureName, holdsRun } from './proof-names.ts';
import type { Evidence, RecordedProof } from './evidence.ts';
import { timelineOf } from './timeline.ts';

/** Evidence with its file as it is on the disk: what a picture says of its origin can be held against the file. */
export interface EvidenceText {
  readonly evidence: Evidence;
  /** True: it is the sample run that ships with the kit. */
  readonly sample?: boolean;
  /** The whole JSON file, the very bytes. */
  readonly text: string;
}

/**
 * What the picture of a proof shows: its evidence, and which of its ties the other proofs of the run show too.
 * @param others of the same run, in any order; may hold the proof itself
 */
export function pictureData(
  { evidence, text, sample }: EvidenceText,
  proof: RecordedProof,
  others: readonly RecordedProof[] = [],
): DrawnProof {
  const { number, name, claim, command, output } = proof;
  const rules = evidence.expectations
    .filter(({ id }) => proof.rules.includes(id))
    .map(({ id, claim: rule, outcome, expected, actual }) => ({
      id,
      text: rule,
      outcome,
      expected,
      actual,
    }));
  const further = others.filter((one) => one.number !== number);
  const values = proof.values.map((value) => {
    const sameIn = sharing(value, further);
    return sameIn.length === 0 ? value : { ...value, sameIn };
  });
  return {
    number,
    name,
    claim,
    command,
    output,
    values,
    rules,
    stamp: stampOf(evidence, sha256(text), sample),
    others: new Map(further.map((one) => [one.number, one.output])),
  };
}

/** Each part of a value that is a list. */
const partsOf = ({ value }: PictureValue): string[] => value.split(', ');

/** Numbers of the proofs that show the same tie. */
function sharing(value: PictureValue, others: readonly RecordedProof[]): number[] {
  if (value.tie !== true) return [];
  const parts = new Set(partsOf(value));
  return others
    .filter(({ values }) =>
      values.some((one) => one.tie === true && partsOf(one).some((part) => parts.has(part))),
    )
    .map(({ number }) => number)
    .toSorted((a, b) => a - b);
}

/** By path relative to `docs/`, without an ending. */
export type Pictures = Map<string, Picture>;

/**
 * Draws everything that this evidence can show: its proofs, and the timeline when it holds a whole run.
 * The same evidence gives the same bytes.
 * @param others the proofs of the same run
 * @throws Error when another version of the kit has recorded it
 */
export async function drawEvidence(
  source: EvidenceText,
  seen: SeenThen,
  others: readonly RecordedProof[] = source.evidence.proofs,
): Promise<Pictures> {
  const { evidence, text, sample } = source;
  if (evidence.schema !== 1) throw new Error('it was recorded by another version of the kit');
  const folder = pictureFolder(evidence.target);
  const pictures: Pictures = new Map();
  for (const proof of evidence.proofs) {
    // Each takes a moment: in between, commands that run may be heard.
    await setImmediate();
    pictures.set(
      `${folder}/${pictureName(proof)}`,
      proofPicture(pictureData(source, proof, others)),
    );
  }
  if (holdsRun(evidence)) {
    const timeline = timelineOf(evidence, seen, stampOf(evidence, sha256(text), sample));
    if (timeline !== undefined) pictures.set(`${folder}/timeline`, timelinePicture(timeline));
  }
  return pictures;
}

/**
 * @param digest SHA-256 of the JSON file of the evidence, byte by byte: `sha256sum` gives the same, and the manifest
 * has it too
 */
export function stampOf(
  { target, region, time, versions }: Evidence,
  digest: string,
  sample = false,
): Stamp {
  return { target, sample, region, time, kit: versions.kit, awsCli: versions.awsCli, digest };
}

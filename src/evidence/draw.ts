import { setImmediate } from 'node:timers/promises';
import { proofPicture } from '../pictures/proof.ts';
import type { Picture } from '../pictures/picture.ts';
import { timelinePicture } from '../pictures/timeline.ts';
import type { ProofPicture, Stamp } from '../pictures/types.ts';
import type { SeenThen } from './judge-recorded.ts';
import { sha256 } from './manifest.ts';
import { pictureFolder, pictureName, holdsRun } from './names.ts';
import type { Evidence, RecordedProof } from './record.ts';
import { timelineOf } from './timeline.ts';

/** Evidence with its file as it is on the disk: what a picture says of its origin can be held against the file. */
export interface EvidenceText {
  readonly evidence: Evidence;
  /** The whole JSON file, the very bytes. */
  readonly text: string;
}

/** What the picture of a proof shows, from its evidence alone. */
export function pictureData({ evidence, text }: EvidenceText, proof: RecordedProof): ProofPicture {
  const { number, name, claim, command, values } = proof;
  const rules = evidence.expectations
    .filter(({ id }) => proof.rules.includes(id))
    .map((expectation) => ({ text: expectation.claim, outcome: expectation.outcome }));
  return { number, name, claim, command, values, rules, stamp: stampOf(evidence, sha256(text)) };
}

/** By path relative to `docs/`, without an ending. */
export type Pictures = Map<string, Picture>;

/**
 * Draws everything that this evidence can show: its proofs, and the timeline when it holds a whole run.
 * The same evidence gives the same bytes.
 * @throws Error when another version of the kit has recorded it
 */
export async function drawEvidence(source: EvidenceText, seen: SeenThen): Promise<Pictures> {
  const { evidence, text } = source;
  if (evidence.schema !== 1) throw new Error('it was recorded by another version of the kit');
  const folder = pictureFolder(evidence.target);
  const pictures: Pictures = new Map();
  for (const proof of evidence.proofs) {
    // Each takes a moment: in between, commands that run may be heard.
    await setImmediate();
    pictures.set(`${folder}/${pictureName(proof)}`, proofPicture(pictureData(source, proof)));
  }
  if (holdsRun(evidence)) {
    const timeline = timelineOf(evidence, seen, stampOf(evidence, sha256(text)));
    if (timeline !== undefined) pictures.set(`${folder}/timeline`, timelinePicture(timeline));
  }
  return pictures;
}

/**
 * @param digest SHA-256 of the JSON file of the evidence, byte by byte: `sha256sum` gives the same, and the manifest
 * has it too
 */
export function stampOf({ target, region, time, versions }: Evidence, digest: string): Stamp {
  return { target, region, time, kit: versions.kit, awsCli: versions.awsCli, digest };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { oneAtATime } from '../lab/one-at-a-time.ts';
import { utc } from '../pictures/stamp.ts';
import { writeWhole } from '../lab/write-whole.ts';
import { examProofs } from './exam-proofs.ts';
import type { ExamProof } from './exam-proofs.ts';
import { measuredIn } from './measured.ts';
import type { Measured } from './measured.ts';
import { pictureFolder, pictureName } from './names.ts';
import { countingAmong } from './sample.ts';
import { readEvidence } from './read-evidence.ts';
import type { Evidence } from './record.ts';
import { reasonOf } from '../lab/errors.ts';

const page = 'exam-notes.md';

/**
 * Fills what was measured into docs/exam-notes.md, between the markers and nowhere else. What a real account has
 * shown comes before what the sandbox has shown.
 * @returns warnings: a broken marker, or a page that cannot be read or written
 */
export async function fillExamNotes(docs: string): Promise<string[]> {
  try {
    const file = join(docs, page);
    await oneAtATime('docs', async () => {
      const { text, filled } = await filledNotes(docs);
      if (filled !== text) await writeWhole(file, filled);
    });
    return [];
  } catch (error) {
    return [`docs/${page} was not filled in: ${reasonOf(error)}`];
  }
}

/** The notes as they are, and as the evidence fills them. @throws Error when they cannot be read or a marker is broken */
export async function filledNotes(
  docs: string,
): Promise<{ readonly text: string; readonly filled: string }> {
  const text = await readFile(join(docs, page), 'utf8');
  const measured = [await measuredBy(docs, 'aws'), await measuredBy(docs, 'sandbox')];
  return { text, filled: fillIn(text, measured) };
}

async function measuredBy(docs: string, target: 'aws' | 'sandbox'): Promise<Measured> {
  const files = countingAmong(await readEvidence(docs, target));
  return measuredIn(files.flatMap(({ evidence }) => evidence ?? []));
}

const marker = /<!-- proof:(?<rule>[^>]*?) -->(?<between>[\s\S]*?)<!-- \/proof -->/g;

/**
 * The page with every marked place filled in; the same input gives the same bytes.
 * @param measured the best first
 * @throws Error when a marker is broken: then nothing is touched
 */
export function fillIn(text: string, measured: readonly Measured[]): string {
  refuseBroken(text);
  return text.replaceAll(marker, (_, rule: string) => {
    const proof = examProofs.find((one) => one.rule === rule) as ExamProof;
    return `<!-- proof:${rule} -->${sentence(proof, measured)}<!-- /proof -->`;
  });
}

function refuseBroken(text: string): void {
  for (const match of text.matchAll(marker)) {
    const { rule = '', between = '' } = match.groups ?? {};
    if (!examProofs.some((proof) => proof.rule === rule))
      throw new Error(`nothing measures "${rule}", which a marker names`);
    if (between.includes('<!-- proof:')) throw new Error(`the marker of ${rule} has no end`);
    if (between.includes('\n')) throw new Error(`the marker of ${rule} ends in another line`);
  }
  const left = text.replaceAll(marker, '');
  if (/<!--\s*\/?proof\b/.test(left)) throw new Error('a marker has no beginning or no end');
}

function sentence(proof: ExamProof, measured: readonly Measured[]): string {
  for (const one of measured) {
    const says = proof.says(one);
    if (says !== undefined) return `${heading(proof, one.evidence)}: ${says}`;
  }
  return `nothing measured yet; \`npx lab check ${proof.check}\` fills this in.`;
}

/** `SANDBOX, 2026-11-23 15:34:04 UTC, proof 14` */
function heading({ check, proofs }: ExamProof, evidence: readonly Evidence[]): string {
  const number = String(check).padStart(2, '0');
  const last = evidence.find((one) => one.check === number) ?? evidence[0];
  const links = proofs.flatMap((wanted) => {
    const proof = evidence.flatMap((one) => one.proofs).find((one) => one.number === wanted);
    if (proof === undefined || last === undefined) return [];
    return [`[${wanted}](${pictureFolder(last.target)}/${pictureName(proof)}.png)`];
  });
  const shown = links.length === 0 ? '' : `, proof ${links.join(', ')}`;
  return `**${last?.target ?? ''}** ${utc(last?.time ?? '')}${shown}`;
}

import { utc } from '../pictures/stamp.ts';
import { examProofs } from './exam-proofs.ts';
import type { ExamProof } from './exam-proofs.ts';
import { measuredIn } from './measured.ts';
import type { Measured, Recorded } from './measured.ts';
import { pictureFolder, pictureName } from './names.ts';
import type { Evidence } from './evidence.ts';

/** Relative to `docs/`. Only what stands between its markers is the kit's. */
export const examNotes = 'exam-notes.md';

/**
 * The notes with what was measured between their markers, and nowhere else. What a real account has shown comes before
 * what the sandbox has shown. What somebody else's emulator did says nothing about AWS.
 * @param notes as they are
 * @param targets what counts of each target, the best first
 * @throws Error when a marker is broken
 */
export function filledNotes(notes: string, targets: readonly (readonly Recorded[])[]): string {
  return fillIn(
    notes,
    targets
      .map((recorded) => recorded.filter(({ evidence }) => evidence.target !== 'EMULATOR'))
      .map((recorded) => measuredIn(recorded)),
  );
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

/** The rules whose markers are not in the notes: what they measured would be shown nowhere, and compared with nothing. */
export function missingMarkers(notes: string): string[] {
  const there = new Set([...notes.matchAll(marker)].map(({ groups }) => groups?.['rule']));
  return examProofs.map(({ rule }) => rule).filter((rule) => !there.has(rule));
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

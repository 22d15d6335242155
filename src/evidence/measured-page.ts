import { utc } from '../pictures/stamp.ts';
import { examProofs } from './exam-proofs.ts';
import type { ExamProof } from './exam-proofs.ts';
import { measuredIn } from './measured.ts';
import type { Measured, Recorded } from './measured.ts';
import { pictureFolder, pictureName } from './proof-names.ts';
import type { Evidence } from './evidence.ts';

/**
 * What the recorded runs say about the rules of the exam notes. What a real account has shown comes before what the
 * sandbox has shown. What somebody else's emulator did says nothing about AWS. The same evidence gives the same bytes.
 * @param targets what counts of each target, the best first
 * @param sample it is the sample run that ships with the kit
 */
export function measuredMarkdown(
  targets: readonly (readonly Recorded[])[],
  sample: boolean,
): string {
  return measuredText(
    targets
      .map((recorded) => recorded.filter(({ evidence }) => evidence.target !== 'EMULATOR'))
      .map((recorded) => measuredIn(recorded)),
    sample,
  );
}

/** As `measuredMarkdown`, of what has been measured already. */
export function measuredText(measured: readonly Measured[], sample = false): string {
  const whose = sample
    ? '> **SAMPLE.** These values are of the sample run that ships with the kit. They are nobody’s own work.'
    : 'The checks write this page from the recorded evidence of your own runs; nobody writes it by hand.';
  const sections = examProofs.map(
    (proof) => `## ${proof.rule} ${proof.title}\n\n${sentence(proof, measured, sample)}`,
  );
  return `${[
    '# Measured: the rules of the exam notes',
    whose,
    'A result from a real account has priority over one from the sandbox, and each line says which it is.',
    ...sections,
  ].join('\n\n')}\n`;
}

function sentence(proof: ExamProof, measured: readonly Measured[], sample: boolean): string {
  for (const one of measured) {
    const says = proof.says(one);
    if (says !== undefined) return `${heading(proof, one.evidence, sample)}: ${says}`;
  }
  return `Nothing measured yet; \`npx lab check ${proof.check}\` fills this in.`;
}

/** What was measured about a rule, for other places than that page. */
export interface MeasuredSentence {
  readonly says: string;
  /** Of the check that measured it last. */
  readonly evidence: Evidence;
  /** The proofs that show it. */
  readonly proofs: readonly number[];
  /** Their pictures, relative to `docs/`. */
  readonly pictures: readonly string[];
}

/**
 * What the evidence says about a rule; undefined when nothing measured it.
 * @param targets what counts of each target, the best first
 */
export function measuredSentence(
  rule: string,
  targets: readonly (readonly Recorded[])[],
): MeasuredSentence | undefined {
  const proof = examProofs.find((one) => one.rule === rule);
  if (proof === undefined) return undefined;
  for (const recorded of targets) {
    const measured = measuredIn(recorded);
    const [says, evidence] = [proof.says(measured), evidenceOf(proof, measured.evidence)];
    if (says === undefined || evidence === undefined) continue;
    const shown = shownProofs(proof, measured.evidence);
    return {
      says,
      evidence,
      proofs: shown.map(({ number }) => number),
      pictures: shown.map((one) => `${pictureFolder(evidence.target)}/${pictureName(one)}.png`),
    };
  }
  return undefined;
}

/** The evidence of the check that measures it last. */
function evidenceOf({ check }: ExamProof, evidence: readonly Evidence[]): Evidence | undefined {
  const number = String(check).padStart(2, '0');
  return evidence.find((one) => one.check === number) ?? evidence[0];
}

/** The recorded proofs that show it. */
function shownProofs({ proofs }: ExamProof, evidence: readonly Evidence[]) {
  const recorded = evidence.flatMap((one) => one.proofs);
  return proofs.flatMap((wanted) => recorded.find(({ number }) => number === wanted) ?? []);
}

/** `SANDBOX, 2026-11-23 15:34:04 UTC, proof 14` */
function heading(proof: ExamProof, evidence: readonly Evidence[], sample: boolean): string {
  const last = evidenceOf(proof, evidence);
  const links = shownProofs(proof, evidence).map(
    (one) => `[${one.number}](${pictureFolder(last?.target ?? 'SANDBOX')}/${pictureName(one)}.svg)`,
  );
  const shown = links.length === 0 ? '' : `, proof ${links.join(', ')}`;
  const whose = sample ? 'SAMPLE, ' : '';
  return `**${whose}${last?.target ?? ''}** ${utc(last?.time ?? '')}${shown}`;
}

import { utc } from '../pictures/stamp.ts';
import { examProofs } from './exam-proofs.ts';
import type { ExamProof } from './exam-proofs.ts';
import { measuredIn } from './measured.ts';
import type { Measured, Recorded } from './measured.ts';
import { pictureFolder, pictureName } from './names.ts';
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

/** `SANDBOX, 2026-11-23 15:34:04 UTC, proof 14` */
function heading(
  { check, proofs }: ExamProof,
  evidence: readonly Evidence[],
  sample: boolean,
): string {
  const number = String(check).padStart(2, '0');
  const last = evidence.find((one) => one.check === number) ?? evidence[0];
  const links = proofs.flatMap((wanted) => {
    const proof = evidence.flatMap((one) => one.proofs).find((one) => one.number === wanted);
    if (proof === undefined || last === undefined) return [];
    return [`[${wanted}](${pictureFolder(last.target)}/${pictureName(proof)}.svg)`];
  });
  const shown = links.length === 0 ? '' : `, proof ${links.join(', ')}`;
  const whose = sample ? 'SAMPLE, ' : '';
  return `**${whose}${last?.target ?? ''}** ${utc(last?.time ?? '')}${shown}`;
}

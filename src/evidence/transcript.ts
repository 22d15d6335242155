import { printable } from '../lab/terminal.ts';
import type { Evidence } from './evidence.ts';
import { shortJson } from '../judging/printed.ts';

/**
 * The text twin of evidence: what a person would have seen in the terminal.
 * @param sample it is the sample run that ships with the kit
 */
export function transcript(
  { target, check, title, time, region, versions, expectations, proofs }: Evidence,
  sample = false,
): string {
  const head = [
    `${sample ? 'SAMPLE, ' : ''}${target}  check ${check}: ${title}`,
    `${time}${target === 'SANDBOX' ? ' on the sandbox clock' : ''}  ${region}  aws-cli ${versions.awsCli}  node ${versions.node}  kit ${versions.kit}`,
  ];
  const blocks = proofs.map(
    (proof) =>
      `Proof ${proof.number}: ${proof.title}\n\n$ ${proof.command}\n${proof.output.trimEnd()}`,
  );
  const verdicts = expectations.map(
    ({ outcome, claim, actual }) => `  ${outcome}  ${claim}: ${shortJson(actual)}`,
  );
  // It is read in a terminal, too: `cat` obeys what a worker or a body put into it.
  return printable(
    `${[head.join('\n'), ...blocks, `Expectations\n${verdicts.join('\n')}`].join('\n\n')}\n`,
  );
}

import { footText } from './stamp.ts';
import { visible, visibleLines } from './signs.ts';
import { shellLines } from './shell-colours.ts';
import type { ProofPicture } from './types.ts';

type Outcome = ProofPicture['rules'][number]['outcome'];

/** Sign and word for each outcome: colour is never the only difference. */
export const outcomeWords = {
  pass: { sign: '✓', word: 'PASS' },
  fail: { sign: '✗', word: 'FAIL' },
  'not judged': { sign: '–', word: 'NOT JUDGED' },
} as const;

/** One wrong rule makes it a fail; without rules nothing was judged. */
export function verdictOf({ rules }: Pick<ProofPicture, 'rules'>): Outcome {
  if (rules.some(({ outcome }) => outcome === 'fail')) return 'fail';
  const judged = rules.length > 0 && rules.every(({ outcome }) => outcome === 'pass');
  return judged ? 'pass' : 'not judged';
}

/** `6 of 6 rules` */
export function score({ rules }: Pick<ProofPicture, 'rules'>): string {
  const passed = rules.filter(({ outcome }) => outcome === 'pass').length;
  return `${passed} of ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
}

/** One line for those who do not see the picture. */
export function proofAlt(data: ProofPicture): string {
  const { target, region } = data.stamp;
  const values = data.values.map(({ label, value }) => `${label}: ${value.replaceAll('\n', ', ')}`);
  const open = data.rules
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ text, outcome }) => `${outcomeWords[outcome].word}: ${text}`);
  const parts = [
    `Proof ${data.number}, ${outcomeWords[verdictOf(data)].word}, ${score(data)}: ${data.claim}`,
    `${target} ${region}`,
    ...values,
    ...open,
  ];
  return parts.map((part) => visible(part.replace(/\.$/, ''))).join('. ') + '.';
}

/** The text twin of a proof picture. */
export function proofText(data: ProofPicture): string {
  const sections = [
    `Proof ${data.number}: ${visible(data.claim)}\n${outcomeWords[verdictOf(data)].word}, ${score(data)}`,
    commandText(data.command),
    `Values\n${data.values.map(valueText).join('\n')}`,
    `Rules\n${data.rules.map(ruleText).join('\n')}`,
    visibleLines(footText(data.stamp)).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function commandText(command: string): string {
  const lines = shellLines(command);
  return visibleLines(command)
    .map((line, at) => `${lines[at]?.starts === true ? '$ ' : ''}${line}`)
    .join('\n');
}

function valueText({ label, value, tie }: ProofPicture['values'][number]): string {
  const [first = '', ...further] = visibleLines(value === '' ? '(empty)' : value);
  const name = `${visible(label)}${tie === true ? ' (tie)' : ''}`;
  return [`  ${name}: ${first}`, ...further.map((line) => `    ${line}`)].join('\n');
}

function ruleText({ text, outcome }: ProofPicture['rules'][number]): string {
  const { sign, word } = outcomeWords[outcome];
  return `  ${sign} ${word}  ${visible(text)}`;
}

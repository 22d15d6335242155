import { footText, placeOf } from './stamp.ts';
import { visible, visibleLines } from './signs.ts';
import { shellLines } from './shell-colours.ts';
import { isLine } from './excerpt.ts';
import type { ExcerptPart } from './excerpt.ts';
import type { Shape } from './shape.ts';
import { leftOutWords, shownCount } from './terminal.ts';
import type { Panel } from './terminal.ts';
import type { DrawnProof, PictureValue, ProofPicture } from './picture-facts.ts';

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

/** `6 of 6 rules hold` */
export function score({ rules }: Pick<ProofPicture, 'rules'>): string {
  const passed = rules.filter(({ outcome }) => outcome === 'pass').length;
  return `${passed} of ${rules.length} ${rules.length === 1 ? 'rule holds' : 'rules hold'}`;
}

/** `same in proofs 2, 4, 12`; empty for what no other recorded proof shows. */
export function sameInWords({ sameIn = [] }: PictureValue): string {
  if (sameIn.length === 0) return '';
  return `same in ${sameIn.length === 1 ? 'proof' : 'proofs'} ${sameIn.join(', ')}`;
}

/** One line for those who do not see the picture. */
export function proofAlt(data: ProofPicture): string {
  const values = data.values.map(({ label, value }) => `${label}: ${value.replaceAll('\n', ', ')}`);
  const open = data.rules
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ text, outcome }) => `${outcomeWords[outcome].word}: ${text}`);
  const parts = [
    `Proof ${data.number}, ${outcomeWords[verdictOf(data)].word}, ${score(data)}: ${data.claim}`,
    placeOf(data.stamp),
    ...values,
    ...open,
  ];
  return parts.map((part) => visible(part.replace(/\.$/, ''))).join('. ') + '.';
}

/** The text twin of a proof picture: all that it shows, and the rules by name. */
export function proofText(data: DrawnProof, { figure, panels }: Shape): string {
  const sections = [
    `Proof ${data.number}: ${visible(data.claim)}\n${outcomeWords[verdictOf(data)].word}, ${score(data)}`,
    ...(figure === undefined ? [] : [figure.words.map(visible).join('\n')]),
    commandText(data.command),
    ...panels.map((panel) => panelText(panel)),
    `Values\n${data.values.map(valueText).join('\n')}`,
    `Rules\n${data.rules.map(ruleText).join('\n')}`,
    visibleLines(footText(data.stamp)).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** The excerpt: `>` before what is lit, the note of a line below it. */
function panelText({ parts, before, after, lead }: Panel): string {
  const lines = parts.flatMap((part) => [
    ...(isLine(part) && before?.has(part.at) === true
      ? [`  # ${visible(before.get(part.at)?.text ?? '')}`]
      : []),
    ...partText(part),
    ...(isLine(part) ? (after?.get(part.at) ?? []) : []).map(({ text }) => `  # ${visible(text)}`),
  ]);
  return [
    `Output, ${shownCount(parts)}`,
    ...(lead === undefined ? [] : [`  ${lead}`]),
    ...lines,
  ].join('\n');
}

function partText(part: ExcerptPart): string[] {
  if (!isLine(part)) return [`  ${leftOutWords(part.leftOut)}`];
  const { text, lit } = part;
  const line = `${lit === undefined ? '  ' : '> '}${visible(text)}`;
  return lit?.note === undefined ? [line] : [line, `  # ${visible(lit.note)}`];
}

function commandText(command: string): string {
  const lines = shellLines(command);
  return visibleLines(command)
    .map((line, at) => `${lines[at]?.starts === true ? '$ ' : ''}${line}`)
    .join('\n');
}

function valueText(one: PictureValue): string {
  const { label, value } = one;
  const [first = '', ...further] = visibleLines(value === '' ? '(empty)' : value);
  const same = sameInWords(one);
  const name = `${visible(label)}${same === '' ? '' : ` (${same})`}`;
  return [`  ${name}: ${first}`, ...further.map((line) => `    ${line}`)].join('\n');
}

function ruleText({ text, outcome }: ProofPicture['rules'][number]): string {
  const { sign, word } = outcomeWords[outcome];
  return `  ${sign} ${word}  ${visible(text)}`;
}

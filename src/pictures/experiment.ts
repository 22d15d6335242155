import { Canvas, columnsIn } from './canvas.ts';
import { edge, grounds, inks, onInk } from './colours.ts';
import type { Ink } from './colours.ts';
import { centred, tableWords } from './figure.ts';
import { badge, drawBadge, drawBand, drawFoot, margin, textLines, titleLines } from './parts.ts';
import { finish } from './picture.ts';
import type { Layout, Picture } from './picture.ts';
import { footText } from './stamp.ts';
import type { Stamp } from './picture-facts.ts';

/** Everything that the picture of an experiment says. All of it is redacted. */
export interface DrawnExperiment {
  readonly number: string;
  readonly title: string;
  readonly rules: readonly string[];
  /** The two numbers that differ: of which side, where it is of one, and what each is. */
  readonly headline: readonly {
    readonly title: string;
    readonly label: string;
    readonly value: string;
  }[];
  readonly rows: readonly {
    readonly label: string;
    readonly predicted: string;
    readonly measured: string;
    readonly rule: string;
    readonly holds: boolean;
    /** Shown, and not judged. */
    readonly open: boolean;
  }[];
  /** What happened on each side, in lines of columns that stand below each other. */
  readonly sides: readonly { readonly title: string; readonly lines: readonly string[] }[];
  readonly rule: string;
  readonly source: string;
  readonly stamp: Stamp;
}

const width = 960;
const inner = width - 2 * margin;
const titleSize = 26;
const gap = 22;

/** Both sides of an experiment, with the number that differs large. */
export function experimentPicture(data: DrawnExperiment): Picture {
  return finish(experimentLayout(data), {
    title: `Experiment ${data.number}: ${data.title}`,
    alt: altOf(data),
    txt: textOf(data),
  });
}

export function experimentLayout(data: DrawnExperiment): Layout {
  const canvas = new Canvas(width);
  let y = drawHead(canvas, data) + gap;
  y = drawHeadline(canvas, data, y) + gap;
  y = drawNumbers(canvas, data, y) + gap - 4;
  for (const side of data.sides) y = drawSide(canvas, side, y) + 14;
  y = drawRule(canvas, data, y + 4);
  return { canvas, height: drawFoot(canvas, { stamp: data.stamp, y: y + gap - 6 }) };
}

function drawHead(canvas: Canvas, { number, title, rules, stamp }: DrawnExperiment): number {
  const room = inner - badge(stamp).width - 24;
  const eyebrow = textLines(
    `Experiment ${number} · ${rules.join(', ')}`,
    columnsIn(room, 17),
    'prose',
  );
  const lines = titleLines(title, columnsIn(inner, titleSize));
  const below = margin + Math.max(badge(stamp).height, eyebrow.length * 24) + 10;
  const bottom = below + lines.length * 38 + 14;
  drawBand(canvas, bottom);
  for (const [at, line] of eyebrow.entries()) {
    const place = { x: margin, y: margin + 27 + at * 24 };
    canvas.write(line, place, { size: 17, colour: inks.quiet, weight: 'bold' });
  }
  drawBadge(canvas, stamp, margin);
  for (const [at, line] of lines.entries()) {
    const place = { x: margin, y: below + 28 + at * 38 };
    canvas.write(line, place, { size: titleSize, colour: inks.text, weight: 'bold' });
  }
  return bottom;
}

const headlineInks: readonly Ink[] = [inks.amber, inks.blue];
const largest = 104;
const panelWidth = (inner - 16) / 2;
const panelRoom = panelWidth - 32;

/** Two panels side by side, each with its number as large as it can be read across a room. */
function drawHeadline(canvas: Canvas, { headline }: DrawnExperiment, y: number): number {
  const panels = headline.map((one) => ({
    ...one,
    titles: one.title === '' ? [] : textLines(one.title, columnsIn(panelRoom, 19), 'prose'),
    labels: textLines(one.label, columnsIn(panelRoom, 17), 'prose'),
  }));
  const titles = Math.max(...panels.map((panel) => panel.titles.length)) * 26;
  const labels = Math.max(...panels.map((panel) => panel.labels.length)) * 24;
  const height = 14 + titles + largest * 1.35 + labels + 14;
  for (const [at, panel] of panels.entries()) {
    const colour = headlineInks[at] ?? inks.text;
    const x = margin + at * (panelWidth + 16);
    const area = { x, y, width: panelWidth, height, radius: 12 };
    canvas.rectangle(area, { fill: grounds.row, stroke: colour, strokeWidth: 3 });
    const words = { x: x + 8, width: panelWidth - 16 };
    const number = [{ text: panel.value, size: largest, colour, bold: true }];
    for (const [row, text] of panel.titles.entries()) {
      const line = { ...words, y: y + 14 + row * 26, height: 26 };
      centred(canvas, line, [{ text, size: 19, colour, bold: true }]);
    }
    centred(canvas, { ...words, y: y + 14 + titles, height: largest * 1.35 }, number);
    for (const [row, text] of panel.labels.entries()) {
      const line = { ...words, y: y + height - 14 - labels + row * 24, height: 24 };
      centred(canvas, line, [{ text, size: 17 }]);
    }
  }
  return y + height;
}

const numberSize = 16;
const numberLine = 23;
/** Where the last two columns begin. */
const ruleAt = 704;
const verdictAt = 752;
const verdictWidth = inner + margin - verdictAt;
/** As wide as a value may be before it is broken: the label needs its room, too. */
const longestValue = 18;

/** Where the columns of the values begin: as wide as their longest word, and never narrower than for numbers. */
function columnsOfNumbers({ rows }: DrawnExperiment) {
  const room = (values: readonly string[], atLeast: number) => {
    const longest = Math.max(...values.flatMap((value) => value.split(/\s+/)).map(lengthOf));
    return Math.max(atLeast, Math.min(longest, longestValue) * numberSize * 0.6 + 14);
  };
  const values = (name: 'measured' | 'predicted') => rows.map((row) => row[name]);
  const measured = ruleAt - room(values('measured'), 102);
  const predicted = measured - room(values('predicted'), 132);
  return { predicted, measured, rule: ruleAt, verdict: verdictAt };
}

const lengthOf = ({ length }: string) => length;

/** Names such as ResourceNotFoundException, broken between their parts where they are too long. */
function valueLines(value: string, columns: number): string[] {
  const words = value.split(' ').flatMap((word) => {
    if (word.length <= columns) return [word];
    const lines = [''];
    for (const part of word.split(/(?<=[a-z\d])(?=[A-Z])/)) {
      const line = lines.at(-1) ?? '';
      if (line !== '' && line.length + part.length > columns) lines.push(part);
      else lines[lines.length - 1] = line + part;
    }
    return lines;
  });
  return textLines(words.join(' '), columns, 'prose');
}

/** One line for each number, the label at the left. */
function drawNumbers(canvas: Canvas, data: DrawnExperiment, top: number): number {
  const { rows } = data;
  const { predicted, measured, rule, verdict } = columnsOfNumbers(data);
  const quiet = { size: 14, colour: inks.quiet, weight: 'bold' as const };
  for (const [text, x] of [
    ['predicted', predicted],
    ['measured', measured],
    ['rule', rule],
  ] as const)
    canvas.write(text, { x, y: top + 16 }, quiet);
  let y = top + 26;
  for (const row of rows) {
    const cells = [
      { text: row.label, x: margin + 12, to: predicted, pen: pen(inks.text) },
      { text: row.predicted, x: predicted, to: measured, pen: bold },
      { text: row.measured, x: measured, to: rule, pen: bold },
      { text: row.rule, x: rule, to: verdict, pen: pen(inks.quiet) },
    ].map((cell) => ({
      ...cell,
      lines: valueLines(cell.text, columnsIn(cell.to - cell.x - 12, numberSize)),
    }));
    const height = Math.max(...cells.map(({ lines }) => lines.length)) * numberLine + 11;
    canvas.rectangle({ x: margin, y, width: inner, height, radius: 6 }, { fill: grounds.row });
    for (const { lines, x, pen: own } of cells)
      for (const [at, line] of lines.entries())
        canvas.write(line, { x, y: y + 22 + at * numberLine }, own);
    const area = { x: verdict, y: y + 3, width: verdictWidth - 3, height: height - 6 };
    const { colour, tint, words } = verdicts[verdictOf(row)];
    canvas.rectangle({ ...area, radius: 5 }, { fill: tint, stroke: colour });
    centred(canvas, area, [{ text: words, size: numberSize, colour }]);
    y += height + 4;
  }
  return y - 4;
}

const pen = (colour: Ink) => ({ size: numberSize, colour });
const bold = { ...pen(inks.text), weight: 'bold' as const };

const verdicts = {
  open: { words: '– not judged', colour: inks.amber, tint: grounds.keyTint },
  right: { words: '✓ as predicted', colour: inks.green, tint: grounds.goodTint },
  wrong: { words: '✗ NOT so', colour: inks.red, tint: grounds.badTint },
} as const;

const verdictOf = ({ holds, open }: DrawnExperiment['rows'][number]) =>
  !holds ? 'wrong' : open ? 'open' : 'right';

const lineSize = 15;
const lineHeight = 22;

function drawSide(
  canvas: Canvas,
  { title, lines }: DrawnExperiment['sides'][number],
  top: number,
): number {
  const columns = columnsIn(inner - 32, lineSize);
  const parts = lines.flatMap((line) => textLines(line, columns, 'code'));
  const height = 44 + parts.length * lineHeight + 8;
  const area = { x: margin, y: top, width: inner, height, radius: 8 };
  canvas.rectangle(area, { fill: grounds.panel, stroke: edge });
  const pen = { size: 17, colour: inks.text, weight: 'bold' as const };
  const [head = ''] = textLines(title, columnsIn(inner - 32, 17), 'prose');
  canvas.write(head, { x: margin + 16, y: top + 28 }, pen);
  for (const [at, line] of parts.entries()) {
    const place = { x: margin + 16, y: top + 54 + at * lineHeight };
    canvas.write(line, place, { size: lineSize, colour: inks.quiet });
  }
  return top + height;
}

/** What AWS's rule says, below a badge that names it so. */
function drawRule(canvas: Canvas, { rule, source }: DrawnExperiment, top: number): number {
  const words = 'AWS’s rule';
  const pill = { x: margin, y: top, width: 132, height: 30, radius: 6 };
  canvas.rectangle(pill, { fill: inks.green });
  centred(canvas, pill, [{ text: words, size: 17, colour: onInk as Ink, bold: true }]);
  let y = top + 34;
  for (const line of textLines(rule, columnsIn(inner, 17), 'prose')) {
    canvas.write(line, { x: margin, y: y + 22 }, { size: 17, colour: inks.text });
    y += 25;
  }
  for (const line of textLines(source, columnsIn(inner, 15), 'code')) {
    canvas.write(line, { x: margin, y: y + 22 }, { size: 15, colour: inks.quiet });
    y += 22;
  }
  return y + 6;
}

const headlineWords = ({ headline }: DrawnExperiment) =>
  headline
    .map(({ title, label, value }) => `${title === '' ? '' : `${title}: `}${label} ${value}`)
    .join('; ');

function altOf(data: DrawnExperiment): string {
  return `Experiment ${data.number}, ${data.title}. ${headlineWords(data)}. ${data.rule}`;
}

function textOf(data: DrawnExperiment): string {
  const blocks = [
    `Experiment ${data.number}: ${data.title}\n${data.rules.join(', ')}`,
    headlineWords(data).replaceAll('; ', '\n'),
    tableWords({
      head: ['', 'predicted', 'measured', 'rule', ''],
      columns: [],
      rows: data.rows.map((row) =>
        [row.label, row.predicted, row.measured, row.rule, verdicts[verdictOf(row)].words].map(
          (text) => ({ text }),
        ),
      ),
    }).join('\n'),
    ...data.sides.map(({ title, lines }) =>
      [title, ...lines.map((line) => `  ${line}`)].join('\n'),
    ),
    `AWS's rule: ${data.rule}\n${data.source}`,
    footText(data.stamp),
  ];
  return `${blocks.join('\n\n')}\n`;
}

import { pick } from '../judging/printed.ts';
import { grounds, inks } from './colours.ts';
import { arrow, arrowDown, node, queue, table, tableHeight, tableWords } from './figure.ts';
import type { Cell, Table } from './figure.ts';
import { jsonPanel, lastOf, other, text } from './shape.ts';
import type { Printed, Shape } from './shape.ts';
import type { Canvas } from './canvas.ts';
import type { DrawnProof } from './picture-facts.ts';

/** Where the function has its messages from, as proof 12 of the same run shows it. */
function triggerOf(data: DrawnProof, functionArn: string): string | undefined {
  const mappingOf = pick(other(data, 12), 'EventSourceMappings', 0);
  return text(mappingOf, 'FunctionArn') === functionArn
    ? lastOf(text(mappingOf, 'EventSourceArn'))
    : undefined;
}

const lambdaBox = (name: string) => [
  { text: 'λ', size: 44, colour: inks.amber, bold: true },
  { text: name, size: 20, bold: true },
];

/** Proof 6: the function, with its trigger and its role. */
export function overview({ data, printed }: Printed): Shape {
  const setting = (name: string) => text(printed, 'Configuration', name);
  const [name, role] = [setting('FunctionName'), lastOf(setting('Role'))];
  const trigger = triggerOf(data, setting('FunctionArn'));
  return {
    figure: {
      height: 240,
      words: [
        ...(trigger === undefined ? [] : [`trigger (proof 12): ${trigger} → ${name}`]),
        `${name} is ${setting('State')}, and runs as ${role}`,
      ],
      draw: (canvas, { x, y, width }) => {
        const left = trigger === undefined ? x + (width - 340) / 2 : x + width - 340;
        node(
          canvas,
          { x: left, y, width: 340, height: 130, radius: 16 },
          {
            colour: inks.amber,
            tint: grounds.keyTint,
            words: [
              ...lambdaBox(name),
              { text: `● ${setting('State')}`, size: 15, colour: inks.green, bold: true },
            ],
          },
        );
        arrowDown(canvas, { x: left + 170, y: y + 134, to: y + 176 }, inks.violet);
        node(
          canvas,
          { x: left + 20, y: y + 180, width: 300, height: 56 },
          {
            colour: inks.violet,
            words: [{ text: `runs as ${role}`, size: 17, bold: true }],
          },
        );
        if (trigger !== undefined) drawTrigger(canvas, { x, y: y + 15, to: left, trigger });
      },
    },
    panels: [
      jsonPanel(data, {
        lights: [
          { find: /"FunctionArn": /, tone: 'tie', rules: ['exists'] },
          { find: /"Role": /, tone: 'tie', rules: ['role'], note: 'its role' },
          {
            find: /"CodeSha256": /,
            tone: 'key',
            rules: ['code'],
            note: 'the code of lab01-worker.zip',
          },
          { find: /^ {8}"State": /, tone: 'good', rules: ['active'], note: 'ready' },
        ],
      }),
    ],
  };
}

function drawTrigger(
  canvas: Canvas,
  { x, y, to, trigger }: { x: number; y: number; to: number; trigger: string },
): void {
  queue(
    canvas,
    { x, y, width: 300, height: 100 },
    {
      colour: inks.blue,
      words: [
        { text: trigger, size: 20, bold: true },
        { text: 'trigger, see proof 12', size: 14, colour: inks.quiet },
      ],
    },
  );
  arrow(canvas, { x: x + 308, y: y + 50, to: to - 6 }, { colour: inks.blue });
}

const settingNames: readonly (readonly [id: string, name: string])[] = [
  ['runtime', 'Runtime'],
  ['handler', 'Handler'],
  ['timeout', 'Timeout, s'],
  ['memory', 'Memory, MB'],
  ['role', 'Role'],
  ['logging', 'Logs'],
  ['no-dead-letter-config', 'Own dead-letter queue'],
  ['concurrency', 'Reserved concurrency'],
];

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const signs: Readonly<Record<string, Cell>> = {
  pass: { text: '✓', colour: inks.green, tint: grounds.goodTint, bold: true },
  fail: { text: '✗', colour: inks.red, tint: grounds.badTint, bold: true },
  'not judged': { text: '–', colour: inks.amber, tint: grounds.keyTint, bold: true },
};

/** Proof 7: each setting, as it is and as it was designed. */
export function settings({ data }: Printed): Shape {
  const rows = settingNames.flatMap(([id, name]): (readonly Cell[])[] => {
    const rule = data.rules.find((one) => one.id === id);
    if (rule === undefined) return [];
    const { actual, expected, outcome } = rule;
    return [
      [
        { text: name, colour: inks.quiet },
        { text: shown(actual) ?? '?', bold: true },
        { text: shown(expected) ?? '?' },
        signs[outcome] ?? { text: '?' },
      ],
    ];
  });
  const content: Table = {
    head: ['setting', 'as it is', 'as designed', ''],
    columns: [2.5, 3.2, 3.2, 0.5],
    rows,
  };
  return {
    figure: {
      height: tableHeight(content),
      words: tableWords(content),
      draw: (canvas, place) => table(canvas, content, place),
    },
    panels: [
      jsonPanel(data, {
        plain: true,
        lights: [
          { find: /"FunctionArn": /, tone: 'tie', rules: ['exists'] },
          { find: /"Runtime": /, tone: 'key', rules: ['runtime'] },
          { find: /"Role": /, tone: 'tie', rules: ['role'] },
          { find: /"Handler": /, tone: 'key', rules: ['handler'] },
          { find: /"Timeout": (\d+)/, tone: 'key', rules: ['timeout'], note: '$1 s' },
          { find: /"MemorySize": (\d+)/, tone: 'key', rules: ['memory'], note: '$1 MB' },
          { find: /"CodeSha256": /, tone: 'tie', rules: ['code'] },
          { find: /"State": /, tone: 'good', rules: ['active'] },
          { find: /"Log(Format|Group)": /, tone: 'key', rules: ['logging'] },
        ],
      }),
    ],
  };
}

/** What step 5 packs the worker as; Lambda finds it by the first part of the handler. */
export const packedFile = 'index.mjs';

/** Proof 8: the runtime, the handler, and the file and the export that it names. */
export function runtime({ data, printed }: Printed): Shape {
  const [runtimeName, handler] = [text(printed, 'Runtime'), text(printed, 'Handler')];
  const [file = '?', exported = '?'] = handler.split('.');
  const isOurs = data.rules.some(({ id, outcome }) => id === 'code' && outcome === 'pass');
  const inZip = isOurs && packedFile.startsWith(`${file}.`) ? packedFile : `${file}.*`;
  return {
    figure: {
      height: 220,
      words: [
        `${runtimeName} starts ${handler}: the file ${inZip} in the zip, and its export ${exported}`,
      ],
      draw: (canvas, { x, y, width }) => {
        node(
          canvas,
          { x, y: y + 55, width: 230, height: 110, radius: 55 },
          {
            colour: inks.green,
            tint: grounds.goodTint,
            words: [
              { text: 'runtime', size: 15, colour: inks.quiet },
              { text: runtimeName, size: 24, colour: inks.green, bold: true },
            ],
          },
        );
        const right = x + width - 400;
        arrow(
          canvas,
          { x: x + 238, y: y + 110, to: right - 6 },
          {
            colour: inks.amber,
            above: { text: handler, size: 20, colour: inks.amber, bold: true },
            below: { text: 'handler', size: 15, colour: inks.quiet },
          },
        );
        drawZip(canvas, { x: right, y }, { inZip, exported });
      },
    },
    panels: [
      jsonPanel(data, {
        lights: [
          { find: /"Runtime": /, tone: 'good', rules: ['runtime'], note: 'the runtime' },
          { find: /"Handler": /, tone: 'key', rules: ['handler'], note: 'file.export' },
          { find: /"Timeout": (\d+)/, tone: 'key', rules: ['timeout'], note: '$1 s' },
          { find: /"MemorySize": (\d+)/, tone: 'key', rules: ['memory'], note: '$1 MB' },
          { find: /"CodeSha256": /, tone: 'tie', rules: ['code'], note: 'of this zip' },
        ],
      }),
    ],
  };
}

function drawZip(
  canvas: Canvas,
  { x, y }: { x: number; y: number },
  { inZip, exported }: { inZip: string; exported: string },
): void {
  canvas.rectangle(
    { x, y, width: 400, height: 218, radius: 12 },
    { stroke: inks.violet, strokeWidth: 2.5, dash: '10 6' },
  );
  const pen = { size: 17, colour: inks.violet, weight: 'bold' as const };
  canvas.write('lab01-worker.zip', { x: x + 20, y: y + 30 }, pen);
  canvas.rectangle(
    { x: x + 20, y: y + 46, width: 360, height: 154, radius: 8 },
    { fill: grounds.panel, stroke: inks.amber, strokeWidth: 2.5 },
  );
  const file = { size: 20, colour: inks.amber, weight: 'bold' as const };
  canvas.write(inZip, { x: x + 40, y: y + 80 }, file);
  node(
    canvas,
    { x: x + 40, y: y + 100, width: 320, height: 80 },
    {
      colour: inks.amber,
      tint: grounds.keyTint,
      words: [
        { text: 'export', size: 15, colour: inks.quiet },
        { text: exported, size: 22, bold: true },
      ],
    },
  );
}

/** Proof 12: queue, mapping, function. */
export function trigger({ data, printed }: Printed): Shape {
  const setting = (name: string) => text(printed, 'EventSourceMappings', 0, name);
  const source = lastOf(setting('EventSourceArn'));
  const target = lastOf(setting('FunctionArn'));
  const size = setting('BatchSize');
  const window = setting('MaximumBatchingWindowInSeconds');
  return {
    figure: {
      height: 170,
      words: [
        `${source} → mapping (up to ${size} messages, window ${window} s, ${setting('State')}) → ${target}`,
      ],
      draw: (canvas, { x, y, width }) => {
        const middle = x + (width - 250) / 2;
        queue(
          canvas,
          { x, y: y + 30, width: 260, height: 110 },
          {
            colour: inks.blue,
            words: [{ text: source, size: 19, bold: true }],
          },
        );
        arrow(canvas, { x: x + 266, y: y + 85, to: middle - 4 }, { colour: inks.blue });
        node(
          canvas,
          { x: middle, y, width: 250, height: 168, radius: 12 },
          {
            colour: inks.green,
            tint: grounds.goodTint,
            words: [
              { text: 'event source mapping', size: 15, colour: inks.quiet },
              { text: `batch ${size}`, size: 32, bold: true },
              { text: `window ${window} s`, size: 20, bold: true },
              { text: `● ${setting('State')}`, size: 20, colour: inks.green, bold: true },
            ],
          },
        );
        const right = x + width - 260;
        arrow(canvas, { x: middle + 258, y: y + 85, to: right - 4 }, { colour: inks.amber });
        node(
          canvas,
          { x: right, y: y + 30, width: 260, height: 110, radius: 16 },
          { colour: inks.amber, tint: grounds.keyTint, words: lambdaBox(target) },
        );
      },
    },
    panels: [
      jsonPanel(data, {
        lights: [
          { find: /"UUID": /, tone: 'tie', rules: ['exists', 'only-one', 'only-consumer'] },
          {
            find: /"BatchSize": (\d+)/,
            tone: 'key',
            rules: ['batch-size'],
            note: 'up to $1 messages',
          },
          {
            find: /"MaximumBatchingWindowInSeconds": (\d+)/,
            tone: 'key',
            rules: ['batching-window'],
            note: 'waits $1 s for more',
          },
          { find: /"EventSourceArn": /, tone: 'tie', rules: ['exists'], note: 'from this queue' },
          { find: /"FunctionArn": /, tone: 'tie', rules: ['exists'], note: 'to this function' },
          { find: /"State": "/, tone: 'good', rules: ['enabled'], note: 'it polls' },
          {
            find: /"ReportBatchItemFailures"/,
            tone: 'good',
            rules: ['report-batch-item-failures'],
          },
        ],
      }),
    ],
  };
}

/** Proof 13: what the CLI printed, and one setting in it. */
export function mapping({ data }: Printed): Shape {
  const rules = ['report-batch-item-failures'];
  return {
    panels: [
      jsonPanel(data, {
        lights: [
          { find: /"State": "/, tone: 'tie', rules: ['enabled'] },
          { find: /"EventSourceArn": /, tone: 'tie', rules: ['exists'] },
          { find: /"MaximumBatchingWindowInSeconds": /, tone: 'tie', rules: ['batching-window'] },
          { find: /"FunctionResponseTypes": /, tone: 'good', rules },
          {
            find: /"ReportBatchItemFailures"/,
            tone: 'good',
            rules,
            note: 'only what failed is tried again',
          },
        ],
      }),
    ],
  };
}

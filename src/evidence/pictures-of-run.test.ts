import { describe, expect, test } from 'vitest';
import { excerptOf, isLine } from '../pictures/excerpt.ts';
import type { ExcerptLine } from '../pictures/excerpt.ts';
import { proofLayout, proofPicture } from '../pictures/proof.ts';
import { shapeOf } from '../pictures/shapes.ts';
import { drawable } from '../pictures/signs.ts';
import type { DrawnProof } from '../pictures/picture-facts.ts';
import { wholeRun } from '../testing/evidence/run-docs.ts';
import { layoutFaults, writtenText } from '../testing/pictures/testing.ts';
import { workerZip } from '../scripts/worker-zip.ts';
import { packedFile } from '../pictures/shapes-lambda.ts';
import { pictureData } from './draw.ts';

// What the fifteen pictures show of the run that is recorded in docs/.

const evidences = [...(await wholeRun()).values()];
const all = evidences.flatMap(({ proofs }) => proofs);
const drawn: readonly DrawnProof[] = evidences
  .flatMap((evidence) =>
    evidence.proofs.map((proof) =>
      pictureData({ evidence, text: JSON.stringify(evidence) }, proof, all),
    ),
  )
  .toSorted((a, b) => a.number - b.number);

const partsOf = (data: DrawnProof) => shapeOf(data).panels.flatMap(({ parts }) => parts);
const linesOf = (data: DrawnProof): ExcerptLine[] => partsOf(data).filter(isLine);
const isLit = ({ lit }: ExcerptLine) => lit !== undefined;

/**
 * What a lit line must hold, by the rules that it decides: written down here by hand, after what each rule of a check
 * asks for.
 */
const decided: Readonly<Record<number, Readonly<Record<string, readonly string[]>>>> = {
  1: { exists: [':lab01-worker-dlq"'], retention: ['"MessageRetentionPeriod": "1209600"'] },
  2: {
    exists: [':lab01-worker-queue"'],
    'visibility-timeout': ['"VisibilityTimeout": "30"'],
    'redrive-policy': ['"RedrivePolicy": '],
    'dead-letter-target': [':lab01-worker-dlq'],
    'max-receive-count': [String.raw`\"maxReceiveCount\":3`],
  },
  3: {
    'managed-policy': [
      '"PolicyName": "AWSLambdaBasicExecutionRole"',
      'policy/service-role/AWSLambdaBasicExecutionRole"',
    ],
    'inline-policy': ['        "lab01-sqs-worker-policy"'],
  },
  4: {
    'inline-policy': ['"PolicyName": "lab01-sqs-worker-policy"'],
    'only-allow': ['"Effect": "Allow"'],
    'queue-actions': ['"sqs:ReceiveMessage"', '"sqs:DeleteMessage"', '"sqs:GetQueueAttributes"'],
    'queue-arn': ['"Resource": "arn:', ':lab01-worker-queue"'],
  },
  5: {
    exists: [':role/lab01-sqs-worker-role"'],
    'no-deny': ['"Effect": "Allow"'],
    'trusted-principals': ['"Principal": {', '"Service": "lambda.amazonaws.com"'],
    'assume-role': ['"Action": "sts:AssumeRole"'],
  },
  6: {
    exists: [':function:lab01-sqs-worker"'],
    active: ['"State": "Active"'],
    role: ['"Role": "arn:'],
    code: ['"CodeSha256": '],
  },
  7: {
    exists: [':function:lab01-sqs-worker"'],
    active: ['"State": "Active"'],
    runtime: ['"Runtime": "nodejs24.x"'],
    handler: ['"Handler": "index.handler"'],
    timeout: ['"Timeout": 5,'],
    memory: ['"MemorySize": 128,'],
    role: ['"Role": "arn:'],
    logging: ['"LogFormat": "Text"', '"LogGroup": "/aws/lambda/lab01-sqs-worker"'],
    code: ['"CodeSha256": '],
  },
  8: {
    runtime: ['"Runtime": "nodejs24.x"'],
    handler: ['"Handler": "index.handler"'],
    timeout: ['"Timeout": 5,'],
    memory: ['"MemorySize": 128,'],
    code: ['"CodeSha256": '],
  },
  9: {
    'managed-policy': ['policy/service-role/AWSLambdaBasicExecutionRole"'],
    'logs-permissions': [
      '"logs:CreateLogGroup"',
      '"logs:CreateLogStream"',
      '"logs:PutLogEvents"',
      '"Resource": "*"',
    ],
  },
  10: {
    simulated: ['"EvalDecision": "allowed"'],
    'queue-actions': ['"EvalDecision": "allowed"', '"EvalDecision": "implicitDeny"'],
    'queue-arn': ['"EvalDecision": "implicitDeny"'],
  },
  11: {
    'reports-failures': [
      'for (const record of records) {',
      '} catch (cause) {',
      'itemIdentifier: record.messageId',
      'return { batchItemFailures };',
    ],
    exists: ['CodeSha256 '],
    fresh: ['CodeSha256 '],
  },
  12: {
    exists: [':lab01-worker-queue"', ':function:lab01-sqs-worker"'],
    'only-one': ['"UUID": '],
    'only-consumer': ['"UUID": '],
    enabled: ['"State": "Enabled"'],
    'report-batch-item-failures': ['"ReportBatchItemFailures"'],
    'batch-size': ['"BatchSize": 10'],
    'batching-window': ['"MaximumBatchingWindowInSeconds": 0'],
  },
  13: {
    exists: [':lab01-worker-queue"'],
    enabled: ['"State": "Enabled"'],
    'report-batch-item-failures': ['"FunctionResponseTypes": [', '"ReportBatchItemFailures"'],
    'batching-window': ['"MaximumBatchingWindowInSeconds": 0'],
  },
  14: {
    'good-handled': [String.raw`\"outcome\":\"OK\"`],
    'good-once': [String.raw`\"receiveCount\":1,`],
    'poison-retried': [1, 2, 3].map(
      (count) => String.raw`\"receiveCount\":${count},\"outcome\":\"FAILED\"`,
    ),
    'one-visibility-timeout-apart': ['"message": "2'],
    'shared-batch': [String.raw`\"batchSize\":3`],
  },
  15: {
    'holds-a-message': ['"MessageId": '],
    'same-message-id': ['"MessageId": '],
    'same-body': ['"Body": "FAIL'],
    'came-from-the-source-queue': ['"DeadLetterQueueSourceArn": "arn:'],
  },
};

test('a whole run has fifteen proofs', () => {
  expect(drawn.map(({ number }) => number)).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
});

describe.each(drawn)('the picture of proof $number ($name)', (data) => {
  const recorded = data.output.replace(/\n$/, '').split('\n');
  const lines = linesOf(data);

  test('shows lines of the recorded output, byte by byte, in their order', () => {
    expect(lines.length).toBeGreaterThan(0);
    for (const { at, text } of lines) expect(text).toBe(recorded[at]);
    const numbers = lines.map(({ at }) => at);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    const written = writtenText(proofLayout(data));
    for (const { text } of lines)
      expect(written).toContain(drawable(text).join('').replaceAll(/[ ↪]/g, ''));
  });

  test('marks everything that it leaves out', () => {
    const counted = partsOf(data).reduce((sum, part) => sum + (isLine(part) ? 1 : part.leftOut), 0);
    const { panels } = shapeOf(data);
    const lead = /(\d+) lines left out/.exec(panels[0]?.lead ?? '')?.[1];
    expect(counted + Number(lead ?? 0)).toBe(recorded.length);
    const written = writtenText(proofLayout(data));
    const marks = partsOf(data).flatMap((part) => (isLine(part) ? [] : [part.leftOut]));
    for (const count of marks) expect(written).toContain(`⋯${count}line`);
  });

  test('lights the lines that its rules decide by, and only these', () => {
    const lit = lines.filter(isLit);
    const named = decided[data.number] ?? {};
    const rules = new Set(lit.flatMap((line) => line.lit?.rules ?? []));
    expect([...rules].toSorted()).toEqual(Object.keys(named).toSorted());
    const ids = new Set(data.rules.map(({ id }) => id));
    expect([...rules].filter((rule) => !ids.has(rule))).toEqual([]);
    for (const [rule, texts] of Object.entries(named)) {
      const deciding = lit.filter((line) => line.lit?.rules.includes(rule));
      for (const text of texts)
        expect(
          deciding.some((line) => line.text.includes(text)),
          `${rule}: ${text}`,
        ).toBe(true);
    }
    const wanted = Object.values(named).flat();
    const others = lit.filter(({ text }) => !wanted.some((part) => text.includes(part)));
    expect(others.map(({ text }) => text.trim())).toEqual([]);
  });

  test('has notes of a few words, each beside a lit line', () => {
    for (const { lit } of lines) {
      if (lit?.note === undefined) continue;
      expect(lit.note).toMatch(/^.{3,45}$/);
      expect(lit.note).not.toMatch(/\$\d|undefined|NaN|\?/);
    }
  });

  test('has nothing outside, overlapping or cut', () => {
    expect(layoutFaults(proofLayout(data))).toEqual([]);
  });

  test('has an alternative text of one line and a text twin that is complete', () => {
    const { alt, txt } = proofPicture(data);
    expect(alt).toMatch(new RegExp(`^Proof ${data.number}, PASS, `));
    expect(alt).not.toContain('\n');
    expect(txt).toContain(`${data.rules.length} of ${data.rules.length} rules hold`);
    for (const { text, lit } of lines) {
      expect(txt).toContain(`${lit === undefined ? '  ' : '> '}${text}\n`);
      expect(txt).toContain(lit?.note === undefined ? '' : `# ${lit.note}`);
    }
    for (const { text } of data.rules) expect(txt).toContain(text);
    for (const { label, value } of data.values) {
      expect(txt).toContain(label);
      expect(txt).toContain(value);
    }
    for (const words of shapeOf(data).figure?.words ?? []) expect(txt).toContain(words);
    expect(txt).toContain(data.stamp.digest);
  });
});

test('no two proofs have the same drawing, and those without one are terminals of different kinds', () => {
  const looks = drawn.map((data) => {
    const { figure, panels } = shapeOf(data);
    return figure === undefined
      ? panels.map(({ kind, before }) => `${kind} ${before !== undefined}`).join(' | ')
      : figure.words.join('\n');
  });
  expect(new Set(looks).size).toBe(15);
});

test('proof 10 shows the denied half: nothing may be sent to the source, and nothing done on the dead-letter queue', () => {
  const matrix = shapeOf(drawn[9] as DrawnProof).figure?.words ?? [];
  expect(matrix.map((row) => row.split(/ {2,}/))).toEqual([
    ['action', 'lab01-worker-queue', 'lab01-worker-dlq'],
    ['sqs:DeleteMessage', '✓ allowed', '✗ denied'],
    ['sqs:GetQueueAttributes', '✓ allowed', '✗ denied'],
    ['sqs:ReceiveMessage', '✓ allowed', '✗ denied'],
    ['sqs:SendMessage', '✗ denied', '✗ denied'],
  ]);
});

test('the file that proof 8 draws into the zip is the one that step 5 packs', async () => {
  expect((await workerZip()).includes(packedFile)).toBe(true);
  expect(shapeOf(drawn[7] as DrawnProof).figure?.words.join()).toContain(packedFile);
});

test('proof 11 says that its digest is equal to that of proof 6 only when it is', () => {
  const code = drawn[10] as DrawnProof;
  const notes = (data: DrawnProof) => linesOf(data).flatMap(({ lit }) => lit?.note ?? []);
  expect(notes(code)).toContain('equal to proof 6');
  const otherCode = JSON.stringify({ Configuration: { CodeSha256: 'another' } });
  expect(notes({ ...code, others: new Map([[6, otherCode]]) })).not.toContain('equal to proof 6');
});

test('proof 14 labels each line of the log by message, receive and outcome, with the times of its rule', () => {
  const log = drawn[13] as DrawnProof;
  const labels = [...(shapeOf(log).panels[0]?.before?.values() ?? [])].map(({ text }) => text);
  const gaps = log.rules.find(({ id }) => id === 'one-visibility-timeout-apart')
    ?.actual as number[];
  expect(labels.toSorted()).toEqual([
    'FAIL-please-retry-me · receive 1 · ✗ FAILED · in a batch of 3',
    `FAIL-please-retry-me · receive 2 · ✗ FAILED · retry, ${gaps[0]} s after firstReceivedAt`,
    `FAIL-please-retry-me · receive 3 · ✗ FAILED · retry, ${gaps[1]} s after receive 2`,
    'good 1 · receive 1 · ✓ OK · in a batch of 3',
    'good 2 · receive 1 · ✓ OK · in a batch of 3',
  ]);
  const values = log.values.find(({ label }) => label === 'Time between them')?.value;
  expect(values).toBe(gaps.map((gap) => `${gap} s`).join(', '));
});

test('proof 15 explains the receive count: those of Lambda in the log, the rest by looks', () => {
  const { figure } = shapeOf(drawn[14] as DrawnProof);
  expect(figure?.words[0]).toMatch(
    /^FAIL-please-retry-me, moved from lab01-worker-queue; received \d+ times: 3 by Lambda, then \d+ by our own looks$/,
  );
});

test('all fifteen in one theme are small enough for a page of 1.5 MB', () => {
  const sizes = drawn.map((data) => proofPicture(data).svg.length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_000_000);
});

test('an excerpt shows a short output whole, and of a long one what is lit and what encloses it', () => {
  const output = ['{', '  "a": [', '    1,', '    2', '  ],', '  "b": 3,', '  "c": 4', '}'].join(
    '\n',
  );
  const lights = [{ find: /(2)/, tone: 'key' as const, rules: ['r'], note: 'it is $1' }];
  expect(excerptOf(output, { lights }).filter(isLine)).toHaveLength(8);
  expect(excerptOf(output, { lights, whole: 0 })).toEqual([
    { at: 0, text: '{' },
    { at: 1, text: '  "a": [' },
    { at: 2, text: '    1,' },
    { at: 3, text: '    2', lit: { tone: 'key', rules: ['r'], note: 'it is 2' } },
    { at: 4, text: '  ],' },
    { leftOut: 2 },
    { at: 7, text: '}' },
  ]);
  expect(excerptOf(output, { lights, whole: 0, plain: true })).toEqual([
    { leftOut: 3 },
    { at: 3, text: '    2', lit: { tone: 'key', rules: ['r'], note: 'it is 2' } },
    { leftOut: 4 },
  ]);
});

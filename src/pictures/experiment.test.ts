import { expect, test } from 'vitest';
import { layoutFaults } from '../testing/pictures/testing.ts';
import { experimentLayout, experimentPicture } from './experiment.ts';
import type { DrawnExperiment } from './experiment.ts';

const plain: DrawnExperiment = {
  number: '28',
  title: 'What maxReceiveCount counts: deliveries, not retries',
  rules: ['G04', 'G20'],
  headline: [
    { title: 'maxReceiveCount 1', label: 'Deliveries of the poison', value: '1' },
    { title: '', label: 'Deliveries of the poison', value: '5' },
  ],
  rows: [
    {
      label: 'Deliveries of the poison, one',
      predicted: '1',
      measured: '1',
      rule: 'G04',
      holds: true,
      open: false,
    },
    {
      label: 'From the first delivery to the last of all that there are, five',
      predicted: '40 to 140 s',
      measured: 'InvalidParameterValueException',
      rule: 'G04',
      holds: false,
      open: false,
    },
    {
      label: 'Messages in the dead-letter queue, string',
      predicted: 'AWS does not say',
      measured: '2',
      rule: 'G08',
      holds: true,
      open: true,
    },
  ],
  sides: [{ title: 'maxReceiveCount 1', lines: ['poison-1  0 s FAILED  dead-lettered'] }],
  rule: 'SQS moves a message when its receive count exceeds maxReceiveCount. '.repeat(3),
  source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/API.html (2026-11-23)',
  stamp: {
    target: 'SANDBOX',
    region: 'us-east-1',
    time: '2026-11-28T04:16:42.000Z',
    kit: '1.0.0',
    awsCli: '2.36.12',
    digest: '9f3c8d0b7f7e7c0c0b5b7c9a2f1d6e4a9f3c8d0b7f7e7c0c0b5b7c9a2f1d6e4a',
  },
};

const long: DrawnExperiment = {
  ...plain,
  title: plain.title.repeat(4),
  rules: Array.from({ length: 30 }, (_, i) => `G${i}`),
  headline: [
    {
      title: 'a title that is far too long for half of a card '.repeat(2),
      label: plain.rule,
      value: 'throttled',
    },
    { title: '', label: 'x', value: '1,048,577 to 9,000,000 bytes' },
  ],
  sides: [{ title: plain.rule, lines: [plain.rule, 'a'.repeat(300)] }],
  stamp: { ...plain.stamp, target: 'AWS', region: 'eu-central-1' },
};

test.each([
  ['a plain experiment', plain],
  ['one with long words everywhere', long],
])('%s has no text outside, on other text, or on an edge', (_, data) => {
  expect(layoutFaults(experimentLayout(data))).toEqual([]);
});

test('the picture, its text twin and its alternative text say both numbers and every row', () => {
  const { svg, svgDark, txt, alt } = experimentPicture(plain);
  expect(svg).not.toBe(svgDark);
  expect(svg).toBe(experimentPicture(plain).svg);
  expect(alt).toContain(
    'maxReceiveCount 1: Deliveries of the poison 1; Deliveries of the poison 5',
  );
  for (const { label, predicted, measured } of plain.rows)
    for (const text of [label, predicted, measured]) expect(txt).toContain(text);
  expect(txt).toMatch(/one +1 +1 +G04 +✓ as predicted/);
  expect(txt).toMatch(/✗ NOT so/);
  expect(txt).toContain(plain.stamp.digest);
});

test('a number that AWS says nothing of is shown as not judged', () => {
  const { txt } = experimentPicture(plain);
  expect(txt).toMatch(/string +AWS does not say +2 +G08 +– not judged/);
});

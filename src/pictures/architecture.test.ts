import { expect, test } from 'vitest';
import { lab } from '../lab/settings.ts';
import { architectureLayout, architecturePicture } from './architecture.ts';
import { layoutFaults, writtenText } from '../testing/pictures/testing.ts';

test('the architecture picture has nothing outside or overlapping', () => {
  expect(layoutFaults(architectureLayout())).toEqual([]);
});

test('picture and text twin have the names and numbers of the lab', () => {
  const { txt } = architecturePicture();
  const written = writtenText(architectureLayout());
  const days = lab.deadLetterRetentionSeconds / 86_400;
  for (const fact of [
    lab.queueName,
    lab.deadLetterQueueName,
    lab.functionName,
    lab.roleName,
    lab.runtime,
    `${lab.memoryMb} MB`,
    `timeout ${lab.functionTimeoutSeconds} s`,
    `visibility timeout ${lab.visibilityTimeoutSeconds} s`,
    `maxReceiveCount ${lab.maxReceiveCount}`,
    `After ${lab.maxReceiveCount} receives`,
    `batch size ${lab.batchSize}`,
    `batching window ${lab.batchingWindowSeconds} s`,
    `retention ${days} days`,
    'ReportBatchItemFailures',
  ]) {
    expect(txt).toContain(fact);
    expect(written).toContain(fact.replaceAll(' ', ''));
  }
});

test('each step of the flow has its number on the drawing and in the list', () => {
  const numbers = architectureLayout()
    .canvas.boxes.map(({ text }) => text)
    .filter((text) => /^\d$/.test(text));
  expect(numbers.toSorted()).toEqual(
    ['1', '2', '3', '4', '5', '6', '7', '8'].flatMap((n) => [n, n]),
  );
});

test('the architecture picture is the same twice', () => {
  expect(architecturePicture()).toEqual(architecturePicture());
});

import { expect, test } from 'vitest';
import { architectureLayout, architecturePicture } from './architecture.ts';
import { layoutFaults, writtenText } from '../testing/pictures/testing.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

test('the architecture picture has nothing outside or overlapping', () => {
  expect(layoutFaults(architectureLayout())).toEqual([]);
});

test('picture and text twin have the names and numbers of the lab', () => {
  const { txt } = architecturePicture();
  const written = writtenText(architectureLayout());
  const days = anyLab.deadLetterRetentionSeconds / 86_400;
  for (const fact of [
    anyLab.queueName,
    anyLab.deadLetterQueueName,
    anyLab.functionName,
    anyLab.roleName,
    anyLab.runtime,
    `${anyLab.memoryMb} MB`,
    `timeout ${anyLab.functionTimeoutSeconds} s`,
    `visibility timeout ${anyLab.visibilityTimeoutSeconds} s`,
    `maxReceiveCount ${anyLab.maxReceiveCount}`,
    `After ${anyLab.maxReceiveCount} receives`,
    `batch size ${anyLab.batchSize}`,
    `batching window ${anyLab.batchingWindowSeconds} s`,
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

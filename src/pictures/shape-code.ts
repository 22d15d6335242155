import { excerptOf, outputLines } from './excerpt.ts';
import { other, text } from './shape.ts';
import type { Printed, Shape } from './shape.ts';

/** Proof 11: the lines of the worker from the loop to the answer, and the digest of the zip. */
export function codeShape({ data }: Printed): Shape {
  const { command, output } = data;
  const digest = /^CodeSha256 (\S+)$/m.exec(output)?.[1];
  const deployed = text(other(data, 6), 'Configuration', 'CodeSha256');
  const rules = ['reports-failures'];
  const parts = excerptOf(output, {
    plain: true,
    whole: 0,
    span: { from: /^\s*for \(const record of/, to: /^\s*return \{ batchItemFailures/ },
    lights: [
      { find: /^\s*for \(const record of/, tone: 'key', rules, note: 'each record by itself' },
      { find: /\} catch \(/, tone: 'bad', rules, note: 'caught here, per record' },
      { find: /itemIdentifier: /, tone: 'key', rules, note: 'the id of the failed one' },
      {
        find: /^\s*return \{ batchItemFailures/,
        tone: 'good',
        rules,
        note: 'the answer: only what failed',
      },
      {
        find: /^CodeSha256 /,
        tone: 'tie',
        rules: ['exists', 'fresh'],
        note: digest !== undefined && digest === deployed ? 'equal to proof 6' : 'of the zip',
      },
    ],
  });
  const lines = outputLines(output);
  const end = lines.findIndex((line) => line.startsWith('CodeSha256 '));
  const numbered = end < 0 ? lines.length : end;
  return { panels: [{ command, parts, kind: 'code', numbered }] };
}

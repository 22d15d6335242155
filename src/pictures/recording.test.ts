import { expect, test } from 'vitest';
import { recordingSvg, recordingText } from './recording.ts';

const lines = [
  { atMs: 0, text: '\u001B[1mStep 01\u001B[22m  [\u001B[32mSANDBOX\u001B[39m]' },
  { atMs: 400, text: '  $ aws sqs create-queue --queue-name "<q>"' },
  { atMs: 60_400, text: 'x'.repeat(250) },
];

test('a recording shows each line with its colours, escaped, and long ones folded', () => {
  const svg = recordingSvg(lines, 'npm start');
  expect(svg).toContain('<title id="t">npm start</title>');
  expect(svg).toContain('font-weight="bold">Step 01</tspan>');
  expect(svg).toContain('--queue-name &quot;&lt;q&gt;&quot;');
  expect(svg.match(/x{100}</g)).toHaveLength(2);
  expect(svg.match(/>x{50}</g)).toHaveLength(1);
});

test('a long pause is short, and who wants no motion sees the end', () => {
  const svg = recordingSvg(lines, 'npm start');
  // 0.4 s, a pause of at most 1.2 s, and 6 s of rest.
  expect(svg).toContain('animation:show 7.60s step-end infinite');
  expect(svg).toMatch(/@media \(prefers-reduced-motion:no-preference\)\{\n\.lines\{animation/);
});

test('the same lines give the same bytes, and the text twin has all of them without colours', () => {
  expect(recordingSvg(lines, 'a')).toBe(recordingSvg(lines, 'a'));
  expect(recordingText(lines).split('\n')[0]).toBe('Step 01  [SANDBOX]');
});

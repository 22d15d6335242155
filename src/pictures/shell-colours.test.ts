import { expect, test } from 'vitest';
import { inks } from './colours.ts';
import { shellLines } from './shell-colours.ts';

function signsIn(command: string, colour: string): string {
  return shellLines(command)
    .flatMap(({ cells }) => cells)
    .filter((cell) => cell.colour === colour)
    .map(({ sign }) => sign)
    .join('');
}

test('shellLines() tells flags, quotes and variables apart', () => {
  const command = `aws sqs send-message --queue-url "$QUEUE_URL" --message-body $'it\\'s' -x \${A}`;
  expect(signsIn(command, inks.blue)).toBe('--queue-url--message-body-x');
  expect(signsIn(command, inks.green)).toBe(String.raw`""$'it\'s'`);
  expect(signsIn(command, inks.violet)).toBe('$QUEUE_URL${A}');
});

test('shellLines() sees that a backslash and an open quote go on with the same command', () => {
  const starts = (command: string): boolean[] => shellLines(command).map((line) => line.starts);
  expect(starts('aws a \\\n  --b\naws c')).toEqual([true, false, true]);
  expect(starts(`aws a '{\n  "b": 1\n}'\naws c`)).toEqual([true, false, false, true]);
  expect(starts("# don't\naws c")).toEqual([true, true]);
});

test('shellLines() keeps every sign, also of a quote that is never closed', () => {
  const command = `aws "never closed $X\n  'mixed \\`;
  const lines = shellLines(command).map(({ cells }) => cells.map(({ sign }) => sign).join(''));
  expect(lines.join('\n')).toBe(command);
});

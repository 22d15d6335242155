import { describe, expect, test } from 'vitest';
import { quote } from './quote.ts';
import { runChild } from '../testing/lab/checkout.ts';

test.each(['lab01-worker-queue', 'arn:aws:sqs:us-east-1:1:q', 'fileb://a.zip', 'a=b,c@d', '30'])(
  'quote() leaves %s as it is',
  (word) => {
    expect(quote(word)).toBe(word);
  },
);

// bash is what the commands run in.
describe.skipIf(process.platform === 'win32')('a quoted word', () => {
  test.each([
    '',
    'a b',
    "it's",
    '"messageId"',
    '$HOME $(id) `id`',
    String.raw`a\nb`,
    'a\nb',
    '*?[a]{b,c}',
    '~',
    '-n; rm -rf /',
    'grün',
    '!history',
  ])('%j is for bash one word, the same', async (word) => {
    const { stdout, stderr } = await runChild('bash', ['-c', `printf '<%s>' ${quote(word)}`], {
      cwd: '/',
      environment: { PATH: process.env['PATH'] ?? '' },
    });
    expect({ stdout, stderr }).toEqual({ stdout: `<${word}>`, stderr: '' });
  });
});

/**
 * `npm run record`: films `npm start` for the README. A whole lab in the sandbox, in a checkout of its own, its output redacted
 * and drawn as an animated SVG with a text twin.
 */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { recordingSvg, recordingText } from '../pictures/recording.ts';
import type { RecordedLine } from '../pictures/recording.ts';
import { redactor } from '../redaction/redact.ts';
import { root } from '../lab/settings.ts';
import { temporaryCheckout } from '../testing/lab/checkout.ts';

await using checkout = await temporaryCheckout();
const child = spawn(process.execPath, ['src/cli.ts', 'run'], {
  cwd: checkout.root,
  env: { PATH: process.env['PATH'], HOME: checkout.root, FORCE_COLOR: '1' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const start = performance.now();
const filmed: RecordedLine[] = [{ atMs: 0, text: '$ npm start' }];
for await (const text of createInterface({ input: child.stdout })) {
  filmed.push({ atMs: Math.round(performance.now() - start) + 800, text });
}
// Redacted as one text, so that a secret of one line is hidden in all lines.
const redacted = redactor([])(filmed.map(({ text }) => text).join('\n')).split('\n');
const lines = filmed.map(({ atMs }, i) => ({ atMs, text: redacted[i] ?? '' }));
const file = join(root, 'docs', 'images', 'npm-start');
await writeFile(`${file}.svg`, recordingSvg(lines, 'npm start: the whole lab in the sandbox'));
await writeFile(`${file}.txt`, recordingText(lines));
console.log(
  `${lines.length} lines in docs/images/npm-start.svg and .txt. Now: npm run sample -- --draw`,
);

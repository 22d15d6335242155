import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Defect } from '../../sandbox/types.ts';
import { temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout } from '../lab/checkout.ts';
import { startProcess } from '../sandbox/process.ts';

// An AWS that gets one rule wrong is caught by the experiment that is about this rule, with both numbers.

let checkout: Checkout;
/** Of the sandbox that the kit itself would start: it replaces one of another version. */
let version: string;

beforeAll(async () => {
  checkout = await temporaryCheckout();
  // It passes, and there is a lab to look at.
  await mustRun(['experiment', '28']);
  const { stdout } = await mustRun(['sandbox', 'status', '--json']);
  ({ version } = JSON.parse(stdout) as { version: string });
  await mustRun(['sandbox', 'stop']);
});

async function mustRun(words: readonly string[]) {
  const ended = await checkout.lab(words);
  if (ended.code !== 0) throw new Error(`lab ${words.join(' ')}: ${ended.stdout}${ended.stderr}`);
  return ended;
}

afterAll(() => checkout.remove());

/** Runs an experiment against a sandbox in the checkout's home that has this defect. No command of the kit starts one. */
async function runWith(defect: Defect, number: string) {
  const home = join(checkout.root, '.lab', 'sandbox');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const sandbox = await startProcess(home, ['--defect', defect, '--version', version]);
  try {
    const ended = await checkout.lab(['experiment', number]);
    const { stdout } = await checkout.lab(['sandbox', 'status', '--json']);
    // The kit has used this one, and not replaced it.
    expect(JSON.parse(stdout)).toMatchObject({ pid: sandbox.pid });
    return ended;
  } finally {
    await sandbox.stop();
  }
}

/** A row of the table, without the spaces between its columns. */
const rowsIn = (stdout: string) => stdout.split('\n').map((line) => line.trim().split(/ {2,}/));

test.each<[Defect, string, string, string, string]>([
  ['item-failures-ignored', '20', 'Messages in the dead-letter queue, with', '1', '0'],
  ['failed-batches-deleted', '20', 'Deliveries of all messages, without', '30', '10'],
  ['failed-batches-deleted', '24', 'Times that a good message is worked on, hangs', '3', '1'],
  ['failed-batches-deleted', '31', 'Deliveries of the message, delivery', '2', '1'],
  [
    'failed-batches-visible-at-once',
    '28',
    'From the first delivery to the last, five',
    '40 to 140 s',
    '0 s',
  ],
  ['filters-keep', '36', 'Messages left in the queue or the dead-letter queue, bodies', '0', '2'],
  ['redrive-keeps-ids', '37', 'Redriven messages that have a new id, fixed', '4', '0'],
])(
  'a sandbox with %s is caught by experiment %s',
  async (defect, number, label, predicted, measured) => {
    const { code, stdout } = await runWith(defect, number);
    const row = rowsIn(stdout).find(([first]) => first === label);
    // The fourth column is the number of the rule.
    expect(row?.toSpliced(3, 1)).toEqual([label, predicted, measured, 'NOT as predicted']);
    expect(stdout).toContain(`FAIL  experiment ${number}`);
    // It was judged, deleted its copies, and did the lab no harm.
    expect(stdout).toContain('All 7 checks of the built lab pass, as before.');
    expect(code).toBe(1);
  },
);

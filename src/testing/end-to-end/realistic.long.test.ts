import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../evidence/evidence.ts';
import { deliveryOf } from '../../lab/aws/observe.ts';
import { temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout } from '../lab/checkout.ts';
import { setFaults } from '../lab/set-faults.ts';

async function evidenceOf(checkout: Checkout): Promise<Map<string, Evidence>> {
  const folder = join(checkout.root, 'docs', 'evidence', 'sandbox');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const all = files.map(async (name) => {
    const evidence = JSON.parse(await readFile(join(folder, name), 'utf8')) as Evidence;
    return [evidence.check, evidence] as const;
  });
  return new Map(await Promise.all(all));
}

function outputOf(evidence: ReadonlyMap<string, Evidence>, check: string, proof: number): unknown {
  const output = evidence.get(check)?.proofs.find(({ number }) => number === proof)?.output;
  return JSON.parse(output ?? '{}');
}

describe('lab run --realistic', () => {
  it('makes the fifteen proofs all the same, and their times agree with each other', async () => {
    await using checkout = await temporaryCheckout();
    expect((await checkout.lab(['sandbox', 'start', '--realistic'])).code).toBe(0);
    // What is drawn for each message may, rarely, come four times in a row: then the lab honestly ends
    // "not judged". A test must not hang on that; the next one has the splits.
    await setFaults(checkout, { splitBatches: 0, duplicateDelivery: 0 });
    const wallStart = Date.now();
    const { code, stdout, stderr } = await checkout.lab(['run', '--realistic']);
    const wallMs = Date.now() - wallStart;
    expect(stderr + stdout).toContain('15 proofs in docs/evidence/sandbox/');
    expect(code).toBe(0);
    const { stdout: status } = await checkout.lab(['sandbox', 'status', '--json']);
    expect(JSON.parse(status)).toMatchObject({ realistic: true });

    const evidence = await evidenceOf(checkout);
    const log = outputOf(evidence, '09', 14) as {
      events: { message: string; timestamp: number; ingestionTime: number }[];
    };
    const { Messages: messages } = outputOf(evidence, '10', 15) as {
      Messages: { MessageId: string; Attributes: Record<string, string> }[];
    };
    const deliveries = log.events.flatMap(({ message, timestamp }) =>
      deliveryOf(message, timestamp),
    );
    // The newest run, should SQS have split the batch of an earlier one.
    const poisonId = deliveries.findLast(({ outcome }) => outcome === 'FAILED')?.messageId;
    const receives = deliveries.filter(({ messageId }) => messageId === poisonId);
    const message = messages.find(({ MessageId }) => MessageId === poisonId);
    expect(receives.map(({ receiveCount }) => receiveCount)).toEqual([1, 2, 3]);
    const times = [
      Number(message?.Attributes['SentTimestamp']),
      Number(message?.Attributes['ApproximateFirstReceiveTimestamp']),
      ...receives.map(({ timestamp }) => timestamp),
      Date.parse(evidence.get('09')?.time ?? ''),
      Date.parse(evidence.get('10')?.time ?? ''),
      Date.parse(evidence.get('11')?.time ?? ''),
    ];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const { timestamp, ingestionTime } of log.events) {
      expect(ingestionTime).toBeGreaterThanOrEqual(timestamp);
    }
    // All of them on the lab clock, which is ahead of the wall's by what it has skipped.
    const labMs = Date.parse(evidence.get('11')?.time ?? '') - wallStart;
    expect(labMs - wallMs).toBeGreaterThan(60_000);
    expect(stdout).toMatch(/the sandbox clock skipped \d/);
  });

  it('goes back and sends again when SQS splits the batch, says so, and gives up after three times without blame', async () => {
    await using checkout = await temporaryCheckout();
    expect((await checkout.lab(['sandbox', 'start'])).code).toBe(0);
    // Two at most, oldest first: the poison, sent last, is always alone.
    await setFaults(checkout, { splitBatchesAt: 2 });
    const { code, stdout, stderr } = await checkout.lab(['run']);
    expect(stdout).toContain('Going back to step 8, 1 of at most 3 times');
    expect(stdout).toContain('Going back to step 8, 3 of at most 3 times');
    expect(stdout.match(/AWS delivered the messages in separate batches/g)).toHaveLength(4);
    expect(stdout).not.toMatch(/FAIL {2}\d/);
    expect(stderr).toContain('Check 09 did not pass');
    expect(code).toBe(2);

    await setFaults(checkout, { splitBatchesAt: 0 });
    expect((await checkout.lab(['step', '8'])).code).toBe(0);
    expect((await checkout.lab(['step', '9'])).code).toBe(0);
    expect((await checkout.lab(['check', '9'])).stdout).toMatch(/PASS {2}(\d+) of \1$/m);
  });
});

it('a role that Lambda may never assume is not waited for longer on the lab clock than AWS would need, nor for minutes here', async () => {
  await using checkout = await temporaryCheckout();
  const file = join(checkout.root, 'infra', 'lambda-trust.json');
  const trust = await readFile(file, 'utf8');
  await writeFile(file, trust.replace('lambda.amazonaws.com', 'ec2.amazonaws.com'));
  expect((await checkout.lab(['step', '3'])).code).toBe(0);
  expect((await checkout.lab(['step', '5'])).code).toBe(0);
  const { code, stdout, stderr } = await checkout.lab(['step', '6']);
  expect(stderr).toContain('The role defined for the function cannot be assumed by Lambda.');
  expect(code).toBe(1);
  const skips = stdout.match(/^ +the sandbox clock skipped .*\(AWS clock: a new role/gm);
  expect(skips).toHaveLength(5);
});

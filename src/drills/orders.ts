import { askAws } from '../lab/aws/ask.ts';
import { labNow } from '../lab/aws/clocks.ts';
import { observeQueue, queueArn } from '../lab/aws/observe.ts';
import { runInBash } from '../lab/command.ts';
import { skipInSandbox, waitFor } from '../lab/aws/wait.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { queueUrl } from '../judging/to-paste.ts';
import { observeFacts } from './facts.ts';
import type { Facts, Traffic } from './facts.ts';
import { shows } from './symptoms.ts';
import type { Orders, SymptomName } from './symptoms.ts';

/** More than the 1 KiB at which a queue may be told to stop. */
const largeBody = `order-${'x'.repeat(2048)}`;
const usualBodies = ['order-1001', 'order-1002', 'order-1003-FAIL'];

/**
 * Sends orders as the shop would. A refusal is an answer: then it says what the AWS CLI prints.
 * @param orders `usual`: two good ones and one that fails, in one batch; `large`: a good one of 2 KB
 */
export async function sendOrders(lab: Lab, orders: Orders): Promise<Traffic> {
  const bodies = orders === 'large' ? [largeBody] : usualBodies;
  const sentAt = await labNow(lab);
  const none = { good: [], poison: [], sentAt };
  try {
    const queue = await observeQueue(lab.look, lab.queueName);
    const Entries = bodies.map((body, i) => ({ Id: `order-${i + 1}`, MessageBody: body }));
    const answer = (await askAws(
      {
        service: 'sqs',
        operation: 'SendMessageBatch',
        input: { QueueUrl: queue?.url ?? '', Entries },
      },
      await lab.session(),
    )) as { Successful?: { Id: string; MessageId: string }[] } | undefined;
    const ids = bodies.map(
      (_, i) => answer?.Successful?.find(({ Id }) => Id === `order-${i + 1}`)?.MessageId,
    );
    if (ids.every((id) => id !== undefined)) {
      const isPoison = (i: number) => bodies[i]?.includes('FAIL') === true;
      return {
        good: ids.filter((_, i) => !isPoison(i)),
        poison: ids.filter((_, i) => isPoison(i)),
        sentAt,
      };
    }
  } catch (error) {
    if (!('$metadata' in (error as object))) throw error;
  }
  return { ...none, refused: await refusal(lab, bodies[0] ?? '') };
}

/** What the CLI prints when it is refused. @throws LabError when AWS has changed its mind */
async function refusal(lab: Lab, body: string): Promise<string> {
  const command = `aws sqs send-message --queue-url ${queueUrl(lab.queueName)} --message-body '${body}'`;
  const { stderr, exitCode } = await runInBash(await lab.session(), command);
  const line = stderr.split('\n').find((text) => text.includes('An error occurred'));
  if (exitCode === 0 || line === undefined)
    throw new LabError(`Cannot tell why ${await queueArn(lab, lab.queueName)} refused an order`, {
      hint: 'npx lab reset, then start the drill again',
    });
  return line.replace(/^aws: \[ERROR\]: /, '').trim();
}

/** How long a symptom may take to show: of some the time is the symptom. The clock of the sandbox skips most of it. */
async function secondsToShow(lab: Lab): Promise<number> {
  const { sandbox } = await lab.session();
  return sandbox !== undefined && (await sandbox.status()).clock.skipping ? 60 : 420;
}

const clock = 'the orders need their time';

/** Where nothing happens, no clock of AWS runs that the sandbox would skip: but that nothing happens is what is waited for. */
export function skipping(lab: Lab): () => Promise<void> {
  let since = performance.now();
  return async () => {
    // Whoever works on the orders has had time to do so.
    if (performance.now() - since < 2000) return;
    await skipInSandbox(lab, clock, 20);
    since = performance.now();
  };
}

/**
 * Sends orders until AWS shows the symptom of a fault. Some orders may have slipped through before a change had reached all of AWS: so it
 * sends a second time, and a third.
 * @throws LabError when it shows nothing of it
 */
export async function waitForSymptom(lab: Lab, name: SymptomName, orders: Orders): Promise<Facts> {
  const limitSeconds = await secondsToShow(lab);
  for (let tries = 1; ; tries += 1) {
    const traffic = await sendOrders(lab, orders);
    const skip = skipping(lab);
    const facts = await waitFor(lab, {
      what: 'somebody to notice',
      clock,
      limitSeconds,
      probe: async () => {
        const now = await observeFacts(lab, traffic);
        if (shows(name, now)) return now;
        await skip();
        return undefined;
      },
    }).catch((error: unknown) => {
      if (tries === 3 || !(error instanceof LabError)) throw error;
      return undefined;
    });
    if (facts !== undefined) return facts;
  }
}

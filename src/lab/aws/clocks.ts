import type { CommandOptions } from '../command.ts';
import { variable } from '../command.ts';
import { LabError } from '../errors.ts';
import {
  newestRun,
  messageCount,
  observeDeliveries,
  observeMappings,
  observeQueue,
  queueArn,
} from './observe.ts';
import { pointingHere } from '../next.ts';
import { options } from '../options.ts';
import { session } from '../session.ts';
import { lab } from '../settings.ts';
import { dim, say } from '../terminal.ts';
import { waitFor } from './wait.ts';
import { fact } from '../witness.ts';

// AWS's clocks that the lab has to live with: what AWS says while one runs, and when it is over.

/** A deleted queue's name is free again after 60 s. */
export const queueNameLock: CommandOptions = {
  retryWhile: {
    says: /You must wait 60 seconds after deleting a queue/,
    clock: 'a deleted queue locks its name for 60 s',
    typicalSeconds: 60,
    limitSeconds: 120,
  },
};

/** A fresh role cannot be assumed at once: usually some seconds. */
export const rolePropagation: CommandOptions = {
  retryWhile: {
    says: /cannot be assumed by Lambda/,
    clock: 'a new role reaches Lambda within seconds, rarely minutes',
    typicalSeconds: 10,
    limitSeconds: 300,
  },
};

/** Lambda looks at the role's rights when a mapping is created, and new rights need seconds too. */
export const permissionPropagation: CommandOptions = {
  retryWhile: {
    says: /does not have permissions to call/,
    clock: 'new permissions reach Lambda within seconds, rarely minutes',
    typicalSeconds: 10,
    limitSeconds: 300,
  },
};

/** While one update of a function is under way, AWS takes no other. */
export const updateInProgress: CommandOptions = {
  retryWhile: {
    says: /An update is in progress for resource/,
    clock: 'an update of a function takes some seconds',
    typicalSeconds: 5,
    limitSeconds: 60,
  },
};

async function labMapping() {
  const source = await queueArn(lab.queueName);
  const { mappings } = await observeMappings();
  return mappings.find(({ EventSourceArn }) => EventSourceArn === source);
}

/** Waits until the mapping of step 07 is Enabled. */
export async function enabledMapping(): Promise<void> {
  if (options().dryRun) {
    say('# the mapping is Creating for some seconds; go on when the next command says Enabled');
    return;
  }
  let state = 'unknown';
  await waitFor({
    what: 'the mapping to be Enabled',
    clock: 'a mapping is Creating for up to 15 s',
    limitSeconds: 90,
    progress: () => `now ${state}`,
    probe: async () => {
      const mapping = await labMapping();
      if (mapping === undefined) throw missing('the event source mapping', 7);
      state = mapping.State ?? 'unknown';
      if (state === 'Disabled') {
        throw new LabError(`The event source mapping ${mapping.UUID} is Disabled`, {
          hint: [
            ...pointingHere(),
            `aws lambda update-event-source-mapping --uuid ${mapping.UUID} --enabled`,
          ].join('\n       '),
        });
      }
      return state === 'Enabled' ? true : undefined;
    },
  });
}

/** Waits for the end of a mapping that is being deleted; at once if there is none, or if it is not being deleted. */
export async function deletedMapping(): Promise<void> {
  if (options().dryRun) return;
  await waitFor({
    what: 'the old mapping to be gone',
    clock: 'a mapping is Deleting for several seconds',
    limitSeconds: 120,
    probe: async () => ((await labMapping())?.State === 'Deleting' ? undefined : true),
  });
}

/** On AWS, and where the sandbox is as unkind as AWS, logs and counts come seconds after what they tell of. */
async function isSlowToTell(): Promise<boolean> {
  const { sandbox } = await session();
  return sandbox === undefined || (await sandbox.status()).realistic;
}

/**
 * Waits until the worker's log shows every message that was just sent: from then on "the newest poison" is
 * the one of this run. At once when no mapping polls: then the messages wait in the queue.
 * @param sent lines that begin with a message id, as `send-test-messages.ts` prints them
 */
export async function arrivedMessages(sent: string): Promise<void> {
  if (options().dryRun) return;
  const ids = sent.split('\n').flatMap((line) => line.split(' ')[0] || []);
  try {
    await waitFor({
      what: 'the messages to show up in the log',
      clock: 'CloudWatch Logs shows an event some seconds later',
      limitSeconds: (await isSlowToTell()) ? 90 : 10,
      probe: async () => {
        if ((await labMapping())?.State !== 'Enabled') return true;
        const log = await observeDeliveries();
        const shown = new Set(log?.deliveries.map(({ messageId }) => messageId));
        return ids.every((id) => shown.has(id)) ? true : undefined;
      },
    });
  } catch (error) {
    // They are sent, and that was this step; why nobody sees them is for the checks to say.
    if (!(error instanceof LabError)) throw error;
    say(dim(`    ${error.message}`));
  }
}

/**
 * Time on the clock of the target, epoch milliseconds, as it is now: for a check that will know only when it has looked
 * whether it needs it. What it sees is then never older than that time, however far the sandbox's clock jumps meanwhile.
 */
export function labTime(): () => Promise<number> {
  const asked = labNow();
  // When recorded answers are judged there is nobody to ask; the record has the time if it was needed.
  asked.catch(() => undefined);
  return () => fact('time on the clock of the target', () => asked);
}

/** Time on the clock of the target, which the log events carry. */
async function labNow(): Promise<number> {
  const { sandbox } = await session();
  return sandbox === undefined ? Date.now() : (await sandbox.status()).clock.now;
}

/** How many receives of the newest poison message the log shows, and what is still in the queues. */
async function progressOfRun() {
  const [source, deadLetter, log, now] = await Promise.all([
    observeQueue(lab.queueName),
    observeQueue(lab.deadLetterQueueName),
    observeDeliveries(),
    labNow(),
  ]);
  if (source === undefined) throw missing(`queue ${lab.queueName}`, 2);
  if (deadLetter === undefined) throw missing(`queue ${lab.deadLetterQueueName}`, 1);
  const { poison } = newestRun(log?.deliveries ?? []);
  const lastReceive = poison.at(-1)?.timestamp ?? now;
  return {
    // Counts lag: an empty source queue says nothing while the poison is still hidden.
    visibleAgain: now >= lastReceive + lab.visibilityTimeoutSeconds * 1000,
    inSource: messageCount(source),
    inDeadLetterQueue: messageCount(deadLetter),
    receives: poison.length,
    deliveries: log?.deliveries.length ?? 0,
  };
}

/** Waits until every sent message has come to its end: deleted, or in the dead-letter queue. */
export async function settledMessages(): Promise<void> {
  if (options().dryRun) {
    say(
      `# the poison is received every ${lab.visibilityTimeoutSeconds} s; after ${lab.maxReceiveCount} times, about ${lab.retriesSeconds} s, it is moved`,
    );
    return;
  }
  const patienceMs = (await isSlowToTell()) ? 60_000 : 2000;
  const start = performance.now();
  let now: Awaited<ReturnType<typeof progressOfRun>> | undefined;
  await waitFor({
    what: 'the poison to reach the dead-letter queue',
    clock: `visibility timeout, ${lab.visibilityTimeoutSeconds} s, ${lab.maxReceiveCount} times`,
    limitSeconds: lab.visibilityTimeoutSeconds * lab.maxReceiveCount + 240,
    progress: () => `receive ${now?.receives ?? 0} of ${lab.maxReceiveCount}`,
    probe: async () => {
      now = await progressOfRun();
      const settled =
        now.inSource === 0 &&
        now.inDeadLetterQueue > 0 &&
        now.receives >= lab.maxReceiveCount &&
        now.visibleAgain;
      if (settled) return true;
      const noSign = now.inSource === 0 && now.inDeadLetterQueue === 0 && now.deliveries === 0;
      if (noSign && performance.now() - start > patienceMs) {
        throw new LabError(
          `No message was ever sent to ${lab.queueName}: it is empty and the log has no delivery`,
          {
            hint: 'Send some first: npx lab step 8',
          },
        );
      }
      return undefined;
    },
  });
}

function missing(what: string, step: number): LabError {
  return new LabError(`There is no ${what}`, { hint: `Make it first: npx lab step ${step}` });
}

/** True when a captured variable names something: commands that need it can run (or be shown). */
export function found(name: string): boolean {
  return options().dryRun || !['', 'None', 'null'].includes(variable(name));
}

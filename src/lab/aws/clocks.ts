import type { CommandOptions } from '../command.ts';
import { LabError } from '../errors.ts';
import {
  newestRun,
  messageCount,
  observeDeliveries,
  observeMapping,
  observeQueue,
} from './observe.ts';
import type { Lab, Look } from '../lab.ts';
import { pointingAt } from '../next.ts';
import { settings } from '../settings.ts';
import { say, sayAside } from '../terminal.ts';
import { waitFor } from './wait.ts';

// The clocks of AWS that the lab waits for: what AWS says while one runs, and how to see that it has run out.

/** A deleted queue's name is free again after 60 s. */
export const retryWhileNameIsLocked: CommandOptions = {
  retryWhile: {
    says: /You must wait 60 seconds after deleting a queue/,
    clock: 'a deleted queue locks its name for 60 s',
    typicalSeconds: 60,
    limitSeconds: 120,
  },
};

/** A fresh role cannot be assumed at once: usually some seconds. */
export const retryWhileRoleIsNew: CommandOptions = {
  retryWhile: {
    says: /cannot be assumed by Lambda/,
    clock: 'a new role reaches Lambda within seconds, rarely minutes',
    typicalSeconds: 10,
    limitSeconds: 300,
  },
};

/** Lambda looks at the role's permissions when a mapping is created, and new permissions need seconds too. */
export const retryWhilePermissionsAreNew: CommandOptions = {
  retryWhile: {
    says: /does not have permissions to call/,
    clock: 'new permissions reach Lambda within seconds, rarely minutes',
    typicalSeconds: 10,
    limitSeconds: 300,
  },
};

/** While one update of a function is under way, AWS takes no other. */
export const retryWhileUpdateIsUnderWay: CommandOptions = {
  retryWhile: {
    says: /An update is in progress for resource/,
    clock: 'an update of a function takes some seconds',
    typicalSeconds: 5,
    limitSeconds: 60,
  },
};

/** Waits until the mapping of step 07 is Enabled. */
export async function waitUntilMappingIsEnabled(lab: Lab): Promise<void> {
  if (lab.options.dryRun) {
    say(
      '# the mapping is Creating for some seconds; repeat the next command until it says Enabled',
    );
    return;
  }
  let state = 'unknown';
  await waitFor(lab, {
    what: 'the mapping to be Enabled',
    clock: 'a mapping is Creating for up to 15 s',
    limitSeconds: 90,
    progress: () => `now ${state}`,
    probe: async () => {
      const mapping = await observeMapping(lab.look);
      if (mapping === undefined) throw missing('event source mapping', 7);
      state = mapping.State ?? 'unknown';
      if (state === 'Disabled') {
        throw new LabError(`The event source mapping ${mapping.UUID} is Disabled`, {
          hint: [
            ...pointingAt(lab),
            `aws lambda update-event-source-mapping --uuid ${mapping.UUID} --enabled`,
          ].join('\n       '),
        });
      }
      return state === 'Enabled' ? true : undefined;
    },
  });
}

/** Waits for the end of a mapping that is being deleted; at once if there is none, or if it is not being deleted. */
export async function waitUntilMappingIsGone(lab: Lab): Promise<void> {
  if (lab.options.dryRun) return;
  await waitFor(lab, {
    what: 'the old mapping to be gone',
    clock: 'a mapping is Deleting for several seconds',
    limitSeconds: 120,
    probe: async () => ((await observeMapping(lab.look))?.State === 'Deleting' ? undefined : true),
  });
}

/** On AWS, and in a realistic sandbox, logs and counts lag by seconds. */
async function isSlowToTell(lab: Lab): Promise<boolean> {
  const { sandbox } = await lab.session();
  return sandbox === undefined || (await sandbox.status()).realistic;
}

/**
 * Waits until the worker's log shows every message that was just sent: from then on "the newest poison" is
 * the one of this run. At once when no mapping polls: then the messages wait in the queue.
 * @param sent lines that begin with a message id, as `send-test-messages.ts` prints them
 */
export async function waitUntilMessagesArrived(lab: Lab, sent: string): Promise<void> {
  if (lab.options.dryRun) return;
  const ids = sent.split('\n').flatMap((line) => line.split(' ')[0] || []);
  try {
    await waitFor(lab, {
      what: 'the messages to appear in the log',
      clock: 'CloudWatch Logs shows an event some seconds later',
      limitSeconds: (await isSlowToTell(lab)) ? 90 : 10,
      probe: async () => {
        if ((await observeMapping(lab.look))?.State !== 'Enabled') return true;
        const log = await observeDeliveries(lab.look);
        const shown = new Set(log?.deliveries.map(({ messageId }) => messageId));
        return ids.every((id) => shown.has(id)) ? true : undefined;
      },
    });
  } catch (error) {
    // The messages are sent, so the step has succeeded. The checks say why the log does not show them.
    if (!(error instanceof LabError)) throw error;
    sayAside(error.message);
  }
}

/**
 * Time on the clock of the target, epoch milliseconds, as it is now: for a check that will know only when it has looked
 * whether it needs it. What it sees is then never older than that time, however far the sandbox's clock jumps meanwhile.
 */
export function labTime({ lab, fact }: Look): () => Promise<number> {
  const asked = labNow(lab);
  // When recorded answers are judged nobody can be asked; the record has the time if the check needed it.
  asked.catch(() => undefined);
  return () => fact('time on the clock of the target', () => asked);
}

/** Time on the clock of the target, which the log events carry. */
export async function labNow(lab: Lab): Promise<number> {
  const { sandbox } = await lab.session();
  return sandbox === undefined ? Date.now() : (await sandbox.status()).clock.now;
}

/** How many receives of the newest poison message the log shows, and what is still in the queues. */
async function progressOfRun(lab: Lab) {
  const [source, deadLetter, log, now] = await Promise.all([
    observeQueue(lab.look, lab.queueName),
    observeQueue(lab.look, lab.deadLetterQueueName),
    observeDeliveries(lab.look),
    labNow(lab),
  ]);
  if (source === undefined) throw missing(`queue ${lab.queueName}`, 2);
  if (deadLetter === undefined) throw missing(`queue ${lab.deadLetterQueueName}`, 1);
  const { poison } = newestRun(log?.deliveries ?? []);
  const lastReceive = poison.at(-1)?.timestamp ?? now;
  return {
    // Counts lag: an empty source queue says nothing while the poison is still hidden.
    visibleAgain: now >= lastReceive + settings.visibilityTimeoutSeconds * 1000,
    inSource: messageCount(source),
    inDeadLetterQueue: messageCount(deadLetter),
    receives: poison.length,
    deliveries: log?.deliveries.length ?? 0,
  };
}

/** Waits until every sent message has come to its end: deleted, or in the dead-letter queue. */
export async function waitUntilMessagesSettled(lab: Lab): Promise<void> {
  if (lab.options.dryRun) {
    say(
      `# the poison is received every ${settings.visibilityTimeoutSeconds} s; after ${settings.maxReceiveCount} times, about ${settings.retriesSeconds} s, it is moved`,
    );
    return;
  }
  const patienceMs = (await isSlowToTell(lab)) ? 60_000 : 2000;
  const start = performance.now();
  let now: Awaited<ReturnType<typeof progressOfRun>> | undefined;
  await waitFor(lab, {
    what: 'the poison to reach the dead-letter queue',
    clock: `visibility timeout, ${settings.visibilityTimeoutSeconds} s, ${settings.maxReceiveCount} times`,
    limitSeconds: settings.visibilityTimeoutSeconds * settings.maxReceiveCount + 240,
    progress: () => `receive ${now?.receives ?? 0} of ${settings.maxReceiveCount}`,
    probe: async () => {
      now = await progressOfRun(lab);
      const settled =
        now.inSource === 0 &&
        now.inDeadLetterQueue > 0 &&
        now.receives >= settings.maxReceiveCount &&
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
  return new LabError(`There is no ${what}`, { hint: `Create it first: npx lab step ${step}` });
}

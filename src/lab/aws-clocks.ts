import type { CommandOptions } from './command.ts';
import { variable } from './command.ts';
import { LabError } from './errors.ts';
import {
  latestRun,
  messageCount,
  observeDeliveries,
  observeMappings,
  observeQueue,
  queueArn,
} from './observe.ts';
import { options } from './options.ts';
import { session } from './session.ts';
import { lab } from './settings.ts';
import { say } from './terminal.ts';
import { waitFor } from './wait.ts';

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
          hint: `aws lambda update-event-source-mapping --uuid ${mapping.UUID} --enabled`,
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

/** How many receives of the newest poison message the log shows, and what is still in the queues. */
async function progressOfRun() {
  const [source, deadLetter, log] = await Promise.all([
    observeQueue(lab.queueName),
    observeQueue(lab.deadLetterQueueName),
    observeDeliveries(),
  ]);
  if (source === undefined) throw missing(`queue ${lab.queueName}`, 2);
  if (deadLetter === undefined) throw missing(`queue ${lab.deadLetterQueueName}`, 1);
  const { poison } = latestRun(log?.deliveries ?? []);
  return {
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
      `# the poison is received every ${lab.visibilityTimeoutSeconds} s; after the third time, about 90 s, it is moved`,
    );
    return;
  }
  const { target } = await session();
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
        now.inSource === 0 && now.inDeadLetterQueue > 0 && now.receives >= lab.maxReceiveCount;
      if (settled) return true;
      const noSign = now.inSource === 0 && now.inDeadLetterQueue === 0 && now.deliveries === 0;
      const patienceMs = target === 'sandbox' ? 2000 : 60_000;
      if (noSign && performance.now() - start > patienceMs) {
        throw new LabError(
          `No message was ever sent to ${lab.queueName}: it is empty and the log has no delivery`,
          {
            hint: 'Send some first: npm run step 8',
          },
        );
      }
      return undefined;
    },
  });
}

function missing(what: string, step: number): LabError {
  return new LabError(`There is no ${what}`, { hint: `Make it first: npm run step ${step}` });
}

/** True when a captured variable names something: commands that need it can run (or be shown). */
export function found(name: string): boolean {
  return options().dryRun || !['', 'None', 'null'].includes(variable(name));
}

import { observeMapping, observeQueue, queueArn } from '../lab/aws/observe.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { settings } from '../lab/settings.ts';

/** What the page must know of the lab that it shows. JSON. */
export interface LabInfo {
  readonly target: 'aws' | 'emulator' | 'sandbox';
  readonly accountId: string;
  readonly region: string;
  readonly profile: string;
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly functionName: string;
  readonly queueArn: string;
  readonly deadLetterQueueArn: string;
  readonly functionArn: string;
  /** Of the lab as its steps build it. */
  readonly good: {
    readonly visibilityTimeoutSeconds: number;
    readonly maxReceiveCount: number;
    readonly batchSize: number;
    readonly batchingWindowSeconds: number;
    readonly functionTimeoutSeconds: number;
  };
}

export async function labInfo(lab: Lab): Promise<LabInfo> {
  const { target, accountId, region, profile } = await lab.session();
  const [source, dead] = await Promise.all([
    queueArn(lab, lab.queueName),
    queueArn(lab, lab.deadLetterQueueName),
  ]);
  return {
    target,
    accountId,
    region,
    profile,
    queueName: lab.queueName,
    deadLetterQueueName: lab.deadLetterQueueName,
    functionName: lab.functionName,
    queueArn: source,
    deadLetterQueueArn: dead,
    functionArn: `arn:aws:lambda:${region}:${accountId}:function:${lab.functionName}`,
    good: {
      visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds,
      maxReceiveCount: settings.maxReceiveCount,
      batchSize: settings.batchSize,
      batchingWindowSeconds: settings.batchingWindowSeconds,
      functionTimeoutSeconds: settings.functionTimeoutSeconds,
    },
  };
}

/** URL of a queue of the lab. @throws LabError when there is no such queue */
export async function queueUrl(lab: Lab, which: 'deadLetterQueueName' | 'queueName') {
  const queue = await observeQueue(lab.look, lab[which]);
  if (queue !== undefined) return queue.url;
  throw new LabError(`There is no queue ${lab[which]}`, {
    hint: `npx lab step ${which === 'queueName' ? 2 : 1}`,
  });
}

/** UUID of the mapping of the lab. @throws LabError when there is none */
export async function mappingUuid(lab: Lab): Promise<string> {
  const mapping = await observeMapping(lab.look);
  if (mapping?.UUID !== undefined) return mapping.UUID;
  throw new LabError(`No event source mapping connects ${lab.queueName} and ${lab.functionName}`, {
    hint: 'npx lab step 7',
  });
}

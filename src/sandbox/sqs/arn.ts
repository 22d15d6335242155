import type { CallContext } from '../types.ts';

export function queueArn(region: string, accountId: string, name: string): string {
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

/** @returns undefined when the text is not the ARN of an SQS queue */
export function parseQueueArn(
  arn: string,
): { region: string; accountId: string; name: string } | undefined {
  const [, region, accountId, name] = /^arn:aws:sqs:([^:]+):(\d{12}):([^:]+)$/.exec(arn) ?? [];
  if (region === undefined || accountId === undefined || name === undefined) return undefined;
  return { region, accountId, name };
}

/** The caller's queue of that name. */
export function arnFromName(name: string, { region, accountId }: CallContext): string {
  return queueArn(region, accountId, name);
}

/** The queue that `QueueUrl` names: only the path counts, and a bare name will do, as on AWS. */
export function arnFromQueueUrl(url: string, context: CallContext): string {
  const [, accountId = context.accountId, name = ''] = /(?:(\d{12})\/)?([^/]+)$/.exec(url) ?? [];
  return queueArn(context.region, accountId, name);
}

/** `<endpoint>/<account>/<name>`, so that no client can be led to another host. */
export function queueUrl(arn: string, endpoint: string): string {
  const [, , , , accountId, name] = arn.split(':');
  return `${endpoint}/${accountId}/${name}`;
}

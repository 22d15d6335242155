import type { Principal } from '../../types.ts';
import { invalidParameter } from '../validation.ts';
import type { MappingParts } from './parts.ts';

/** What a mapping does on its queue, each under the function's execution role. */
export const queueActions = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'] as const;
export type QueueAction = (typeof queueActions)[number];

/**
 * Asked each time anew, so that a permission that the role lost no longer counts.
 * @returns false also when the function is gone or Lambda cannot assume its role
 */
export function roleMay(
  parts: MappingParts,
  functionArn: string,
  queueArn: string,
  actions: readonly QueueAction[],
): boolean {
  const target = parts.functions.find(functionArn);
  if (target === undefined) return false;
  const session = parts.iam.assumeRole(target.roleArn, 'lambda.amazonaws.com', target.name);
  return (
    session !== undefined &&
    actions.every((action) => isAllowed(parts, session, { action, queueArn }))
  );
}

/**
 * Creating a mapping wants all three permissions, and names the first that is missing.
 * @throws AwsError `InvalidParameterValueException`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
 */
export function requirePermissions(
  parts: MappingParts,
  target: { readonly name: string; readonly roleArn: string },
  queueArn: string,
): void {
  const session = parts.iam.assumeRole(target.roleArn, 'lambda.amazonaws.com', target.name);
  if (session === undefined) {
    throw invalidParameter('The role defined for the function cannot be assumed by Lambda.');
  }
  const { permissionsUnseenForMs } = parts.world.faults;
  const asOf =
    permissionsUnseenForMs > 0 ? parts.world.clock.now() - permissionsUnseenForMs : undefined;
  for (const action of queueActions) {
    if (!isAllowed(parts, session, { action, queueArn, asOf })) {
      throw invalidParameter(
        `The function execution role does not have permissions to call ${action} on SQS`,
      );
    }
  }
}

function isAllowed(
  { iam }: MappingParts,
  session: Principal,
  question: { action: QueueAction; queueArn: string; asOf?: number | undefined },
): boolean {
  const { action, queueArn, asOf } = question;
  return iam.decide(session, { action: `sqs:${action}`, resource: queueArn }, asOf).allowed;
}

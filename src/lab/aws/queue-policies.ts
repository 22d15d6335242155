import { policyDocument } from './policy-document.ts';

/** Whether a dead-letter queue takes messages from this source; what its redrive allow policy says otherwise. */
export function allowsRedrive(policy: string | undefined, sourceArn: string): string {
  if (policy === undefined || policy === '') return 'allowed';
  const { redrivePermission = 'allowAll', sourceQueueArns = [] } = JSON.parse(policy) as {
    redrivePermission?: string;
    sourceQueueArns?: readonly string[];
  };
  if (redrivePermission === 'allowAll') return 'allowed';
  const byName = redrivePermission === 'byQueue';
  if (byName && sourceQueueArns.includes(sourceArn)) return 'allowed';
  return byName ? `only ${sourceQueueArns.join(', ') || 'no queue'}` : redrivePermission;
}

/**
 * Statements of a queue policy that concern others than the account that owns the queue, or deny something. The
 * statement that the console makes, which gives the account what it has anyway, is none of them.
 */
export function foreignStatements(policy: string | undefined, accountId: string): string[] {
  if (policy === undefined || policy === '') return [];
  return policyDocument(JSON.parse(policy) as object).flatMap(({ Effect, Principal, actions }) => {
    const own = JSON.stringify(Principal) === `{"AWS":"arn:aws:iam::${accountId}:root"}`;
    return own && Effect === 'Allow'
      ? []
      : [`${Effect} ${actions.join(', ')} for ${JSON.stringify(Principal ?? 'nobody')}`];
  });
}

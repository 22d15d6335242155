import { policyDocument } from './policy-document.ts';
import type { Statement } from './policy-document.ts';
import { deniesOnlyWithoutTls, principalsOf, statementText } from './policy-effect.ts';

/** Whether a dead-letter queue takes messages from this source; what its redrive allow policy says otherwise. */
export function allowsRedrive(policy: string | undefined, sourceArn: string): string {
  if (policy === undefined || policy === '') return 'allowed';
  const { redrivePermission = 'allowAll', sourceQueueArns = [] } = JSON.parse(policy) as {
    redrivePermission?: string;
    sourceQueueArns?: readonly string[];
  };
  if (redrivePermission === 'allowAll') return 'allowed';
  if (redrivePermission !== 'byQueue') return redrivePermission;
  if (sourceQueueArns.includes(sourceArn)) return 'allowed';
  return `byQueue: ${sourceQueueArns.join(', ') || 'no queue'}`;
}

/** @param found what `allowsRedrive` found */
export function redriveAllowHint(found: unknown): string {
  const says =
    found === 'denyAll'
      ? 'denyAll: no queue may.'
      : `${String(found)}. The source queue of the lab is not among them.`;
  return `RedriveAllowPolicy says which queues may use this one as their dead-letter queue. It says ${says} Without it every queue of the account in this Region may use it.`;
}

/**
 * Statements of a queue policy that let somebody else in, or keep anybody out. Two common ones do neither: what the
 * console writes, which gives the account what it has anyway, and a Deny for requests without TLS.
 */
export function foreignStatements(policy: string | undefined, accountId: string): string[] {
  if (policy === undefined || policy === '') return [];
  return policyDocument(JSON.parse(policy) as object)
    .filter((statement) => !isOwn(statement, accountId) && !deniesOnlyWithoutTls(statement))
    .map((statement) => statementText(statement));
}

/** AWS takes an account by its ARN or by its bare number, alone or in a list. */
function isOwn(statement: Statement, accountId: string): boolean {
  const own = [`AWS arn:aws:iam::${accountId}:root`, `AWS ${accountId}`];
  const names = principalsOf(statement);
  return statement.Effect === 'Allow' && names.length > 0 && names.every((n) => own.includes(n));
}

/** @param found what `foreignStatements` found */
export function queuePolicyHint(found: unknown): string {
  const statements = found as readonly string[];
  const denies = statements.filter((text) => text.startsWith('Deny '));
  const allows = statements.filter((text) => !text.startsWith('Deny '));
  return [
    ...(allows.length > 0
      ? [
          `The queue policy allows somebody: ${allows.join('; ')}. Inside one account the permissions of users and roles are enough, and the lab allows nobody else.`,
        ]
      : []),
    ...(denies.length > 0
      ? [
          `The queue policy denies somebody: ${denies.join('; ')}. A Deny wins over every Allow, also over the permissions of users and roles.`,
        ]
      : []),
  ].join(' ');
}

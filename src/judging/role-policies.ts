// What the policies of the execution role do, and how to say it: the judgement of check 04. Pure.
import type { EvaluationResult } from '@aws-sdk/client-iam';
import {
  actionsOf,
  concernsAction,
  concernsResource,
  conditionText,
  covers,
  deniesOnlyWithoutTls,
  hasCondition,
  resourcesOf,
  statementText,
} from '../lab/aws/policy-effect.ts';
import type { Statement } from '../lab/aws/policy-document.ts';

export const queueActions = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
export const logActions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** An inline policy of the role, besides the one of the lab. */
export interface NamedPolicy {
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** What the worker needs: these actions on any of these resources. */
export interface Need {
  readonly actions: readonly string[];
  readonly arns: readonly string[];
}

const once = (names: readonly string[]) => [...new Set(names)];
const allowing = (statements: readonly Statement[]) =>
  statements.filter(({ Effect }) => Effect !== 'Deny');

const concerns = (statement: Statement, action: string, { arns }: Need) =>
  concernsAction(statement, action) && arns.some((arn) => concernsResource(statement, arn));

/**
 * The statements of the lab's inline policy that take away what it gives: a Deny of something that the worker needs, and
 * an Allow with a condition, where no other Allow does without one.
 */
export function inTheWay(
  statements: readonly Statement[],
  { queue, logs }: { readonly queue: Need; readonly logs: Need },
): Statement[] {
  const touches = (statement: Statement, need: Need) =>
    need.actions.some((action) => concerns(statement, action, need));
  const free = (action: string) =>
    allowing(statements).some((one) => !hasCondition(one) && concerns(one, action, queue));
  return statements.filter((statement) =>
    statement.Effect === 'Deny'
      ? [queue, logs].some((need) => touches(statement, need)) && !deniesOnlyWithoutTls(statement)
      : hasCondition(statement) &&
        queue.actions.some((action) => concerns(statement, action, queue) && !free(action)),
  );
}

export function inTheWayHint(statements: readonly Statement[]): string {
  const denies = statements.filter(({ Effect }) => Effect === 'Deny');
  return denies.length > 0
    ? `A Deny wins over every Allow: ${denies.map((statement) => statementText(statement)).join('; ')}.`
    : `The policy allows the actions only to a request that meets the condition:${statements.map((statement) => conditionText(statement)).join(';')}. Lambda may not meet it. The policy of the lab has no condition.`;
}

/** What the policy allows, sorted: the three actions by their names, and whatever else as it is written. */
export function allowedActions(statements: readonly Statement[]): string[] {
  return once(
    allowing(statements).flatMap((statement) => actionsOf(statement, queueActions)),
  ).toSorted();
}

/** @param allowed what `allowedActions` found */
export function actionsHint(allowed: readonly string[]): string {
  const missing = queueActions.filter((action) => !allowed.includes(action));
  const polling = missing.filter((action) => action !== 'sqs:DeleteMessage');
  return [
    ...allowed
      .filter((action) => !queueActions.includes(action))
      .map((action) =>
        /\*|^everything but/.test(action)
          ? `It allows ${action}: more than the three actions that the worker needs.`
          : `It allows ${action}, which the worker does not need.`,
      ),
    ...(missing.length > polling.length
      ? ['Without sqs:DeleteMessage handled messages stay in the queue and are delivered again.']
      : []),
    ...(polling.length > 0
      ? [`Without ${polling.join(' and ')} the mapping cannot poll the queue.`]
      : []),
  ].join(' ');
}

/** The resources on which the policy allows something, each once. */
export const allowedResources = (statements: readonly Statement[]) =>
  once(allowing(statements).flatMap((statement) => resourcesOf(statement)));

/** Whether an Allow is about this resource: also where the resource is not named. */
const reaches = (statements: readonly Statement[], arn: string) =>
  allowing(statements).some((statement) => concernsResource(statement, arn));

export function resourcesHint(statements: readonly Statement[], queueArn: string): string {
  const others = allowedResources(statements).filter((resource) => resource !== queueArn);
  const here = reaches(statements, queueArn)
    ? 'Least privilege names only the ARN of this queue.'
    : 'This queue is not among them: the policy does not allow the actions on it.';
  const said = others.map((resource) => {
    if (resource.startsWith('everything but '))
      return `With NotResource it allows the actions on ${resource.replace('everything', 'every resource')}.`;
    if (resource.includes('${'))
      return `It names ${resource}: the check does not know the value of the variable.`;
    return /[*?]/.test(resource)
      ? `It names ${resource}: the wildcard matches ${covers(resource, queueArn) ? 'more queues than this one' : 'many resources'}.`
      : `It names ${resource}, which is not this queue.`;
  });
  return [...said, here].join(' ');
}

/** `sqs:DeleteMessage allowed` for each action, in their order. */
export function decisions(results: readonly EvaluationResult[]): string[] {
  return results
    .map(({ EvalActionName, EvalDecision }) => `${EvalActionName} ${EvalDecision}`)
    .toSorted();
}

const notAllowed = (results: readonly EvaluationResult[]) =>
  results.filter(({ EvalDecision }) => EvalDecision !== 'allowed');

/** `IAM says: sqs:DeleteMessage implicitDeny.` */
export function denied(results: readonly EvaluationResult[]): string {
  return `IAM says: ${decisions(notAllowed(results)).join(', ') || 'nothing'}.`;
}

export const allAllowed = (results: readonly EvaluationResult[]): boolean =>
  results.length > 0 && notAllowed(results).length === 0;

export const byBoundary = (results: readonly EvaluationResult[]): boolean =>
  notAllowed(results).some(
    ({ PermissionsBoundaryDecisionDetail: detail }) =>
      detail?.AllowedByPermissionsBoundary === false,
  );

/** Why something is not allowed that the policies of the role allow. */
export function takenAway(results: readonly EvaluationResult[]): string {
  if (byBoundary(results))
    return 'The policies of the role allow it, but its permissions boundary does not. To remove the boundary, delete the role.';
  const open = notAllowed(results);
  if (
    open.some(({ OrganizationsDecisionDetail: detail }) => detail?.AllowedByOrganizations === false)
  )
    return "A policy of the account's organization does not allow it. Ask the administrator of the organization.";
  const sources = once(
    open.flatMap(({ MatchedStatements: all = [] }) =>
      all.flatMap(({ SourcePolicyId }) => SourcePolicyId ?? []),
    ),
  );
  return open.some(({ EvalDecision }) => EvalDecision === 'explicitDeny')
    ? `A Deny wins over every Allow${sources.length > 0 ? `: ${sources.join(', ')}` : ''}.`
    : 'The policies of the role allow it: another policy denies it.';
}

/** What an inline policy does, in a clause: `lab01-send allows sqs:SendMessage`. */
function policyText({ name, statements }: NamedPolicy): string {
  const texts = statements.map((statement) =>
    statementText(statement)
      .replace(/^Allow /, 'allows ')
      .replace(/^Deny /, 'denies '),
  );
  return `${name} ${once(texts).join(' and ') || 'does nothing'}`;
}

/** Whether a policy lets the role write a log. */
export const allowsLogs = (statements: readonly Statement[]): boolean =>
  allowing(statements).some((statement) =>
    logActions.some((action) => concernsAction(statement, action)),
  );

/** Of the inline policies: how they stand to the one of the lab. */
export function inlineHint(
  others: readonly NamedPolicy[],
  {
    policyName,
    isThere,
    simulated,
  }: {
    readonly policyName: string;
    readonly isThere: boolean;
    readonly simulated: readonly EvaluationResult[];
  },
): string {
  const texts = others.map((policy) => policyText(policy)).join('; ');
  const denies = others.some(({ statements }) => statements.some((one) => one.Effect === 'Deny'));
  const together = denies
    ? 'A Deny in one policy wins over every Allow in another.'
    : 'The role may do what any one of its policies allows. The lab uses one inline policy only.';
  if (isThere)
    return `The role has inline policies that the lab does not have: ${texts}. ${together}`;
  if (allAllowed(simulated))
    return `There is no inline policy ${policyName}. The role may read the queue anyway, through policies with another name: ${texts}.`;
  return [
    `There is no inline policy ${policyName}, and the role may not read the queue: Lambda refuses to create a mapping. ${denied(simulated)}`,
    ...(others.length > 0 ? [`Instead there is: ${texts}.`] : []),
  ].join(' ');
}

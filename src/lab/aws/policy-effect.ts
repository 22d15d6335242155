// What the statements of a policy do, however they are written: AWS reads lists as sets, action names without regard
// to case, and * and ? as wildcards.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
import type { Statement } from './policy-document.ts';

/**
 * All actions of the two services whose wildcards can be judged.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
const listedActions = Object.entries({
  sqs: 'AddPermission CancelMessageMoveTask ChangeMessageVisibility CreateQueue DeleteMessage DeleteQueue GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks ListQueueTags ListQueues PurgeQueue ReceiveMessage RemovePermission SendMessage SetQueueAttributes StartMessageMoveTask TagQueue UntagQueue',
  sts: 'AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot DecodeAuthorizationMessage GetAccessKeyInfo GetCallerIdentity GetDelegatedAccessToken GetFederationToken GetServiceBearerToken GetSessionToken GetWebIdentityToken SetContext SetSourceIdentity TagSession',
}).flatMap(([service, names]) => names.split(' ').map((name) => `${service}:${name}`));

const listOf = (value: string | readonly string[] = []) => [value].flat() as readonly string[];
const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/**
 * Whether a pattern with `*` and `?` covers a text. Policies are other people's: a pattern must not make us try every
 * way to divide the text, so a star only ever takes one character more.
 */
export function covers(pattern: string, text: string): boolean {
  let [at, next] = [0, 0];
  // The last star, and where the text begins that is left for what follows it.
  let [star, rest] = [-1, 0];
  while (at < text.length) {
    const wanted = pattern[next];
    if (wanted === '*') {
      [star, rest] = [next, at];
      next += 1;
    } else if (wanted === '?' || wanted === text[at]) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      rest += 1;
      [at, next] = [rest, star + 1];
    } else return false;
  }
  return /^\**$/.test(pattern.slice(next));
}

/** Whether a statement is about this action: `Action` names it, or `NotAction` does not. */
export function concernsAction({ actions, NotAction }: Statement, action: string): boolean {
  const named = (patterns: readonly string[]) =>
    patterns.some((pattern) => covers(pattern.toLowerCase(), action.toLowerCase()));
  return NotAction === undefined ? named(actions) : !named(listOf(NotAction));
}

/** Whether a statement is about this resource: `Resource` names it, or `NotResource` does not. */
export function concernsResource({ resources, NotResource }: Statement, arn: string): boolean {
  const named = (patterns: readonly string[]) => patterns.some((pattern) => covers(pattern, arn));
  return NotResource === undefined ? named(resources) : !named(listOf(NotResource));
}

export const hasCondition = ({ Condition }: Statement): boolean =>
  typeof Condition === 'object' && Condition !== null && Object.keys(Condition).length > 0;

/**
 * Whether a statement denies nothing but requests without TLS, which AWS advises. The CLI, the SDK and Lambda make none.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html
 */
export function deniesOnlyWithoutTls({ Effect, Condition }: Statement): boolean {
  if (Effect !== 'Deny' || typeof Condition !== 'object' || Condition === null) return false;
  // All parts of a condition must hold, so one that asks for "no TLS" is enough.
  return Object.entries(Condition as Record<string, Record<string, unknown>>).some(
    ([operator, keys]) =>
      /^bool(ifexists)?$/i.test(operator) &&
      Object.entries(keys).some(
        ([key, value]) =>
          same(key, 'aws:SecureTransport') &&
          [value].flat().every((one) => same(String(one), 'false')),
      ),
  );
}

/**
 * The actions of a statement, each once, those of `known` spelt as they are there. A pattern that covers nothing but
 * known actions counts as these; one that covers more stays as it is written, after the known ones among it.
 * @param known actions of SQS or STS
 */
export function actionsOf(statement: Statement, known: readonly string[]): string[] {
  const { actions, NotAction } = statement;
  if (NotAction !== undefined) {
    const concerned = known.filter((action) => concernsAction(statement, action));
    return [...concerned, `everything but ${listOf(NotAction).join(', ')}`];
  }
  const named = actions.flatMap((pattern) => {
    const hits = listedActions.filter((one) => covers(pattern.toLowerCase(), one.toLowerCase()));
    const wanted = hits.filter((action) => known.includes(action));
    // A wildcard before the colon stands for other services too, whose actions are not listed here.
    const [service = ''] = pattern.split(':');
    const nothingElse = hits.length > 0 && hits.length === wanted.length && !/[*?]/.test(service);
    return nothingElse ? wanted : [...wanted, pattern];
  });
  return [...new Set(named)];
}

/** The resources of a statement; `everything but …` for NotResource. */
export function resourcesOf({ resources, NotResource }: Statement): readonly string[] {
  return NotResource === undefined
    ? resources
    : [`everything but ${listOf(NotResource).join(', ')}`];
}

/** `Service lambda.amazonaws.com`, `AWS arn:…`, `*`, `everybody but …`, each once. */
export function principalsOf({ Principal, NotPrincipal }: Statement): string[] {
  if (NotPrincipal !== undefined) return [`everybody but ${namesOf(NotPrincipal).join(', ')}`];
  return namesOf(Principal);
}

function namesOf(principal: Statement['Principal'] = {}): string[] {
  if (typeof principal === 'string') return [principal];
  const names = Object.entries(principal).flatMap(([kind, list]) =>
    // The two mean the same: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    listOf(list).map((name) => (kind === 'AWS' && name === '*' ? '*' : `${kind} ${name}`)),
  );
  return [...new Set(names)];
}

/** A policy may be long, and a sentence is read at a glance. */
const widest = 200;
const cut = (text: string) => (text.length > widest ? `${text.slice(0, widest - 3)}...` : text);

/** `where {"Bool":{"aws:SecureTransport":"false"}}`, after a space; nothing without a condition. */
export function conditionText(statement: Statement): string {
  return hasCondition(statement) ? ` where ${cut(JSON.stringify(statement.Condition))}` : '';
}

/** A statement in one line: `Deny sqs:* for * where {…}`. */
export function statementText(statement: Statement): string {
  const { Effect, Principal, NotPrincipal, NotAction, actions } = statement;
  const what =
    NotAction === undefined ? actions.join(', ') : `everything but ${listOf(NotAction).join(', ')}`;
  const who =
    Principal === undefined && NotPrincipal === undefined
      ? ''
      : ` for ${principalsOf(statement).join(', ')}`;
  return `${Effect} ${cut(what)}${cut(who)}${conditionText(statement)}`;
}

import { conditionHolds, globMatches, literalInPattern } from './conditions.ts';
import type { Condition, Policy, Statement } from './policy-document.ts';

/** One question to a set of policies. */
export interface Question {
  readonly action: string;
  /** An ARN, or `*` for actions without a resource type. */
  readonly resource: string;
  /** Lower-case condition keys and their values in this request. */
  readonly context: ReadonlyMap<string, readonly string[]>;
}

export type Verdict = 'allowed' | 'explicit-deny' | 'implicit-deny';

/**
 * Default deny; one Deny that applies beats every Allow.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(policies: readonly Policy[], question: Question): Verdict {
  return verdictOf(
    policies,
    (policy, statement) => {
      return appliesToAction(statement, question) && appliesToResource(policy, statement, question);
    },
    question,
  );
}

/** May `service` (`lambda.amazonaws.com`) take the role whose trust policy this is? */
export function evaluateTrust(policy: Policy, service: string, question: Question): Verdict {
  return verdictOf(
    [policy],
    (_policy, statement) =>
      appliesToAction(statement, question) && statement.principals.services.includes(service),
    question,
  );
}

/** Whom a policy of a resource may mean when it means the caller. */
export interface CallerNames {
  /** The caller itself, or everybody: what is allowed to these needs no policy of the caller's own. */
  readonly own: readonly string[];
  /** Its account: what is allowed to that is for the policies of its users and roles to hand on. */
  readonly account: readonly string[];
}

/**
 * What the policy of a resource says to a caller of its own account.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
 */
export function evaluateResource(policy: Policy, caller: CallerNames, question: Question): Verdict {
  const meaning = (names: readonly string[]) =>
    verdictOf(
      [policy],
      (_policy, statement) =>
        statement.principals.aws.some((name) => names.includes(name)) &&
        appliesToAction(statement, question) &&
        // A trust policy belongs to its role, and names no resource.
        (statement.resources.length === 0 || appliesToResource(policy, statement, question)),
      question,
    );
  const toAll = meaning([...caller.own, ...caller.account]);
  return toAll === 'allowed' ? meaning(caller.own) : toAll;
}

function verdictOf(
  policies: readonly Policy[],
  applies: (policy: Policy, statement: Statement) => boolean,
  { context }: Question,
): Verdict {
  let verdict: Verdict = 'implicit-deny';
  for (const policy of policies) {
    for (const statement of policy.statements) {
      if (!applies(policy, statement)) continue;
      if (!statement.conditions.every((one) => holds(policy, statement, one, context))) continue;
      if (statement.effect === 'Deny') return 'explicit-deny';
      verdict = 'allowed';
    }
  }
  return verdict;
}

/** Actions are case-insensitive. */
function appliesToAction(statement: Statement, { action }: Question): boolean {
  const lower = action.toLowerCase();
  const named = statement.actions.some((pattern) => globMatches(lower, pattern.toLowerCase()));
  return named !== statement.exceptActions;
}

function appliesToResource(policy: Policy, statement: Statement, question: Question): boolean {
  const patterns = statement.resources.map((text) =>
    fillIn(policy, text, question.context, literalInPattern),
  );
  if (statement.exceptResources && patterns.includes(undefined)) return statement.effect === 'Deny';
  const named = patterns.some(
    (pattern) => pattern !== undefined && globMatches(question.resource, pattern),
  );
  return named !== statement.exceptResources;
}

function holds(
  policy: Policy,
  statement: Statement,
  { operator, key, wanted }: Condition,
  context: Question['context'],
): boolean {
  const quote = operator.wildcards ? literalInPattern : (text: string) => text;
  const filledIn = wanted.map((text) => fillIn(policy, text, context, quote));
  if (operator.negated && filledIn.includes(undefined)) return statement.effect === 'Deny';
  const known = filledIn.filter((text) => text !== undefined);
  return conditionHolds(operator, context.get(key.toLowerCase()), known);
}

/**
 * Puts the request's values into `${aws:username}` and the like. A value is no pattern: `quote` keeps
 * its own wildcards from widening the policy.
 * @returns undefined when the request lacks the key: the text then matches nothing, and where
 * matching nothing would widen the statement, the callers take the side of denying
 */
function fillIn(
  { hasVariables }: Policy,
  text: string,
  context: Question['context'],
  quote: (value: string) => string,
): string | undefined {
  if (!hasVariables || !text.includes('${')) return text;
  let missing = false;
  const filledIn = text.replaceAll(/\$\{([^}]*)\}/g, (_whole, name: string) => {
    const value = ['*', '?', '$'].includes(name) ? name : context.get(name.toLowerCase())?.[0];
    missing ||= value === undefined;
    return quote(value ?? '');
  });
  return missing ? undefined : filledIn;
}

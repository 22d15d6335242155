/** The condition operators of the sandbox. What is not in this table is refused when a policy is put. */

export type Comparison = (value: string, wanted: string) => boolean;

export interface Operator {
  readonly matches: Comparison;
  /** Values of the policy are patterns with `*` and `?`. */
  readonly wildcards: boolean;
  /** `StringNotEquals` and the like: true when no value of the policy matches, or the key is missing. */
  readonly negated: boolean;
  /** @returns false for a policy value that this operator cannot compare with */
  readonly takes: (wanted: string) => boolean;
}

export interface ConditionOperator extends Operator {
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  /** `Null` asks for the key itself, not for its value. */
  readonly asksForPresence: boolean;
}

/** In a pattern: the characters `*` and `?` themselves. From a private-use area, so in no ARN or name. */
const literals: Readonly<Record<string, string>> = { '*': '\uE000', '?': '\uE001' };

/** Makes text safe to stand in a pattern. */
export function literalInPattern(text: string): string {
  return text.replaceAll(/[*?]/g, (char) => literals[char] ?? char);
}

/**
 * Multi-character wildcard `*`, single-character wildcard `?`; everything else is literal. No regular
 * expression: with many stars in a policy it could take longer than anybody lives.
 */
export function globMatches(text: string, pattern: string): boolean {
  let [at, next] = [0, 0];
  // The last star seen, and where the text behind what it stands for begins.
  let [star, behind] = [-1, 0];
  while (at < text.length) {
    if (pattern[next] === '*') {
      [star, behind] = [next, at];
      next += 1;
    } else if (matchesOne(text[at], pattern[next])) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      behind += 1;
      [at, next] = [behind, star + 1];
    } else {
      return false;
    }
  }
  while (pattern[next] === '*') next += 1;
  return next === pattern.length;
}

function matchesOne(char: string | undefined, wanted: string | undefined): boolean {
  if (wanted === '\uE000') return char === '*';
  if (wanted === '\uE001') return char === '?';
  return wanted === '?' || char === wanted;
}

/** Each of the six parts is matched for itself, so that `*` does not reach over a colon. */
function arnMatches(value: string, pattern: string): boolean {
  const [parts, patterns] = [arnParts(value), arnParts(pattern)];
  return patterns.every((part, i) => globMatches(parts[i] ?? '', part));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Policies write times as ISO 8601 or as epoch seconds. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

const anything = () => true;
const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));
const isTime = (text: string) => !Number.isNaN(timeOf(text));
const isBoolean = (text: string) => text === 'true' || text === 'false';
const isArn = (text: string) => text === '*' || text.startsWith('arn:') || text.startsWith('${');

const patterns: readonly Comparison[] = [globMatches, arnMatches];
const positive = (matches: Comparison, takes: Operator['takes'] = anything): Operator => ({
  matches,
  negated: false,
  wildcards: patterns.includes(matches),
  takes,
});
const negative = (matches: Comparison, takes: Operator['takes'] = anything): Operator => ({
  ...positive(matches, takes),
  negated: true,
});
const numeric = (compare: (a: number, b: number) => boolean): Comparison => {
  return (a, b) => compare(Number(a), Number(b));
};
const dated = (compare: (a: number, b: number) => boolean): Comparison => {
  return (a, b) => compare(timeOf(a), timeOf(b));
};

const equal: Comparison = (a, b) => a === b;
const equalIgnoreCase: Comparison = (a, b) => a.toLowerCase() === b.toLowerCase();

const operators: Readonly<Record<string, Operator>> = {
  StringEquals: positive(equal),
  StringNotEquals: negative(equal),
  StringEqualsIgnoreCase: positive(equalIgnoreCase),
  StringNotEqualsIgnoreCase: negative(equalIgnoreCase),
  StringLike: positive(globMatches),
  StringNotLike: negative(globMatches),
  // AWS lets both match wildcards, and makes no difference between them.
  ArnEquals: positive(arnMatches, isArn),
  ArnNotEquals: negative(arnMatches, isArn),
  ArnLike: positive(arnMatches, isArn),
  ArnNotLike: negative(arnMatches, isArn),
  Bool: positive(equalIgnoreCase, isBoolean),
  NumericEquals: positive(
    numeric((a, b) => a === b),
    isNumber,
  ),
  NumericNotEquals: negative(
    numeric((a, b) => a === b),
    isNumber,
  ),
  NumericLessThan: positive(
    numeric((a, b) => a < b),
    isNumber,
  ),
  NumericLessThanEquals: positive(
    numeric((a, b) => a <= b),
    isNumber,
  ),
  NumericGreaterThan: positive(
    numeric((a, b) => a > b),
    isNumber,
  ),
  NumericGreaterThanEquals: positive(
    numeric((a, b) => a >= b),
    isNumber,
  ),
  DateEquals: positive(
    dated((a, b) => a === b),
    isTime,
  ),
  DateNotEquals: negative(
    dated((a, b) => a === b),
    isTime,
  ),
  DateLessThan: positive(
    dated((a, b) => a < b),
    isTime,
  ),
  DateLessThanEquals: positive(
    dated((a, b) => a <= b),
    isTime,
  ),
  DateGreaterThan: positive(
    dated((a, b) => a > b),
    isTime,
  ),
  DateGreaterThanEquals: positive(
    dated((a, b) => a >= b),
    isTime,
  ),
};

const quantifiers = ['ForAllValues', 'ForAnyValue'] as const;

/**
 * Reads `ForAnyValue:StringLikeIfExists` and the like.
 * @returns undefined for an operator that the sandbox does not know
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function parseOperator(text: string): ConditionOperator | undefined {
  const match = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(text);
  if (match === null) return undefined;
  const [, quantifier, name = '', ifExists] = match;
  if (name === 'Null' && quantifier === undefined && ifExists === undefined) {
    return {
      ...positive(equalIgnoreCase, isBoolean),
      quantifier: undefined,
      ifExists: false,
      asksForPresence: true,
    };
  }
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined) return undefined;
  return {
    ...operator,
    quantifier: quantifiers.find((one) => one === quantifier),
    ifExists: ifExists !== undefined,
    asksForPresence: false,
  };
}

/**
 * One operator, one key.
 * @param values the key's values in the request; undefined when the request has no such key
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function conditionHolds(
  operator: ConditionOperator,
  values: readonly string[] | undefined,
  wanted: readonly string[],
): boolean {
  if (operator.asksForPresence) return wanted.includes(String(values === undefined));
  const fits = (value: string): boolean => {
    const found = wanted.some((one) => operator.matches(value, one));
    return operator.negated ? !found : found;
  };
  if (operator.quantifier === 'ForAllValues') return (values ?? []).every(fits);
  if (values === undefined || values.length === 0) {
    if (operator.ifExists) return true;
    return operator.quantifier === 'ForAnyValue' ? false : operator.negated;
  }
  // Without a quantifier a negated operator must hold for every value: the safer reading.
  const each = operator.quantifier === undefined && operator.negated;
  return each ? values.every(fits) : values.some(fits);
}

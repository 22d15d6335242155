import { isObject } from '../validation.ts';

type Json = unknown;
/** Says whether a field, `undefined` when it is missing, fits. */
type Rule = (value: Json) => boolean;

/** A pattern that is none. */
export class BadPatternError extends Error {}

/** Deeper nesting than a pattern of 4,096 characters can mean. */
const deepest = 100;

/**
 * Compiles the part of a filter pattern that a message body has to fit: an object of fields, or a
 * list of rules.
 * @throws BadPatternError
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
 */
export function compilePattern(pattern: Json, depth = 0): Rule {
  if (depth > deepest) throw new BadPatternError('nested too deeply');
  if (Array.isArray(pattern)) return compileRules(pattern);
  if (!isObject(pattern) || Object.keys(pattern).length === 0) {
    throw new BadPatternError('neither fields nor rules');
  }
  const tests = Object.entries(pattern).map(([key, inner]) =>
    key === '$or' ? compileAlternatives(inner, depth) : compileField(key, inner, depth),
  );
  return (value) => tests.every((test) => test(value));
}

/** `"$or": [{…}, {…}]`: one of them has to fit. */
function compileAlternatives(patterns: Json, depth: number): Rule {
  if (!Array.isArray(patterns) || patterns.length < 2 || !patterns.every(isObject)) {
    throw new BadPatternError('$or needs two patterns or more');
  }
  const tests = patterns.map((pattern) => compilePattern(pattern, depth + 1));
  return (value) => tests.some((test) => test(value));
}

/** Of a list of objects, one has to fit. */
function compileField(key: string, pattern: Json, depth: number): Rule {
  const test = compilePattern(pattern, depth + 1);
  return (value) => {
    const objects: Json[] = Array.isArray(value) && value.length > 0 ? value : [value];
    return objects.some((one) =>
      test(isObject(one) && Object.hasOwn(one, key) ? one[key] : undefined),
    );
  };
}

/** Any rule may fit, and of a list of values any value. */
function compileRules(rules: readonly Json[]): Rule {
  if (rules.length === 0) throw new BadPatternError('no rules');
  const tests = rules.map(compileRule);
  return (value) => {
    const values: Json[] = Array.isArray(value) ? value : [value];
    return values.some((one) => tests.some((test) => test(one)));
  };
}

function compileRule(rule: Json): Rule {
  if (isScalar(rule)) return (value) => value === rule;
  if (!isObject(rule) || Object.keys(rule).length !== 1) throw new BadPatternError('unknown rule');
  const [name = '', argument] = Object.entries(rule)[0] ?? [];
  switch (name) {
    case 'prefix':
      return textRule(argument, (value, start) => value.startsWith(start));
    case 'suffix':
      return textRule(argument, (value, end) => value.endsWith(end));
    case 'equals-ignore-case':
      return textRule(argument, (value, other) => value.toLowerCase() === other.toLowerCase());
    case 'anything-but':
      return anythingBut(argument);
    case 'numeric':
      return numeric(argument);
    case 'exists':
      return exists(argument);
    default:
      throw new BadPatternError(`unknown rule ${name}`);
  }
}

function textRule(argument: Json, fits: (value: string, argument: string) => boolean): Rule {
  if (typeof argument !== 'string') throw new BadPatternError('a text is needed');
  return (value) => typeof value === 'string' && fits(value, argument);
}

/** The field must be there, and be something else. */
function anythingBut(argument: Json): Rule {
  const excluded: readonly Json[] = Array.isArray(argument) ? argument : [argument];
  if (excluded.length === 0) throw new BadPatternError('anything-but nothing');
  const tests = excluded.map(compileRule);
  return (value) => value !== undefined && !tests.some((test) => test(value));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 100]` or a range: `[">", 10, "<=", 20]`. */
function numeric(argument: Json): Rule {
  if (!Array.isArray(argument) || ![2, 4].includes(argument.length)) {
    throw new BadPatternError('numeric needs comparisons and numbers');
  }
  const bounds = Array.from({ length: argument.length / 2 }, (_, i) => {
    const [operator, bound]: Json[] = [argument[2 * i], argument[2 * i + 1]];
    const compare = typeof operator === 'string' ? comparisons[operator] : undefined;
    if (compare === undefined || typeof bound !== 'number') {
      throw new BadPatternError('numeric needs comparisons and numbers');
    }
    return (value: number) => compare(value, bound);
  });
  return (value) => typeof value === 'number' && bounds.every((fits) => fits(value));
}

/** Looks at leaves only: an object is not "there". */
function exists(argument: Json): Rule {
  if (typeof argument !== 'boolean') throw new BadPatternError('exists is true or false');
  return (value) => (isScalar(value) ? argument : !argument);
}

function isScalar(value: Json): boolean {
  return value === null || ['boolean', 'number', 'string'].includes(typeof value);
}

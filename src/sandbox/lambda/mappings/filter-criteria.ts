import { jsonExcess, payloadLimits } from '../../json-cost.ts';
import type { WireObject } from '../../types.ts';
import { invalidParameter, isObject } from '../validation.ts';
import { BadPatternError, compilePattern } from './event-pattern.ts';

/** More only after a quota increase, up to ten. */
const mostFilters = 5;

type BodyFilter = (body: string) => boolean;

/**
 * Reads `FilterCriteria`; `{}` and an empty list take filters away.
 * @returns the patterns as given
 * @throws AwsError `InvalidParameterValueException`
 */
export function readFilters(criteria: unknown): readonly string[] {
  if (!isObject(criteria)) throw invalidPattern();
  const filters = criteria['Filters'] ?? [];
  if (!Array.isArray(filters)) throw invalidPattern();
  if (filters.length > mostFilters) {
    throw invalidParameter(`An event source mapping can have at most ${mostFilters} filters.`);
  }
  const patterns = filters.map(readPattern);
  for (const pattern of patterns) compileFilter(pattern);
  return patterns;
}

/** A message passes when one filter fits, or when there are none. */
export function compileFilters(patterns: readonly string[]): BodyFilter {
  if (patterns.length === 0) return () => true;
  const filters = patterns.map(compileFilter);
  return (body) => filters.some((fits) => fits(body));
}

export function wireFilters(patterns: readonly string[]): WireObject {
  return { Filters: patterns.map((Pattern) => ({ Pattern })) };
}

function readPattern(filter: unknown): string {
  const pattern: unknown = isObject(filter) ? filter['Pattern'] : undefined;
  if (typeof pattern !== 'string') throw invalidPattern();
  return pattern;
}

/**
 * A pattern of fields fits JSON bodies only, a list of rules plain text only.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
function compileFilter(text: string): BodyFilter {
  const pattern = parseObject(text);
  if (pattern === undefined || Object.keys(pattern).length === 0) throw invalidPattern();
  const { body, ...others } = pattern;
  if (Object.keys(others).length > 0) {
    throw invalidParameter('A filter pattern on anything but "body" is not in the sandbox.');
  }
  const fits = compile(body);
  const plain = Array.isArray(body);
  return (messageBody) => {
    const object = parseObject(messageBody);
    if (plain) return object === undefined && fits(messageBody);
    return object !== undefined && fits(object);
  };
}

function compile(pattern: unknown) {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof BadPatternError) throw invalidPattern();
    throw error;
  }
}

function parseObject(text: string): WireObject | undefined {
  if (jsonExcess(Buffer.from(text), payloadLimits) !== undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function invalidPattern() {
  return invalidParameter('Invalid filter pattern definition.');
}

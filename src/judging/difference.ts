import { isDeepStrictEqual } from 'node:util';

/** Long values are cut: a difference is read at a glance. */
const widest = 100;

/** And many of them as well: the first ones tell. */
const mostLines = 20;

/**
 * Says where two values differ, and only there, one thing a line: `expected 30, is 5`; `missing: sqs:DeleteMessage`;
 * `unexpected: sqs:*`; `Statement[0].Effect: expected Allow, is Deny`; of ARNs the segments that differ.
 */
export function difference(expected: unknown, actual: unknown): string[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  const lines = compare('', expected, actual);
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `... and ${lines.length - mostLines} more differences`];
}

function compare(path: string, expected: unknown, actual: unknown): string[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual)) return compareLists(path, expected, actual);
  if (isRecord(expected) && isRecord(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...names].flatMap((name) =>
      compare(path === '' ? name : `${path}.${name}`, expected[name], actual[name]),
    );
  }
  return [prefixed(path, differing(expected, actual))];
}

function compareLists(
  path: string,
  expected: readonly unknown[],
  actual: readonly unknown[],
): string[] {
  const missing = without(expected, actual);
  const extra = without(actual, expected);
  const [onlyMissing, ...moreMissing] = missing;
  const [onlyExtra, ...moreExtra] = extra;
  const onePair = missing.length === 1 && extra.length === 1;
  if (
    onePair &&
    moreMissing.length + moreExtra.length === 0 &&
    isRecord(onlyMissing) &&
    isRecord(onlyExtra)
  )
    return compare(`${path}[${expected.indexOf(onlyMissing)}]`, onlyMissing, onlyExtra);
  const lines = [
    ...missing.map((item) => prefixed(path, `missing: ${short(item)}`)),
    ...extra.map((item) => prefixed(path, `unexpected: ${short(item)}`)),
  ];
  // The same things in another order.
  return lines.length > 0 ? lines : [prefixed(path, differing(expected, actual))];
}

/** What is in the first list more often than in the second. */
function without(list: readonly unknown[], other: readonly unknown[]): unknown[] {
  const left = [...other];
  return list.filter((item) => {
    const found = left.findIndex((candidate) => isDeepStrictEqual(candidate, item));
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}

const arnParts = ['partition', 'service', 'Region', 'account'] as const;

function differing(expected: unknown, actual: unknown): string {
  if (isArn(expected) && isArn(actual)) {
    const [, ...wanted] = segments(expected);
    const [, ...found] = segments(actual);
    const parts = wanted.flatMap((part, i) =>
      part === found[i]
        ? []
        : [`${arnParts[i] ?? 'name'} ${found[i] || '(none)'}, not ${part || '(none)'}`],
    );
    return `in the ARN: ${parts.join('; ')}`;
  }
  return `expected ${short(expected)}, is ${short(actual)}`;
}

const isArn = (value: unknown): value is string =>
  typeof value === 'string' && /^arn:[^:]*(:[^:]*){3}:\S+$/.test(value);

/** Prefix, partition, service, Region, account, and the rest as one. */
function segments(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const prefixed = (path: string, text: string) => (path === '' ? text : `${path}: ${text}`);

function short(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  return text.length > widest ? `${text.slice(0, widest - 3)}...` : text;
}

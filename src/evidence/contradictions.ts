import { printedAnswers } from './judge-recorded.ts';
import type { Evidence } from './evidence.ts';

/** Changes between the look and the command after it, although nobody has done anything. */
const passing =
  /^(?:Location|Approximate\w*|ReceiptHandle|RoleLastUsed|LastProcessingResult|nextToken|NextToken|searchedLogStreams|State\w*|LastUpdateStatus\w*|LastModified|RevisionId|AttachmentCount|ResponseMetadata)$/;

/** What tells one item of a list from another. */
const ids = ['eventId', 'MessageId', 'UUID', 'PolicyArn', 'Sid'] as const;

/**
 * Where the recorded answer and what the command of a proof printed say different things about the same attribute of the
 * same question. Only what both of them say is compared: a log may have grown in between.
 */
export function contradictions(evidence: Evidence): string[] {
  return printedAnswers(evidence).flatMap(({ question, output, printed }) =>
    differences(output, printed, []).map(
      ([path, recorded, said]) =>
        `the recorded answer of ${question.operation} says ${path.join('.')}: ${short(recorded)}, and the command of the proof printed ${short(said)}`,
    ),
  );
}

const short = (value: unknown): string => JSON.stringify(value).slice(0, 80);

type Difference = readonly [path: readonly string[], recorded: unknown, printed: unknown];

const mostDepth = 20;

function differences(one: unknown, other: unknown, path: readonly string[]): Difference[] {
  const [recorded, printed] = [read(one), read(other)];
  if (path.length > mostDepth) return [];
  if (Array.isArray(recorded) && Array.isArray(printed))
    return pairs(recorded, printed).flatMap(([a, b], i) => differences(a, b, [...path, `${i}`]));
  if (isObject(recorded) && isObject(printed)) {
    return Object.keys(recorded)
      .filter((name) => Object.hasOwn(printed, name) && !passing.test(name))
      .flatMap((name) => differences(recorded[name], printed[name], [...path, name]));
  }
  const isPair = typeof recorded === typeof printed && !isObject(recorded) && !isObject(printed);
  return isPair && recorded !== printed ? [[path, recorded, printed]] : [];
}

/** The same items: by what tells them apart, or by their place when no list has more than the other. */
function pairs(recorded: readonly unknown[], printed: readonly unknown[]): [unknown, unknown][] {
  const id = ids.find((name) => recorded.every((item) => isObject(item) && name in item));
  if (id !== undefined && recorded.length > 0) {
    return recorded.flatMap((item) => {
      const value = (item as Record<string, unknown>)[id];
      const same = printed.filter((other) => isObject(other) && other[id] === value);
      return same.map((other): [unknown, unknown] => [item, other]);
    });
  }
  if (recorded.length !== printed.length) return [];
  return recorded.map((item, i): [unknown, unknown] => [item, printed[i]]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The SDK and the CLI write policies and times in different ways. */
function read(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.startsWith('%7B')) return policyIn(value);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value) && value.length < 40;
  return isTime ? Math.floor(Date.parse(value) / 1000) : value;
}

function policyIn(text: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(text)) as unknown;
  } catch {
    return text;
  }
}

import { invalid, notInSandbox } from './input.ts';
import { parseJsonPattern } from './json-pattern.ts';
import { parseRegularExpression } from './regular-expression.ts';

export type Matcher = (message: string) => boolean;

/** A term, after its sign; quoted terms may hold anything, `\"` stands for a quote. */
const termPattern = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/y;

/**
 * Reads a CloudWatch Logs filter pattern: `{ … }` for JSON messages, `%…%` for a regular expression, else terms. All plain terms
 * must be in the message, no `-term` may; `?term` means any of them, and counts only when there
 * are no other terms. Case matters.
 * @throws AwsError `InvalidParameterException`, also for the kinds that the sandbox does not know
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parseFilterPattern(pattern: string): Matcher {
  const text = pattern.trim();
  if (text.startsWith('{')) return parseJsonPattern(text);
  if (text.startsWith('[')) throw notInSandbox('Space-delimited filter patterns');
  const expression = /^%([^%]*)%$/.exec(text)?.[1];
  if (expression !== undefined) return parseRegularExpression(expression);
  const terms = termsOf(text);
  const chosen = (sign: string) =>
    terms.filter((term) => term.sign === sign).map((term) => term.text);
  const [required, excluded, optional] = [chosen(''), chosen('-'), chosen('?')];
  if (required.length + excluded.length === 0 && optional.length > 0) {
    return (message) => optional.some((term) => message.includes(term));
  }
  return (message) =>
    required.every((term) => message.includes(term)) &&
    !excluded.some((term) => message.includes(term));
}

function termsOf(text: string): { sign: string; text: string }[] {
  const terms: { sign: string; text: string }[] = [];
  let position = 0;
  while (position < text.length) {
    termPattern.lastIndex = position;
    const match = termPattern.exec(text);
    if (match === null) throw badPattern();
    const [, sign = '', quoted, plain = ''] = match;
    if (plain.startsWith('%')) throw notInSandbox('Regular expressions beside other terms');
    // A request id with its hyphens, for instance, has to be quoted.
    if (quoted === undefined && !/^\w+$/.test(plain)) throw badPattern();
    terms.push({ sign, text: quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain });
    position = termPattern.lastIndex;
    const blanks = /\s*/y;
    blanks.lastIndex = position;
    position += blanks.exec(text)?.[0].length ?? 0;
  }
  return terms;
}

function badPattern() {
  return invalid('Invalid filter pattern');
}

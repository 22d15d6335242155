import { jsonExcess, payloadLimits } from '../json-cost.ts';
import { invalid } from './input.ts';
import { parseRegularExpression } from './regular-expression.ts';

type Test = (value: unknown) => boolean;
/** A step `undefined` is `[*]`: every element. */
type Path = readonly (string | number | undefined)[];

interface Token {
  readonly kind: 'regex' | 'string' | 'symbol' | 'word';
  readonly text: string;
}

const tokenPattern =
  /\s*(?:(?<symbol>&&|\|\||!=|<=|>=|[=<>(){}])|"(?<string>(?:[^"\\]|\\.)*)"|%(?<regex>[^%]*)%|(?<word>\$(?:\.[\w-]+|\[(?:\d+|\*)\]|\['[^']*'\])+|[^\s"=<>!&|(){}]+))/y;

const mostExpressions = 2;
/** Deeper nesting than any pattern needs; the pattern itself has at most 1,024 characters. */
const deepest = 50;

/**
 * `{ $.level = "ERROR" && ($.count > 2 || $.user IS NULL) }`. Strings may use `*`, and instead of a string
 * there may be a regular expression, `%ERR|WARN%`. `[*]` is any element of a list. A missing property fails
 * every comparison.
 * @throws AwsError `InvalidParameterException`
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export function parseJsonPattern(pattern: string): (message: string) => boolean {
  const parser = new Parser(tokensOf(pattern));
  parser.expect('{');
  const test = parser.either(0);
  parser.expect('}');
  parser.end();
  return (message) => {
    const value = parseMessage(message);
    return value !== undefined && test(value);
  };
}

/** Recursive descent: `||` binds weaker than `&&`. */
class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  either(depth: number): Test {
    const tests = [this.#both(depth)];
    while (this.#skip('||')) tests.push(this.#both(depth));
    return (value) => tests.some((test) => test(value));
  }

  expect(symbol: string): void {
    if (!this.#skip(symbol)) throw badPattern();
  }

  end(): void {
    if (this.#position < this.#tokens.length) throw badPattern();
  }

  #both(depth: number): Test {
    const tests = [this.#single(depth)];
    while (this.#skip('&&')) tests.push(this.#single(depth));
    return (value) => tests.every((test) => test(value));
  }

  #single(depth: number): Test {
    if (depth > deepest) throw badPattern();
    if (this.#skip('(')) {
      const inner = this.either(depth + 1);
      this.expect(')');
      return inner;
    }
    const path = pathOf(this.#word());
    const operator = this.#next();
    if (operator.kind === 'word') return wordTest(path, [operator.text, this.#word()]);
    return comparison(path, operator.text, this.#next());
  }

  #skip(symbol: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.#position += 1;
    return true;
  }

  #word(): string {
    const token = this.#next();
    if (token.kind !== 'word') throw badPattern();
    return token.text;
  }

  #next(): Token {
    const token = this.#tokens[this.#position];
    if (token === undefined) throw badPattern();
    this.#position += 1;
    return token;
  }
}

function wordTest(path: Path, words: readonly [string, string]): Test {
  switch (words.join(' ').toUpperCase()) {
    case 'IS NULL':
      return (value) => valuesAt(value, path).includes(null);
    case 'IS TRUE':
      return (value) => valuesAt(value, path).includes(true);
    case 'IS FALSE':
      return (value) => valuesAt(value, path).includes(false);
    case 'NOT EXISTS':
      return (value) => valuesAt(value, path).length === 0;
    default:
      throw badPattern();
  }
}

function comparison(path: Path, operator: string, wanted: Token): Test {
  const test = valueTest(operator, wanted);
  return (value) => valuesAt(value, path).some(test);
}

function valueTest(operator: string, wanted: Token): Test {
  if (wanted.kind === 'symbol') throw badPattern();
  if (wanted.kind === 'regex') return regexTest(operator, wanted.text);
  if (wanted.text.includes('%') && wanted.kind === 'word') throw badPattern();
  const number = wanted.kind === 'word' ? Number(wanted.text) : Number.NaN;
  return Number.isNaN(number) ? textTest(operator, wanted.text) : numberTest(operator, number);
}

function numberTest(operator: string, wanted: number): Test {
  const compare: Record<string, (actual: number) => boolean> = {
    '=': (actual) => actual === wanted,
    '!=': (actual) => actual !== wanted,
    '<': (actual) => actual < wanted,
    '<=': (actual) => actual <= wanted,
    '>': (actual) => actual > wanted,
    '>=': (actual) => actual >= wanted,
  };
  const holds = compare[operator];
  if (holds === undefined) throw badPattern();
  return (actual) => typeof actual === 'number' && holds(actual);
}

function textTest(operator: string, wanted: string): Test {
  if (operator !== '=' && operator !== '!=') throw badPattern();
  const equal = (actual: string) => matchesWildcards(actual, wanted.split('*'));
  return (actual) => typeof actual === 'string' && equal(actual) === (operator === '=');
}

/** Numbers are searched as they are written. */
function regexTest(operator: string, wanted: string): Test {
  if (operator !== '=' && operator !== '!=') throw badPattern();
  const matches = parseRegularExpression(wanted);
  return (actual) =>
    (typeof actual === 'string' || typeof actual === 'number') &&
    matches(String(actual)) === (operator === '=');
}

/** @param parts the text between the `*` of the pattern */
function matchesWildcards(actual: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return actual === first;
  if (!actual.startsWith(first)) return false;
  let position = first.length;
  for (const part of rest) {
    const found = actual.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return actual.length - last.length >= position && actual.endsWith(last);
}

/** None when the property is missing; one, or with `[*]` those of all elements. */
function valuesAt(value: unknown, path: Path): unknown[] {
  let values = [value];
  for (const key of path) {
    values = values.flatMap((current) => {
      if (typeof current !== 'object' || current === null) return [];
      if (key === undefined) return Array.isArray(current) ? (current as unknown[]) : [];
      const property = Object.getOwnPropertyDescriptor(current, key);
      return property === undefined ? [] : [property.value as unknown];
    });
  }
  return values;
}

function pathOf(selector: string): Path {
  if (!selector.startsWith('$')) throw badPattern();
  const parts = [...selector.matchAll(/\.([\w-]+)|\[(\d+|\*)\]|\['([^']*)'\]/g)];
  if (parts.reduce((length, [part]) => length + part.length, 1) !== selector.length) {
    throw badPattern();
  }
  return parts.map(([, name, index, quoted]) => {
    if (index === undefined) return name ?? quoted ?? '';
    return index === '*' ? undefined : Number(index);
  });
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < pattern.length) {
    tokenPattern.lastIndex = position;
    const groups = tokenPattern.exec(pattern)?.groups;
    if (groups === undefined) throw badPattern();
    const { symbol, string, regex, word } = groups;
    if (regex !== undefined) tokens.push({ kind: 'regex', text: regex });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else if (string === undefined) tokens.push({ kind: 'word', text: word ?? '' });
    else tokens.push({ kind: 'string', text: string.replaceAll(/\\(.)/gs, '$1') });
    position = tokenPattern.lastIndex;
  }
  if (tokens.filter(({ kind }) => kind === 'regex').length > mostExpressions) {
    throw invalid(`A filter pattern can have at most ${mostExpressions} regular expressions.`);
  }
  return tokens;
}

function parseMessage(message: string): unknown {
  if (jsonExcess(Buffer.from(message), payloadLimits) !== undefined) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function badPattern() {
  return invalid('Invalid filter pattern');
}

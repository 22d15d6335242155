import { invalid } from './input.ts';
import { findIn, machineOf } from './state-machine.ts';
import type { Step } from './state-machine.ts';

const stepPattern =
  /(?<anchor>[\^$])|(?<or>\|)|(?<atom>\.|\\x[0-9a-fA-F]{2}|\\[dDsSwW]|\\[^A-Za-z0-9]|\[\^?(?:\\.|[^\]\\])+\]|[A-Za-z0-9:_#=@/;, -])(?<quantifier>[?*+]|\{\d*,?\d*\})?/y;

/** 32 of them at once are held against a character. */
const mostSteps = 250;

/**
 * The regular expressions of filter patterns, without their `%`: no groups, ASCII only. They are not run by
 * JavaScript's own engine, which can need hours for an expression such as `.*.*.*x`.
 * @throws AwsError `InvalidParameterException`
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parseRegularExpression(text: string): (message: string) => boolean {
  const alternatives: Step[][] = [[]];
  let position = 0;
  while (position < text.length) {
    stepPattern.lastIndex = position;
    const groups = stepPattern.exec(text)?.groups;
    if (groups === undefined) throw badExpression(text);
    position = stepPattern.lastIndex;
    if (groups['or'] === undefined) alternatives.at(-1)?.push(...stepsOf(groups, text));
    else alternatives.push([]);
  }
  const steps = alternatives.reduce((sum, alternative) => sum + alternative.length, 0);
  if (steps > mostSteps || alternatives.some(({ length }) => length === 0)) {
    throw badExpression(text);
  }
  const machine = machineOf(alternatives);
  return (message) => findIn(machine, message).found;
}

function stepsOf(groups: Readonly<Record<string, string>>, text: string): Step[] {
  const { anchor, atom = '', quantifier } = groups;
  if (anchor !== undefined) {
    return [{ test: anchor === '^' ? 'start' : 'end', optional: false, repeats: false }];
  }
  const test = atomTest(atom, text);
  const [least, most] = timesOf(quantifier, text);
  const must = Array.from({ length: least }, () => ({ test, optional: false, repeats: false }));
  if (most === undefined) return [...must, { test, optional: true, repeats: true }];
  const may = { test, optional: true, repeats: false };
  return [...must, ...Array.from({ length: most - least }, () => may)];
}

/** A single character, a class or an escape means to JavaScript what it means to AWS. */
function atomTest(atom: string, text: string): (character: string) => boolean {
  if (atom === '.') return () => true;
  try {
    const one = new RegExp(`^${atom}$`);
    return (character) => one.test(character);
  } catch {
    throw badExpression(text);
  }
}

/** @returns least and most; most is undefined for "without end" */
function timesOf(quantifier: string | undefined, text: string): [number, number | undefined] {
  switch (quantifier) {
    case undefined:
      return [1, 1];
    case '?':
      return [0, 1];
    case '*':
      return [0, undefined];
    case '+':
      return [1, undefined];
    default: {
      const [least = '', most = least] = quantifier.slice(1, -1).split(',');
      const times: [number, number | undefined] = [
        Number(least),
        most === '' ? undefined : Number(most),
      ];
      const [from, to = from] = times;
      if (least + most === '' || from > to || to > mostSteps) throw badExpression(text);
      return times;
    }
  }
}

function badExpression(text: string) {
  return invalid(`Invalid filter pattern: the regular expression %${text}% is not supported.`);
}

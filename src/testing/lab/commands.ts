import { kebabCase } from '../../lab/aws/ask.ts';
import type { Lab } from '../../lab/lab.ts';
import type { Question } from '../../lab/aws/ask.ts';

const services = ['iam', 'lambda', 'logs', 'sqs', 'sts'] as const;
/** How the hints name a queue in a command that is to be pasted. */
const queueUrlOf = /\$\(aws sqs get-queue-url --queue-name (\S+) --query QueueUrl --output text\)/g;
/** Stay texts, whatever they look like. */
const strings = new Set(['MessageBody', 'PolicyDocument']);

/**
 * Reads an AWS CLI command in its simplest form: a line of `--name value`, values quoted or not.
 * @returns undefined for everything that takes a shell or the CLI's own conversions: `$(…)`, `file://`, `A=b,C=d`
 */
export function asQuestion(
  line: string,
  variables: Readonly<Record<string, string>> = {},
): Question | undefined {
  const [program, service, operation, ...words] = wordsOf(line, variables) ?? [];
  if (program !== 'aws' || operation === undefined) return undefined;
  const known = services.find((one) => one === service);
  if (known === undefined) return undefined;
  const input: Record<string, unknown> = {};
  for (let i = 0; i < words.length; i += 1) {
    const option = words[i] ?? '';
    if (!option.startsWith('--') || option === '--region') return undefined;
    const next = words[i + 1];
    const value = next?.startsWith('--') === false ? next : undefined;
    if (value !== undefined) i += 1;
    const no = option.startsWith('--no-') && value === undefined;
    const name = pascalCase(option.slice(no ? 5 : 2), known);
    const read = readValue(name, value, no);
    if (read === undefined) return undefined;
    input[name] = read;
  }
  return { service: known, operation: pascalCase(operation, known, true), input };
}

/** Puts the question of a command to AWS, and insists that it succeeds. */
export async function put({ look }: Lab, question: Question): Promise<void> {
  const { output } = await look.ask(question);
  if (output === undefined) throw new Error(`${question.operation}: there is no such thing`);
}

function readValue(name: string, value: string | undefined, no: boolean): unknown {
  if (name === 'FunctionResponseTypes') return value === undefined ? [] : [value];
  if (value === undefined) return !no;
  const [, key, text] = /^(\w+)=([^,]*)$/.exec(value) ?? [];
  if (name === 'Attributes' && key !== undefined) return { [key]: text };
  // A file, or the CLI's shorthand of something that is no map of texts.
  if (/^\w*file:|^\w+=/.test(value)) return undefined;
  if (strings.has(name)) return value;
  if (value.startsWith('{')) return JSON.parse(value) as unknown;
  return /^\d+$/.test(value) ? Number(value) : value;
}

/** `queue-url` -> `QueueUrl`, `uuid` -> `UUID`, of Logs `log-group-name` -> `logGroupName`. */
function pascalCase(kebab: string, service: string, operation = false): string {
  if (kebab === 'uuid') return 'UUID';
  const name = kebab.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const found =
    service === 'logs' && !operation ? `${name[0]?.toLowerCase()}${name.slice(1)}` : name;
  if (kebabCase(found) !== kebab) throw new Error(`no name for ${kebab}`);
  return found;
}

/** The words of a line, its variables put in; undefined when the shell would do more with it. */
function wordsOf(line: string, variables: Readonly<Record<string, string>>): string[] | undefined {
  const simple = line.replaceAll(queueUrlOf, (_, name: string) => variables[name] ?? '');
  if (/\$\(|\n|\|\|/.test(simple)) return undefined;
  const names = [...simple.matchAll(/\$(\w+)/g)].map(([, name = '']) => name);
  if (names.some((name) => variables[name] === undefined)) return undefined;
  return [...simple.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, literal, quoted, bare]) =>
      literal ??
      (quoted ?? bare ?? '').replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? ''),
  );
}

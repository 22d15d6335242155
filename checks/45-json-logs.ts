/** Experiment 45: a filter pattern on a member of a JSON log finds the failures, and nothing else. */
import { defineExperiment, deliveriesOf } from '../src/experiments/index.ts';
import type { Measurement, Observed, Side, SideFacts } from '../src/experiments/index.ts';

type Name = 'json' | 'text';

const side = (title: string): Side => ({
  title,
  handler: 'without-cache',
  behaviour: 'returns',
  sends: { good: 4, poison: 1 },
});

/** Each delivery is one line of the handler. */
const linesOf = ({ predicted }: SideFacts) => deliveriesOf(predicted.messages);
const failuresOf = (facts: SideFacts) =>
  linesOf(facts).filter(({ outcome }) => outcome === 'FAILED');

const kept = ({ kept: values }: Observed, name: string) =>
  values[name] === undefined ? undefined : Number(values[name]);

/** What "at least once" brings once more (G01) has a line too, with the word, and is counted nowhere. */
const withoutDuplicates = ({ duplicates }: Observed, lines: number | undefined) =>
  lines === undefined ? undefined : lines - duplicates.length;

export const experiment = defineExperiment<Name>(() => ({
  number: '45',
  title: 'JSON logs, and a filter that finds only the failures',
  rules: ['G40'],
  why: 'Two functions write the same lines, one into a text log, the other into a JSON log; each line says that the cache FAILED, and only some say that the message did. An alarm that counts the word counts good messages too, and a pattern on a member finds nothing in a text log.',
  question: {
    text: 'Four good messages and one poison, which comes three times. All lines hold the word FAILED, and the outcome of the poison is FAILED. How many lines does { $.message.outcome = "FAILED" } find in the JSON log?',
    of: 'member-json',
  },
  sides: {
    text: side('log format Text'),
    json: side('log format JSON'),
  },
  numbers: (['text', 'json'] as const).flatMap((name): Measurement<Name>[] => [
    {
      id: `failures-${name}`,
      label: 'Deliveries that failed',
      side: name,
      rule: 'G04',
      predicted: (facts) => failuresOf(facts[name]).length,
      measured: (observed) =>
        deliveriesOf(observed[name].messages).filter(({ outcome }) => outcome === 'FAILED').length,
    },
    {
      id: `word-${name}`,
      label: 'Lines that the pattern FAILED finds',
      side: name,
      rule: 'G40',
      // The word stands in each line, whatever member has it.
      predicted: (facts) => linesOf(facts[name]).length,
      measured: (observed) => withoutDuplicates(observed[name], kept(observed[name], 'word')),
    },
    {
      id: `member-${name}`,
      label: 'Lines that the pattern on the member outcome finds',
      side: name,
      rule: 'G40',
      // A line of a text log begins with time, request id and level: it is no JSON and has no members.
      predicted: (facts) => (name === 'json' ? failuresOf(facts[name]).length : 0),
      measured: (observed) => kept(observed[name], 'member'),
    },
  ]),
  headline: ['word-text', 'member-json'],
  rule: 'With log format JSON Lambda writes each line as an object, and what console.log is given as an object is one in its member message. A filter pattern in braces compares members of lines that are JSON; a plain term matches the word anywhere in a line.',
  source: {
    url: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html',
    date: '2026-11-23',
  },
}));

import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRun } from '../evidence/experiment-record.ts';
import { sampleDocs } from '../lab/made-files.ts';
import { namesOf, root } from '../lab/settings.ts';
import { settingsOfLab } from './copies.ts';
import { judgeRun, predictionsOf, withWrongNumber } from './judge.ts';
import { listExperiments, loadExperiment } from './list.ts';

// What every experiment gets for free: its data is complete, and each of its numbers can fail.

const lab = namesOf('');
const docs = join(root, 'docs');
const experiments = await Promise.all(
  (await listExperiments()).map(async (entry) => ({
    ...entry,
    experiment: await loadExperiment(lab, entry),
    record: await readRun(sampleDocs, 'sandbox', `${entry.number}-${entry.name}.ts`),
  })),
);
const recorded = experiments.flatMap(({ record, ...one }) =>
  record === undefined ? [] : [{ ...one, record }],
);

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

test('no two experiments share a number', () => {
  const numbers = experiments.map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('every experiment has its record in the sample run: npm run sample -- --experiments writes it', () => {
  expect(recorded.map(({ number }) => number)).toEqual(experiments.map(({ number }) => number));
});

describe.each(experiments)('experiment $number', ({ number, name, experiment }) => {
  test('has the number of its file, a step, a page, and handlers that exist', async () => {
    expect(experiment.number).toBe(number);
    const files = Object.values(experiment.sides).flatMap(({ handler }) =>
      handler === undefined ? [] : [`src/handlers/experiments/${handler}.ts`],
    );
    const needed = [
      ...files,
      `docs/manual/${number}-${name}.md`,
      `checks/${number}-${name}.ts`,
      `steps/${number}-${name}.ts`,
    ];
    const there = await Promise.all(needed.map(async (file) => exists(join(root, file))));
    expect(needed.filter((_, i) => there[i] !== true)).toEqual([]);
  });

  test('says why in two sentences, and names a rule of the exam notes for every number', async () => {
    expect(experiment.why).toMatch(
      /^[^.?!]+(?:[.?!]\S[^.?!]*)*[.?!] [^.?!]+(?:[.?!]\S[^.?!]*)*[.?!]$/,
    );
    const notes = await readFile(join(docs, 'exam-notes.md'), 'utf8');
    const rules = [...experiment.rules, ...experiment.numbers.map(({ rule }) => rule)];
    expect(experiment.rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule) => !notes.includes(`\n### ${rule} `))).toEqual([]);
  });

  test('has the rule, its source and the day on which that said so', () => {
    expect(experiment.rule.length).toBeGreaterThan(40);
    expect(experiment.source.url).toMatch(
      /^https:\/\/(docs\.aws\.amazon\.com|repost\.aws|aws\.amazon\.com)\//,
    );
    expect(experiment.source.date).toMatch(/^2026-\d\d-\d\d$/);
  });

  test('says in a sentence why a number may differ, where it may', () => {
    const ranges = [...predictionsOf(experiment, settingsOfLab()).values()].flatMap((value) =>
      typeof value === 'object' ? [value] : [],
    );
    for (const { from, to, because } of ranges) {
      expect(from).toBeLessThan(to);
      expect(because).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  test('asks for a number that it predicts, and shows two of them large', () => {
    const predictions = predictionsOf(experiment, settingsOfLab());
    expect(predictions.size).toBe(experiment.numbers.length);
    const asked = predictions.get(experiment.question.of);
    const { choices } = experiment.question;
    expect(
      experiment.numbers.find(({ id }) => id === experiment.question.of)?.open,
    ).toBeUndefined();
    const fits =
      choices === undefined ? typeof asked !== 'string' : choices.some((one) => one === asked);
    expect(fits).toBe(true);
    const [one, other] = experiment.headline.map((id) => predictions.get(id));
    expect(one).toBeDefined();
    expect(other).toBeDefined();
    expect(one).not.toEqual(other);
  });
});

describe.each(recorded)('the recorded run of experiment $number', ({ experiment, record }) => {
  test('has every number that is predicted', () => {
    const judgement = judgeRun(experiment, record.sides, record.ofLab);
    expect(judgement.reasons).toEqual([]);
    expect(judgement.outcome).toBe('pass');
  });

  test.each(experiment.numbers.filter(({ open }) => open !== true).map(({ id }) => id))(
    'does not pass when the rule predicts one more of %s',
    (id) => {
      const { outcome, rows } = judgeRun(
        withWrongNumber(experiment, id),
        record.sides,
        record.ofLab,
      );
      expect(outcome).not.toBe('pass');
      expect(rows.filter(({ holds }) => !holds).map((row) => row.id)).toEqual([id]);
    },
  );

  test('does not pass when a message is missing in its books', () => {
    const passing = Object.entries(record.sides).filter(([name, side]) => {
      const sides = { ...record.sides, [name]: { ...side, sent: side.sent.slice(1) } };
      return side.sent.length > 0 && judgeRun(experiment, sides, record.ofLab).outcome === 'pass';
    });
    expect(passing.map(([name]) => name)).toEqual([]);
  });
});

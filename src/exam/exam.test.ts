import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../lab/settings.ts';
import { coveragePage } from './coverage.ts';
import { readInventory } from './inventory.ts';
import type { Inventory } from './inventory.ts';
import { lintExam, limitFaults, widestLine } from './lint.ts';
import { examPages } from './pages.ts';
import { anchorOf, linkExperiments, notBuiltOf, rulesOf } from './rules.ts';
import type { Rule } from './rules.ts';
import { summaryPage } from './summary.ts';

const inventory = await readInventory();

describe('the kit', () => {
  test.each([...examPages(inventory)])(
    'docs/%s is what follows from notes, experiments, questions and drills (npx lab exam)',
    async (name, page) => {
      expect(await readFile(join(root, 'docs', name), 'utf8')).toBe(page);
    },
  );

  test('has nothing for the lint to find', () => {
    expect(lintExam(inventory)).toEqual([]);
  });

  test('has 47 rules, and no rule or page that puts an experiment off', async () => {
    expect(inventory.rules).toHaveLength(47);
    expect(inventory.notes).not.toMatch(/experiment planned|planned: \d/);
  });

  test('names DVA-C03 before DVA-C02 wherever a line names both', async () => {
    const files = globSync(['README.md', 'docs/*.md', 'docs/manual/*.md', 'infra/*.md'], {
      cwd: root,
    });
    expect(files).toContain('README.md');
    const lines = await Promise.all(
      files.map(async (file) => {
        const text = await readFile(join(root, file), 'utf8');
        return text.split('\n').map((line) => `${file}: ${line}`);
      }),
    );
    const wrong = lines
      .flat()
      .filter((line) => /C02.*C03/.test(line) && !/C03.*C02/.test(line))
      // What old study material says, and what is not known of the last day of DVA-C02.
      .filter((line) => !/\| The exam is DVA-C02,|- DVA-C02's last day:/.test(line));
    expect(wrong).toEqual([]);
  });

  test('counts for a skill the questions of its rules, as it does with drills', () => {
    const page = coveragePage(inventory);
    for (const skill of ['1.1.1', '1.3.1']) {
      const rows = page.match(
        new RegExp(String.raw`^\| ${skill.replaceAll('.', '[.]')} \|.*$`, 'gm'),
      );
      expect(rows?.[0]).toMatch(/\| \d+ \|$/);
    }
    for (const { id, skills } of inventory.rules) {
      const own = (inventory.questions ?? []).filter((one) => one.rule === id).length;
      const counts = skills.C03.map((skill) => {
        const line = page.split('\n').find((one) => one.startsWith(`| ${skill} |`)) ?? '';
        return Number(line.split('|').at(-2));
      });
      expect(Math.min(own, ...counts)).toBe(own);
    }
  });

  test('links each rule of the coverage to a heading of the notes', () => {
    // As GitHub makes an anchor of a heading: lower case, no punctuation, a hyphen for each space.
    const anchors = [...inventory.notes.matchAll(/^### (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 _-]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const rule of inventory.rules) expect(anchors).toContain(anchorOf(rule));
    const linked = [...coveragePage(inventory).matchAll(/exam-notes\.md#([^)]+)\)/g)];
    expect(linked.length).toBeGreaterThan(100);
    expect(
      linked.map(([, anchor]) => anchor).filter((one) => !anchors.includes(one ?? '')),
    ).toEqual([]);
  });
});

/** A small kit in which everything is right. */
const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  title: `Title of ${id}`,
  says: 'It says so.',
  inALine: 'It says so.',
  whyMissed: 'Because.',
  skills: { C03: ['1.2.3'], C02: ['1.2.5'] },
  experiments: ['20'],
  noExperiment: undefined,
  oldAndNew: undefined,
  sources: [{ title: 'page', url: 'https://docs.aws.amazon.com/x.html' }],
  date: 'pages as of April to October 2026',
  inThisLab: 'Step 01.',
  ...more,
});

const question = (id: string, of: string, more = {}) => ({
  id,
  rule: of,
  skills: { C03: ['1.2.3'], C02: ['1.2.5'] },
  experiments: ['20'],
  source: { url: 'https://docs.aws.amazon.com/x.html', date: '2026-11-23' },
  ...more,
});

const small = (more: Partial<Inventory> = {}): Inventory => ({
  notes: '# Notes\n',
  rules: [
    rule('G01'),
    rule('G02', { experiments: [], noExperiment: 'only a real account shows it' }),
  ],
  topics: [{ topic: 'Errors', skills: { C03: ['1.2.3'], C02: ['1.2.5'] } }],
  pages: ['20-first.md', 'README.md'],
  experiments: [{ number: '20', title: 'First', rules: ['G01'] }],
  notBuilt: [],
  questions: [question('Q01', 'G01'), question('Q02', 'G02')],
  drills: [{ id: 'silent-loss', level: 1, rules: ['G01'] }],
  ...more,
});

describe('the lint', () => {
  test('finds nothing in a kit in which everything is right', () => {
    expect(lintExam(small())).toEqual([]);
  });

  const g02 = small().rules[1] as Rule;
  const one = (more: Partial<Rule>): Partial<Inventory> => ({ rules: [rule('G01', more), g02] });

  test.each<[string, Partial<Inventory>, string]>([
    ['a rule without a source', one({ sources: [] }), 'G01 has no source'],
    ['a rule without a date', one({ date: '' }), 'G01 has a source without a date: ""'],
    [
      'a year alone',
      one({ date: 'page of 2026' }),
      'G01 has a source without a date: "page of 2026"',
    ],
    [
      'old and new without a date',
      one({ oldAndNew: '256 KB → 1 MiB' }),
      'G01 says what is old and new, and not since when: "256 KB → 1 MiB"',
    ],
    [
      'no experiment without a reason',
      {
        rules: [rule('G01', { experiments: [], noExperiment: 'later' }), rule('G02')],
        experiments: [{ number: '20', title: 'First', rules: ['G02'] }],
      },
      'G01 has no experiment, and hardly says why: "later"',
    ],
    [
      'a line that does not fit on the page',
      one({ inALine: 'x'.repeat(widestLine + 1) }),
      `G01 in a line is too long to print: ${widestLine + 1} of ${widestLine} characters`,
    ],
    [
      'an experiment that does not exist',
      one({ experiments: ['20', '31'] }),
      'G01 names experiment 31, which does not exist',
    ],
    [
      'an experiment that is listed as not there yet, and is there',
      { notBuilt: ['20'] },
      'the notes list experiment 20 as not there yet, and it is there',
    ],
    [
      'a question that names an experiment that does not exist',
      { questions: [question('Q01', 'G01', { experiments: ['33'] }), question('Q02', 'G02')] },
      'Q01 names experiment 33, which does not exist',
    ],
    [
      'an experiment about a rule that is none',
      { experiments: [{ number: '20', title: 'First', rules: ['G01', 'G77'] }] },
      'experiment 20 names G77, which is no rule',
    ],
    [
      'an experiment without a rule',
      {
        experiments: [
          { number: '20', title: 'First', rules: ['G01'] },
          { number: '21', title: 'Second', rules: [] },
        ],
      },
      'experiment 21 names no rule',
    ],
    [
      'a rule that names an experiment which does not show it',
      { rules: [rule('G01'), rule('G02')] },
      'G02 names experiment 20, which does not show it',
    ],
    [
      'an experiment that shows a rule which does not name it',
      { experiments: [{ number: '20', title: 'First', rules: ['G01', 'G02'] }] },
      'experiment 20 shows G02, which does not name it',
    ],
    ['a rule without a question', { questions: [question('Q01', 'G01')] }, 'G02 has no question'],
    [
      'a question about a rule that is none',
      { questions: [...(small().questions ?? []), question('Q03', 'G50')] },
      'Q03 names G50, which is no rule',
    ],
    [
      'a question without a date',
      {
        questions: [
          question('Q01', 'G01', { source: { url: 'https://x.example', date: '' } }),
          question('Q02', 'G02'),
        ],
      },
      'Q01 has a source without a date',
    ],
    [
      'a drill about a rule that is none',
      { drills: [{ id: 'd', level: 1, rules: ['G60'] }] },
      'drill d names G60, which is no rule',
    ],
    [
      'a skill that is promised, and that no rule carries',
      { topics: [{ topic: 'Errors', skills: { C03: ['1.2.3', '4.9.9'], C02: ['1.2.5'] } }] },
      'DVA-C03 4.9.9 is in the table of skills, but no rule carries it',
    ],
    [
      'a skill that a rule carries, and that is not promised',
      one({ skills: { C03: ['1.2.3'], C02: ['1.2.5', '1.1.1'] } }),
      'DVA-C02 1.1.1 is carried by a rule, but is not in the table of skills',
    ],
  ])('refuses %s', (_, more, sentence) => {
    expect(lintExam(small(more))).toEqual([sentence]);
  });

  test('takes an experiment that the notes list as not there yet, in a checkout with others and without', () => {
    const later = { ...one({ experiments: ['20', '31'] }), notBuilt: ['31'] };
    expect(lintExam(small(later))).toEqual([]);
    const none = { ...later, experiments: undefined, notBuilt: ['20', '31'] };
    expect(lintExam(small(none))).toEqual([]);
    expect(coveragePage(small(later))).toContain('| [20](manual/20-first.md), 31 (not here) |');
    expect(coveragePage(small(later))).toContain(
      '- Experiments that are not in this checkout yet: 31.',
    );
  });

  test('asks for no question and no drill where the checkout has none of the kind', () => {
    expect(lintExam(small({ questions: undefined, drills: undefined }))).toEqual([]);
  });
});

describe('a limit without a date', () => {
  test.each([
    ['## Costs\n\nA batch has at most 10 messages.\n', true],
    ['## Costs\n\nA message may have 1 MiB.\n', true],
    ['## Costs\n\n- Attributes take up to 60 s to apply.\n', true],
    ['## Costs\n\nUp to 3,000 a second.\n', true],
    ['## Costs\n\n| What | Limit |\n| --- | --- |\n| size | 256 KB |\n', true],
    ['### G01 Title\n\nAt most 12 hours.\n\n- **Source**: [x](https://x.example) (a page)\n', true],
    ['## Costs\n\nA batch has at most 10 messages (page of August 2026).\n', false],
    ['## Costs\n\nAs of 2026-10-02:\n\n- Attributes take up to 60 s to apply.\n', false],
    ['## Costs\n\n| What | Limit |\n| --- | --- |\n| size | 256 KB, 2026-10-02 |\n', false],
    ['## Costs\n\nThe worker answers with the ids of what failed.\n', false],
    [
      '### G01 Title\n\nAt most 12 hours.\n\n- **Source**: [x](https://x.example) (May 2026)\n',
      false,
    ],
  ])('%j: %s', (notes, isFound) => {
    expect(limitFaults(notes).length > 0).toBe(isFound);
  });

  test('is found in the notes of the kit when its date is taken away', () => {
    const undated = (from: RegExp) => {
      expect(inventory.notes).toMatch(from);
      return limitFaults(inventory.notes.replace(from, ''));
    };
    expect(undated(/ \(AWS's pages as of April to October 2026\)(?=:\n)/)).not.toEqual([]);
    expect(undated(/ of March to June 2026(?=\.)/)).not.toEqual([]);
    expect(undated(/August 2025, third parties; page of 2026/)).not.toEqual([]);
    expect(undated(/(?<=invocation-eventsourcemapping\.html\)) \(pages as of [^)]*\)/)).not.toEqual(
      [],
    );
  });
});

describe('the number of an experiment', () => {
  const notes = '- **Experiment**: 28, 35\n- **Experiment**: none; AWS alone shows it in 35\n';

  test('is linked to its page when there is one, and only then', () => {
    const linked = linkExperiments(notes, ['28-counts.md', '35-concurrency.txt', 'look-around.md']);
    expect(linked).toBe(notes.replace('28, 35', '[28](manual/28-counts.md), 35'));
    expect(linkExperiments(linked, ['28-counts.md'])).toBe(linked);
    expect(linkExperiments(linked, ['28-other-name.md'])).toContain(
      '[28](manual/28-other-name.md)',
    );
    expect(linkExperiments(linked, [])).toBe(notes);
  });

  test('is read with a link and without', () => {
    const linked = linkExperiments(inventory.notes, ['28-counts.md']);
    expect(rulesOf(linked)).toEqual(rulesOf(linkExperiments(inventory.notes, [])));
    expect(rulesOf(linked).find(({ id }) => id === 'G20')?.experiments).toEqual(['28', '35']);
  });

  test('that is not there yet is listed in the notes', () => {
    const line = 'Experiments that are not in this checkout yet: 28, 35.';
    expect(notBuiltOf(`# Notes\n${line}\n`)).toEqual(['28', '35']);
    expect(notBuiltOf('# Notes\n')).toEqual([]);
  });

  test('is a number of the table of experiments, 20 to 47', () => {
    const numbers = inventory.rules.flatMap(({ experiments }) => experiments.map(Number));
    expect(Math.min(...numbers)).toBe(20);
    expect(Math.max(...numbers)).toBe(47);
    expect([...new Set(numbers)].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 28 }, (_, i) => i + 20),
    );
  });

  test('or a reason: anything else is an error that names the rule', () => {
    const broken = (text: string) =>
      rulesOf(inventory.notes.replace(/(?<=### G06[\s\S]*?Experiment\*\*: ).+/, text));
    expect(() => broken('planned')).toThrow(/G06 of docs\/exam-notes\.md: "Experiment" is neither/);
    expect(() => broken('20 and 21')).toThrow(/G06/);
    expect(broken('none; it is too rare').find(({ id }) => id === 'G06')?.experiments).toEqual([]);
  });
});

describe('the coverage', () => {
  const rows = (page: string) => page.split('\n').filter((line) => line.startsWith('| '));

  test('has DVA-C03 first, then DVA-C02, then the rules, then the gaps', () => {
    const headings = [...coveragePage(inventory).matchAll(/^## (.+)$/gm)].map(([, text]) => text);
    expect(headings).toEqual(['Skills of DVA-C03', 'Skills of DVA-C02', 'Rules', 'Gaps']);
  });

  test('counts what covers a skill, and links what has a page', () => {
    const page = coveragePage(small());
    const rules = '[G01](exam-notes.md#g01-title-of-g01), [G02](exam-notes.md#g02-title-of-g02)';
    expect(rows(page)).toContain(
      `| 1.2.3 | Errors | ${rules} | [20](manual/20-first.md) | 1 | 2 |`,
    );
    expect(rows(page)).toContain(
      '| [G01](exam-notes.md#g01-title-of-g01) Title of G01 | [20](manual/20-first.md) | silent-loss | Q01 |',
    );
    expect(rows(page)).toContain(
      '| [G02](exam-notes.md#g02-title-of-g02) Title of G02 | none | none | Q02 |',
    );
  });

  test('names what is missing', () => {
    const page = coveragePage(small());
    expect(page).toContain('- Rules without a drill: G02.');
    expect(page).toContain('- Rules without a question: none.');
    expect(page).toContain('- Skills of DVA-C03 that no experiment shows: none.');
    expect(page).toContain('- G02 Title of G02: only a real account shows it.');
    const alone = coveragePage(small({ experiments: [], drills: undefined }));
    expect(alone).toContain('- In this checkout there are no drills.');
    expect(alone).toContain('- Skills of DVA-C02 that no experiment shows: 1.2.5.');
  });
});

test('the summary is one page: a line for each rule, with its number', () => {
  const lines = summaryPage(inventory).split('\n');
  const rules = lines.filter((line) => /^- \*\*G\d\d\*\* \S/.test(line));
  expect(rules.map((line) => line.slice(4, 7))).toEqual(inventory.rules.map(({ id }) => id));
  expect(lines.length).toBeLessThanOrEqual(60);
});

import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { madePages, sampleDocs } from '../lab/made-files.ts';
import { root } from '../lab/settings.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { examProofs } from './exam-proofs.ts';
import { seenThen } from './judge-recorded.ts';
import { measuredIn } from './measured.ts';
import type { Measured } from './measured.ts';
import { measuredMarkdown, measuredText } from './measured-page.ts';
import type { Evidence } from './evidence.ts';
import { publish } from './publish.ts';
import { sampleEvidence } from '../testing/evidence/sample-evidence.fixture.ts';

const run = promisify(execFile);
const notes = await readFile(join(root, 'docs', 'exam-notes.md'), 'utf8');

/** What evidence measured. */
async function measuredBy(evidence: readonly Evidence[]): Promise<Measured> {
  const recorded = evidence.map(async (one) => ({ evidence: one, seen: await seenThen(one) }));
  return measuredIn(await Promise.all(recorded));
}

const nothing = await measuredBy([]);
const sandbox = await measuredBy(sampleEvidence('SANDBOX'));
const aws = await measuredBy(sampleEvidence('AWS'));

/** As GitHub makes it. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** What the page says of one rule. */
function said(rule: string, measured: readonly Measured[]): string {
  const section = measuredText(measured)
    .split(/^## /m)
    .find((one) => one.startsWith(rule));
  return section?.split('\n\n')[1] ?? '';
}

describe('the exam notes', () => {
  const rules = [...notes.matchAll(/^### (G\d\d) (.*)\n[\s\S]*?(?=^##)/gm)].map(
    ([text, rule = '', title = '']) => ({ rule, title, text }),
  );

  test('have 47 rules', () => {
    expect(rules.map(({ rule }) => rule)).toEqual(
      Array.from({ length: 47 }, (_, i) => `G${String(i + 1).padStart(2, '0')}`),
    );
  });

  test.each(rules)(
    '$rule says why it is missed, the skills of both exams, a dated source and its proof',
    ({ text }) => {
      expect(text).toMatch(/^- \*\*Why missed\*\*: \S/m);
      expect(text).toMatch(/^- \*\*Exam\*\*: DVA-C03 \d\.\d\.\d.*; DVA-C02 \d\.\d\.\d/m);
      expect(text).toMatch(/^- \*\*Source\*\*: \[.*\]\(https:.*\) \(.*202\d.*\)$/m);
      expect(text).toMatch(/^- \*\*In this lab\*\*: \S/m);
      expect(text).toMatch(
        /^- \*\*Your proof\*\*: (G\d\d in `docs\/measured\.md`; .+|experiment.+|none; .+)$/m,
      );
    },
  );

  test('name the place of what was measured for each rule that is, and lead to the sample’s', () => {
    const titles = new Map(rules.map(({ rule, title }) => [rule, title]));
    expect(examProofs.map(({ rule, title }) => [rule, title])).toEqual(
      examProofs.map(({ rule }) => [rule, titles.get(rule)]),
    );
    const lines = rules.flatMap(({ text }) => text.match(/^- \*\*Your proof\*\*: G.*$/m) ?? []);
    const expected = examProofs.map(({ rule, title }) => {
      const link = `sample/${madePages.measured}#${anchor(`${rule} ${title}`)}`;
      return `- **Your proof**: ${rule} in \`docs/${madePages.measured}\`; in the [sample](${link})`;
    });
    expect(lines).toEqual(expected);
  });

  test('a rule that no check measures names its experiments, or has none', () => {
    const lineOf = (text: string, name: string) =>
      new RegExp(`^- \\*\\*${name}\\*\\*: (.+)$`, 'm').exec(text)?.[1] ?? '';
    const unchecked = rules.filter(({ rule }) => examProofs.every((one) => one.rule !== rule));
    expect(unchecked.map(({ text }) => lineOf(text, 'Your proof'))).toEqual(
      unchecked.map(({ text }) => {
        const numbers = lineOf(text, 'Experiment').match(/(?<=\[)\d\d(?=\])/g) ?? [];
        if (numbers.length === 0) return 'none; no step of this lab measures it.';
        const named = `experiment${numbers.length > 1 ? 's' : ''} ${numbers.join(' and ')}`;
        const sample = `sample/${madePages.markdown}#the-experiments`;
        return `${named} in \`docs/${madePages.markdown}\`; in the [sample](${sample})`;
      }),
    );
  });
});

describe('before a run', () => {
  test.each(examProofs)('$rule says which check to run', ({ rule, check }) => {
    expect(said(rule, [nothing]).trim()).toBe(
      `Nothing measured yet; \`npx lab check ${check}\` fills this in.`,
    );
  });
});

describe('after a run', () => {
  test.each(examProofs)('$rule says what was measured', ({ rule }) => {
    const text = said(rule, [sandbox]);
    expect(text).toMatch(/^\*\*SANDBOX\*\* 2026-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    expect(text).not.toMatch(/undefined|NaN|\[object|null/);
  });

  test('each sentence is made of measured values: without them there is none', () => {
    const unmeasured = examProofs.filter(({ says }) => says(nothing) !== undefined);
    expect(unmeasured.map(({ rule }) => rule)).toEqual([]);
  });

  test('without the output of a proof a sentence is as it was, or there is none: never another one', async () => {
    for (const { rule, says } of examProofs) {
      for (let number = 1; number <= 15; number += 1) {
        const without = sampleEvidence('SANDBOX').map((one) => withoutProof(one, number));
        const less = says(await measuredBy(without));
        expect([undefined, says(sandbox)], `${rule} without proof ${number}`).toContain(less);
      }
    }
  });

  test('the values are those of the run', () => {
    expect(said('G04', [sandbox])).toContain(
      'maxReceiveCount `3`, and the poison was delivered with the receive counts `1`, `2`, `3`.',
    );
    expect(said('G16', [sandbox])).toContain(
      'message id `poison-id` in the log, `poison-id` in the dead-letter queue',
    );
    expect(said('G30', [sandbox])).toContain('the gaps were `30.091 s`, `30 s`');
  });

  test('the pictures of the proofs are linked', () => {
    expect(said('G07', [sandbox])).toContain(
      '[13](screenshots/sandbox/13-mapping-and-partial-batch.svg)',
    );
  });

  test('a real account comes before the sandbox, and only for what it has shown', () => {
    expect(said('G04', [aws, sandbox])).toContain('**AWS**');
    expect(said('G04', [nothing, sandbox])).toContain('**SANDBOX**');
  });

  test('what an emulator did says nothing about AWS', async () => {
    const evidence = sampleEvidence('SANDBOX').map(
      (one) => ({ ...one, target: 'EMULATOR' }) as const,
    );
    const recorded = evidence.map(async (one) => ({ evidence: one, seen: await seenThen(one) }));
    expect(measuredMarkdown([await Promise.all(recorded)], false)).toBe(measuredText([nothing]));
  });

  test('no value can end its code or make a heading of its own', () => {
    const odd = { ...sandbox, printed: () => 'a `b` \n\n## G04 c\n' } as Measured;
    const headings = (measured: Measured) => measuredText([measured]).match(/^#.*$/gm);
    expect(headings(odd)).toEqual(headings(sandbox));
    expect(said('G32', [odd])).toContain('`a b ## G04 c ` bytes');
  });

  test('the page is as the linter wants it', async () => {
    await using folder = await temporaryFolder();
    const config = '.markdownlint-cli2.jsonc';
    await writeFile(join(folder.path, config), await readFile(join(root, config), 'utf8'));
    await writeFile(join(folder.path, madePages.measured), measuredText([nothing, sandbox]));
    const linter = join(root, 'node_modules/.bin/markdownlint-cli2');
    const { stdout } = await run(process.execPath, [linter, madePages.measured], {
      cwd: folder.path,
    });
    expect(stdout).toContain('0 issues');
  });

  test('evidence on the disk is what the page is made of, and nothing of it says SAMPLE', async () => {
    await using docs = await temporaryFolder();
    await mkdir(join(docs.path, 'evidence', 'sandbox'), { recursive: true });
    for (const one of sampleEvidence('SANDBOX')) {
      const file = join(docs.path, 'evidence', 'sandbox', `${one.check}-x.json`);
      await writeFile(file, JSON.stringify(one));
    }
    expect((await publish(docs.path)).warnings).toEqual([]);
    expect(await readFile(join(docs.path, madePages.measured), 'utf8')).toBe(
      measuredText([nothing, sandbox]),
    );
    expect(measuredText([sandbox])).not.toContain('SAMPLE');
  });
});

test('the page of the sample says SAMPLE, and so does each of its lines', async () => {
  const page = await readFile(join(sampleDocs, madePages.measured), 'utf8');
  expect(page).toContain('> **SAMPLE.**');
  expect(page.match(/^\*\*SAMPLE, SANDBOX\*\* /gm)).toHaveLength(examProofs.length - 1);
});

test('without evidence there is no page, and no file at all', async () => {
  await using docs = await temporaryFolder();
  expect(await publish(docs.path)).toMatchObject({ warnings: [], derived: [] });
});

function withoutProof(evidence: Evidence, number: number): Evidence {
  return { ...evidence, proofs: evidence.proofs.filter((proof) => proof.number !== number) };
}

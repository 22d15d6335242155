import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { root } from '../lab/settings.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { fillIn } from './exam-notes.ts';
import { examProofs } from './exam-proofs.ts';
import { seenThen } from './judge-recorded.ts';
import { measuredIn } from './measured.ts';
import type { Measured } from './measured.ts';
import type { Evidence } from './evidence.ts';
import { publish } from './publish.ts';
import { sampleEvidence } from '../testing/evidence/sample-evidence.fixture.ts';

const run = promisify(execFile);
const page = await readFile(join(root, 'docs', 'exam-notes.md'), 'utf8');
/** What evidence measured. */
async function measuredBy(evidence: readonly Evidence[]): Promise<Measured> {
  const recorded = evidence.map(async (one) => ({ evidence: one, seen: await seenThen(one) }));
  return measuredIn(await Promise.all(recorded));
}

const nothing = await measuredBy([]);
const sandbox = await measuredBy(sampleEvidence('SANDBOX'));
const aws = await measuredBy(sampleEvidence('AWS'));

const marked = (rule: string, between = '') => `<!-- proof:${rule} -->${between}<!-- /proof -->`;

describe('the page', () => {
  const rules = [...page.matchAll(/^### (G\d\d) [\s\S]*?(?=^##)/gm)].map(([text, rule]) => ({
    rule,
    text,
  }));

  test('has 47 rules', () => {
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
        /^- \*\*Your proof\*\*: (<!-- proof:G\d\d -->.+<!-- \/proof -->|none; .+)$/m,
      );
    },
  );

  test('has one marked place for each rule that is measured, under its own heading', () => {
    const places = rules.flatMap(({ rule, text }) =>
      [...text.matchAll(/<!-- proof:(G\d\d) -->/g)].map(([, named]) => `${rule} ${named}`),
    );
    expect(places).toEqual(examProofs.map(({ rule }) => `${rule} ${rule}`));
  });
});

describe('before a run', () => {
  test('every marked place says which check to run', () => {
    const filled = fillIn(page, [nothing]);
    for (const { rule, check } of examProofs) {
      expect(filled).toContain(
        marked(rule, `nothing measured yet; \`npx lab check ${check}\` fills this in.`),
      );
    }
  });
});

describe('after a run', () => {
  test.each(examProofs)('$rule is filled in with what was measured', ({ rule }) => {
    const filled = fillIn(marked(rule), [sandbox]);
    expect(filled).toMatch(/-->\*\*SANDBOX\*\* 2026-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    expect(filled).not.toMatch(/undefined|NaN|\[object|null/);
  });

  test('each sentence is made of measured values: without them there is none', () => {
    const said = examProofs.filter(({ says }) => says(nothing) !== undefined);
    expect(said.map(({ rule }) => rule)).toEqual([]);
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
    expect(fillIn(marked('G04'), [sandbox])).toContain(
      'maxReceiveCount `3`, and the poison was delivered with the receive counts `1`, `2`, `3`.',
    );
    expect(fillIn(marked('G16'), [sandbox])).toContain(
      'message id `poison-id` in the log, `poison-id` in the dead-letter queue',
    );
    expect(fillIn(marked('G30'), [sandbox])).toContain('the gaps were `30.091 s`, `30 s`');
  });

  test('the pictures of the proofs are linked', () => {
    expect(fillIn(marked('G07'), [sandbox])).toContain(
      '[13](screenshots/sandbox/13-mapping-and-partial-batch.png)',
    );
  });

  test('a real account comes before the sandbox, and only for what it has shown', () => {
    expect(fillIn(marked('G04'), [aws, sandbox])).toContain('**AWS**');
    expect(fillIn(marked('G04'), [nothing, sandbox])).toContain('**SANDBOX**');
  });

  test('the second time changes nothing, and text outside of the markers is never touched', () => {
    const filled = fillIn(page, [nothing, sandbox]);
    expect(filled).not.toBe(page);
    expect(fillIn(filled, [nothing, sandbox])).toBe(filled);
    const emptied = (text: string) =>
      text.replaceAll(/(<!-- proof:G\d\d -->).*?(<!-- \/proof -->)/g, '$1$2');
    expect(emptied(filled)).toBe(emptied(page));
  });

  test('no value can end its marker or its code', () => {
    const odd = { ...sandbox, printed: () => 'a `b` --> <!-- /proof --> \n c' } as Measured;
    const filled = fillIn(marked('G32'), [odd]);
    expect(fillIn(filled, [sandbox])).toBe(fillIn(marked('G32'), [sandbox]));
  });

  test('the filled page is as the formatter and the linter want it', async () => {
    await using folder = await temporaryFolder();
    for (const name of ['.oxfmtrc.json', '.markdownlint-cli2.jsonc']) {
      await writeFile(join(folder.path, name), await readFile(join(root, name), 'utf8'));
    }
    const file = join(folder.path, 'exam-notes.md');
    await writeFile(file, fillIn(page, [nothing, sandbox]));
    await run(join(root, 'node_modules/.bin/oxfmt'), [file], { cwd: folder.path });
    expect(await readFile(file, 'utf8')).toBe(fillIn(page, [nothing, sandbox]));
    const linter = join(root, 'node_modules/.bin/markdownlint-cli2');
    await run(process.execPath, [linter, 'exam-notes.md'], { cwd: folder.path });
  });
});

describe('a broken marker', () => {
  test.each([
    ['without an end', '<!-- proof:G04 -->\n'],
    ['whose end is that of the next', `<!-- proof:G04 --> ${marked('G05')}`],
    ['without a beginning', 'text <!-- /proof -->'],
    ['of a rule that nothing measures', marked('G99')],
    ['over two lines', marked('G04', 'a\nb')],
    ['with another spelling', '<!--proof:G04--><!-- /proof -->'],
  ])('%s is refused', (_, text) => {
    expect(() => fillIn(text, [sandbox])).toThrow(/marker/);
  });

  test('leaves the page as it is, and gives a warning', async () => {
    await using docs = await temporaryFolder();
    const text = `${marked('G05')}\n<!-- proof:G04 -->\n`;
    await writeFile(join(docs.path, 'exam-notes.md'), text);
    const { warnings } = await publish(docs.path);
    expect(warnings).toEqual([
      'docs/exam-notes.md: it was not filled in: a marker has no beginning or no end',
    ]);
    expect(await readFile(join(docs.path, 'exam-notes.md'), 'utf8')).toBe(text);
  });
});

test('evidence on the disk is what the page is filled with', async () => {
  await using docs = await temporaryFolder();
  await mkdir(join(docs.path, 'evidence', 'sandbox'), { recursive: true });
  for (const one of sampleEvidence('SANDBOX')) {
    await writeFile(
      join(docs.path, 'evidence', 'sandbox', `${one.check}-x.json`),
      JSON.stringify(one),
    );
  }
  await writeFile(join(docs.path, 'exam-notes.md'), page);
  expect((await publish(docs.path)).warnings).toEqual([]);
  expect(await readFile(join(docs.path, 'exam-notes.md'), 'utf8')).toBe(
    fillIn(page, [nothing, sandbox]),
  );
});

test('a page that is not there is a warning', async () => {
  await using docs = await temporaryFolder();
  expect((await publish(docs.path)).warnings).toEqual([
    'docs/exam-notes.md: it cannot be read, so it was not filled in',
  ]);
});

function withoutProof(evidence: Evidence, number: number): Evidence {
  return { ...evidence, proofs: evidence.proofs.filter((proof) => proof.number !== number) };
}

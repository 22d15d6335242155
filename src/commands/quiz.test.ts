import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../lab/settings.ts';
import { runChild, temporaryCheckout } from '../testing/lab/checkout.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `lab quiz ...` without a terminal, as in a pipe. */
function quiz(...options: string[]): Promise<Ended> {
  const environment = { ...process.env, NO_COLOR: '1' };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['src/cli.ts', 'quiz', ...options],
      { cwd: root, env: environment, maxBuffer: 20_000_000 },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-quiz-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('without a terminal the questions are listed with their answers, without colours', async () => {
  const { code, stdout, stderr } = await quiz('--rule', 'g6');
  expect(code).toBe(0);
  expect(stdout).toContain('Q08 · G06 · DVA-C03 1.2.4, 1.2.3 · DVA-C02 1.2.3');
  expect(stdout).toContain('Answer: ');
  expect(stdout).not.toContain('\u001B');
  expect(stderr).toContain('To be asked, run "npx lab quiz" in a terminal.');
});

test('--json is for programs, and takes the same choice', async () => {
  const { code, stdout } = await quiz('--json', '--exam', 'C02', '--domain', '2', '--count', '3');
  const { exam, questions } = JSON.parse(stdout) as {
    exam: string;
    questions: { skills: { C02: string[] }; answer: number[]; options: { right?: true }[] }[];
  };
  expect([code, exam, questions.length]).toEqual([0, 'C02', 3]);
  for (const { skills, answer, options } of questions) {
    expect(skills.C02[0]).toMatch(/^2\./);
    expect(answer.map((place) => options[place]?.right)).toEqual(answer.map(() => true));
  }
});

test('an export says what it wrote, and where', async () => {
  const file = join(folder, 'quiz.md');
  const { code, stdout } = await quiz('--count', '2', '--export', file);
  expect([code, stdout]).toEqual([0, expect.stringContaining(`Wrote 2 questions to ${file}`)]);
  expect(await readFile(file, 'utf8')).toContain('## Answers');
});

test.each([
  [['--exam', 'C01'], /--exam "C01" is not C03 or C02/],
  [['--domain', '5'], /--domain "5" is not the number of a domain, 1 to 4/],
  [['--rule', '6'], /--rule "6" is not a rule of docs\/exam-notes.md/],
  [['--rule', 'G99'], /The quiz has no question on rule G99/],
  [['--rule', 'G25', '--domain', '3'], /no question on rule G25 in domain 3 of DVA-C03/],
  [['--count', '0'], /--count "0" is not a number from 1 to 999/],
  [['--export', 'quiz.pdf'], /Cannot export to "quiz.pdf"/],
  [['--export', ''], /Option '--export' has an empty value/],
  [['--exam-mode'], /The exam needs a terminal/],
  [['G06'], /"quiz" takes no arguments: "G06"/],
])('%j is wrong use, and says what is right', async (options, says) => {
  const { code, stderr } = await quiz(...options);
  expect(stderr).toMatch(says);
  expect(code).toBe(2);
});

test('a file that cannot be written is named', async () => {
  const { code, stderr } = await quiz(
    '--count',
    '1',
    '--export',
    join(root, 'package.json', 'a.md'),
  );
  expect(stderr).toMatch(/Cannot write .*package\.json.*a\.md: there is no folder/);
  expect(code).toBe(2);
});

test('the result of an exam is shown also when the answers cannot be kept, and the exam stays until they are', async () => {
  await using checkout = await temporaryCheckout();
  const cards = join(checkout.root, '.lab', 'quiz', 'cards.json');
  // A folder in place of the file: it can be neither read nor written.
  await mkdir(cards, { recursive: true });
  const handIn = () => {
    const examine = `'${process.execPath}' src/cli.ts quiz --exam-mode --manual --count 1`;
    return runChild('bash', ['-c', `printf 'a\\nh\\n\\n' | ${examine}`], {
      cwd: checkout.root,
      environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root, NO_COLOR: '1' },
    });
  };
  const failed = await handIn();
  expect(failed.stdout).toMatch(/Result: [01] of 1 right/);
  expect(failed.stderr).toContain('cards.json');
  expect(failed.code).toBe(1);
  await rm(cards, { recursive: true });
  const again = await handIn();
  expect(again.stdout).toContain('The exam that you left goes on');
  expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/Result: [01] of 1 right/)]);
  await expect(readFile(join(checkout.root, '.lab', 'quiz', 'exam.json'))).rejects.toThrow(
    /ENOENT/,
  );
});

test('a damaged open exam is said and kept beside, and a new one begins', async () => {
  await using checkout = await temporaryCheckout();
  const folder = join(checkout.root, '.lab', 'quiz');
  await mkdir(folder, { recursive: true });
  const questions = [{ id: 'Q01', order: [0, 1, 2, 3], chosen: [] }];
  const damaged = { exam: 'C03', questions, leftMs: -5, current: 0 };
  const gone = { ...damaged, questions: [{ ...questions[0], id: 'Q9999' }], leftMs: 1000 };
  for (const [exam, says] of [
    [damaged, 'its "leftMs" is -5'],
    [gone, 'the kit has other questions by now'],
  ] as const) {
    await writeFile(join(folder, 'exam.json'), JSON.stringify(exam));
    const examine = `'${process.execPath}' src/cli.ts quiz --exam-mode --manual --count 1`;
    const { code, stdout, stderr } = await runChild('bash', ['-c', `printf 'q\n' | ${examine}`], {
      cwd: checkout.root,
      environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root, NO_COLOR: '1' },
    });
    expect(stderr).toContain('Warning: Cannot use the open exam in ');
    expect(stderr).toContain(says);
    expect(stdout).toContain('1 question in 2 min');
    expect(await readFile(join(folder, 'exam.json.unreadable'), 'utf8')).toBe(JSON.stringify(exam));
    expect(code).toBe(0);
  }
});

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryCheckout } from '../testing/lab/checkout.ts';
import { tooWide } from '../testing/quiz.ts';
import { rightOf } from './question.ts';
import type { Question } from './question.ts';
import type { KnownCard, OpenExam } from './state.ts';

const run = promisify(execFile);

const hasTmux = await run('tmux', ['-V']).then(
  () => true,
  () => false,
);

/** A real terminal of this width, without colours, in a checkout of its own. */
async function openTerminal(columns: number) {
  const checkout = await temporaryCheckout();
  const environment = { PATH: process.env['PATH'] ?? '', HOME: checkout.root, TERM: 'xterm' };
  const tmux = async (...words: string[]) => {
    const socket = join(checkout.root, 'tmux.socket');
    const started = run('tmux', ['-u', '-f', '/dev/null', '-S', socket, ...words], {
      cwd: checkout.root,
      env: { ...environment, LANG: 'C.UTF-8', PS1: '$ ', NO_COLOR: '1', HISTFILE: '' },
    });
    return (await started).stdout;
  };
  const size = ['-x', String(columns), '-y', '60'];
  await tmux('new-session', '-d', '-s', 'quiz', ...size, 'bash --norc --noprofile -i');
  // All of it, long lines as they were written, colours as escapes.
  const screen = () => tmux('capture-pane', '-p', '-e', '-J', '-S', '-', '-t', 'quiz');
  return {
    checkout,
    screen,
    press: (...keys: string[]) => tmux('send-keys', '-t', 'quiz', ...keys),
    /** Waits until the screen shows this. */
    sees: async (words: RegExp | string) => {
      await expect.poll(screen).toMatch(words);
    },
    state: async <T>(name: string) =>
      JSON.parse(await readFile(join(checkout.root, '.lab', 'quiz', name), 'utf8')) as T,
    [Symbol.asyncDispose]: async () => {
      // The shell that is hung up ends a little later, and its folder is removed after that.
      const shell = Number(await tmux('display-message', '-p', '-t', 'quiz', '#{pane_pid}'));
      await tmux('kill-server');
      await expect.poll(() => isRunning(shell)).toBe(false);
      await checkout.remove();
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const lab = `'${process.execPath}' src/cli.ts`;

it.skipIf(!hasTmux).each([80, 40])(
  'an exam is left, continued and handed in at a terminal of %i columns without colours',
  async (columns) => {
    await using terminal = await openTerminal(columns);
    const { press, sees, screen, state } = terminal;
    const questions = JSON.parse((await terminal.checkout.lab(['quiz', '--json'])).stdout) as {
      questions: Question[];
    };

    await press(`${lab} quiz --exam-mode --count 3; echo "ended with $?"`, 'Enter');
    await sees(/Question 1 of 3[\s\S]*Your answer: -/);
    expect(await screen()).toContain('6 min');
    await press('a');
    await sees('Your answer: A');
    await press('Enter');
    await sees('Question 2 of 3');
    await press('q');
    await sees('ended with 0');
    const open = await state<OpenExam>('exam.json');
    expect(open).toMatchObject({ exam: 'C03', current: 1 });

    // Goes on with the same questions; the second is answered as it is right.
    await press(`clear; ${lab} quiz --exam-mode; echo "ended again with $?"`, 'Enter');
    await sees(/The exam that you left goes on/);
    await sees('Your answer: -');
    const second = open.questions[1];
    const question = questions.questions.find(({ id }) => id === second?.id);
    const right = question === undefined ? [] : rightOf(question);
    for (const place of right) await press('abcdef'.charAt(second?.order.indexOf(place) ?? 0));
    await sees(/Your answer: [A-F]/);
    await press('h');
    await sees(/Without a complete answer: (?:1, )?3\./);
    await press('Enter');
    await sees('ended again with 0');
    const text = await screen();
    expect(text).toMatch(/Result: [12] of 3 right/);
    expect(text).toContain('By domain of DVA-C03');
    // The rule that was missed first has an experiment, or questions of its own.
    expect(text).toMatch(/Next +npx lab (?:experiment \d\d|quiz --rule G\d\d)/);
    // Bold is no colour, but NO_COLOR turns it off, too.
    expect(text).not.toContain('\u001B');
    const ours = text.slice(text.indexOf('goes on')).split('\n');
    expect(
      tooWide(
        ours.filter((line) => !line.includes('src/cli.ts')),
        columns,
      ),
    ).toEqual([]);

    // The repetition knows of the exam, and the exam is over.
    const { cards } = await state<{ cards: Record<string, KnownCard> }>('cards.json');
    expect(Object.keys(cards)).toHaveLength(3);
    expect(cards[second?.id ?? '']?.answers[0]).toMatchObject({ grade: 'right', inExam: true });
    await expect(state('exam.json')).rejects.toThrow(/ENOENT/);
  },
);

it.skipIf(!hasTmux)('practice at a terminal gives feedback, and q keeps the answer', async () => {
  await using terminal = await openTerminal(40);
  const { press, sees, state } = terminal;
  await press(`${lab} quiz --rule G06 --count 1; echo "ended with $?"`, 'Enter');
  await sees('Question 1 of 1');
  await press('ab');
  await sees(/Your answer: (?:B|A, B)/);
  await press('Enter');
  await sees(/Why it tempts:/);
  await sees('q: leave.');
  await press('q');
  await sees('ended with 0');
  const { cards } = await state<{ cards: Record<string, KnownCard> }>('cards.json');
  expect(Object.values(cards)).toHaveLength(1);
});

import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';
import { commandsOf } from './step-commands.ts';

const run = promisify(execFile);

const hasTmux = await run('tmux', ['-V']).then(
  () => true,
  () => false,
);

/** Two windows of a real terminal, as a learner has them: `watch` looks, in `shell` commands are typed. */
async function openTerminal({ root }: Checkout, columns: number, rows: number) {
  const socket = join(root, 'tmux.socket');
  const environment = { PATH: process.env['PATH'] ?? '', HOME: root, TERM: 'xterm-256color' };
  const tmux = async (...words: string[]) => {
    const started = run('tmux', ['-u', '-f', '/dev/null', '-S', socket, ...words], {
      cwd: root,
      env: { ...environment, LANG: 'C.UTF-8', PS1: '$ ' },
    });
    return (await started).stdout;
  };
  const size = ['-x', String(columns), '-y', String(rows)];
  const shell = 'bash --norc --noprofile -i';
  await tmux('new-session', '-d', '-s', 'lab', '-n', 'watch', ...size, shell);
  await tmux('new-window', '-d', '-t', 'lab:', '-n', 'shell', shell);
  // All that the watch writes comes here as it is written: nobody has to ask again and again.
  const pipe = join(root, 'watch.pipe');
  await run('mkfifo', [pipe]);
  await tmux('pipe-pane', '-t', 'lab:watch', `cat > '${pipe}'`);
  const { waitFor } = reader(pipe);
  return {
    waitFor,
    /** Types a command in `shell` and waits until it has ended. */
    type: async (command: string) => {
      for (const line of [...command.split('\n'), 'tmux wait-for -S typed']) {
        await tmux('send-keys', '-t', 'lab:shell', '-l', line);
        await tmux('send-keys', '-t', 'lab:shell', 'Enter');
      }
      await tmux('wait-for', 'typed');
    },
    press: (...keys: string[]) => tmux('send-keys', '-t', 'lab:watch', ...keys),
    /** What is on the screen of `watch`, with what has scrolled away. */
    screen: () => tmux('capture-pane', '-p', '-J', '-S', '-', '-t', 'lab:watch'),
    resize: (width: number, height: number) =>
      tmux('resize-window', '-t', 'lab:watch', '-x', String(width), '-y', String(height)),
    [Symbol.asyncDispose]: async () => {
      await tmux('kill-server');
    },
  };
}

/** Waits for texts in a stream, each one behind the one before it. */
function reader(file: string) {
  let text = '';
  let seen = 0;
  let wake = () => {};
  createReadStream(file, 'utf8').on('data', (more) => {
    text += String(more);
    wake();
  });
  return {
    /** Gives what was written before these words. */
    waitFor: async (words: string): Promise<string> => {
      for (;;) {
        const found = text.indexOf(words, seen);
        if (found >= 0) {
          const before = text.slice(seen, found);
          seen = found + words.length;
          return before;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** The commands of a manual page. */
async function commandsOfPage({ root }: Checkout, number: string): Promise<readonly string[]> {
  const folder = join(root, 'docs', 'manual');
  const name = (await readdir(folder)).find((file) => file.startsWith(`${number}-`)) ?? '';
  const page = await readFile(join(folder, name), 'utf8');
  const blocks = [...page.matchAll(/^```bash\n(.*?)^```/gms)].map(([, block = '']) => block);
  return commandsOf(blocks.join('\n'));
}

it.skipIf(!hasTmux)(
  `a learner with two terminals goes from an empty sandbox to all green${hasTmux ? '' : ' (not run: tmux is not installed)'}`,
  async () => {
    await using checkout = await temporaryCheckout();
    const docs = join(checkout.root, 'docs');
    await using terminal = await openTerminal(checkout, 80, 24);
    const { type, press, waitFor, screen } = terminal;
    const typePage = async (number: string) => {
      for (const command of await commandsOfPage(checkout, number)) await type(command);
    };
    const lab = `'${process.execPath}' src/cli.ts`;

    await press(`${lab} watch; echo "ended with $?"`, 'Enter');
    await waitFor('Step 01');
    await type(`eval "$(${lab} env)"`);

    // A mistake, the three hints, and the command of the last one, typed as it stands there.
    await type('aws sqs create-queue --queue-name lab01-worker-dlq');
    await waitFor('✗');
    await waitFor('It keeps messages for 14 days');
    for (const title of ['Hint 1 of 3', 'Hint 2 of 3', 'Hint 3 of 3']) {
      await press('h');
      await waitFor(title);
    }
    await waitFor('aws ');
    const fix = /Hint 3 of 3.*\n.*\n {2}(aws .*)/.exec(await screen())?.[1] ?? '';
    expect(fix).toContain('1209600');
    await type(fix);
    await waitFor('Step 01 is green');
    await waitFor('Exam');
    await waitFor('exam notes: G15');

    // The solution, asked for twice; then there and back.
    await waitFor('Step 02');
    await press('s');
    await waitFor('s again shows its commands');
    await press('s');
    await waitFor('The commands of step 02');
    await waitFor('source-queue-attributes.json');
    await press('b');
    await waitFor('Step 01 is green already');
    await press('n');
    await waitFor('Step 02');
    await typePage('02');
    await waitFor('Step 02 is green');
    await terminal.resize(40, 20);
    await typePage('03');
    await waitFor('Step 03 is green');

    const [attach = ''] = await commandsOfPage(checkout, '04');
    await type(attach);
    await waitFor('✓');
    await press('r');
    await waitFor('Run them? y/n');
    await press('y');
    await waitFor('Deleted.');
    await terminal.resize(80, 24);
    for (const number of ['04', '05', '06', '07', '08']) {
      await typePage(number);
      await waitFor(`Step ${number} is green`);
    }
    // The sandbox skips the 90 s of the retries: both are green by themselves, and each stays until a key.
    await waitFor('Step 09 is green');
    await waitFor('What happened to the messages');
    await waitFor('receive 3 FAILED');
    await waitFor('n or Enter continues');
    await waitFor('5/5, green · n continues');
    await press('n');
    await waitFor('Step 10 is green');
    await waitFor('seen in the dead-letter queue');
    await waitFor('n or Enter continues');
    expect(await screen()).not.toContain('All steps are green');
    await press('Enter');
    await waitFor('All steps are green');
    await press('l');
    await waitFor('(you are here)');
    const list = await screen();
    for (const number of ['00', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10']) {
      expect(list).toContain(`  ✓ ${number} `);
    }
    // One line is rewritten in place: the looks leave no trace.
    expect(list.match(/^\d\d looked \d\d:/gm)).toHaveLength(1);
    await typePage('11');
    await waitFor('Nothing of the lab is left.');
    await waitFor('npx lab verify');
    await waitFor('ended with 0');

    // Ctrl-C leaves the terminal as it was; where no cursor can be moved nothing tries to.
    await press(`TERM=dumb NO_COLOR=1 ${lab} watch; echo "left with $?"`, 'Enter');
    await waitFor('lab watch  [');
    expect(await waitFor('your turn')).not.toContain('\u001B');
    await press('C-c');
    await waitFor('npx lab watch');
    await waitFor('left with 0');
    await press('stty | grep -q -e -icanon || echo "as it" was', 'Enter');
    await waitFor('as it was');

    // Without a terminal the end of the input is the end.
    const piped = await checkout.lab(['watch'], { FORCE_COLOR: '0' });
    expect(piped).toMatchObject({ code: 0, stderr: '' });
    expect(piped.stdout).toMatch(
      /Step 01 .*\n[\s\S]*01 looked [\d:]+ · 0\/\d, your turn\nNext {5}npx lab watch\n.*\n$/,
    );
    expect(piped.stdout).not.toContain('\u001B');
    expect((await checkout.lab(['watch', '--json'])).code).toBe(2);

    const evidence = await readdir(join(docs, 'evidence', 'sandbox'));
    for (const number of ['00', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11']) {
      expect(
        evidence.filter((file) => file.startsWith(number) && file.endsWith('.json')),
      ).toHaveLength(1);
    }
  },
);

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { boardAssets } from '../board/assets.ts';
import { codespaceHosts } from '../board/guard.ts';
import { startBoard } from '../board/server.ts';
import type { Board, BoardOptions } from '../board/server.ts';
import { LabError } from '../lab/errors.ts';
import { onInterrupt } from '../lab/interrupt.ts';
import { ownLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { SandboxHandle } from '../lab/sandbox/handle.ts';
import { runningSandbox } from '../lab/sandbox/process.ts';
import { root } from '../lab/settings.ts';
import { say } from '../lab/terminal.ts';
import { resetLab } from './reset.ts';

/** Above those of sandboxes. */
const firstPort = 4900;
const portsTried = 20;

/** `lab board`: serves the page on which the lab lives, until Ctrl-C or SIGTERM. */
export async function boardCommand(lab: Lab): Promise<number> {
  const key = randomBytes(24).toString('base64url');
  // Asks for the account, or starts the sandbox, before a page shows anything.
  await lab.session();
  const board = await startOnFreePort({
    key,
    assets: await boardAssets(),
    hosts: (port) => codespaceHosts(port, process.env),
    reset: resetLab,
    docs: join(root, 'docs'),
    ...following(lab),
  });
  const url = `http://127.0.0.1:${board.port}/#key=${key}`;
  say(`The board: ${url}`);
  for (const line of otherWays(board.port, key)) say(line);
  say('It runs until you press Ctrl-C.');
  if (!lab.options.noOpen) open(url);
  using _ = onInterrupt(() => board.close());
  await new Promise(() => undefined);
  return 0;
}

/** The lab of this process, with its sandbox as it runs now: one that was restarted or reset has another port, or other keys. */
function following(first: Lab): Pick<BoardOptions, 'events' | 'lab' | 'target'> {
  let current = first;
  let known: string | undefined;
  const lab = async () => {
    if (first.target() !== 'sandbox') return first;
    const running = await identityOf(await runningSandbox());
    if (known !== undefined && running !== known) current = ownLab(first.options);
    // Starts it when none runs, as every command does.
    known = await identityOf((await current.session()).sandbox);
    return current;
  };
  return {
    target: first.target(),
    lab,
    // To look starts nothing.
    events: async (signal) => (await runningSandbox())?.events(signal),
  };
}

async function identityOf(sandbox: SandboxHandle | undefined): Promise<string | undefined> {
  const status = await sandbox?.status();
  return status && `${status.endpoint} ${status.pid} ${status.startedAt}`;
}

async function startOnFreePort(options: Omit<BoardOptions, 'port'>): Promise<Board> {
  for (let port = firstPort; port < firstPort + portsTried; port += 1) {
    try {
      return await startBoard({ ...options, port });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new LabError(
    `Cannot serve the board: ports ${firstPort} to ${firstPort + portsTried - 1} are all taken`,
    {
      hint: 'End one of the boards that run (Ctrl-C in its terminal), then run the command again.',
    },
  );
}

function otherWays(port: number, key: string): string[] {
  const [host] = codespaceHosts(port, process.env);
  if (host !== undefined) return [`In your Codespace: https://${host}/#key=${key}`];
  if (process.env['SSH_CONNECTION'] === undefined) return [];
  return [
    `From your own machine: ssh -N -L ${port}:127.0.0.1:${port} <this machine>, then open the URL there.`,
  ];
}

/** Nothing depends on it: the URL is printed. */
function open(url: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['explorer', url]
        : [process.env['BROWSER'] ?? 'xdg-open', url];
  if (program === undefined) return;
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}

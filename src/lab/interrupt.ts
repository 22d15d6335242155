/** What is done before an interrupted command ends, and what is said of it. */
interface Work {
  readonly work: () => Promise<unknown>;
  readonly words: Words | undefined;
}

interface Words {
  /** Before it is done: `The copies of the lab are being deleted.` */
  readonly before: string;
  readonly after: string;
}

/** Ctrl-C; a closed terminal window; `kill`, and a machine that shuts down. With the exit codes of a shell. */
const exitCodes = { SIGINT: 130, SIGHUP: 129, SIGTERM: 143 } as const;

type Signal = keyof typeof exitCodes;

const signals = Object.keys(exitCodes) as Signal[];

const works = new Set<Work>();
let leaving = false;

/**
 * Does this after Ctrl-C (SIGINT), SIGTERM and SIGHUP, before the process ends; until it is disposed of. A second Ctrl-C
 * does not wait for it.
 * @param words for what begins anew the next time; left out: the same command continues where it stopped
 */
export function onInterrupt(work: () => Promise<unknown>, words?: Words): Disposable {
  const entry = { work, words };
  works.add(entry);
  return { [Symbol.dispose]: () => works.delete(entry) };
}

/**
 * Before a verdict, and before an error is said: once the command was interrupted, what it goes on to see is only what its
 * own clean-up makes of it. Then this waits for the end of the process.
 */
export async function unlessInterrupted(): Promise<void> {
  if (leaving) await new Promise(() => undefined);
}

/** Ends this process in order after Ctrl-C, a closed terminal window (SIGHUP) and SIGTERM: exit codes 130, 129 and 143. */
export function leaveOnInterrupt(): void {
  for (const signal of signals) process.on(signal, () => interrupt(signal));
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      // Its terminal window was closed, and the SIGHUP is on its way. Who closes a pipe of stderr only reads no remarks.
      if (code === 'EIO') leave(exitCodes.SIGHUP);
    });
  }
}

/** Whether this process is about to end: what it says may reach nobody any more. */
export const isLeaving = (): boolean => leaving;

function interrupt(signal: Signal): void {
  if (!leaving) return leave(exitCodes[signal], 'Interrupted.');
  // A closed window may say so twice, and nobody waits there any more.
  if (signal !== 'SIGHUP') process.exit(exitCodes[signal]);
}

/**
 * Does what is still to do, and ends the process. Safe to repeat.
 * @param why the first sentence of what is said; left out: nothing is said, because nobody reads it
 */
export function leave(exitCode: number, why?: string): void {
  if (leaving) return;
  leaving = true;
  const tell = (text: string) => (why === undefined ? undefined : process.stderr.write(text));
  const words = [...works].flatMap((entry) => entry.words ?? []);
  const before = words.map((one) => one.before).join(' ');
  tell(`\n${why ?? ''} ${before === '' ? continues : before}\n`);
  void Promise.allSettled([...works].map(({ work }) => work())).then((results) => {
    const isDone = results.every(({ status }) => status === 'fulfilled');
    for (const { after } of isDone ? words : []) tell(`${after}\n`);
    process.exit(exitCode);
  });
}

const continues = 'Nothing is lost: run the same command again, and it continues from here.';

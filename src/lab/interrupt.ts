/** What is done when somebody presses Ctrl-C, and what is said of it. */
interface Work {
  readonly work: () => Promise<unknown>;
  readonly words: Words | undefined;
}

interface Words {
  /** Before it is done: `The copies of the lab are being deleted.` */
  readonly before: string;
  readonly after: string;
}

const works = new Set<Work>();

/**
 * Does this after Ctrl-C, before the process ends; until it is disposed of. A second Ctrl-C does not wait for it.
 * @param words for what begins anew the next time; left out: the same command continues where it stopped
 */
export function onInterrupt(work: () => Promise<unknown>, words?: Words): Disposable {
  const entry = { work, words };
  works.add(entry);
  return { [Symbol.dispose]: () => works.delete(entry) };
}

/** Ends this process in order after Ctrl-C, with exit code 130. */
export function leaveOnInterrupt(): void {
  process.once('SIGINT', () => {
    const words = [...works].flatMap((entry) => entry.words ?? []);
    const before = words.map((one) => one.before).join(' ');
    process.stderr.write(`\nInterrupted. ${before === '' ? continues : before}\n`);
    void Promise.allSettled([...works].map(({ work }) => work())).then((results) => {
      const isDone = results.every(({ status }) => status === 'fulfilled');
      for (const { after } of isDone ? words : []) process.stderr.write(`${after}\n`);
      process.exit(130);
    });
  });
}

const continues = 'Nothing is lost: run the same command again, and it continues from here.';

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Question } from './aws/ask.ts';

/** What a check has seen: an answer of AWS, or a fact of this machine. */
export type Observation =
  | {
      readonly question: Question;
      /** Null when AWS said that there is no such thing. */
      readonly output: unknown;
      /** Digest of the request id, in evidence. */
      readonly request?: string;
    }
  | { readonly fact: string; readonly value: unknown };

/** Answers by what was asked. Shared by several checks, it lets all of them look at the same moment. */
export type Answers = Map<string, Promise<unknown>>;

interface Witness {
  see<T>(about: Question | string, look: () => Promise<T>): Promise<T>;
}

const current = new AsyncLocalStorage<Witness>();

/** Looks, or is told by a witness: every look of a check at AWS or at this machine goes through here. */
export function see<T>(about: Question | string, look: () => Promise<T>): Promise<T> {
  const witness = current.getStore();
  return witness === undefined ? look() : witness.see(about, look);
}

/** A fact of this machine that a check judges by: the digest of a file, what the worker answers. JSON only. */
export function fact<T>(name: string, look: () => Promise<T>): Promise<T> {
  return see(name, look);
}

/**
 * Does some work and writes down all that it has seen, in the order in which it asked.
 * @param answers what was asked already is not asked again
 */
export async function recording<T>(
  work: () => Promise<T>,
  answers: Answers = new Map(),
): Promise<{ readonly value: T; readonly observations: readonly Observation[] }> {
  const asked = new Map<string, Question | string>();
  const value = await current.run(
    {
      see: (about, look) => {
        const key = keyOf(about);
        asked.set(key, about);
        const known = answers.get(key) ?? look();
        answers.set(key, known);
        return known as ReturnType<typeof look>;
      },
    },
    work,
  );
  const observations: Observation[] = [];
  for (const [key, about] of asked) {
    // All of them have been waited for by the work; one that it chose to survive says nothing.
    const answer = await answers.get(key)?.catch(() => undefined);
    observations.push(
      typeof about === 'string'
        ? { fact: about, value: answer ?? null }
        : { question: about, output: answer ?? null },
    );
  }
  return { value, observations };
}

/**
 * Does the same work on what was seen then. Nothing is asked of anybody.
 * @throws Error when the work asks what was not recorded
 */
export function replaying<T>(observations: readonly Observation[], work: () => T): T {
  const seen = new Map(
    observations.map((observation) =>
      'fact' in observation
        ? [observation.fact, observation.value]
        : [keyOf(observation.question), observation.output],
    ),
  );
  // Answers may come from anybody: a page that names itself as the next one would be asked for without end.
  let left = 10 * observations.length;
  return current.run(
    {
      see: async (about) => {
        const key = keyOf(about);
        if (!seen.has(key)) throw new Error(`not in the recorded answers: ${key}`);
        if ((left -= 1) < 0) throw new Error('the recorded answers lead round in a circle');
        return (seen.get(key) ?? undefined) as never;
      },
    },
    work,
  );
}

function keyOf(about: Question | string): string {
  if (typeof about === 'string') return about;
  const { service, operation, input } = about;
  return `${service} ${operation} ${JSON.stringify(input)}`;
}

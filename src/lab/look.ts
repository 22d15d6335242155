import type { Question } from './aws/ask.ts';
import type { Lab, Look } from './lab.ts';

/** An observation of a check: an answer of AWS, or a fact of this machine. */
export type Observation =
  | {
      readonly question: Question;
      /** Null when AWS said that there is no such thing. */
      readonly output: unknown;
      /** Digest of the request id, in evidence. */
      readonly request?: string;
    }
  | { readonly fact: string; readonly value: unknown };

/** Answers by their question. Checks that share them all judge the same state. */
export type Answers = Map<string, Promise<unknown>>;

/**
 * Does some work and records every observation, in the order in which the work asked.
 * @param answers what was asked already is not asked again
 */
export async function recording<T>(
  { look }: Lab,
  work: (look: Look) => Promise<T>,
  answers: Answers = new Map(),
): Promise<{ readonly value: T; readonly observations: readonly Observation[] }> {
  const asked = new Map<string, Question | string>();
  const once = <A>(about: Question | string, find: () => Promise<A>): Promise<A> => {
    const key = keyOf(about);
    asked.set(key, about);
    const known = answers.get(key) ?? find();
    answers.set(key, known);
    return known as Promise<A>;
  };
  const value = await work({
    lab: look.lab,
    ask: async <A>(question: Question) => ({
      question,
      output: await once(question, async () => (await look.ask<A>(question)).output),
    }),
    fact: (name, find) => once(name, () => look.fact(name, find)),
  });
  const observations: Observation[] = [];
  for (const [key, about] of asked) {
    // The work has waited for all of them; one that failed without failing the work is recorded as null.
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
 * Looks at recorded observations. Asks nobody.
 * @returns a look that throws when it is asked what was not recorded
 */
export function replaying(lab: Lab, observations: readonly Observation[]): Look {
  const seen = new Map(
    observations.map((observation) =>
      'fact' in observation
        ? [observation.fact, observation.value]
        : [keyOf(observation.question), observation.output],
    ),
  );
  // Recorded answers may be forged: a page that names itself as its next page would never end.
  let left = 10 * observations.length;
  const then = (about: Question | string): unknown => {
    const key = keyOf(about);
    if (!seen.has(key)) throw new Error(`not in the recorded answers: ${key}`);
    if ((left -= 1) < 0) throw new Error('the recorded answers form a loop');
    return seen.get(key) ?? undefined;
  };
  return {
    lab,
    ask: async (question) => ({ question, output: then(question) as never }),
    fact: async (name) => then(name) as never,
  };
}

function keyOf(about: Question | string): string {
  if (typeof about === 'string') return about;
  const { service, operation, input } = about;
  return `${service} ${operation} ${JSON.stringify(input)}`;
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLaboratory, takingTurns } from '../src/testing/lab/labs.ts';
import type { Laboratory, LabLearner } from '../src/testing/lab/labs.ts';
import {
  judgeAgain,
  lookWhenReady,
  applyFixes,
  objections,
  resultsOf,
  without,
} from '../src/testing/lab/verdicts.ts';
import { edited, makeWrong } from '../src/testing/lab/wrong-states.ts';
import type { Seen, WrongState } from '../src/testing/lab/wrong-states.ts';
import { listSteps, loadCheck } from '../src/judging/steps.ts';
import { wrongStates } from './wrong-states.ts';
import { anyLab } from '../src/testing/lab/any-lab.ts';

/** A wrong state, in a lab of its own. */
interface Case {
  readonly learner: LabLearner;
  /** With the names of that learner. */
  readonly state: WrongState;
  /** What the checks saw, or what went wrong on the way. */
  readonly seen: Seen | Error;
}

const ids = wrongStates(anyLab).map(({ id }) => id);
const cases = new Map<string, Case>();
let laboratory: Laboratory;

/** All at once in one sandbox, each under a prefix: what takes time is the CLI, and other people's retries. */
beforeAll(async () => {
  laboratory = await openLaboratory();
  const turn = takingTurns(12);
  const made = await Promise.all(ids.map((_, i) => turn(() => makeCase(i))));
  // Nothing can be on its way any more, and the name of a deleted queue is free again.
  laboratory.aws.clock.advance(180_000, 'everything has had its time');
  await Promise.all(
    made.map((one) => turn(async () => cases.set(one.state.id, await seenBy(one)))),
  );
});

afterAll(async () => {
  await laboratory[Symbol.asyncDispose]();
});

async function makeCase(index: number) {
  const learner = await laboratory.learner(`w${index}-`);
  const state = wrongStates(learner)[index] as WrongState;
  const failure = await makeWrong(laboratory, learner, state).catch((error: Error) => error);
  return { learner, state, failure: failure ?? undefined };
}

async function seenBy({
  learner,
  state,
  failure,
}: Awaited<ReturnType<typeof makeCase>>): Promise<Case> {
  const look = async () => edited(await lookWhenReady(learner, state), state.onPaper);
  const seen = failure ?? (await look().catch((error: Error) => error));
  return { learner, state, seen };
}

function caseNamed(id: string): Case & { readonly seen: Seen } {
  const found = cases.get(id);
  if (found === undefined) throw new Error(`no case ${id}`);
  const { seen } = found;
  if (seen instanceof Error) throw seen;
  return { ...found, seen };
}

describe('each wrong state is caught by the expectation meant for it, with its hint, and by no other', () => {
  it.each(ids)('%s', async (id) => {
    const { state, seen } = caseNamed(id);
    expect(await objections(state, seen)).toEqual([]);
  });
});

async function allExpectations(): Promise<string[]> {
  const checks = await Promise.all((await listSteps()).map((entry) => loadCheck(anyLab, entry)));
  return checks.flatMap(({ step, expectations }) => expectations.map(({ id }) => `${step}/${id}`));
}

/** What becomes of the wrong states that an expectation catches, once it is taken out of the checks. */
async function withoutIt(key: string) {
  const [slips, unnoticed]: [string[], string[]] = [[], []];
  for (const id of ids) {
    const { state, seen } = caseNamed(id);
    if (state.fails !== key) continue;
    if ((await objections(state, seen, without(key))).length > 0) slips.push(id);
    const results = resultsOf(await judgeAgain(seen, without(key)));
    if ([...results.values()].every(({ outcome }) => outcome !== 'fail')) unnoticed.push(id);
  }
  return { slips, unnoticed };
}

it('no expectation can be taken out of the checks without a wrong state slipping through', async () => {
  const needless: string[] = [];
  const lines: string[] = [];
  const keys = await allExpectations();
  for (const key of keys) {
    const { slips, unnoticed } = await withoutIt(key);
    if (slips.length === 0) needless.push(key);
    const counts = `${String(slips.length).padStart(2)} ${String(unnoticed.length).padStart(9)}`;
    lines.push(`  ${key.padEnd(34)} ${counts}  ${slips.join(', ')}`);
  }
  console.log(
    [
      `${ids.length} wrong states, each caught by the intended expectation; ${keys.length} expectations, each catches at least one.`,
      `  ${'caught by'.padEnd(30)} states  (nobody else would notice)`,
      ...lines,
    ].join('\n'),
  );
  expect(needless).toEqual([]);
});

describe('the commands of the third hint, pasted three times at most, lead back to a lab where all is well', () => {
  it('whatever the state was', async () => {
    const turn = takingTurns(12);
    const doneBefore = new Set<string>();
    const done: string[] = [];
    const failed: string[] = [];
    await Promise.all(
      ids.map((id) =>
        turn(async () => {
          try {
            const { learner, state, seen } = caseNamed(id);
            if (state.onPaper !== undefined) return;
            // Of two states of which the same is said, one is enough.
            const text = (await wordsOf(state, seen)).replaceAll(learner.prefix, '');
            if (doneBefore.has(text)) return;
            doneBefore.add(text);
            done.push(`${id}: ${(await applyFixes(learner, state)).join(', ')}`);
          } catch (error) {
            failed.push(`${id}: ${String(error)}`);
          }
        }),
      ),
    );
    console.log(
      `${done.length} hints, no two the same, each leads back\n  ${done.toSorted().join('\n  ')}`,
    );
    expect(failed).toEqual([]);
  });
});

async function wordsOf({ fails }: WrongState, seen: Seen): Promise<string> {
  const hints = resultsOf(await judgeAgain(seen)).get(fails)?.hints;
  return `${fails}\n${hints?.hint}\n${hints?.fix}`;
}

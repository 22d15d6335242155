import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLab } from '../testing/lab/lab-building.ts';
import { openLaboratory, takingTurns } from '../testing/lab/labs.ts';
import type { Laboratory, LabLearner } from '../testing/lab/labs.ts';
import { filledPolicy } from '../testing/lab/policies.ts';
import { done } from '../testing/lab/wrong-states.ts';
import { faultsNamed } from './catalogue.ts';
import type { Fault } from './catalogue.ts';
import { drills } from './drills.ts';
import type { Drill } from './drills.ts';
import { observeFacts } from './facts.ts';
import { waitForSymptom } from './orders.ts';
import { plantDrill } from './run.ts';
import { revealedFix } from './screen.ts';
import { failing, judgeDrill } from './solved.ts';
import { sentencesOf, shows, symptoms } from './symptoms.ts';

/** One drill at a time in each: a clock that skips for one must not skip what another measures. */
const free: Laboratory[] = [];
const turns = takingTurns(3);

beforeAll(async () => {
  free.push(...(await Promise.all([1, 2, 3].map(() => openLaboratory()))));
});

afterAll(async () => {
  await Promise.all(free.map((laboratory) => laboratory[Symbol.asyncDispose]()));
});

/** A good lab of one's own. */
function inGoodLab(work: (learner: LabLearner) => Promise<void>, name: string): Promise<void> {
  return turns(async () => {
    const laboratory = free.shift();
    if (laboratory === undefined) throw new Error('no laboratory is free');
    try {
      const learner = await laboratory.learner(`${name}-`);
      await buildLab(laboratory.aws, learner);
      // What is planted, looked at and repaired must be within the permissions of a learner.
      const policy = await filledPolicy('learner-policy.json', learner.prefix);
      laboratory.aws.sandbox.issueUser('lab-dev', JSON.stringify(policy));
      await work(learner);
    } finally {
      free.push(laboratory);
    }
  });
}

const single = drills.filter(({ level }) => level < 3);
const double = drills.filter(({ level }) => level === 3);
const named = (list: readonly Drill[]) => list.map((drill) => [drill.id, drill] as const);

async function plantIn(learner: LabLearner, drill: Drill) {
  const facts = await plantDrill(learner, drill, (commands) => done(learner, commands));
  return { facts, faults: await faultsNamed(learner, drill.states) };
}

/** Types what is revealed, until the checks of what is built find nothing: a second fault may hide behind the first. */
async function repair(learner: LabLearner, faults: readonly Fault[]): Promise<void> {
  for (let rounds = 0; rounds < 3; rounds += 1) {
    const verdict = await judgeDrill(learner);
    const fix = verdict.solved ? [] : revealedFix(verdict.results, faults);
    if (fix.length === 0) return;
    // The name of a deleted queue is free again after this long.
    if (fix.join().includes('create-queue')) await (await learner.session()).sandbox?.skip(60);
    await done(learner, fix.join('\n'));
  }
}

/** Types what is revealed of this fault only. */
async function repairOnly(learner: LabLearner, fault: Fault): Promise<void> {
  const verdict = await judgeDrill(learner);
  if (verdict.solved) throw new Error('solved before anything was repaired');
  const own = failing(verdict.results, []).filter(
    ({ check, expectation }) => `${check.step}/${expectation.id}` === fault.fails,
  );
  expect(own, `${fault.fails} fails`).toHaveLength(1);
  await done(learner, own[0]?.expectation.hints?.fix ?? '');
}

/** A verdict in a form that says what is wrong. */
async function verdictOn(learner: LabLearner): Promise<unknown> {
  const verdict = await judgeDrill(learner);
  if (verdict.solved) return 'solved';
  const open = verdict.results.flatMap(({ step, expectations }) =>
    expectations
      .filter(({ outcome }) => outcome !== 'pass')
      .map(({ id, outcome, reason }) => `${step}/${id} ${outcome} ${reason ?? ''}`),
  );
  return { where: verdict.where, open };
}

describe.concurrent('a drill shows its symptom, is not solved before it is repaired, and is solved by the revealed fix', () => {
  it.each(named(single))('%s', async (id, drill) => {
    await inGoodLab(async (learner) => {
      const { facts, faults } = await plantIn(learner, drill);
      const [symptom] = drill.symptoms;
      const now = await observeFacts(learner, facts.traffic);
      const said = sentencesOf(symptom, now, { lab: learner, level: drill.level });
      expect({ said, isTrue: shows(symptom, now) }).toEqual({ said, isTrue: true });
      expect(await verdictOn(learner)).toMatchObject({ where: 'settings' });
      await repair(learner, faults);
      expect(await verdictOn(learner)).toBe('solved');
    }, id);
  });
});

describe.concurrent('the first of two faults masks the second: repaired alone, neither solves the drill', () => {
  it.each(named(double))('%s', async (id, drill) => {
    const [first, second = first] = drill.symptoms;
    const seen = async (learner: LabLearner, name: typeof first) =>
      shows(name, await waitForSymptom(learner, name, symptoms[name].orders));
    await inGoodLab(async (learner) => {
      const { facts, faults } = await plantIn(learner, drill);
      expect(shows(first, facts)).toBe(true);
      expect(shows(second, facts)).toBe(false);
      await repairOnly(learner, faults[0] as Fault);
      expect(await verdictOn(learner)).toMatchObject({ where: 'settings' });
      expect(await seen(learner, second)).toBe(true);
      await repair(learner, faults);
      expect(await verdictOn(learner)).toBe('solved');
    }, `${id}-a`);
    await inGoodLab(async (learner) => {
      const { faults } = await plantIn(learner, drill);
      await repairOnly(learner, faults[1] as Fault);
      expect(await verdictOn(learner)).toMatchObject({ where: 'settings' });
      expect(await seen(learner, first)).toBe(true);
      await repair(learner, faults);
      expect(await verdictOn(learner)).toBe('solved');
    }, `${id}-b`);
  });
});

import { describe, expect, test, vi } from 'vitest';
import { readInventory } from '../exam/inventory.ts';
import { readNotes, rulesOf } from '../exam/rules.ts';
import { anyLab } from '../testing/lab/any-lab.ts';
import { wrongStates } from '../../checks/wrong-states.ts';
import type { Delivery } from '../lab/aws/observe.ts';
import { commandsThatMake } from '../judging/to-paste.ts';
import { causeText, revealedFix, sayAnswer } from './screen.ts';
import { faultsNamed } from './catalogue.ts';
import { drillNamed, drills } from './drills.ts';
import type { Facts } from './facts.ts';
import { scoreLines, scoreOf } from './score.ts';
import type { EndedDrill } from './state.ts';
import { sentencesOf, shows, symptoms } from './symptoms.ts';
import type { SymptomName } from './symptoms.ts';

const start = Date.parse('2026-11-28T03:00:00Z');

const delivery = (messageId: string, receiveCount: number, seconds: number): Delivery => ({
  messageId,
  receiveCount,
  outcome: messageId === 'bad' ? 'FAILED' : 'OK',
  requestId: `request-${seconds}`,
  batchSize: 3,
  sentAt: start,
  firstReceivedAt: start,
  timestamp: start + seconds * 1000,
});

/** Three orders in a lab as it should be, two minutes later. */
const healthy: Facts = {
  traffic: { good: ['good-1', 'good-2'], poison: ['bad'], sentAt: start },
  now: start + 120_000,
  source: { visible: 0, inFlight: 0, delayed: 0 },
  deadLetters: { visible: 1, inFlight: 0, delayed: 0 },
  dead: new Set(['bad']),
  lines: ['START', 'INFO {"outcome":"FAILED"}', 'END'],
  deliveries: [
    delivery('good-1', 1, 0),
    delivery('good-2', 1, 0),
    delivery('bad', 1, 0),
    delivery('bad', 2, 30),
    delivery('bad', 3, 60),
  ],
  excess: [],
  actors: [],
  open: [],
};

const names = Object.keys(symptoms) as SymptomName[];

/** Also those that do not hold. */
const everySentence = (name: SymptomName) =>
  symptoms[name].claims.map(({ says }) =>
    says({ ...healthy, traffic: { ...healthy.traffic, refused: '...' } }, anyLab),
  );

/** Words of the causes: no text that is shown before the end has one of them. */
const cause =
  /mapping|trigger|redrive|receive ?count|visibility timeout|filter|trust|polic|permission|report ?batch|batch size|window|concurren|\bhandler|retention|delay|disable|delete|log format|log level|kms|encrypt|foreach|swallow|throw|time ?out|bounda/i;

describe('the drills', () => {
  test('are at least forty, in three levels, each with a name of its own', () => {
    expect(drills.length).toBeGreaterThanOrEqual(40);
    const ids = drills.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+-\d+$/.test(id))).toEqual([]);
    const ofLevel = (level: number) => drills.filter((drill) => drill.level === level).length;
    expect([1, 2, 3].map(ofLevel).map((count) => count >= 8)).toEqual([true, true, true]);
  });

  test('of level 3 plant two faults with different symptoms, the others one', () => {
    for (const { id, level, states, symptoms: shown } of drills) {
      expect([id, states.length, shown.length]).toEqual(level === 3 ? [id, 2, 2] : [id, 1, 1]);
      expect(new Set(shown).size).toBe(shown.length);
    }
  });

  test('plant what the catalogue of wrong states has, once each but in level 3', async () => {
    const ids = new Set(wrongStates(anyLab).map(({ id }) => id));
    expect(drills.flatMap(({ states }) => states).filter((state) => !ids.has(state))).toEqual([]);
    const single = drills.filter(({ level }) => level < 3).map(({ states }) => states[0]);
    expect(new Set(single).size).toBe(single.length);
    const faults = await faultsNamed(
      anyLab,
      drills.flatMap(({ states }) => states),
    );
    expect(faults.filter(({ make = '', worker = '' }) => make + worker === '')).toEqual([]);
  });

  test('name rules of the exam notes, and experiments by their numbers', async () => {
    const rules = new Set(rulesOf(await readNotes()).map(({ id }) => id));
    expect(drills.flatMap((drill) => drill.rules).filter((rule) => !rules.has(rule))).toEqual([]);
    expect(drills.filter((drill) => drill.rules.length === 0)).toEqual([]);
  });

  test('name an experiment of the kit that shows one of their rules, or none', async () => {
    const shownBy = new Map(
      ((await readInventory()).experiments ?? []).map(({ number, rules }) => [
        number,
        new Set(rules),
      ]),
    );
    const wrong = drills.filter(
      ({ experiment, rules }) =>
        experiment !== undefined && !rules.some((rule) => shownBy.get(experiment)?.has(rule)),
    );
    expect(wrong.map(({ id, experiment, rules }) => [id, experiment, ...rules])).toEqual([]);
    const named = drills.filter(({ experiment }) => experiment !== undefined);
    expect(named.length).toBeGreaterThan(drills.length / 2);
  });

  test('name no experiment only where no experiment has their rule, or say why it does not show this', async () => {
    const shown = new Set(
      ((await readInventory()).experiments ?? []).flatMap(({ rules }) => rules),
    );
    const without = drills.filter(({ experiment }) => experiment === undefined);
    const unsaid = without.filter(
      ({ rules, noExperiment = '' }) =>
        rules.some((rule) => shown.has(rule)) !== noExperiment.length > 0,
    );
    expect(unsaid.map(({ id, rules }) => [id, ...rules])).toEqual([]);
    const named = drills.filter(({ experiment }) => experiment !== undefined);
    expect(named.filter(({ noExperiment }) => noExperiment !== undefined)).toEqual([]);
  });

  test('whose log stays empty name the experiment on a role that may write no logs', () => {
    const silent = ['silent-1', 'silent-2', 'silent-3'].map((id) => drillNamed(id)?.experiment);
    expect(silent).toEqual(['41', '41', '41']);
  });

  test('say nothing of the cause before the end', () => {
    const shown = [
      ...drills.flatMap(({ id, title, before }) => [id, title, before]),
      ...names.flatMap((name) => everySentence(name)),
      ...names.flatMap((name) => sentencesOf(name, healthy, { lab: anyLab, level: 3 })),
    ];
    expect(shown.filter((text) => cause.test(text))).toEqual([]);
    // And what is said at the end would have.
    const told = wrongStates(anyLab).filter(({ what }) => cause.test(what));
    expect(told.length).toBeGreaterThan(40);
  });

  test('tell the cause as a sentence about somebody', async () => {
    const [fault] = await faultsNamed(anyLab, ['mapping-disabled']);
    expect(fault && causeText(fault)).toBe('Somebody disabled the mapping.');
  });

  test('use every symptom', () => {
    const used = new Set(drills.flatMap((drill) => drill.symptoms as readonly SymptomName[]));
    expect(names.filter((name) => !used.has(name))).toEqual([]);
  });
});

test('a lab as it should be shows no symptom', () => {
  expect(names.filter((name) => shows(name, healthy))).toEqual([]);
});

describe('of a drill that is gone on with', () => {
  const waiting: Facts = {
    ...healthy,
    ...{ deliveries: [], lines: [], dead: new Set<string>() },
    source: { visible: 3, inFlight: 0, delayed: 0 },
  };
  const said = (facts: Facts, level: 1 | 3 = 1, name: SymptomName = 'stuck') =>
    sentencesOf(name, facts, { lab: anyLab, level });
  const rest = 'The rest of what was seen first does not show now.';

  test('all of the symptom is said while all of it shows', () => {
    expect(said(waiting)).toEqual(
      everySentence('stuck').with(1, expect.stringContaining('Three orders wait') as never),
    );
  });

  test('only what still holds is said, and that the rest does not', () => {
    const retried = { ...healthy, dead: new Set<string>() };
    const sentences = said(retried);
    expect(sentences.filter((text) => /orders wait|no new line/.test(text))).toEqual([]);
    expect(sentences.slice(1)).toEqual(['None of them is in lab01-worker-dlq.', rest]);
    const taken = { ...waiting, source: { visible: 2, inFlight: 1, delayed: 0 } };
    expect(said(taken)).toContain(
      'The log /aws/lambda/lab01-sqs-worker has no new line: no error, no START.',
    );
    expect(said(taken).at(-1)).toBe(rest);
  });

  test.each(names)(
    'what is left of %s in a lab as it should be is called gone, and at level 3 not the end',
    (name) => {
      const now = said(healthy, 1, name);
      expect(now.at(-1)).toBe('What was seen first does not show any more.');
      expect(said(healthy, 3, name).at(-1)).toBe(
        `${now.at(-1)} Something else may still be wrong.`,
      );
      // Nothing but what is true in a good lab comes before it.
      const good = symptoms[name].claims.filter(({ holds }) => holds(healthy));
      expect(now.slice(0, -1)).toEqual(good.map(({ says }) => says(healthy, anyLab)));
    },
  );

  test('a claim is marked as one of a good lab when it holds in one', () => {
    for (const name of names)
      for (const { holds, alsoWhenGood = false } of symptoms[name].claims)
        expect([name, alsoWhenGood]).toEqual([name, holds(healthy)]);
  });
});

test.each([
  [
    'stuck',
    {
      source: { visible: 3, inFlight: 0, delayed: 0 },
      deliveries: [],
      lines: [],
      dead: new Set<string>(),
    },
  ],
  ['nowhere', { deliveries: [], lines: [], dead: new Set<string>() }],
  ['dead', { deliveries: [], lines: [], dead: new Set(['good-1', 'good-2', 'bad']) }],
  ['silent', { deliveries: [], lines: [] }],
  ['lost', { deliveries: healthy.deliveries.slice(0, 3), dead: new Set<string>() }],
  ['misplaced', { dead: new Set<string>() }],
  ['early', { deliveries: healthy.deliveries.slice(0, 3) }],
  ['twice', { deliveries: [...healthy.deliveries, delivery('good-1', 2, 30)] }],
  ['search', { lines: ['{"message":"{\\"outcome\\":\\"FAILED\\"}"}'] }],
  ['access', { excess: ['sqs:DeleteQueue on lab01-worker-queue'] }],
  ['assumed', { actors: ['AWS arn:aws:iam::111122223333:root'] }],
  ['anybody', { open: ['lab01-worker-queue'] }],
] as const)('the symptom %s shows when AWS shows it', (name, changed) => {
  expect(shows(name, { ...healthy, ...changed })).toBe(true);
});

test('orders that were sent just now are not called stuck yet', () => {
  const facts: Facts = {
    ...healthy,
    ...{ now: start + 3000, deliveries: [], lines: [], dead: new Set<string>() },
    source: { visible: 3, inFlight: 0, delayed: 0 },
  };
  expect(shows('stuck', facts)).toBe(false);
});

const failed = (step: string, id: string, fix: string) => ({
  ...({ step, kind: 'make', title: '', outcome: 'fail' } as const),
  expectations: [
    {
      ...({ id, claim: '', outcome: 'fail', expected: 1, actual: 2, source: '' } as const),
      hints: { look: '', hint: '', fix },
    },
  ],
});

test('the revealed fix is that of the first fault first', () => {
  const results = [failed('02', 'delay', 'second'), failed('07', 'enabled', 'first')];
  const faults = [
    { id: 'mapping-disabled', what: '', fails: '07/enabled' },
    { id: 'delay', what: '', fails: '02/delay' },
  ];
  expect(revealedFix(results, faults)).toEqual(['first', 'second']);
});

test('the answer of a drill whose queue is gone says that its name may be locked, and that no experiment shows it', async () => {
  const written: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    const drill = drillNamed('refused-1');
    if (drill === undefined) throw new Error('no such drill');
    const faults = await faultsNamed(anyLab, drill.states);
    const fix = commandsThatMake(anyLab, '02');
    await sayAnswer(anyLab, { drill, faults, results: [failed('02', 'exists', fix)] });
  } finally {
    stdout.mockRestore();
  }
  const text = written.join('').replaceAll(/\s+/g, ' ');
  expect(text).toMatch(
    /aws sqs create-queue .* If AWS says QueueDeletedRecently: .* npx lab sandbox advance 60/,
  );
  expect(text).toContain('docs/exam-notes.md, G25; no experiment shows it: none deletes');
});

describe('the score', () => {
  const ended = (id: string, more: Partial<EndedDrill> = {}): EndedDrill => ({
    ...{ id, level: 1, rules: ['G25'], outcome: 'solved', endedAt: '', seconds: 60 },
    ...{ hints: 0, revealed: false, failedChecks: 0, commands: 3 },
    ...more,
  });

  test('counts a drill once, and apart what was found alone and what was given up', () => {
    const all = [
      ended('stuck-1', { hints: 2, seconds: 300 }),
      ended('stuck-1', { seconds: 40 }),
      ended('stuck-2', { revealed: true, seconds: 100 }),
      ended('nowhere-1', { outcome: 'given up' }),
    ];
    const { levels, rules } = scoreOf(drills, all);
    expect(levels[0]).toMatchObject({ solved: 2, alone: 1, givenUp: 1, seconds: 100 });
    expect(rules.find(({ name }) => name === 'G25')).toMatchObject({ solved: 2 });
    expect(rules.find(({ name }) => name === 'G22')).toMatchObject({ solved: 0, givenUp: 1 });
  });

  test('is not spoiled by a time that is none, of a clock that was set back', () => {
    const times = [-3600, null, Number.NaN, 40].map((seconds) =>
      ended('stuck-1', { seconds } as Partial<EndedDrill>),
    );
    const { levels } = scoreOf(drills, times);
    expect(levels[0]).toMatchObject({ solved: 1, seconds: 40 });
    const [head, level] = scoreLines(scoreOf(drills, times.slice(0, 1)), new Map());
    expect(head).toContain('middle time');
    expect(level).toMatch(/1 of \d+ +1 +0 +-$/);
  });

  test('fits into 80 columns', () => {
    const lines = scoreLines(scoreOf(drills, [ended('stuck-1')]), new Map([['G25', 'Pull model']]));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join('\n')).toContain('Pull model');
  });
});

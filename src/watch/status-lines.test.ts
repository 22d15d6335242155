import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fail, pass } from '../testing/watch.ts';
import { aheadText, statusLines } from './status-lines.ts';
import type { Status } from './status.ts';

const place = {
  accountId: '111122223333',
  region: 'eu-west-1',
  profile: 'ada',
  endpoint: undefined,
};
const base: Status = {
  target: 'aws',
  place,
  sandboxHolds: undefined,
  clockAheadSeconds: undefined,
  steps: [
    { number: '00', title: 'Preflight', result: pass('00'), done: true },
    { number: '01', title: 'Dead-letter queue', result: fail('01'), done: false },
    { number: '10', title: 'Poison message', result: undefined, done: false },
  ],
  proofs: { recorded: [], from: undefined, to: undefined, stale: [], compared: true },
  next: { command: 'npx lab step 1', why: 'To do it yourself: npx lab hint' },
};
const ada = {
  variables: ['LAB_PREFIX=ada-'],
  options: ['--profile', 'ada'],
  point: '',
};

const text = (status: Partial<Status>, way = ada) =>
  stripVTControlCharacters(statusLines({ ...base, ...status }, 'ada-', way).join('\n'));

test('says where it is, and all that it tells to type goes there too', () => {
  const lines = text({}).split('\n');
  expect(lines[0]).toBe('lab status  [AWS]  111122223333, eu-west-1, as ada, prefix ada-');
  expect(lines).toContain('Next     LAB_PREFIX=ada- npx lab step 1 --profile ada');
  const commands = text({}).match(/(LAB_PREFIX=\S+ )?npx lab \S+[^\n]*/g) ?? [];
  expect(commands.length).toBeGreaterThan(4);
  for (const command of commands) expect(command).toMatch(/^LAB_PREFIX=ada- .* --profile ada/);
  expect(text({})).not.toContain('sandbox');
});

test('says of each step how far it is, and of the one that was not looked at why', () => {
  expect(text({})).toContain('  ✓ 00 Preflight: 1/1, green\n');
  expect(text({})).toContain('  · 01 Dead-letter queue: 0/1, your turn\n');
  expect(text({})).toContain('  · 10 Poison message: after step 01\n');
  const [first, , last] = base.steps;
  const at10 = (done: boolean) =>
    text({
      steps: [first, { ...last, done }].filter((step) => step !== undefined) as Status['steps'],
    });
  expect(at10(false)).toContain(
    '· 10 Poison message: not checked, because the check receives messages: npx lab check 10\n',
  );
  expect(at10(true)).toContain(
    '✓ 10 Poison message: done, by its evidence (a new check would receive messages)\n',
  );
});

describe('the proofs', () => {
  const recorded = { recorded: [1, 2], from: '2026-11-23T16:48:53Z', to: '2026-11-24T09:00:00Z' };

  test('are counted, with the days of their record', () => {
    expect(text({})).toContain('Proofs   none of 15 recorded');
    expect(text({ proofs: { ...recorded, stale: [], compared: true } })).toContain(
      'Proofs   2 of 15 in docs/evidence/aws/, recorded 2026-11-23 to 2026-11-24. None is stale.',
    );
  });

  test('that no longer show the lab are named, with what has changed and what to do', () => {
    const stale = [
      { number: 12, title: '', changed: ['mapping'] },
      { number: 8, title: '', changed: ['mapping', 'function code'] },
    ];
    const said = text({ proofs: { ...recorded, stale, compared: true } }).replaceAll(/\s+/g, ' ');
    expect(said).toContain('Stale proofs 8, 12: mapping, function code changed since.');
    expect(said).toContain('Checks record them again when they pass.');
  });

  test('of a lab that is not there are of an earlier run', () => {
    const proofs = { ...recorded, stale: [], compared: false };
    expect(text({ proofs }).replaceAll(/\s+/g, ' ')).toContain(
      '2026-11-24. They are of an earlier run; there is no lab to compare them with. Next',
    );
  });
});

test.each([
  [1, 'The lab clock is 1 second ahead'],
  [95, 'The lab clock is 95 seconds ahead'],
  [660, 'The lab clock is 11 minutes ahead'],
])('a clock that is %i s ahead is told: %s', (seconds, said) => {
  expect(aheadText(seconds)).toContain(said);
});

test('a clock that is not ahead is not worth a word', () => {
  expect([aheadText(0), aheadText(-5)]).toEqual([undefined, undefined]);
});

test('the sandbox that does not run says whether it holds a lab', () => {
  const away = {
    target: 'sandbox',
    place: undefined,
    steps: [],
    clockAheadSeconds: undefined,
  } as const;
  expect(text({ ...away, sandboxHolds: true })).toContain('not running. It keeps what you built.');
  expect(text({ ...away, sandboxHolds: false })).toContain('you have built nothing in it yet');
});

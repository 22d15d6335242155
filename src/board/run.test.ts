import { expect, test, vi } from 'vitest';
import { labOf } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { Session, Target } from '../lab/session.ts';
import { actionForms, commandOf } from './actions.ts';
import { runAction } from './run.ts';

const session = vi.fn<() => Promise<Session>>(async () => {
  throw new Error('a command would run');
});

function labOn(target: Target): Lab {
  const place = async () => ({ accountId: '111122223333', region: 'eu-central-1' });
  return { ...labOf({ prefix: '', place, session }), target: () => target };
}

const redrive = async (lab: Lab) => ({
  action: 'redrive',
  values: {},
  command: await commandOf(lab, 'redrive', {}),
});

test('a real account is asked for each time', async () => {
  const lab = labOn('aws');
  const request = await redrive(lab);
  for (const confirmed of [undefined, false, 'yes'])
    await expect(runAction(lab, { ...request, confirmed }, async () => [])).rejects.toThrow(
      'confirm it',
    );
  expect(session).not.toHaveBeenCalled();
  await expect(runAction(lab, { ...request, confirmed: true }, async () => [])).rejects.toThrow(
    'would run',
  );
});

test('only the command that was shown is run', async () => {
  const lab = labOn('sandbox');
  session.mockClear();
  for (const command of [undefined, '', 'rm -rf /', `${(await redrive(lab)).command}; date`])
    await expect(
      runAction(lab, { ...(await redrive(lab)), command }, async () => []),
    ).rejects.toThrow('has changed since this command was shown');
  expect(session).not.toHaveBeenCalled();
});

test.each([
  ['no-such-control', {}],
  ['constructor', {}],
  ['behaviour', { behaviour: '../../etc/passwd' }],
  ['behaviour', { behaviour: 'toString' }],
  ['partial-batch', { report: 'on; date' }],
])('what is on no form is no command: %s %j', async (name, values) => {
  await expect(commandOf(labOn('sandbox'), name, values)).rejects.toMatchObject({ exitCode: 2 });
});

test('the clock of a real account cannot be moved', async () => {
  expect(actionForms('sandbox').some(({ group }) => group === 'clock')).toBe(true);
  expect(actionForms('aws').some(({ group }) => group === 'clock')).toBe(false);
  await expect(commandOf(labOn('aws'), 'clock-pause', {})).rejects.toThrow('Only the clock');
});

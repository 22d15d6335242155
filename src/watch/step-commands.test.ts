import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../lab/settings.ts';
import { listSteps, loadCheck } from '../judging/steps.ts';
import { commandsOf, commandsOfStep, deletionsOf, resetCommands } from './step-commands.ts';
import { anyLab } from '../testing/lab/any-lab.ts';
import { isShipped } from '../testing/lab/shipped-steps.ts';

const checks = await Promise.all(
  (await listSteps()).filter(isShipped).map((entry) => loadCheck(anyLab, entry)),
);

test('a text is split into commands, with their broken lines, without comments', () => {
  expect(commandsOf('# one\naws a \\\n  --b\n\naws c')).toEqual(['aws a \\\n  --b', 'aws c']);
});

test('the commands of a step carry the names of this learner, and none of them is run', async () => {
  expect(await commandsOfStep(anyLab, '01')).toContain('aws sqs create-queue');
});

test('a step that makes nothing has nothing to reset, and no command for it is looked up', async () => {
  expect(checks.filter(({ undoneBy }) => undoneBy === undefined).map(({ step }) => step)).toEqual([
    '00',
    '08',
    '09',
    '10',
    '11',
  ]);
  expect(await resetCommands(anyLab, {})).toEqual([]);
});

test('every command of the clean-up belongs to a step, and each is the one that made the thing', async () => {
  const page = await readFile(join(root, 'docs', 'manual', '11-clean-up.md'), 'utf8');
  const cleanUp = commandsOf(/^```bash\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '');
  const deleted = (number: string) => {
    const undoneBy = checks.find(({ step }) => step === number)?.undoneBy;
    return undoneBy === undefined ? [] : deletionsOf(undoneBy, cleanUp);
  };
  const what = (number: string) =>
    deleted(number).map((command) => /delete-[a-z-]+|detach-[a-z-]+|rm/.exec(command)?.[0]);
  expect(what('01').at(-1)).toBe('delete-queue');
  expect(what('02').at(-1)).toBe('delete-queue');
  expect(deleted('01').join()).not.toContain('worker-queue');
  expect(deleted('02').join()).not.toContain('dlq');
  expect(what('03')).toEqual(['detach-role-policy', 'delete-role-policy', 'delete-role']);
  expect(what('04')).toEqual(['detach-role-policy', 'delete-role-policy']);
  expect(what('05')).toEqual(['rm']);
  expect(what('06')).toEqual(['delete-function']);
  expect(what('07').at(-1)).toBe('delete-event-source-mapping');
  const known = new Set(checks.flatMap(({ step }) => deleted(step)));
  const unknown = cleanUp.filter((command) => !known.has(command));
  // Nobody's step: the first invocation has made the log group.
  expect(unknown.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'aws logs delete-log-group',
  ]);
});

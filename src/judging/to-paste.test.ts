import { expect, test } from 'vitest';
import { forLearner } from '../lab/learner.ts';
import { commandsThatMake } from './to-paste.ts';

const place = async () => ({ accountId: '111122223333', region: 'us-east-1' });

test('what is missing is made by the commands of its manual page, each in one line', () => {
  expect(commandsThatMake('01').split('\n')).toEqual([
    'aws sqs create-queue --queue-name lab01-worker-dlq --attributes "file://$LAB_INFRA/dead-letter-queue-attributes.json" --tags Project=lab01',
    '# the same, shorter: npx lab step 1',
  ]);
});

test.each(['01', '02', '03', '06', '07'])(
  'step %s makes something, and no command only shows it or uses what another one said',
  (number) => {
    const [first, ...rest] = commandsThatMake(number).split('\n');
    expect(first).toMatch(/^aws \w+ create-/);
    for (const line of rest.slice(0, -1)) expect(line).toMatch(/^aws \w+ wait /);
  },
);

test('the commands have the names of the learner, and the zip keeps its own', async () => {
  const of = (number: string) =>
    forLearner({ prefix: 'ada-', place }, async () => commandsThatMake(number));
  expect(await of('03')).toMatch(
    /--role-name ada-lab01-sqs-worker-role .*\n.*ada-lab01-sqs-worker-role\n/,
  );
  expect(await of('06')).toMatch(/fileb:\/\/lab01-worker\.zip\n.* ada-lab01-sqs-worker\n/);
});

import { expect, test } from 'vitest';
import { anyLab, labNamed } from '../testing/lab/any-lab.ts';
import { besideFix, commandsThatMake } from './to-paste.ts';

test('what is missing is made by the commands of its manual page, each in one line', () => {
  expect(commandsThatMake(anyLab, '01').split('\n')).toEqual([
    'aws sqs create-queue --queue-name lab01-worker-dlq --attributes "file://$LAB_INFRA/dead-letter-queue-attributes.json" --tags Project=lab01',
    '# the same, shorter: npx lab step 1',
  ]);
});

test.each(['01', '02', '03', '06', '07'])(
  'step %s makes something, and no command only shows it or uses what another one said',
  (number) => {
    const [first, ...rest] = commandsThatMake(anyLab, number).split('\n');
    expect(first).toMatch(/^aws \w+ create-/);
    for (const line of rest.slice(0, -1)) expect(line).toMatch(/^aws \w+ wait /);
  },
);

test('the commands have the names of the learner, and the zip keeps its own', () => {
  const of = (number: string) => commandsThatMake(labNamed('ada-'), number);
  expect(of('03')).toMatch(
    /--role-name ada-lab01-sqs-worker-role .*\n.*ada-lab01-sqs-worker-role\n/,
  );
  expect(of('06')).toMatch(/fileb:\/\/lab01-worker\.zip\n.* ada-lab01-sqs-worker\n/);
});

test('whoever is to make a queue again is told that its name may be locked, and nobody else is', () => {
  for (const number of ['01', '02'])
    expect(besideFix(commandsThatMake(anyLab, number))).toMatch(
      /QueueDeletedRecently: .* 60 s.*npx lab sandbox advance 60$/,
    );
  for (const number of ['03', '06', '07'])
    expect(besideFix(commandsThatMake(anyLab, number))).toBeUndefined();
});

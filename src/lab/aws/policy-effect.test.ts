import { describe, expect, test } from 'vitest';
import { allows } from '../../testing/lab/policies.ts';
import { policyDocument } from './policy-document.ts';
import {
  actionsOf,
  concernsAction,
  concernsResource,
  covers,
  deniesOnlyWithoutTls,
  principalsOf,
  statementText,
} from './policy-effect.ts';

const statement = (members: object) => {
  const [one] = policyDocument({ Statement: { Effect: 'Allow', ...members } });
  if (one === undefined) throw new Error('no statement');
  return one;
};
const denial = (Condition: object) => statement({ Effect: 'Deny', Action: 'sqs:*', Condition });

describe('covers()', () => {
  test.each([
    ['*', '', true],
    ['*', 'anything', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abbcd', false],
    ['a**c*', 'abbcd', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*ab', 'aab', true],
    ['a.c', 'abc', false],
    ['', 'a', false],
  ])('takes %s for %j: %s', (pattern, text, expected) => {
    expect(covers(pattern, text)).toBe(expected);
  });

  test('answers a pattern of many stars at once', () => {
    // Trying every way to divide the text would not end in anybody's lifetime.
    expect(covers('*a'.repeat(1000), `${'a'.repeat(3000)}b`)).toBe(false);
  });
});

describe('concernsAction() and concernsResource()', () => {
  test('read actions without regard to case, and resources with it', () => {
    const one = statement({ Action: 'SQS:receive*', Resource: 'arn:aws:sqs:*:*:Queue' });
    expect(concernsAction(one, 'sqs:ReceiveMessage')).toBe(true);
    expect(concernsAction(one, 'sqs:SendMessage')).toBe(false);
    expect(concernsResource(one, 'arn:aws:sqs:us-east-1:111122223333:Queue')).toBe(true);
    expect(concernsResource(one, 'arn:aws:sqs:us-east-1:111122223333:queue')).toBe(false);
  });

  test('read NotAction and NotResource as everything else', () => {
    const one = statement({ NotAction: ['sqs:sendmessage'], NotResource: 'arn:other' });
    expect(concernsAction(one, 'sqs:SendMessage')).toBe(false);
    expect(concernsAction(one, 'iam:PassRole')).toBe(true);
    expect(concernsResource(one, 'arn:other')).toBe(false);
    expect(concernsResource(one, 'arn:this')).toBe(true);
  });
});

const actionPatterns = [
  '*',
  'sqs:*',
  'SQS:receivemessage',
  'sqs:*Message',
  'sqs:Get*s',
  's3:Get?bject',
];
const resourcePatterns = ['*', 'arn:aws:sqs:*:*:lab*', 'arn:aws:sqs:us-east-1:111122223333:lab01'];
const statements = actionPatterns.flatMap((action) =>
  resourcePatterns.flatMap((resource) => [
    { Action: action, Resource: resource },
    { Action: [action, 'iam:GetRole'], Resource: [resource, 'arn:aws:s3:::a/b'] },
    { NotAction: action, Resource: resource },
    { Action: action, NotResource: resource },
    { NotAction: [action, 'iam:GetRole'], NotResource: [resource, 'arn:aws:s3:::a/b'] },
  ]),
);

test.each(statements)('%j is read as the evaluator of the sandbox reads it', (members) => {
  const one = { Sid: 'a', Effect: 'Allow', ...members };
  const policy = { Version: '2012-10-17', Statement: [one] } as never;
  for (const action of ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes', 's3:GetObject']) {
    for (const name of ['lab01', 'Lab01', 'lab01x', 'other']) {
      const resource = `arn:aws:sqs:us-east-1:111122223333:${name}`;
      const read = statement(members);
      expect(concernsAction(read, action) && concernsResource(read, resource)).toBe(
        allows([policy], { action, resource, conditions: {} }),
      );
    }
  }
});

describe('actionsOf()', () => {
  const known = ['sqs:DeleteMessage', 'sqs:ReceiveMessage'];

  test.each([
    [['sqs:receivemessage', 'SQS:ReceiveMessage'], ['sqs:ReceiveMessage']],
    [['sqs:ReceiveMessage*'], ['sqs:ReceiveMessage']],
    [['sqs:R*'], ['sqs:ReceiveMessage', 'sqs:R*']],
    [['sqs:*'], ['sqs:DeleteMessage', 'sqs:ReceiveMessage', 'sqs:*']],
    [['s*:ReceiveMessage'], ['sqs:ReceiveMessage', 's*:ReceiveMessage']],
    [['sqs:SendMessage'], ['sqs:SendMessage']],
    [['s3:*'], ['s3:*']],
    [['sqs:RecieveMessage'], ['sqs:RecieveMessage']],
  ])('says of %j: %j', (actions, expected) => {
    expect(actionsOf(statement({ Action: actions }), known)).toEqual(expected);
  });

  test('says of NotAction what is concerned, and that it is more', () => {
    const one = statement({ NotAction: 'sqs:receivemessage' });
    expect(actionsOf(one, known)).toEqual([
      'sqs:DeleteMessage',
      'everything but sqs:receivemessage',
    ]);
  });
});

test.each([
  [{ Bool: { 'aws:SecureTransport': 'false' } }, true],
  [{ bool: { 'AWS:securetransport': ['False'] } }, true],
  [{ BoolIfExists: { 'aws:SecureTransport': false } }, true],
  [{ Bool: { 'aws:SecureTransport': 'false' }, StringEquals: { 'aws:username': 'ada' } }, true],
  [{ Bool: { 'aws:SecureTransport': 'true' } }, false],
  [{ Bool: { 'aws:SecureTransport': ['true', 'false'] } }, false],
  [{ Null: { 'aws:SecureTransport': 'false' } }, false],
  [{ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, false],
  [{}, false],
])('deniesOnlyWithoutTls() says of a Deny where %j: %s', (condition, expected) => {
  expect(deniesOnlyWithoutTls(denial(condition))).toBe(expected);
  expect(deniesOnlyWithoutTls({ ...denial(condition), Effect: 'Allow' })).toBe(false);
});

test.each([
  ['*', ['*']],
  [{ AWS: '*' }, ['*']],
  [{ Service: '*' }, ['Service *']],
  [{ AWS: ['a', 'b', 'a'], Service: 'c' }, ['AWS a', 'AWS b', 'Service c']],
])('principalsOf() says of %j: %j', (Principal, expected) => {
  expect(principalsOf(statement({ Principal }))).toEqual(expected);
});

test('statementText() says all that a statement does in one line', () => {
  expect(statementText(denial({}))).toBe('Deny sqs:*');
  const text = statementText(
    statement({
      NotAction: ['a', 'b'],
      NotPrincipal: { AWS: 'c' },
      Condition: { Bool: { d: 'e' } },
    }),
  );
  expect(text).toBe('Allow everything but a, b for everybody but AWS c where {"Bool":{"d":"e"}}');
  const wall = Array.from({ length: 500 }, (_, i) => `sqs:Action${i}`);
  expect(statementText(statement({ Action: wall })).length).toBeLessThan(250);
});

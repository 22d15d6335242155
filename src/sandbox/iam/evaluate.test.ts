import { describe, expect, test } from 'vitest';
import { evaluate, evaluateTrust } from './evaluate.ts';
import { parsePolicy } from './policy-document.ts';

const queue = 'arn:aws:sqs:eu-central-1:111122223333:lab01-worker-queue';
const role = 'arn:aws:iam::111122223333:role/lab01-sqs-worker-role';

function verdict(
  statements: object | object[],
  asked: { action?: string; resource?: string; context?: Record<string, string[]> } = {},
) {
  const policy = parsePolicy(
    JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    'identity',
  );
  const context = new Map(
    Object.entries(asked.context ?? {}).map(([key, values]) => [key.toLowerCase(), values]),
  );
  const { action = 'sqs:SendMessage', resource = queue } = asked;
  return evaluate([policy], { action, resource, context });
}

const allow = (more: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const deny = (more: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', ...more });

describe('which statements decide', () => {
  test.each([
    ['nothing said is a denial', [allow({ Action: 'sqs:ReceiveMessage' })], 'implicit-deny'],
    ['an Allow that applies allows', [allow({ Action: 'sqs:SendMessage' })], 'allowed'],
    [
      'a Deny beats an Allow, whatever the order',
      [deny({ Action: 'sqs:SendMessage' }), allow({})],
      'explicit-deny',
    ],
    ['a Deny that does not apply denies nothing', [allow({}), deny({ Action: 's3:*' })], 'allowed'],
    ['a single statement needs no list', allow({}), 'allowed'],
  ])('%s', (_name, statements, expected) => {
    expect(verdict(statements)).toBe(expected);
  });

  test('all policies are looked at before one of them allows', () => {
    const text = (statement: object) =>
      parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), 'identity');
    const question = { action: 'sqs:SendMessage', resource: queue, context: new Map() };
    expect(evaluate([text(allow({})), text(deny({}))], question)).toBe('explicit-deny');
  });
});

describe('Action and NotAction', () => {
  test.each([
    ['SQS:sendmessage', 'allowed'],
    ['sqs:Send*', 'allowed'],
    ['sqs:SendMessag?', 'allowed'],
    ['sqs:SendMessage?', 'implicit-deny'],
    ['sqs:Send', 'implicit-deny'],
    ['sqs:*', 'allowed'],
    ['*', 'allowed'],
    ['sns:*', 'implicit-deny'],
  ])('%s for sqs:SendMessage: %s', (Action, expected) => {
    expect(verdict(allow({ Action }))).toBe(expected);
  });

  test('NotAction allows everything but what it names', () => {
    const statement = { Effect: 'Allow', NotAction: ['sqs:Delete*'], Resource: '*' };
    expect(verdict(statement)).toBe('allowed');
    expect(verdict(statement, { action: 'sqs:DeleteQueue' })).toBe('implicit-deny');
  });
});

describe('Resource and NotResource', () => {
  test.each([
    ['arn:aws:sqs:eu-central-1:111122223333:lab01-worker-queue', 'allowed'],
    ['arn:aws:sqs:eu-central-1:111122223333:lab01-*', 'allowed'],
    ['arn:aws:sqs:*:*:*', 'allowed'],
    ['arn:aws:sqs:eu-central-1:111122223333:lab01-worker-queu', 'implicit-deny'],
    ['arn:aws:sqs:eu-central-1:111122223333:LAB01-worker-queue', 'implicit-deny'],
    ['arn:aws:sqs:eu-west-1:111122223333:lab01-*', 'implicit-deny'],
    // A dot is a dot, not any character.
    ['arn:aws:sqs:eu-central-1:111122223333:lab01.worker.queue', 'implicit-deny'],
  ])('%s: %s', (Resource, expected) => {
    expect(verdict(allow({ Resource }))).toBe(expected);
  });

  test.each([
    ['*-worker-*', 'allowed'],
    ['*worker-queu?', 'allowed'],
    ['lab01-worker-queue*', 'allowed'],
    ['?*?*?', 'allowed'],
    ['lab01-worker-queue?', 'implicit-deny'],
    // As a regular expression this one would run until the end of days.
    [`${'*e'.repeat(40)}x`, 'implicit-deny'],
    [`${'*'.repeat(5000)}queue`, 'allowed'],
  ])('a queue name like %s: %s', (name, expected) => {
    const Resource = `arn:aws:sqs:eu-central-1:111122223333:${name}`;
    expect(verdict(allow({ Resource }))).toBe(expected);
  });

  test('many stars against a long name are decided at once', () => {
    const Resource = `arn:aws:logs:*:*:log-group:${'*a'.repeat(60)}b`;
    const resource = `arn:aws:logs:eu-central-1:111122223333:log-group:${'a'.repeat(512)}`;
    expect(verdict(allow({ Resource }), { resource })).toBe('implicit-deny');
  });

  test('an action without a resource type is matched by "*" alone', () => {
    const asked = { action: 'sqs:ListQueues', resource: '*' };
    expect(verdict(allow({ Resource: 'arn:aws:sqs:*:*:*' }), asked)).toBe('implicit-deny');
    expect(verdict(allow({}), asked)).toBe('allowed');
  });

  test('NotResource covers everything but what it names', () => {
    const statement = { Effect: 'Allow', Action: '*', NotResource: queue };
    expect(verdict(statement)).toBe('implicit-deny');
    expect(verdict(statement, { resource: role })).toBe('allowed');
  });
});

describe('condition operators', () => {
  test.each([
    // [operator, wanted, values in the request, holds]
    ['StringEquals', 'a', ['a'], true],
    ['StringEquals', 'a', ['A'], false],
    ['StringEquals', ['a', 'b'], ['b'], true],
    ['StringEquals', 'a', undefined, false],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', ['b'], false],
    ['StringNotEquals', 'a', ['b'], true],
    ['StringNotEquals', ['a', 'b'], ['b'], false],
    ['StringNotEquals', 'a', undefined, true],
    ['StringEqualsIgnoreCase', 'A', ['a'], true],
    ['StringNotEqualsIgnoreCase', 'A', ['a'], false],
    ['StringLike', 'lab*', ['lab-dev'], true],
    ['StringLike', 'lab?', ['lab-dev'], false],
    ['StringNotLike', 'lab*', ['lab-dev'], false],
    ['StringNotLikeIfExists', 'lab*', undefined, true],
    ['ArnEquals', role, [role], true],
    ['ArnLike', 'arn:aws:iam::*:role/lab01-*', [role], true],
    ['ArnLike', 'arn:aws:iam::*:role/other-*', [role], false],
    // `*` stays within its part of the ARN.
    ['ArnLike', 'arn:*:role/lab01-*', [role], false],
    ['ArnNotLike', 'arn:aws:iam::*:role/lab01-*', [role], false],
    ['ArnLike', '*', [role], false],
    ['Bool', 'true', ['true'], true],
    ['Bool', true, ['false'], false],
    ['Null', 'true', undefined, true],
    ['Null', 'true', ['x'], false],
    ['Null', 'false', ['x'], true],
    ['NumericEquals', 5, ['5.0'], true],
    ['NumericLessThan', '5', ['4'], true],
    ['NumericGreaterThanEquals', '5', ['4'], false],
    ['NumericNotEquals', '5', ['4'], true],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', ['2026-11-23T00:00:00Z'], true],
    ['DateLessThan', '2026-01-01T00:00:00Z', ['2026-11-23T00:00:00Z'], false],
    ['DateLessThanEquals', '1798761600', ['2026-11-23T00:00:00Z'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['b', 'c'], true],
    ['ForAnyValue:StringEquals', ['a'], ['b', 'c'], false],
    ['ForAnyValue:StringEquals', ['a'], undefined, false],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', ['a'], undefined, true],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
    ['ForAnyValue:StringLike', ['lab*'], ['x', 'lab1'], true],
  ])('%s %j with %j: %s', (operator, wanted, values, holds) => {
    const Condition = { [operator]: { 'aws:userid': wanted } };
    const context = values === undefined ? {} : { context: { 'aws:userid': values } };
    expect(verdict(allow({ Condition }), context)).toBe(holds ? 'allowed' : 'implicit-deny');
  });

  test('all operators and all keys of a statement must hold, in any case of the key', () => {
    const Condition = {
      StringEquals: { 'AWS:UserName': 'lab-dev', 'aws:RequestedRegion': 'eu-central-1' },
      Bool: { 'aws:SecureTransport': 'true' },
    };
    const context = {
      'aws:username': ['lab-dev'],
      'aws:requestedregion': ['eu-central-1'],
      'aws:securetransport': ['true'],
    };
    expect(verdict(allow({ Condition }), { context })).toBe('allowed');
    const elsewhere = { ...context, 'aws:requestedregion': ['us-east-1'] };
    expect(verdict(allow({ Condition }), { context: elsewhere })).toBe('implicit-deny');
  });

  test('a Deny whose condition does not hold denies nothing', () => {
    const guard = deny({
      Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-central-1' } },
    });
    const at = (region: string) => ({ context: { 'aws:RequestedRegion': [region] } });
    expect(verdict([allow({}), guard], at('eu-central-1'))).toBe('allowed');
    expect(verdict([allow({}), guard], at('us-east-1'))).toBe('explicit-deny');
  });
});

describe('policy variables', () => {
  const own = 'arn:aws:sqs:eu-central-1:111122223333:${aws:username}-queue';
  const ownQueue = 'arn:aws:sqs:eu-central-1:111122223333:ann-queue';

  test('stand for values of the request', () => {
    const statement = allow({ Resource: own });
    const ann = { resource: ownQueue, context: { 'aws:username': ['ann'] } };
    const bob = { resource: ownQueue, context: { 'aws:username': ['bob'] } };
    expect(verdict(statement, ann)).toBe('allowed');
    expect(verdict(statement, bob)).toBe('implicit-deny');
    expect(verdict(statement, { resource: ownQueue })).toBe('implicit-deny');
  });

  test('bring no wildcards of their own', () => {
    const Condition = { StringLike: { 'aws:userid': '${aws:RequestTag/owner}' } };
    const context = { 'aws:userid': ['AIDAX'], 'aws:RequestTag/owner': ['*'] };
    expect(verdict(allow({ Condition }), { context })).toBe('implicit-deny');
    const literal = { StringLike: { 'aws:userid': 'a${*}b' } };
    expect(verdict(allow({ Condition: literal }), { context: { 'aws:userid': ['axb'] } })).toBe(
      'implicit-deny',
    );
    expect(verdict(allow({ Condition: literal }), { context: { 'aws:userid': ['a*b'] } })).toBe(
      'allowed',
    );
  });

  test('that are missing never widen a statement', () => {
    const butOwn = { Effect: 'Allow', Action: '*', NotResource: own };
    expect(verdict(butOwn)).toBe('implicit-deny');
    const Condition = { StringNotEquals: { 'aws:userid': '${aws:username}' } };
    expect(verdict(allow({ Condition }), { context: { 'aws:userid': ['x'] } })).toBe(
      'implicit-deny',
    );
    expect(verdict([allow({}), { Effect: 'Deny', Action: '*', NotResource: own }])).toBe(
      'explicit-deny',
    );
  });

  test('are plain text in policies without a version', () => {
    const policy = parsePolicy(JSON.stringify({ Statement: allow({ Resource: own }) }), 'identity');
    const context = new Map([['aws:username', ['ann']]]);
    const question = { action: 'sqs:SendMessage', resource: ownQueue, context };
    expect(evaluate([policy], question)).toBe('implicit-deny');
  });
});

describe('trust policies', () => {
  const trust = (statement: object) =>
    parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), 'trust');
  const question = (context: [string, string[]][] = []) => ({
    action: 'sts:AssumeRole',
    resource: role,
    context: new Map(context),
  });
  const lambda = 'lambda.amazonaws.com';

  test.each([
    [{ Service: lambda }, 'allowed'],
    [{ Service: ['ec2.amazonaws.com', lambda] }, 'allowed'],
    [{ Service: 'ec2.amazonaws.com' }, 'implicit-deny'],
    [{ AWS: '111122223333' }, 'implicit-deny'],
    ['*', 'implicit-deny'],
  ])('Principal %j lets Lambda in: %s', (Principal, expected) => {
    const policy = trust({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
    expect(evaluateTrust(policy, lambda, question())).toBe(expected);
  });

  test('another action than sts:AssumeRole lets nobody in', () => {
    const policy = trust({
      Effect: 'Allow',
      Principal: { Service: lambda },
      Action: 'sts:TagSession',
    });
    expect(evaluateTrust(policy, lambda, question())).toBe('implicit-deny');
  });

  test('conditions on the source account count', () => {
    const policy = trust({
      Effect: 'Allow',
      Principal: { Service: lambda },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    });
    expect(evaluateTrust(policy, lambda, question([['aws:sourceaccount', ['111122223333']]]))).toBe(
      'allowed',
    );
    expect(evaluateTrust(policy, lambda, question([['aws:sourceaccount', ['999999999999']]]))).toBe(
      'implicit-deny',
    );
  });
});

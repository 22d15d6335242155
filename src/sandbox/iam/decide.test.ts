import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { Store } from '../store.ts';
import { noFaults } from '../types.ts';
import type { CallContext, Principal, World } from '../types.ts';
import { createIam } from './service.ts';

const accountId = '111122223333';
const queue = `arn:aws:sqs:eu-central-1:${accountId}:q`;
const RoleName = 'worker';
const roleArn = `arn:aws:iam::${accountId}:role/${RoleName}`;
const lambda = 'lambda.amazonaws.com';

let world: World;
let iam: ReturnType<typeof createIam>;
let clock: LabClock;

beforeEach(() => {
  clock = new LabClock({ standingAt: Date.parse('2026-11-23T08:00:00Z') });
  world = { store: new Store(':memory:'), clock, accountId, faults: { ...noFaults } };
  iam = createIam(world);
});

/** Runs the operation of an SDK command without the way over HTTP. */
function run(command: { readonly input: object; readonly constructor: { readonly name: string } }) {
  const name = command.constructor.name.replace(/Command$/, '');
  const operation = iam.service.operations[name];
  if (operation === undefined) throw new Error(`No operation ${name}`);
  return operation.run({ ...command.input }, {} as CallContext, []);
}

const statement = (Action: string | string[], more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }],
  });
const trust = (more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: lambda }, Action: 'sts:AssumeRole', ...more },
    ],
  });
const createRole = (AssumeRolePolicyDocument = trust()) =>
  run(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
const putPolicy = (PolicyDocument: string) =>
  run(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));

function assumed(): Principal {
  const session = iam.api.assumeRole(roleArn, lambda, 'fn');
  if (session === undefined) throw new Error('The role cannot be assumed');
  return session;
}
const mayReceive = (principal: Principal, asOf?: number) =>
  iam.api.decide(principal, { action: 'sqs:ReceiveMessage', resource: queue }, asOf);

describe('assumeRole()', () => {
  test('gives a session of the role to the service that the trust policy names', async () => {
    await createRole();
    expect(assumed()).toEqual({
      kind: 'assumed-role',
      arn: `arn:aws:sts::${accountId}:assumed-role/worker/fn`,
      userId: expect.stringMatching(/^AROA[A-Z2-7]{17}:fn$/),
      accountId,
      name: RoleName,
    });
    expect(iam.api.assumeRole(roleArn, 'ec2.amazonaws.com', 'fn')).toBeUndefined();
  });

  test('gives none for a role that is not there, or is there under another path', async () => {
    expect(iam.api.assumeRole(roleArn, lambda, 'fn')).toBeUndefined();
    await createRole();
    const elsewhere = `arn:aws:iam::${accountId}:role/path/${RoleName}`;
    expect(iam.api.assumeRole(elsewhere, lambda, 'fn')).toBeUndefined();
  });

  test('the source account is known, the source ARN only when the service says it', async () => {
    const Condition = {
      StringEquals: { 'aws:SourceAccount': accountId },
      ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*:*:function:lab01-*' },
    };
    await createRole(trust({ Condition }));
    const from = (name: string) =>
      iam.api.assumeRole(roleArn, lambda, 'fn', {
        'aws:SourceArn': [`arn:aws:lambda:eu-central-1:${accountId}:function:${name}`],
      });
    expect(from('lab01-x')).toBeDefined();
    expect(from('other')).toBeUndefined();
    expect(iam.api.assumeRole(roleArn, lambda, 'fn')).toBeUndefined();
  });

  test('with roleNotAssumableForMs, a new trust policy needs its time', async () => {
    world.faults.roleNotAssumableForMs = 5_000;
    await createRole();
    clock.advance(4_999, 'test');
    expect(iam.api.assumeRole(roleArn, lambda, 'fn')).toBeUndefined();
    clock.advance(1, 'test');
    expect(assumed()).toBeDefined();
    await run(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust() }));
    expect(iam.api.assumeRole(roleArn, lambda, 'fn')).toBeUndefined();
  });
});

describe('decide()', () => {
  test('a session has the rights of its role as they are now', async () => {
    await createRole();
    const session = assumed();
    expect(mayReceive(session)).toEqual({ allowed: false, reason: 'implicit-deny' });
    await putPolicy(statement('sqs:ReceiveMessage'));
    expect(mayReceive(session)).toEqual({ allowed: true });
    await run(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    expect(mayReceive(session).allowed).toBe(false);
  });

  test('managed policies count like inline ones', async () => {
    await createRole();
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole';
    await run(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    expect(mayReceive(assumed())).toEqual({ allowed: true });
  });

  test('a role made anew is another one to the sessions of the old', async () => {
    await createRole();
    const old = assumed();
    await run(new DeleteRoleCommand({ RoleName }));
    expect(mayReceive(old).allowed).toBe(false);
    await createRole();
    await putPolicy(statement('*'));
    expect(mayReceive(old).allowed).toBe(false);
    expect(mayReceive(assumed()).allowed).toBe(true);
  });

  test('as of a time, later policies are not seen', async () => {
    await createRole();
    const before = clock.now();
    clock.advance(1_000, 'test');
    await putPolicy(statement('*'));
    expect(mayReceive(assumed(), before).allowed).toBe(false);
    expect(mayReceive(assumed(), clock.now()).allowed).toBe(true);
  });

  test('a permissions boundary limits, and says so', async () => {
    await createRole();
    await putPolicy(statement('*'));
    await run(
      new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: statement('logs:*') }),
    );
    const PermissionsBoundary = `arn:aws:iam::${accountId}:policy/limit`;
    await run(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    expect(mayReceive(assumed())).toEqual({
      allowed: false,
      reason: 'implicit-deny',
      by: 'permissions boundary',
    });
    const write = { action: 'logs:PutLogEvents', resource: '*' };
    expect(iam.api.decide(assumed(), write)).toEqual({ allowed: true });
  });

  test('a boundary alone allows nothing, for users too', async () => {
    const key = iam.users.issue('ann', statement('iam:*'));
    const PermissionsBoundary = `arn:aws:iam::${accountId}:policy/limit`;
    await run(new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: statement('sqs:*') }));
    await run(new PutUserPermissionsBoundaryCommand({ UserName: 'ann', PermissionsBoundary }));
    const ann = iam.users.byAccessKey(key.accessKeyId)?.principal;
    if (ann === undefined) throw new Error('no user');
    expect(mayReceive(ann)).toEqual({ allowed: false, reason: 'implicit-deny' });
  });

  test('answers the condition keys that it promises', async () => {
    const key = iam.users.issue(
      'ann',
      statement('sqs:*', {
        Condition: {
          StringEquals: { 'aws:username': 'ann', 'aws:PrincipalType': 'User' },
          ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${accountId}:user/ann` },
          Bool: { 'aws:SecureTransport': 'true' },
          DateLessThan: { 'aws:CurrentTime': '2026-11-23T09:00:00Z' },
          Null: { 'aws:MultiFactorAuthPresent': 'true' },
        },
      }),
    );
    const ann = iam.users.byAccessKey(key.accessKeyId)?.principal;
    if (ann === undefined) throw new Error('no user');
    expect(mayReceive(ann)).toEqual({ allowed: true });
    // By the lab clock.
    clock.advance(3_600_000, 'test');
    expect(mayReceive(ann).allowed).toBe(false);
  });

  test('aws:PrincipalArn of a session is its role', async () => {
    await createRole();
    await putPolicy(statement('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn } } }));
    expect(mayReceive(assumed())).toEqual({ allowed: true });
  });
});

describe('issue()', () => {
  test('keeps the key when the policy changes, and survives many changes', () => {
    const keys = Array.from({ length: 8 }, (_, i) =>
      iam.users.issue('lab-dev', statement(`sqs:Send${'x'.repeat(i)}`)),
    );
    expect(new Set(keys.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
    expect(new Set(keys.map(({ secretAccessKey }) => secretAccessKey)).size).toBe(1);
    expect(keys[0]?.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(keys[0]?.secretAccessKey).toHaveLength(40);
  });
});

import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  ListAccountAliasesCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

const now = Date.parse('2026-11-23T08:00:00Z');
const lambdaTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  ],
});
const readQueue = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sqs:ReceiveMessage',
      Resource: 'arn:aws:sqs:eu-central-1:111122223333:jobs & <more>',
    },
  ],
});
const basicExecution = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const queueExecution = 'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole';

let lab: TestSandbox;
let RoleName = '';
let count = 0;

beforeAll(async () => {
  lab = await sandboxForTest({ clock: new LabClock({ standingAt: now }) });
});
afterAll(() => lab.close());

const createRole = (more: object = {}) =>
  lab.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: lambdaTrust, ...more }));

async function errorOf(answer: Promise<unknown>) {
  const error: unknown = await answer.then(
    () => ({ name: 'no error' }),
    (reason: unknown) => reason,
  );
  const { name, message, $metadata } = error as {
    name: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return { name, message, status: $metadata?.httpStatusCode };
}

beforeEach(() => {
  count += 1;
  RoleName = `role-${count}`;
});

describe('roles', () => {
  test('CreateRole shows the role without MaxSessionDuration and RoleLastUsed', async () => {
    const { Role } = await createRole({ Tags: [{ Key: 'Project', Value: 'lab01' }] });
    expect(Role).toEqual({
      Path: '/',
      RoleName,
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::111122223333:role/${RoleName}`,
      CreateDate: new Date(now),
      AssumeRolePolicyDocument: encodeURIComponent(lambdaTrust),
      Tags: [{ Key: 'Project', Value: 'lab01' }],
    });
  });

  test('GetRole adds MaxSessionDuration 3600 and an empty RoleLastUsed', async () => {
    await createRole({ Description: 'Reads <jobs> & "more"', Path: '/lab/' });
    const { Role } = await lab.iam.send(new GetRoleCommand({ RoleName }));
    expect(Role?.MaxSessionDuration).toBe(3600);
    expect(Role?.Description).toBe('Reads <jobs> & "more"');
    expect(Role?.Arn).toBe(`arn:aws:iam::111122223333:role/lab/${RoleName}`);
    expect(Role).toHaveProperty('RoleLastUsed');
    expect(Role?.Tags).toBeUndefined();
  });

  test('a second CreateRole is EntityAlreadyExists 409', async () => {
    await createRole();
    expect(await errorOf(createRole())).toEqual({
      name: 'EntityAlreadyExistsException',
      message: `Role with name ${RoleName} already exists.`,
      status: 409,
    });
  });

  test('a role that is not there is NoSuchEntity 404', async () => {
    expect(await errorOf(lab.iam.send(new GetRoleCommand({ RoleName: 'ghost' })))).toEqual({
      name: 'NoSuchEntityException',
      message: 'The role with name ghost cannot be found.',
      status: 404,
    });
  });

  test.each([
    ['x'.repeat(65), 'Member must have length less than or equal to 64'],
    ['a b', 'It must contain only alphanumeric characters and/or the following: +=,.@_-'],
  ])('the role name %j is a ValidationError', async (name, message) => {
    RoleName = name;
    const error = await errorOf(createRole());
    expect(error.name).toBe('ValidationError');
    expect(error.message).toContain(message);
  });

  const trusting = (Principal: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
    });

  test.each([
    [{ Service: 'lamda.amazonaws.com' }, '"SERVICE":"lamda.amazonaws.com"'],
    [
      { AWS: 'arn:aws:iam::111122223333:user/nobody' },
      '"AWS":"arn:aws:iam::111122223333:user/nobody"',
    ],
    [
      { AWS: ['111122223333', 'arn:aws:iam::111122223333:role/nobody'] },
      '"AWS":"arn:aws:iam::111122223333:role/nobody"',
    ],
  ])('a trust policy for %j, whom nobody knows, is refused', async (Principal, shown) => {
    const refusal = {
      name: 'MalformedPolicyDocumentException',
      message: `Invalid principal in policy: ${shown}`,
      status: 400,
    };
    const document = trusting(Principal);
    expect(await errorOf(createRole({ AssumeRolePolicyDocument: document }))).toEqual(refusal);
    await createRole();
    const update = new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: document });
    expect(await errorOf(lab.iam.send(update))).toEqual(refusal);
  });

  test('a trust policy may name users and roles that are there, other accounts, and services', async () => {
    await createRole();
    const AWS = [
      'arn:aws:iam::111122223333:user/admin',
      `arn:aws:iam::111122223333:role/${RoleName}`,
      'arn:aws:iam::111122223333:root',
      'arn:aws:iam::999988887777:role/theirs',
    ];
    const Service = ['ec2.amazonaws.com', 'edgelambda.amazonaws.com', 'events.amazonaws.com'];
    const PolicyDocument = trusting({ AWS, Service });
    await lab.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    const { Role } = await lab.iam.send(new GetRoleCommand({ RoleName }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument);
  });

  test('CreateRole and GetRole show the permissions boundary', async () => {
    const { Role } = await createRole({ PermissionsBoundary: basicExecution });
    const shown = {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: basicExecution,
    };
    expect(Role?.PermissionsBoundary).toEqual(shown);
    const found = await lab.iam.send(new GetRoleCommand({ RoleName }));
    expect(found.Role?.PermissionsBoundary).toEqual(shown);
  });

  test.each<[string, object, string, string]>([
    [
      'an empty name',
      { RoleName: '' },
      'ValidationError',
      "1 validation error detected: Value '' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'no trust policy',
      { AssumeRolePolicyDocument: undefined },
      'ValidationError',
      "1 validation error detected: Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null",
    ],
    [
      'a description of other characters',
      { Description: 'für Aufträge 📦' },
      'ValidationError',
      String.raw`1 validation error detected: Value at 'description' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`,
    ],
    [
      'a description of 1,001 characters',
      { Description: 'x'.repeat(1001) },
      'ValidationError',
      "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 1000",
    ],
    [
      'a tag key of other characters',
      {
        Tags: [
          { Key: 'ok', Value: '' },
          { Key: 'a*b', Value: 'x' },
        ],
      },
      'ValidationError',
      String.raw`1 validation error detected: Value 'a*b' at 'tags.2.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+`,
    ],
    [
      'a tag key of AWS',
      { Tags: [{ Key: 'AWS:project', Value: 'x' }] },
      'InvalidInputException',
      'The tag key AWS:project cannot be used: keys that begin with aws: are reserved for AWS.',
    ],
    [
      'a path without slashes',
      { Path: 'lab' },
      'ValidationError',
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    ],
    [
      'two things at once',
      { MaxSessionDuration: 60, PermissionsBoundary: 'short' },
      'ValidationError',
      "2 validation errors detected: Value '60' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600; Value 'short' at 'permissionsBoundary' failed to satisfy constraint: Member must have length greater than or equal to 20",
    ],
  ])('CreateRole refuses %s', async (_what, input, name, message) => {
    expect(await errorOf(createRole(input))).toEqual({ name, message, status: 400 });
  });

  test('tag keys are the same in any case, and those of AWS cannot be taken away', async () => {
    await createRole({ Tags: [{ Key: 'Project', Value: 'one' }] });
    const Tags = [{ Key: 'project', Value: 'two' }];
    await lab.iam.send(new TagRoleCommand({ RoleName, Tags }));
    const answer = await lab.iam.send(new ListRoleTagsCommand({ RoleName }));
    expect(answer.Tags).toEqual(Tags);
    const untag = new UntagRoleCommand({ RoleName, TagKeys: ['aws:cloudformation:stack-name'] });
    expect((await errorOf(lab.iam.send(untag))).name).toBe('InvalidInputException');
  });

  test('a broken trust policy is MalformedPolicyDocument and leaves no role', async () => {
    const error = await errorOf(createRole({ AssumeRolePolicyDocument: 'not json' }));
    expect(error).toEqual({
      name: 'MalformedPolicyDocumentException',
      message: 'This policy contains invalid Json',
      status: 400,
    });
    const { name } = await errorOf(lab.iam.send(new GetRoleCommand({ RoleName })));
    expect(name).toBe('NoSuchEntityException');
  });

  test('UpdateAssumeRolePolicy replaces the trust policy, UpdateRole the settings', async () => {
    await createRole();
    const PolicyDocument = lambdaTrust.replace('lambda.', 'ec2.');
    await lab.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    await lab.iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }));
    const { Role } = await lab.iam.send(new GetRoleCommand({ RoleName }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument);
    expect(Role?.MaxSessionDuration).toBe(7200);
  });

  test('tags are added, listed and taken away', async () => {
    await createRole();
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    await lab.iam.send(new TagRoleCommand({ RoleName, Tags }));
    await lab.iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['a'] }));
    const answer = await lab.iam.send(new ListRoleTagsCommand({ RoleName }));
    expect(answer.Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  test('DeleteRole waits for attached and inline policies to be gone', async () => {
    await createRole();
    const attached = { RoleName, PolicyArn: basicExecution };
    const inline = { RoleName, PolicyName: 'read' };
    const remove = () => errorOf(lab.iam.send(new DeleteRoleCommand({ RoleName })));
    await lab.iam.send(new AttachRolePolicyCommand(attached));
    await lab.iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument: readQueue }));
    expect(await remove()).toEqual({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must detach all policies first.',
      status: 409,
    });
    await lab.iam.send(new DetachRolePolicyCommand(attached));
    expect((await remove()).message).toBe('Cannot delete entity, must delete policies first.');
    await lab.iam.send(new DeleteRolePolicyCommand(inline));
    expect((await remove()).name).toBe('no error');
    expect((await remove()).name).toBe('NoSuchEntityException');
  });

  test('ListRoles pages with Marker', async () => {
    await using own = await sandboxForTest();
    for (const name of ['a', 'b', 'c']) {
      await own.iam.send(
        new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: lambdaTrust }),
      );
    }
    const first = await own.iam.send(new ListRolesCommand({ MaxItems: 2 }));
    expect(first.Roles?.map((role) => role.RoleName)).toEqual(['a', 'b']);
    expect(first.IsTruncated).toBe(true);
    const rest = await own.iam.send(new ListRolesCommand({ Marker: first.Marker }));
    expect(rest.Roles?.map((role) => role.RoleName)).toEqual(['c']);
    expect(rest.IsTruncated).toBe(false);
  });

  test('no role is in an instance profile', async () => {
    await createRole();
    const answer = await lab.iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }));
    expect(answer.InstanceProfiles).toEqual([]);
  });
});

describe('policies of a role', () => {
  test('attaching twice is no error and no duplicate', async () => {
    await createRole();
    await lab.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: queueExecution }));
    await lab.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: queueExecution }));
    const answer = await lab.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    expect(answer.AttachedPolicies).toEqual([
      { PolicyName: 'AWSLambdaSQSQueueExecutionRole', PolicyArn: queueExecution },
    ]);
    expect(answer.IsTruncated).toBe(false);
  });

  test.each([
    [
      'arn:aws:iam::111122223333:policy/ghost',
      'NoSuchEntityException',
      'Policy arn:aws:iam::111122223333:policy/ghost does not exist or is not attachable.',
    ],
    ['this-is-not-an-arn-of-anything', 'ValidationError', 'Invalid ARN:  Could not be parsed!'],
  ])('attaching %s: %s', async (PolicyArn, name, message) => {
    await createRole();
    const error = await errorOf(lab.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })));
    expect([error.name, error.message]).toEqual([name, message]);
  });

  test('a policy of AWS that the sandbox lacks is said to be lacking here', async () => {
    await createRole();
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSQSFullAccess';
    const { message } = await errorOf(
      lab.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
    );
    expect(message).toContain('the sandbox has service-role/AWSLambdaBasicExecutionRole');
  });

  test('detaching what is not attached is NoSuchEntity', async () => {
    await createRole();
    const error = await errorOf(
      lab.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: basicExecution })),
    );
    expect(error).toEqual({
      name: 'NoSuchEntityException',
      message: `Policy ${basicExecution} was not found.`,
      status: 404,
    });
  });

  test('an inline policy comes back as it was put, and putting again overwrites', async () => {
    await createRole();
    const PolicyName = 'read';
    const put = (PolicyDocument: string) =>
      lab.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    await put(readQueue.replace('Receive', 'Delete'));
    await put(readQueue);
    const answer = await lab.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    expect(answer.PolicyDocument).toMatch(/^%7B%22Version/);
    expect(decodeURIComponent(answer.PolicyDocument ?? '')).toBe(readQueue);
    const list = await lab.iam.send(new ListRolePoliciesCommand({ RoleName }));
    expect(list.PolicyNames).toEqual([PolicyName]);
  });

  test('inline policies that are missing, broken or too long', async () => {
    await createRole();
    const PolicyName = 'read';
    const put = (PolicyDocument: string) =>
      errorOf(lab.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })));
    expect(await put('{"Version"')).toMatchObject({
      message: 'Syntax errors in policy.',
      status: 400,
    });
    const long = readQueue.replace('jobs', 'j'.repeat(10_240));
    expect(await put(long)).toEqual({
      name: 'LimitExceededException',
      message: `Maximum policy size of 10240 bytes exceeded for role ${RoleName}`,
      status: 409,
    });
    const missing = await errorOf(lab.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })));
    expect(missing.message).toBe('The role policy with name read cannot be found.');
  });
});

describe('managed policies', () => {
  test.each([
    [basicExecution, ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']],
    [
      queueExecution,
      [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ],
    ],
  ])('%s is the v1 that AWS has', async (PolicyArn, actions) => {
    const { Policy } = await lab.iam.send(new GetPolicyCommand({ PolicyArn }));
    expect([Policy?.DefaultVersionId, Policy?.Path]).toEqual(['v1', '/service-role/']);
    const { PolicyVersion } = await lab.iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
    });
  });

  test('a customer-managed policy lives: versions, attachment, deletion', async () => {
    await createRole();
    const { Policy } = await lab.iam.send(
      new CreatePolicyCommand({ PolicyName: RoleName, PolicyDocument: readQueue }),
    );
    const PolicyArn = Policy?.Arn;
    expect(PolicyArn).toBe(`arn:aws:iam::111122223333:policy/${RoleName}`);
    const PolicyDocument = readQueue.replace('Receive', 'Delete');
    await lab.iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
    );
    const { Versions } = await lab.iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions?.map((v) => [v.VersionId, v.IsDefaultVersion])).toEqual([
      ['v2', true],
      ['v1', false],
    ]);
    await lab.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const remove = () => errorOf(lab.iam.send(new DeletePolicyCommand({ PolicyArn })));
    expect((await remove()).message).toBe('Cannot delete a policy attached to entities.');
    await lab.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    expect((await remove()).name).toBe('DeleteConflictException');
    await lab.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    expect((await remove()).name).toBe('no error');
    expect(await remove()).toMatchObject({
      name: 'NoSuchEntityException',
      message: `Policy ${PolicyArn} was not found.`,
    });
  });

  test.each(['2008-10-17', undefined])(
    'a managed policy of version %s is refused',
    async (Version) => {
      const PolicyDocument = JSON.stringify({ ...JSON.parse(readQueue), Version });
      const refusal = {
        name: 'MalformedPolicyDocumentException',
        message: 'Policy document must be version 2012-10-17 or greater.',
        status: 400,
      };
      const create = (document: string) =>
        lab.iam.send(new CreatePolicyCommand({ PolicyName: RoleName, PolicyDocument: document }));
      expect(await errorOf(create(PolicyDocument))).toEqual(refusal);
      const { Policy } = await create(readQueue);
      const version = new CreatePolicyVersionCommand({ PolicyArn: Policy?.Arn, PolicyDocument });
      expect(await errorOf(lab.iam.send(version))).toEqual(refusal);
      // An inline policy may be as old.
      await createRole();
      await lab.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'old', PolicyDocument }));
    },
  );

  test('ListPolicies tells those of AWS from local ones', async () => {
    const { Policies } = await lab.iam.send(new ListPoliciesCommand({ Scope: 'AWS' }));
    expect(Policies?.map((policy) => policy.Arn)).toEqual([basicExecution, queueExecution]);
  });
});

describe('users and the account', () => {
  test('GetUser without a name is the caller', async () => {
    const { User } = await lab.iam.send(new GetUserCommand({}));
    expect(User?.UserName).toBe('admin');
    expect(User?.UserId).toMatch(/^AIDA/);
    expect(await errorOf(lab.iam.send(new GetUserCommand({ UserName: 'ghost' })))).toMatchObject({
      message: 'The user with name ghost cannot be found.',
    });
  });

  test('the account has no alias', async () => {
    const { AccountAliases } = await lab.iam.send(new ListAccountAliasesCommand({}));
    expect(AccountAliases).toEqual([]);
  });
});

describe('SimulatePrincipalPolicy', () => {
  test('says what the role may do, by the evaluator of real calls', async () => {
    await createRole();
    await lab.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument: readQueue }),
    );
    const PolicySourceArn = `arn:aws:iam::111122223333:role/${RoleName}`;
    const { EvaluationResults } = await lab.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn,
        ActionNames: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
        ResourceArns: ['arn:aws:sqs:eu-central-1:111122223333:jobs & <more>'],
      }),
    );
    expect(EvaluationResults?.map((one) => [one.EvalActionName, one.EvalDecision])).toEqual([
      ['sqs:ReceiveMessage', 'allowed'],
      ['sqs:DeleteMessage', 'implicitDeny'],
    ]);
    expect(EvaluationResults?.[0]?.MatchedStatements?.[0]?.SourcePolicyId).toBe(
      `role_${RoleName}_read`,
    );
  });

  test('shows each matching statement by its place in the policy, and the result of each resource', async () => {
    await createRole();
    const PolicyArn = (
      await lab.iam.send(
        new CreatePolicyCommand({
          PolicyName: RoleName,
          // As recorded: one statement, no list.
          PolicyDocument:
            '{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}',
        }),
      )
    ).Policy?.Arn;
    await lab.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const { EvaluationResults } = await lab.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::111122223333:role/${RoleName}`,
        ActionNames: ['s3:PutObject', 's3:GetObjectVersion'],
        ResourceArns: ['arn:aws:s3:::bucket'],
      }),
    );
    const matched = {
      MatchedStatements: [
        {
          SourcePolicyId: RoleName,
          SourcePolicyType: 'IAM Policy',
          StartPosition: { Line: 1, Column: 41 },
          EndPosition: { Line: 1, Column: 113 },
        },
      ],
      MissingContextValues: [],
    };
    const unmatched = { MatchedStatements: [], MissingContextValues: [] };
    const shown = (EvalActionName: string, decision: string, statements: object) => ({
      EvalActionName,
      EvalResourceName: 'arn:aws:s3:::bucket',
      EvalDecision: decision,
      EvalDecisionDetails: {},
      ...statements,
      ResourceSpecificResults: [
        { EvalResourceName: 'arn:aws:s3:::bucket', EvalResourceDecision: decision, ...statements },
      ],
    });
    expect(EvaluationResults).toEqual([
      shown('s3:PutObject', 'allowed', matched),
      shown('s3:GetObjectVersion', 'implicitDeny', unmatched),
    ]);
  });

  test('counts the permissions boundary', async () => {
    await createRole();
    await lab.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument: readQueue }),
    );
    await lab.iam.send(
      new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: basicExecution }),
    );
    const { EvaluationResults } = await lab.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::111122223333:role/${RoleName}`,
        ActionNames: ['sqs:ReceiveMessage'],
        ResourceArns: ['arn:aws:sqs:eu-central-1:111122223333:jobs & <more>'],
      }),
    );
    expect(EvaluationResults?.[0]?.EvalDecision).toBe('implicitDeny');
    expect(EvaluationResults?.[0]?.PermissionsBoundaryDecisionDetail).toEqual({
      AllowedByPermissionsBoundary: false,
    });
  });
});

import { describe, expect, test } from 'vitest';
import { AwsError } from '../errors.ts';
import { parsePolicy } from './policy-document.ts';
import type { PolicyKind } from './policy-document.ts';

function refusalOf(text: string, kind: PolicyKind): string {
  try {
    parsePolicy(text, kind);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'MalformedPolicyDocument') throw error;
    return error.message;
  }
  return 'accepted';
}

const refused = (statement: object, kind: PolicyKind = 'identity') =>
  refusalOf(JSON.stringify({ Version: '2012-10-17', Statement: statement }), kind);

const good = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' };
const goodTrust = {
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
};

describe('parsePolicy() refuses what is no policy', () => {
  test.each([
    ['{', 'Syntax errors in policy.'],
    ['[]', 'Syntax errors in policy.'],
    ['{}', 'Syntax errors in policy.'],
    ['{"Version":"2012-10-17","Statement":[]}', 'Syntax errors in policy.'],
    ['{"Version":"2020-01-01","Statement":[]}', 'Syntax errors in policy.'],
  ])('%s: %s', (text, message) => {
    expect(refusalOf(text, 'identity')).toBe(message);
  });

  test('a trust policy that is no JSON has its own words', () => {
    expect(refusalOf('{', 'trust')).toBe('This policy contains invalid Json');
  });

  test.each([
    [{ ...good, Effect: 'allow' }, 'Syntax errors in policy.'],
    [{ ...good, Actions: 'x' }, 'Syntax errors in policy.'],
    [{ ...good, NotAction: 'sqs:*' }, 'Syntax errors in policy.'],
    [{ ...good, Action: 5 }, 'Syntax errors in policy.'],
    [{ ...good, Action: [] }, 'Policy statement must contain actions.'],
    [{ Effect: 'Allow', Action: 'sqs:*' }, 'Policy statement must contain resources.'],
    [
      { ...good, Action: 'SendMessage' },
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [{ ...good, Resource: 'queue' }, 'Resource queue must be in ARN format or "*".'],
    [{ ...good, Principal: '*' }, 'Policy document should not specify a principal.'],
    [
      [
        { ...good, Sid: 'A' },
        { ...good, Sid: 'A' },
      ],
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    [
      { ...good, Sid: 'not alnum' },
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    ],
    [{ ...good, Condition: { ArnLike: { 'aws:PrincipalArn': 'x' } } }, 'Syntax errors in policy.'],
    [
      { ...good, Condition: { Bool: { 'aws:SecureTransport': 'yes' } } },
      'Syntax errors in policy.',
    ],
  ])('%j: %s', (statement, message) => {
    expect(refused(statement)).toBe(message);
  });

  test.each([
    [{ ...goodTrust, Resource: '*' }, 'Has prohibited field Resource'],
    [{ Effect: 'Allow', Action: 'sts:AssumeRole' }, 'Missing required field Principal'],
    [
      { ...goodTrust, Principal: { Service: 'lambda' } },
      'Invalid principal in policy: "SERVICE":"lambda"',
    ],
    [{ ...goodTrust, Principal: { AWS: 'ann' } }, 'Invalid principal in policy: "AWS":"ann"'],
    [{ ...goodTrust, Action: undefined }, 'Missing required field Action'],
    ...[
      { Action: 'sqs:SendMessage' },
      { Action: '*' },
      { Action: ['sts:AssumeRole', 'sts:TagSessions'] },
      { Action: undefined, NotAction: 'sts:AssumeRole' },
    ].map((change): [object, string] => [
      { ...goodTrust, ...change },
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ]),
  ])('trust policy %j: %s', (statement, message) => {
    expect(refused(statement, 'trust')).toBe(message);
  });
});

describe('parsePolicy() refuses loudly what the sandbox cannot evaluate', () => {
  const rest =
    ' is not in the sandbox, which refuses policies that it cannot evaluate as AWS does.';

  test.each([
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'The condition operator IpAddress'],
    [{ StringEqual: { 'aws:username': 'x' } }, 'The condition operator StringEqual'],
    [{ toString: { 'aws:username': 'x' } }, 'The condition operator toString'],
    [{ NullIfExists: { 'aws:username': 'true' } }, 'The condition operator NullIfExists'],
    [{ StringEquals: { 'aws:SourceIp': '127.0.0.1' } }, 'The condition key aws:SourceIp'],
    [{ StringEquals: { 'aws:ResourceTag/a': 'b' } }, 'The condition key aws:ResourceTag/a'],
    [
      { StringEquals: { 'aws:username': '${aws:SourceIp}' } },
      'The policy variable ${aws:SourceIp}',
    ],
    [
      { StringEquals: { 'aws:username': "${aws:username, 'x'}" } },
      "The policy variable ${aws:username, 'x'}",
    ],
  ])('%j', (Condition, what) => {
    expect(refused({ ...good, Condition })).toBe(what + rest);
  });

  test('a principal from outside IAM', () => {
    const Principal = { Federated: 'cognito-identity.amazonaws.com' };
    expect(refused({ ...goodTrust, Principal }, 'trust')).toBe(
      `A federated or canonical-user principal${rest}`,
    );
  });
});

test('parsePolicy() takes the good ones', () => {
  expect(refused(good)).toBe('accepted');
  expect(refused(goodTrust, 'trust')).toBe('accepted');
  const Action = ['sts:AssumeRole', 'STS:assumerole', 'sts:TagSession', 'sts:AssumeRoleWithSAML'];
  expect(refused({ ...goodTrust, Action }, 'trust')).toBe('accepted');
});

import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalRequest, parseAuthorization, signatureProblem } from './sigv4.ts';
import { sendRaw, signedBySdk } from '../../testing/sandbox/raw-requests.ts';
import type { RawRequest } from '../../testing/sandbox/raw-requests.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

let lab: TestSandbox;
beforeAll(async () => {
  lab = await sandboxForTest();
});
afterAll(() => lab.close());

test('a request that the SDK signed with an issued key is answered as its user', async () => {
  const { Account, Arn, UserId } = await lab.sts.send(new GetCallerIdentityCommand({}));
  expect(Account).toBe('111122223333');
  expect(Arn).toBe('arn:aws:iam::111122223333:user/admin');
  expect(UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
});

test('queries and encoded paths are covered as the SDK signs them', async () => {
  await lab.lambda.send(new ListFunctionsCommand({ Marker: '', MaxItems: 3 }));
  const { Roles } = await lab.iam.send(new ListRolesCommand({ PathPrefix: '/a%b+c/' }));
  expect(Roles).toEqual([]);
});

describe('broken credentials, in the form of each service', () => {
  const wrong = (credentials: object) => ({
    endpoint: lab.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'nonsense', ...credentials },
    maxAttempts: 1,
  });

  test('an unknown key id', async () => {
    const client = new STSClient(wrong({}));
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
      $metadata: { httpStatusCode: 403 },
    });
  });

  test.each([
    ['sqs', 'com.amazonaws.sqs#InvalidClientTokenId', 403],
    ['logs', 'UnrecognizedClientException', 400],
  ])('an unknown key id for %s', async (service, type, status) => {
    const target = service === 'sqs' ? 'AmazonSQS.ListQueues' : 'Logs_20140328.DescribeLogGroups';
    const answer = await sendRaw(lab.endpoint, {
      headers: { authorization: header({ service }), 'x-amz-target': target },
    });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: type });
  });

  test('an unknown key id for Lambda', async () => {
    const answer = await sendRaw(lab.endpoint, {
      method: 'GET',
      path: '/2015-03-31/functions/',
      headers: { authorization: header({ service: 'lambda' }) },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers['x-amzn-errortype']).toBe('UnrecognizedClientException');
    expect(JSON.parse(answer.body)).toEqual({
      message: 'The security token included in the request is invalid.',
    });
  });

  test('a wrong secret', async () => {
    const { accessKeyId } = lab.sandbox.issueUser('wrong', policy('iam:ListRoles'));
    const client = new STSClient(wrong({ accessKeyId }));
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('a session token, which no key of the sandbox has', async () => {
    const issued = lab.sandbox.issueUser('wrong', policy('iam:ListRoles'));
    const client = new STSClient(wrong({ ...issued, sessionToken: 'x' }));
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  test('no signature at all', async () => {
    const answer = await sendRaw(lab.endpoint, {
      headers: { 'x-amz-target': 'AmazonSQS.ListQueues' },
    });
    expect(answer.status).toBe(403);
    expect(answer.headers['x-amzn-query-error']).toBe('MissingAuthenticationToken;Sender');
  });

  test('an authorization header that is none', async () => {
    const answer = await sendRaw(lab.endpoint, {
      headers: { 'x-amz-target': 'AmazonSQS.ListQueues', authorization: 'AWS4-HMAC-SHA256 x' },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-query-error']).toBe('IncompleteSignature;Sender');
  });
});

describe('a signed request that was changed on its way is refused and changes nothing', () => {
  let good: RawRequest;
  beforeAll(async () => {
    good = await signedBySdk(lab.sqs, () =>
      lab.sqs.send(new CreateQueueCommand({ QueueName: 'never-made' })),
    );
  });

  const withHeader = (name: string, value: string): RawRequest => ({
    ...good,
    headers: { ...good.headers, [name]: value },
  });
  const withoutSigned = (name: string): RawRequest => {
    const authorization = good.headers['authorization'] ?? '';
    return withHeader('authorization', authorization.replace(`;${name}`, ''));
  };

  test.each<[string, () => RawRequest, string]>([
    [
      'body',
      () => ({ ...good, body: Buffer.from(good.body).toString().replace('never', 'other') }),
      'SignatureDoesNotMatch',
    ],
    ['target', () => withHeader('x-amz-target', 'AmazonSQS.ListQueues'), 'SignatureDoesNotMatch'],
    ['path', () => ({ ...good, path: '/else' }), 'SignatureDoesNotMatch'],
    ['query', () => ({ ...good, path: '/?a=b' }), 'SignatureDoesNotMatch'],
    ['method', () => ({ ...good, method: 'PUT' }), 'SignatureDoesNotMatch'],
    [
      'payload hash',
      () => withHeader('x-amz-content-sha256', 'UNSIGNED-PAYLOAD'),
      'SignatureDoesNotMatch',
    ],
    ['an x-amz header that was added', () => withHeader('x-amz-extra', 'x'), 'IncompleteSignature'],
    ['a host that is not signed', () => withoutSigned('host'), 'IncompleteSignature'],
    ['a target that is not signed', () => withoutSigned('x-amz-target'), 'IncompleteSignature'],
    [
      'signature',
      () => withHeader('authorization', (good.headers['authorization'] ?? '').replace(/.$/, 'x')),
      'SignatureDoesNotMatch',
    ],
    ['time', () => withHeader('x-amz-date', '20200101T000000Z'), 'IncompleteSignature'],
  ])('%s', async (_what, change, code) => {
    const answer = await sendRaw(lab.endpoint, change());
    expect(answer.headers['x-amzn-query-error']).toBe(`${code};Sender`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const { QueueUrls } = await lab.sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls).toBeUndefined();
  });

  test('a request for one service with the signature of another', async () => {
    const identity = await signedBySdk(lab.sts, () =>
      lab.sts.send(new GetCallerIdentityCommand({})),
    );
    const answer = await sendRaw(lab.endpoint, {
      ...identity,
      headers: { ...identity.headers, 'x-amz-target': 'AmazonSQS.ListQueues' },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-query-error']).toBe('IncompleteSignature;Sender');
  });
});

describe('signatureProblem()', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  // The example "get-vanilla" of AWS's Signature Version 4 test suite.
  const request = {
    method: 'GET',
    path: '/',
    query: '',
    headers: { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' },
    body: Buffer.alloc(0),
  };
  const vanilla =
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
  const signedAt = Date.parse('2015-08-30T12:36:00Z');
  const check = (now: number, signed = request) => {
    const authorization = parseAuthorization(vanilla);
    if (authorization === undefined) throw new Error('not parsed');
    return signatureProblem(signed, authorization, secret, now);
  };

  test("finds none in AWS's own example", () => {
    expect(check(signedAt)).toBeUndefined();
  });

  test('allows 15 minutes of difference between the clocks, not more', () => {
    const quarter = 15 * 60_000;
    expect(check(signedAt + quarter)).toBeUndefined();
    expect(check(signedAt - quarter)).toBeUndefined();
    expect(check(signedAt + quarter + 1000)).toEqual({
      kind: 'skewed',
      detail:
        'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)',
    });
    expect(check(signedAt - quarter - 1000)).toMatchObject({ kind: 'skewed' });
  });

  test('sees another body', () => {
    expect(check(signedAt, { ...request, body: Buffer.from('x') })).toEqual({ kind: 'mismatch' });
  });
});

describe('canonicalRequest()', () => {
  const lines = (path: string, query: string) =>
    canonicalRequest(
      { method: 'GET', path, query, headers: { host: ' a   b ' }, body: Buffer.alloc(0) },
      ['host'],
      'hash',
    ).split('\n');

  test.each([
    ['/', '/'],
    ['//a/./b/../c/', '/a/c/'],
    ['/2017-03-31/tags/arn%3Aaws', '/2017-03-31/tags/arn%253Aaws'],
  ])('path %s: %s', (path, canonical) => {
    expect(lines(path, '')[1]).toBe(canonical);
  });

  test.each([
    ['b=2&a=1&a=0', 'a=0&a=1&b=2'],
    ['key', 'key='],
    ['x=a+b', 'x=a%2Bb'],
    ['x=%7e%2f!', 'x=~%2F%21'],
  ])('query %s: %s', (query, canonical) => {
    expect(lines('/', query)[2]).toBe(canonical);
  });

  test('white space in header values is folded', () => {
    expect(lines('/', '')[3]).toBe('host:a b');
  });
});

function header({ service }: { service: string }): string {
  return `AWS4-HMAC-SHA256 Credential=AKIAUNKNOWN/20261123/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
}

function policy(action: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  });
}

import { expect, test, vi } from 'vitest';
import { redactor, requestIdDigest } from './redact.ts';
import { root } from './settings.ts';

vi.mock('node:os', () => ({ homedir: () => '/home/ada', hostname: () => 'adas-laptop' }));

const account = '987654321098';
const redact = (text: string) => redactor([account])(text);

test.each([
  ['an ARN', `arn:aws:sqs:us-east-1:${account}:lab01-worker-queue`],
  ['an IAM ARN', `arn:aws:iam::${account}:role/lab01-sqs-worker-role`],
  ['an ARN of another partition', `arn:aws-us-gov:sqs:us-gov-west-1:${account}:queue`],
  ['a queue URL', `https://sqs.us-east-1.amazonaws.com/${account}/lab01-worker-queue`],
  ['a queue URL of the sandbox', `http://127.0.0.1:4801/${account}/lab01-worker-queue`],
  ['an answer of GetCallerIdentity', `"Account": "${account}",`],
  ['escaped JSON', String.raw`{\"Account\":\"${account}\"}`],
  ['a sentence', `User of account ${account}.`],
])('the account id in %s becomes the example account', (_, text) => {
  expect(redact(text)).toBe(text.replace(account, '123456789012'));
});

test('an account that nobody named is found in ARNs and queue URLs, and then hidden everywhere', () => {
  const text = 'arn:aws:sqs:us-east-1:555566667777:q, https://sqs.amazonaws.com/666677778888/q';
  expect(redact(`${text}; owners 555566667777 and 666677778888`)).toBe(
    'arn:aws:sqs:us-east-1:111122223333:q, https://sqs.amazonaws.com/444455556666/q; owners 111122223333 and 444455556666',
  );
});

test('two accounts never become one, even when one of them is the alias of the other', () => {
  const both = redactor(['111122223333']);
  expect(both('arn:aws:iam::111122223333:role/a trusts arn:aws:iam::123456789012:role/b')).toBe(
    'arn:aws:iam::123456789012:role/a trusts arn:aws:iam::111122223333:role/b',
  );
  expect(both('111122223333 123456789012')).toBe('123456789012 111122223333');
});

test('one redactor gives the same account the same alias in every text', () => {
  const one = redactor([account]);
  one('arn:aws:sqs:us-east-1:555566667777:first');
  one('arn:aws:sqs:us-east-1:666677778888:second');
  expect(one('555566667777')).toBe('111122223333');
  expect(one(account)).toBe('123456789012');
});

test('more accounts than there are aliases still get one each', () => {
  const accounts = Array.from({ length: 7 }, (_, i) => `${200_000_000_000 + i}`);
  const aliases = redactor(accounts)(accounts.join(' ')).split(' ');
  expect(new Set(aliases).size).toBe(7);
  expect(aliases.filter((alias) => accounts.includes(alias))).toEqual([]);
});

test('other numbers of twelve or more digits stay', () => {
  const text = `"timestamp": 1795420800000, "size": 123456123456, 1${account}, ${account}1`;
  expect(redact(text)).toBe(text);
});

test.each([
  ['an access key', 'AKIAIOSFODNN7EXAMPLE', 'AKIA-hidden'],
  ['a temporary access key', 'ASIAIOSFODNN7EXAMPLE', 'ASIA-hidden'],
  ['the id of a user', '"UserId": "AIDACKCEVSQ6C2EXAMPLE"', '"UserId": "AIDA-hidden"'],
  [
    'the id of a role with its session',
    '"UserId": "AROADBQP57FF2AEXAMPLE:ada@example.com"',
    '"UserId": "AROA-hidden"',
  ],
  ['a user name', 'arn:aws:iam::aws:user/teams/ada.lovelace', 'arn:aws:iam::aws:user/hidden'],
  [
    'the session of a role, whose name stays',
    'arn:aws:sts::aws:assumed-role/lab01-role/ada.lovelace',
    'arn:aws:sts::aws:assumed-role/lab01-role/hidden',
  ],
  ['a mail address', 'Contact: ada.l+aws@mail.example.co.uk.', 'Contact: mail-hidden.'],
  ['a receipt handle in JSON', '"ReceiptHandle": "any/handle+at=all"', '"ReceiptHandle": "hidden"'],
  [
    'a receipt handle in JSON inside JSON',
    String.raw`{\"ReceiptHandle\": \"any/handle+at=all\", \"Body\": \"hello\"}`,
    String.raw`{\"ReceiptHandle\": \"hidden\", \"Body\": \"hello\"}`,
  ],
  [
    'a receipt handle in an event of Lambda',
    '{"receiptHandle":"any/handle","body":"x"}',
    '{"receiptHandle":"hidden","body":"x"}',
  ],
  [
    'a receipt handle by its look',
    `--receipt-handle AQEB${'wJnKyrHigUMZj6rYigCgxlaS3SLy0a'.repeat(2)}==`,
    '--receipt-handle receipt-handle-hidden',
  ],
  [
    'a signature',
    'https://bucket.s3.amazonaws.com/key?X-Amz-Security-Token=abc&X-Amz-Signature=0f',
    'https://bucket.s3.amazonaws.com/key?signature-hidden',
  ],
  [
    'a signature behind other parameters, as in Code.Location',
    '"Location": "https://bucket.s3.amazonaws.com/key?versionId=v1&X-Amz-Signature=0f"',
    '"Location": "https://bucket.s3.amazonaws.com/key?signature-hidden"',
  ],
  ['the home folder', 'cache in /home/ada/.aws/cli and "/home/ada"', 'cache in ~/.aws/cli and "~"'],
  ['the checkout', `reading ${root}/infra/lambda-trust.json`, 'reading ~/infra/lambda-trust.json'],
  ['the host', 'ada on adas-laptop', 'ada on host-hidden'],
])('%s is hidden', (_, text, expected) => {
  expect(redact(text)).toBe(expected);
});

test('a name that merely begins like the home folder or the host stays', () => {
  const text = 'https://docs.aws.amazon.com/home/ada-guide.html, adas-laptop2';
  expect(redact(text)).toBe(text);
});

const requestId = '3f1c9a52-8d4e-5b60-9c7a-0e1d2f3a4b5c';
const messageId = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
const mappingId = '11111111-2222-4333-8444-555555555555';

test('a request id becomes the same digest in every line of a log, also escaped', () => {
  const log = [
    `START RequestId: ${requestId} Version: $LATEST`,
    `2026-11-23T08:00:00.123Z\t${requestId}\tINFO\t{"requestId":"${requestId}"}`,
    String.raw`"message": "2026-11-23T08:00:00.123Z\t${requestId}\tINFO\t{\"requestId\":\"${requestId}\"}\n"`,
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: 2.00 ms`,
    `"RequestId": "${requestId}"`,
  ];
  const digest = requestIdDigest(requestId);
  expect(digest).toMatch(/^request-[0-9a-f]{12}$/);
  expect(redact(log.join('\n'))).toBe(log.join('\n').replaceAll(requestId, digest));
  for (const line of log) expect(redact(line)).toContain(digest);
});

test('a request id is known by its place in a line of the runtime alone, also escaped', () => {
  for (const line of [
    `2026-11-23T08:00:00.123Z\t${requestId}\tERROR\tInvoke Error`,
    String.raw`"2026-11-23T08:00:00.123Z\t${requestId}\tERROR\tInvoke Error"`,
  ]) {
    expect(redact(line)).toBe(line.replace(requestId, requestIdDigest(requestId)));
  }
});

test('different request ids become different digests', () => {
  expect(requestIdDigest(requestId)).not.toBe(requestIdDigest(messageId));
});

test('message ids and mapping UUIDs stay: they are what the proofs are held together by', () => {
  const text = [
    `2026-11-23T08:00:00.123Z\t${requestId}\tINFO\t{"messageId":"${messageId}","requestId":"${requestId}"}`,
    `"UUID": "${mappingId}"`,
    `arn:aws:lambda:us-east-1:aws:event-source-mapping:${mappingId}`,
    `"MessageId": "${messageId}"`,
  ].join('\n');
  const redacted = redact(text);
  expect(redacted.split(messageId)).toHaveLength(3);
  expect(redacted.split(mappingId)).toHaveLength(3);
  expect(redacted).not.toContain(requestId);
});

test('text without anything secret stays as it is', () => {
  const text = '{ "VisibilityTimeout": "30", "maxReceiveCount": 3 }\n';
  expect(redact(text)).toBe(text);
});

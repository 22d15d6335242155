import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { redactor, requestIdDigest } from './redact.ts';
import { root } from '../lab/settings.ts';

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

test('an example account of AWS is nobody: only when it is the own one, it becomes the first example', () => {
  expect(redact('arn:aws:iam::111122223333:root')).toBe('arn:aws:iam::111122223333:root');
  const ofSandbox = redactor(['111122223333']);
  expect(ofSandbox('111122223333 trusts arn:aws:iam::444455556666:root')).toBe(
    '123456789012 trusts arn:aws:iam::444455556666:root',
  );
});

test('an account gets no alias that the text uses for another one', () => {
  expect(redact(`${account}, 111122223333, arn:aws:iam::555566667777:root`)).toBe(
    '123456789012, 111122223333, arn:aws:iam::444455556666:root',
  );
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
    '{"receiptHandle":"any/handle","body":"hello-1"}',
    '{"receiptHandle":"hidden","body":"hello-1"}',
  ],
  [
    'a receipt handle by its look',
    `--receipt-handle AQEB${'wJnKyrHigUMZj6rYigCgxlaS3SLy0a'.repeat(2)}==`,
    '--receipt-handle hidden',
  ],
  [
    'a receipt handle in a sentence',
    `the handle AQEB${'wJnKyrHigUMZj6rYigCgxlaS3SLy0a'.repeat(2)}== is old`,
    'the handle receipt-handle-hidden is old',
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

test('what proves something, and what is public, stays as it is', () => {
  const lines = [
    'arn:aws:sqs:us-east-1:123456789012:lab01-worker-queue',
    'arn:aws:iam::123456789012:role/lab01-sqs-worker-role',
    'arn:aws:iam::123456789012:role/service-role/lab01-sqs-worker-role',
    'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    `arn:aws:lambda:us-east-1:123456789012:event-source-mapping:${mappingId}`,
    'arn:aws:lambda:us-east-1::runtime:4bc14aadf146af681df42569e9ad1576e3201d3fd749f0aa24d43da48a31692b',
    'http://127.0.0.1:4801/123456789012/lab01-worker-dlq',
    'https://sqs.us-east-1.amazonaws.com/123456789012/lab01-worker-queue',
    `"MessageId": "${messageId}", "UUID": "${mappingId}", "RevisionId": "${mappingId}"`,
    '"MD5OfBody": "d13ce4f5c9863eaec1a16b92f34b60c9"',
    '"eventId": "00000001795438191743000000000000000000000000000000000003"',
    '"timestamp": 1795438191743, "SentTimestamp": "1795438191618", "CreatedTimestamp": "1795445386"',
    '"logStreamName": "2026/11/23/[$LATEST]5128a72277826bb3018e50433e3e2cec"',
    '"LastModified": "2026-11-23T12:49:33.670+0000", 12:49:33, 2026-11-23T08:00:00.123Z',
    'aws-cli 2.36.12  node v24.21.0  kit 1.0.0 aws-cli/2.36.12 Python/3.14.6 Chrome/120.0.0.0',
    'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
    '"KmsMasterKeyId": "alias/aws/sqs", "Path": "/", "Path": "/service-role/"',
    '"Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole"',
    'An error occurred (AccessDenied) when calling the SendMessage operation: Access denied',
    'import { x } from "esbuild@0.28.2"; // @aws-sdk/client-sqs 0.0.0.0/0 127.0.0.1 ::1',
    'the secret key, the password and the next token of an account are hidden',
    'git 3b18e512dba79e4c8300dd08aeb37f8e728b8dad',
    'PATH=/usr/local/bin:/usr/bin AWS_SECRET_ACCESS_KEY=$KEY "NextToken": null',
    'i-o-u, sg-1, vpc-none, 1.2.3, 300.1.2.3, C:\\Windows\\Temp, /usr/share/home/x',
  ];
  for (const line of lines) {
    expect(redact(line)).toBe(line);
    const inJson = JSON.stringify({ output: `${JSON.stringify({ line }, null, 4)}\n` });
    expect(redact(inJson)).toBe(inJson);
  }
});

test('digests stay, whatever they are: hexadecimal, base64, of the code or of a body', () => {
  const digests = Array.from({ length: 300 }, (_, i) => {
    const of = (kind: string) => createHash(kind).update(`${i}`);
    return [
      `"CodeSha256": "${of('sha256').digest('base64')}"`,
      `"MD5OfBody": "${of('md5').digest('hex')}"`,
      `"digest": "${of('sha256').digest('hex')}", ${of('sha256').digest('base64url')}`,
      `sha512-${of('sha512').digest('base64')} ${of('sha1').digest('hex')} ${of('md5').digest('base64')}`,
    ].join('\n');
  }).join('\n');
  expect(redact(digests)).toBe(digests);
});

test('the policies of the lab and the source of the worker stay as they are', async () => {
  const infra = await readdir(join(root, 'infra'));
  const files = [...infra.map((name) => join('infra', name)), join('src', 'handlers', 'worker.ts')];
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    expect(redact(text)).toBe(text);
  }
});

test('base64 of a text stays base64 of the text without its secret', () => {
  const handle = (id: string) =>
    Buffer.from(`{"taskId":"${mappingId}","sourceArn":"arn:aws:sqs:us-east-1:${id}:dlq"}`);
  expect(redact(`"Handle": "${handle(account).toString('base64')}"`)).toBe(
    `"Handle": "${handle('123456789012').toString('base64')}"`,
  );
});

test('base64 with anything else in it is hidden whole', () => {
  const bytes = Buffer.concat([Buffer.from([0, 255, 8]), Buffer.from(`x ${account} y`)]);
  expect(redact(`blob ${bytes.toString('base64')} end`)).toBe('blob base64-hidden end');
});

test('the escape in front of a secret stays: a text in JSON keeps its line ends', () => {
  const text = String.raw`{"Note":"by\nada@example.com\tof\\\"C:\\Users\\nina\\lab\\\""}`;
  expect(redact(text)).toBe(String.raw`{"Note":"by\nmail-hidden\tof\\\"~\\lab\\\""}`);
});

test('a name that was met in one text is hidden in the next one, where nothing tells what it is', () => {
  const one = redactor([account]);
  one('arn:aws:iam::123456789012:user/grace.hopper');
  expect(one('grace.hopper has done it, not grace.hopperson')).toBe(
    'hidden has done it, not grace.hopperson',
  );
});

test('a name that is a word, or of the lab itself, is hidden only where it is a name', () => {
  const one = redactor([account]);
  const session = 'arn:aws:sts::123456789012:assumed-role/lab01-sqs-worker-role/lab01-sqs-worker';
  expect(one(`${session} calls lab01-sqs-worker`)).toBe(
    'arn:aws:sts::123456789012:assumed-role/lab01-sqs-worker-role/hidden calls lab01-sqs-worker',
  );
  expect(one('arn:aws:iam::123456789012:user/worker: the worker, --profile lab-dev')).toBe(
    'arn:aws:iam::123456789012:user/hidden: the worker, --profile lab-dev',
  );
});

test('the port of a sandbox becomes the usual one', () => {
  expect(redact('--queue-url http://127.0.0.1:4877/123456789012/q')).toBe(
    '--queue-url http://127.0.0.1:4801/123456789012/q',
  );
});

test('a host that is called like something of the lab changes no text', () => {
  const text = 'the worker of http://localhost:4801/';
  for (const host of ['worker', 'localhost', 'vm']) {
    expect(redactor([account], { home: '/home/ada', host, checkout: '/srv/kit' })(text)).toBe(text);
  }
});

test('a name that ends in "hidden" is a name all the same', () => {
  for (const name of ['ada/hidden', 'ada-hidden']) {
    expect(redact(`arn:aws:iam::123456789012:user/${name}`)).toBe(
      'arn:aws:iam::123456789012:user/hidden',
    );
  }
});

const line = (said: string) =>
  `2026-11-23T08:00:00.123Z\t${requestIdDigest(requestId)}\tINFO\t${said}\n`;

test('a handler of an experiment may log numbers and words of its own, and nothing longer', () => {
  const redact = redactor([]);
  const line = (members: string) => `2026-11-28T04:20:45.413Z\tabc\tINFO\t{${members}}`;
  const own = line('"xReturned":3,"xElapsedMs":1204.5,"xShape":"empty-list","xHeld":true');
  expect(redact(own)).toBe(own);
  const others = [
    '"returned":3',
    '"xreturned":3',
    '"xBody":"Ada Lovelace"',
    '"xCard":4111111111111111',
    '"xEvent":{"xInside":3}',
  ];
  for (const other of others) expect(redact(line(other))).not.toBe(line(other));
});

test('the lab’s own line of a log stays as it is, and of another JSON line only the lab’s own members', () => {
  const own = {
    messageId,
    receiveCount: 3,
    outcome: 'FAILED',
    requestId: requestIdDigest(requestId),
    batchSize: 2,
    sentAt: 1795420800000,
    firstReceivedAt: 1795420800001,
    error: 'poison message: the body contains FAIL',
  };
  const logged = line(JSON.stringify(own));
  for (const text of [logged, JSON.stringify({ events: [{ message: logged }] }, null, 4)])
    expect(redact(text)).toBe(text);
  const more = {
    ...own,
    body: 'dear Ada',
    own: 'hello-1',
    pin: 4711,
    ok: true,
    deep: [{ messageId: 'x' }],
  };
  const shown = {
    ...own,
    body: 'text-hidden',
    own: 'hello-1',
    pin: 0,
    ok: true,
    deep: [{ messageId: 'text-hidden' }],
  };
  expect(redact(line(JSON.stringify(more)))).toBe(line(JSON.stringify(shown)));
  const inAnswer = (said: object) =>
    JSON.stringify({ events: [{ message: line(JSON.stringify(said)) }] });
  expect(redact(inAnswer(more))).toBe(inAnswer(shown));
});

test('a line of the worker that is no JSON is hidden whole, and what the runtime says is not', () => {
  const answer = (said: string) => JSON.stringify({ message: line(said), timestamp: 1 }, null, 4);
  expect(redact(answer('got "dear Ada" {"of":"messageId"}'))).toBe(answer('text-hidden'));
  expect(redact(line('got dear Ada'))).toBe(line('text-hidden'));
  const timedOut = `2026-11-23T08:00:00.123Z ${requestIdDigest(requestId)} Task timed out after 5.00 seconds`;
  expect(redact(timedOut)).toBe(timedOut);
});

test('a passphrase of letters that is the value of a variable is hidden wherever it stands, a word of the kit is not', () => {
  const one = redactor([account]);
  one(
    '{"Environment": {"Variables": {"PASS": "correcthorsebattery", "STAGE": "production", "WHAT": "messages"}}}',
  );
  expect(one('correcthorsebattery of production takes messages')).toBe(
    'text-hidden of production takes messages',
  );
});

test.each(['-', '.', '_', '/', ' ', '\u2011', '\u2013'])(
  'an account id in groups with "%s" between them is hidden, once it is known',
  (between) => {
    const grouped = ['9876', '5432', '1098'].join(between);
    expect(redact(`of ${grouped}!`)).toBe('of 123456789012!');
  },
);

test.each([
  ['escape sequences', '\u001B[K\u001B[2C'],
  ['the border of a table', ' │\n│ '],
  ['a link of a terminal', '\u001B]8;;x\u0007'],
])('an account id that %s split is hidden, once it is known', (_, between) => {
  expect(redact(`of 98765${between}4321098.`)).toBe('of 123456789012.');
});

test('what looks a little like a token, a phone number or a home folder stays', () => {
  const lines = [
    'Key=Project,Value=lab01 --tags Key=lab01',
    'Bearer authentication, a bearer token, Bearer tokens',
    '"pass": 12, "outcome": "pass", pass: 3, passed=4',
    'TOKEN=$TOKEN AUTH=<yours> SIGNING_KEY= USER=$USER',
    '2026-11-23T12:49:33.670+0000 +1 +15 +10000, 100-200-300 555-12-1234',
    'const [key, value] = entry; const token = await next(); key: string;',
    '/usr/share/home/x /home/ /home/. homes/x',
    '{"Key": "Project", "keyName": null, "MessageId": "m"}',
    '[INFO] a@b c] [$LATEST]',
  ];
  for (const text of lines) expect(redact(text)).toBe(text);
});

/** Evidence of a whole run, made by hand: what the CLI prints of a right lab, as far as somebody reads it. */
import type { Observation } from '../../lab/look.ts';
import type { Evidence, RecordedProof } from '../../evidence/evidence.ts';

const arn = 'arn:aws:sqs:us-east-1:123456789012:';
const queueUrl = (name: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`;
const sentAt = 1_795_438_191_618;
const source = {
  QueueArn: `${arn}lab01-worker-queue`,
  VisibilityTimeout: '30',
  MessageRetentionPeriod: '345600',
  MaximumMessageSize: '1048576',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
  RedrivePolicy: JSON.stringify({
    deadLetterTargetArn: `${arn}lab01-worker-dlq`,
    maxReceiveCount: 3,
  }),
};
const deadLetter = {
  QueueArn: `${arn}lab01-worker-dlq`,
  MessageRetentionPeriod: '1209600',
  SqsManagedSseEnabled: 'true',
};
const mapping = {
  UUID: '11111111-2222-4333-8444-555555555555',
  BatchSize: 10,
  MaximumBatchingWindowInSeconds: 0,
  EventSourceArn: source.QueueArn,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
};
const messages = [
  {
    MessageId: 'poison-id',
    Body: 'FAIL-please-retry-me',
    Attributes: {
      ApproximateReceiveCount: '5',
      SentTimestamp: String(sentAt),
      DeadLetterQueueSourceArn: source.QueueArn,
      ApproximateFirstReceiveTimestamp: String(sentAt + 9),
    },
  },
];
const statement = (members: object) => ({ Version: '2012-10-17', Statement: [members] });

function logLine(messageId: string, receiveCount: number, seconds: number) {
  const line = {
    messageId,
    receiveCount,
    outcome: messageId === 'poison-id' ? 'FAILED' : 'OK',
    requestId: `request-${seconds}`,
    batchSize: seconds === 0 ? 3 : 1,
    sentAt,
    firstReceivedAt: sentAt + 9,
  };
  return {
    timestamp: sentAt + 100 + seconds * 1000,
    message: `…\tINFO\t${JSON.stringify(line)}\n`,
  };
}

const events = [
  logLine('good-id-1', 1, 0),
  logLine('good-id-2', 1, 0),
  logLine('poison-id', 1, 0),
  logLine('poison-id', 2, 30),
  logLine('poison-id', 3, 60),
];

const names: Readonly<Record<number, string>> = { 13: 'mapping-and-partial-batch' };

function proof(number: number, ...documents: readonly object[]): RecordedProof {
  return {
    number,
    name: names[number] ?? `proof-${number}`,
    title: `Title ${number}`,
    claim: `Claim ${number}`,
    command: 'aws …',
    output: documents.map((document) => `${JSON.stringify(document, null, 4)}\n`).join(''),
    values: [{ label: 'Number', value: String(number) }],
    rules: ['exists'],
  };
}

const asked = (
  service: 'logs' | 'sqs',
  operation: string,
  input: object,
  output: object,
): Observation => ({
  question: { service, operation, input: { ...input } },
  output,
});
const queueAsked = (name: string, attributes: object) => [
  asked('sqs', 'GetQueueUrl', { QueueName: name }, { QueueUrl: queueUrl(name) }),
  asked(
    'sqs',
    'GetQueueAttributes',
    { QueueUrl: queueUrl(name), AttributeNames: ['All'] },
    { Attributes: attributes },
  ),
];
const logAsked = asked(
  'logs',
  'FilterLogEvents',
  { logGroupName: '/aws/lambda/lab01-sqs-worker', filterPattern: '"messageId"' },
  { events },
);

const proofsOf: Readonly<Record<string, readonly RecordedProof[]>> = {
  '01': [proof(1, { Attributes: deadLetter })],
  '02': [proof(2, { Attributes: source })],
  '03': [
    proof(5, {
      Role: {
        AssumeRolePolicyDocument: statement({
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        }),
      },
    }),
  ],
  '04': [
    proof(
      3,
      { Arn: 'arn:aws:iam::123456789012:role/lab01-sqs-worker-role' },
      { AttachedPolicies: [{ PolicyName: 'AWSLambdaBasicExecutionRole' }] },
      { PolicyNames: ['lab01-sqs-worker-policy'] },
    ),
    proof(4, {
      PolicyName: 'lab01-sqs-worker-policy',
      PolicyDocument: statement({ Action: ['sqs:ReceiveMessage'], Resource: source.QueueArn }),
    }),
    proof(
      9,
      { Arn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
      { PolicyVersion: { Document: statement({ Action: ['logs:PutLogEvents'], Resource: '*' }) } },
    ),
    proof(10, {
      EvaluationResults: [{ EvalActionName: 'sqs:ReceiveMessage', EvalDecision: 'allowed' }],
    }),
  ],
  '05': [proof(11)],
  '06': [
    proof(6, { Configuration: { State: 'Active' } }),
    proof(7, { FunctionName: 'lab01-sqs-worker', Timeout: 5 }),
    proof(8, { Runtime: 'nodejs24.x' }),
  ],
  '07': [proof(12, { EventSourceMappings: [mapping] }), proof(13, mapping)],
  '09': [proof(14, { events })],
  '10': [proof(15, { Messages: messages })],
};

const observationsOf: Readonly<Record<string, readonly Observation[]>> = {
  '05': [
    {
      fact: 'what src/handlers/worker.ts answers',
      value: { answer: { batchItemFailures: [{ itemIdentifier: 'poison' }] } },
    },
  ],
  '09': [logAsked, ...queueAsked('lab01-worker-queue', source)],
  '10': [
    logAsked,
    ...queueAsked('lab01-worker-queue', source),
    ...queueAsked('lab01-worker-dlq', deadLetter),
    asked(
      'sqs',
      'ReceiveMessage',
      { QueueUrl: queueUrl('lab01-worker-dlq') },
      { Messages: messages },
    ),
  ],
};

/** One evidence for each check, 00 to 11. */
export function sampleEvidence(target: Evidence['target']): Evidence[] {
  return Array.from({ length: 12 }, (_, i) => {
    const check = String(i).padStart(2, '0');
    const expectation = {
      id: check === '11' ? 'mapping' : 'exists',
      claim: `Check ${check} holds`,
      outcome: 'pass',
      expected: 'gone',
      actual: 'gone',
      source: 'https://docs.aws.amazon.com/',
    } as const;
    return {
      schema: 1,
      target,
      check,
      title: `Check ${check}`,
      verdict: 'pass',
      time: new Date(sentAt + i * 10_000).toISOString(),
      region: 'us-east-1',
      accountId: '123456789012',
      prefix: '',
      versions: { kit: '1.0.0', node: 'v24.0.0', awsCli: '2.36.12' },
      observations: observationsOf[check] ?? [],
      expectations: [expectation],
      proofs: proofsOf[check] ?? [],
    };
  });
}

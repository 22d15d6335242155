import type {
  EventSourceMappingConfiguration,
  FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import type { Tried } from '../src/judging/index.ts';
import { arnOf, proveCheck } from '../src/testing/lab/checks.ts';
import { check as bundle } from './05-bundle-worker.ts';
import { check as workerFunction } from './06-create-function.ts';
import { check as mapping } from './07-connect-queue-and-function.ts';
import { anyLab } from '../src/testing/lab/any-lab.ts';

const queueArn = arnOf.queue(anyLab.queueName);

const reported = (...ids: string[]) => ({
  answer: { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) },
});

const wrongHandlers: readonly [string, Tried, RegExp][] = [
  ['swallows every error, or waits for nothing', reported(), /empty list.*forEach/],
  ['reports the good message', reported('good'), /did not fail/],
  ['reports every message', reported('good', 'poison'), /did not fail/],
  ['reports the poison twice', reported('poison', 'poison'), /more than once/],
  ['reports an empty id', reported(''), /itemIdentifier is empty/],
  ['reports an unknown id', reported('1'), /"1" is not a message id/],
  ['answers nothing', { answer: null }, /returns nothing/],
  ['answers a text', { answer: 'done' }, /returns "done"/],
  ['answers {}', { answer: {} }, /returns \{\}, but Lambda reads only batchItemFailures/],
  ['uses another key', { answer: { failures: ['poison'] } }, /the key failures/],
  ['answers no list', { answer: { batchItemFailures: 'poison' } }, /not a list/],
  [
    'uses another key in the list',
    { answer: { batchItemFailures: [{ id: 'poison' }] } },
    /no itemIdentifier/,
  ],
  ['throws', { error: 'it throws: Error: poison' }, /leaves the handler \(Error: poison\)/],
  ['hangs', { error: 'it did not answer within 5 s' }, /does not answer in time/],
  [
    'takes a callback',
    { error: 'it takes a callback, which nodejs24.x refuses' },
    /callback as third parameter/,
  ],
  [
    'ends without an answer',
    { error: 'it ended its process before it answered' },
    /process\.exit\(\), or waits for a promise that never settles/,
  ],
  [
    'takes all memory',
    { error: 'it ended its process before it answered (signal: killed)' },
    /more memory than the function has \(128 MB\)/,
  ],
  ['cannot be run', { error: 'it cannot be loaded: SyntaxError: no' }, /SyntaxError/],
];

proveCheck(bundle, {
  right: { here: true, digest: 'sha256-a', fresh: 'sha256-a', tried: reported('poison') },
  wrong: [
    {
      id: 'exists',
      what: 'no zip',
      change: { digest: undefined },
      hint: /has not been bundled/,
      fix: 'npx lab step 5',
    },
    {
      id: 'fresh',
      what: 'the zip of an older worker',
      change: { digest: 'sha256-old' },
      hint: /the zip is out of date/,
      fix: 'npx lab step 5\nnpx lab step 6',
      difference: ['expected sha256-a, is sha256-old'],
    },
    ...wrongHandlers.map(([what, tried, hint]) => ({
      id: 'reports-failures',
      what: `a worker that ${what}`,
      change: { tried },
      hint,
      fix: /^git restore src\/handlers\/worker\.ts\nnpx lab step 5\nnpx lab step 6$/,
    })),
  ],
  unclear: [
    ...['exists', 'fresh', 'reports-failures'].map((id) => ({
      id,
      what: 'the files of the learner are elsewhere',
      change: { here: false },
      cause: 'not here' as const,
      reason: /on another machine/,
    })),
    ...(['machine too busy', 'needs AWS'] as const).map((cause) => ({
      id: 'reports-failures',
      what: `the worker could not be tried: ${cause}`,
      change: { tried: { unclear: cause, reason: 'why' } },
      cause,
      reason: /^why$/,
    })),
  ],
});

const configuration: FunctionConfiguration = {
  FunctionName: anyLab.functionName,
  State: 'Active',
  Runtime: 'nodejs24.x',
  Handler: anyLab.handler,
  Timeout: anyLab.functionTimeoutSeconds,
  MemorySize: anyLab.memoryMb,
  Role: arnOf.role(anyLab.roleName),
  CodeSha256: 'sha256-a',
};
const configured = (change: Partial<FunctionConfiguration>) => ({
  configuration: { ...configuration, ...change },
});
const updated = (option: string) =>
  new RegExp(`^aws lambda update-function-configuration --function-name \\S+ --${option}$`);

proveCheck(workerFunction, {
  right: {
    ...configured({}),
    reservedConcurrency: undefined,
    roleArn: arnOf.role(anyLab.roleName),
    here: true,
    region: 'us-east-1',
    digest: 'sha256-a',
  },
  alsoRight: [
    {
      what: 'a role with a path, as the Lambda console makes it',
      change: {
        ...configured({ Role: arnOf.role(`service-role/${anyLab.roleName}`) }),
        roleArn: arnOf.role(`service-role/${anyLab.roleName}`),
      },
    },
    {
      what: 'the format Text, whatever level is left from before',
      change: configured({ LoggingConfig: { LogFormat: 'Text', ApplicationLogLevel: 'WARN' } }),
    },
    { what: 'enough reserved concurrency', change: { reservedConcurrency: 5 } },
    {
      what: 'the code of the kit, judged elsewhere',
      change: { here: false },
    },
  ],
  wrong: [
    {
      id: 'exists',
      what: 'no function',
      change: { configuration: undefined },
      hint: /^It does not exist\. The check looked in the Region us-east-1 /,
      fix: /^aws lambda create-function .*\naws lambda wait function-active-v2 .*\n# the same, shorter: npx lab step 6$/,
    },
    ...(['Failed', 'Inactive'] as const).map((State) => ({
      id: 'active',
      what: `the function is ${State}`,
      change: configured({ State, StateReason: 'The role is gone.' }),
      hint: new RegExp(`It is ${State}: The role is gone`),
      fix: /^aws lambda delete-function .*\nnpx lab step 6$/,
    })),
    {
      id: 'active',
      what: 'its last update failed',
      change: configured({ LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'Too big.' }),
      hint: /^Its last update failed: Too big\.$/,
    },
    {
      id: 'runtime',
      what: 'another runtime',
      change: configured({ Runtime: 'nodejs22.x' }),
      hint: /^Its runtime is nodejs22\.x;/,
      fix: updated('runtime nodejs24.x'),
    },
    {
      id: 'handler',
      what: 'another handler',
      change: configured({ Handler: 'worker.handler' }),
      hint: /file worker, export handler/,
      fix: updated('handler index.handler'),
    },
    {
      id: 'handler',
      what: 'a handler without an export',
      change: configured({ Handler: 'index' }),
      hint: /^index names no export: a handler is written FILE\.EXPORT\. /,
    },
    {
      id: 'handler',
      what: 'a handler in a folder',
      change: configured({ Handler: 'src/v1.2/index.handler' }),
      hint: /file src\/v1\.2\/index, export handler/,
    },
    {
      id: 'timeout',
      what: 'the default timeout',
      change: configured({ Timeout: 3 }),
      hint: /3 s is shorter/,
      fix: updated('timeout 5'),
    },
    {
      id: 'timeout',
      what: 'a long timeout',
      change: configured({ Timeout: 30 }),
      hint: /30 s would need a visibility timeout of 180 s \(six times\); the lab gives the queue 30 s/,
    },
    {
      id: 'memory',
      what: 'more memory',
      change: configured({ MemorySize: 256 }),
      hint: /256 MB/,
      fix: updated('memory-size 128'),
    },
    {
      id: 'role',
      what: 'another role',
      change: configured({ Role: arnOf.role('other-role') }),
      hint: /with the permissions of \S+other-role/,
      fix: updated('role "arn:aws:iam::\\$AWS_ACCOUNT_ID:role/\\S+"'),
      difference: [`in the ARN: name role/other-role, not role/${anyLab.roleName}`],
    },
    {
      id: 'role',
      what: 'another role, while that of the lab has a path: the fix names it with its path',
      change: {
        ...configured({ Role: arnOf.role(anyLab.roleName) }),
        roleArn: arnOf.role(`service-role/${anyLab.roleName}`),
      },
      hint: /with the permissions of \S+/,
      fix: updated('role "arn:aws:iam::\\$AWS_ACCOUNT_ID:role/service-role/lab01-sqs-worker-role"'),
      difference: [
        `in the ARN: name role/${anyLab.roleName}, not role/service-role/${anyLab.roleName}`,
      ],
    },
    {
      id: 'code',
      what: 'a stale zip',
      change: configured({ CodeSha256: 'sha256-old' }),
      hint: /does not run the code of lab01-worker\.zip: .* or the code of the function came from elsewhere/,
      fix: /^aws lambda update-function-code .*--zip-file fileb:.*\naws lambda wait function-updated-v2 /,
      difference: ['expected sha256-a, is sha256-old'],
    },
    {
      id: 'no-dead-letter-config',
      what: 'the dead-letter queue on the function',
      change: configured({
        DeadLetterConfig: { TargetArn: arnOf.queue(anyLab.deadLetterQueueName) },
      }),
      hint: /for asynchronous invocations/,
      fix: updated('dead-letter-config TargetArn='),
    },
    ...(
      [
        [{ LogFormat: 'JSON', ApplicationLogLevel: 'INFO' }, /^With the format JSON Lambda wraps/],
        [
          { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' },
          /^With the application log level WARN Lambda drops the lines of the worker: .* With the format JSON/,
        ],
        [{ LogGroup: '/my/logs' }, /^Its lines go to the log group \/my\/logs, but the lab reads/],
        [
          { LogFormat: 'JSON', LogGroup: '/my/logs' },
          /^With the format JSON .* Its lines go to the log group \/my\/logs/,
        ],
      ] as const
    ).map(([LoggingConfig, hint]) => ({
      id: 'logging',
      what: JSON.stringify(LoggingConfig),
      change: configured({ LoggingConfig }),
      hint,
      fix: updated('logging-config LogFormat=Text,LogGroup=\\S+'),
    })),
    {
      id: 'concurrency',
      what: 'reserved concurrency 0',
      change: { reservedConcurrency: 0 },
      hint: /throttles every invocation/,
      fix: /^aws lambda delete-function .*\nnpx lab step 6$/,
    },
    {
      id: 'concurrency',
      what: 'reserved concurrency 1',
      change: { reservedConcurrency: 1 },
      hint: /Only 1 can run at a time/,
    },
  ],
  unclear: [
    {
      id: 'code',
      what: 'the files of the learner are elsewhere, and it is not the worker of the kit',
      change: { here: false, digest: 'sha256-kit' },
      cause: 'not here',
      reason: /on another machine/,
    },
    {
      id: 'active',
      what: 'it is being made',
      change: configured({ State: 'Pending' }),
      cause: 'AWS not ready yet',
      reason: /the function is Pending/,
    },
    {
      id: 'active',
      what: 'an update is in progress',
      change: configured({ LastUpdateStatus: 'InProgress' }),
      cause: 'AWS not ready yet',
      reason: /an update is in progress/,
    },
  ],
});

const functionArn = (name: string) => `arn:aws:lambda:us-east-1:111122223333:function:${name}`;
const labMapping: EventSourceMappingConfiguration = {
  UUID: '11111111-2222-4333-8444-555555555555',
  EventSourceArn: queueArn,
  FunctionArn: functionArn(anyLab.functionName),
  State: 'Enabled',
  BatchSize: anyLab.batchSize,
  MaximumBatchingWindowInSeconds: 0,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
};
const mapped = (
  change: Partial<EventSourceMappingConfiguration>,
  ...more: EventSourceMappingConfiguration[]
) => {
  const changed = { ...labMapping, ...change };
  return { mapping: changed, mappings: [changed, ...more], consumers: [changed] };
};
const otherUuid = '99999999-2222-4333-8444-555555555555';
const updated7 = (option: string) =>
  new RegExp(`^aws lambda update-event-source-mapping --uuid ${labMapping.UUID} --${option}`);

proveCheck(mapping, {
  right: {
    ...mapped({}),
    deadLetterQueueArn: arnOf.queue(anyLab.deadLetterQueueName),
    region: 'us-east-1',
  },
  alsoRight: [
    {
      what: 'a mapping whose answer leaves the batching window out',
      change: (() => {
        const { MaximumBatchingWindowInSeconds: _, ...rest } = labMapping;
        return { mapping: rest, mappings: [rest], consumers: [rest] };
      })(),
    },
  ],
  wrong: [
    {
      id: 'exists',
      what: 'no mapping',
      change: { mapping: undefined, mappings: [], consumers: [] },
      hint: /^Nothing polls the queue: in the Region us-east-1 /,
      fix: /^aws lambda create-event-source-mapping --cli-input-json .*\n# the same, shorter: npx lab step 7$/,
    },
    {
      id: 'exists',
      what: 'a mapping from the dead-letter queue only',
      change: {
        mapping: undefined,
        mappings: [{ ...labMapping, EventSourceArn: arnOf.queue(anyLab.deadLetterQueueName) }],
        consumers: [],
      },
      hint: /^The function has a mapping from another queue: lab01-worker-dlq to \S+ \(Enabled\)\.$/,
      fix: /^aws lambda delete-event-source-mapping --uuid 1{8}-\S+\nnpx lab step 7$/,
      difference: [`expected from ${anyLab.queueName}, is from ${anyLab.deadLetterQueueName}`],
    },
    {
      id: 'exists',
      what: 'a mapping to another function only',
      change: {
        mapping: undefined,
        mappings: [],
        consumers: [{ ...labMapping, FunctionArn: functionArn('other') }],
      },
      hint: /^The queue has a mapping, but not to lab01-sqs-worker itself: lab01-worker-queue to other \(Enabled\)\.$/,
    },
    {
      id: 'exists',
      what: 'a disabled mapping from another queue, and one that is being deleted',
      change: {
        mapping: undefined,
        mappings: [
          {
            ...labMapping,
            UUID: otherUuid,
            EventSourceArn: arnOf.queue('gone'),
            State: 'Deleting',
          },
          { ...labMapping, EventSourceArn: arnOf.queue('other'), State: 'Disabled' },
        ],
        consumers: [],
      },
      hint: /^The function has a mapping from another queue: other to lab01-sqs-worker \(Disabled\)\.$/,
      fix: `aws lambda delete-event-source-mapping --uuid ${labMapping.UUID}\nnpx lab step 7`,
    },
    {
      id: 'exists',
      what: 'nothing but a mapping that is being deleted',
      change: {
        mapping: undefined,
        mappings: [{ ...labMapping, EventSourceArn: arnOf.queue('gone'), State: 'Deleting' }],
        consumers: [],
      },
      hint: /^Nothing polls the queue: /,
      fix: /^aws lambda create-event-source-mapping --cli-input-json .*\n# the same, shorter: npx lab step 7$/,
    },
    {
      id: 'only-one',
      what: 'a second mapping from another queue',
      change: mapped({}, { ...labMapping, UUID: otherUuid, EventSourceArn: arnOf.queue('other') }),
      hint: /: other to lab01-sqs-worker \(Enabled\)\. The worker handles the messages of that queue too\.$/,
      fix: `aws lambda delete-event-source-mapping --uuid ${otherUuid}`,
    },
    {
      id: 'only-one',
      what: 'a second mapping from the dead-letter queue',
      change: mapped(
        {},
        {
          ...labMapping,
          UUID: otherUuid,
          EventSourceArn: arnOf.queue(anyLab.deadLetterQueueName),
          State: 'Creating',
        },
      ),
      hint: /\(Creating\)\. It takes the failed messages out of the dead-letter queue\.$/,
    },
    {
      id: 'only-one',
      what: 'a second mapping that is disabled, and polls nothing',
      change: mapped(
        {},
        {
          ...labMapping,
          UUID: otherUuid,
          EventSourceArn: arnOf.queue(anyLab.deadLetterQueueName),
          State: 'Disabled',
        },
      ),
      hint: /lab01-worker-dlq to lab01-sqs-worker \(Disabled\)\. It polls nothing while it is disabled/,
      fix: `aws lambda delete-event-source-mapping --uuid ${otherUuid}`,
    },
    {
      id: 'only-consumer',
      what: 'a second function on the same queue',
      change: {
        consumers: [
          labMapping,
          { ...labMapping, UUID: otherUuid, FunctionArn: functionArn('other') },
        ],
      },
      hint: /lab01-worker-queue to other \(Enabled\)\. Each message goes to one consumer only/,
      fix: `aws lambda delete-event-source-mapping --uuid ${otherUuid}`,
    },
    {
      id: 'only-consumer',
      what: 'an alias of the function on the same queue',
      change: {
        consumers: [
          labMapping,
          {
            ...labMapping,
            UUID: otherUuid,
            FunctionArn: functionArn(`${anyLab.functionName}:live`),
          },
        ],
      },
      hint: /to lab01-sqs-worker:live \(Enabled\)\. Each message goes to one consumer only/,
    },
    {
      id: 'only-consumer',
      what: 'a second function on the same queue whose mapping is disabled',
      change: {
        consumers: [
          labMapping,
          {
            ...labMapping,
            UUID: otherUuid,
            FunctionArn: functionArn('other'),
            State: 'Disabled',
          },
        ],
      },
      hint: /to other \(Disabled\)\. It takes nothing while it is disabled\./,
      fix: `aws lambda delete-event-source-mapping --uuid ${otherUuid}`,
    },
    {
      id: 'enabled',
      what: 'a mapping that is Disabled',
      change: mapped({ State: 'Disabled' }),
      hint: /Disabled does not poll/,
      fix: updated7('enabled$'),
    },
    ...[[], undefined].map((FunctionResponseTypes) => {
      const { FunctionResponseTypes: _, ...rest } = labMapping;
      const changed =
        FunctionResponseTypes === undefined ? rest : { ...rest, FunctionResponseTypes };
      return {
        id: 'report-batch-item-failures',
        what: `response types ${JSON.stringify(FunctionResponseTypes) ?? 'left out'}`,
        change: { mapping: changed, mappings: [changed], consumers: [changed] },
        hint: /Lambda ignores the answer of the worker/,
        fix: updated7('function-response-types ReportBatchItemFailures$'),
        difference: ['missing: ReportBatchItemFailures'],
      };
    }),
    {
      id: 'batch-size',
      what: 'batches of one',
      change: mapped({ BatchSize: 1 }),
      hint: /A batch of one message cannot fail in part/,
      fix: updated7('batch-size 10 --maximum-batching-window-in-seconds 0$'),
    },
    {
      id: 'batch-size',
      what: 'a batch of more than 10 with the window that AWS asks for: one mistake, one failure',
      change: mapped({ BatchSize: 100, MaximumBatchingWindowInSeconds: 1 }),
      hint: /up to 100 messages, which also needs a batching window; .* up to 10, without one/,
      fix: updated7('batch-size 10 --maximum-batching-window-in-seconds 0$'),
    },
    {
      id: 'batching-window',
      what: 'a batching window',
      change: mapped({ MaximumBatchingWindowInSeconds: 5 }),
      hint: /may wait 5 s to fill a batch \(and up to 20 s with few messages\),/,
      fix: updated7('maximum-batching-window-in-seconds 0$'),
    },
    {
      id: 'batching-window',
      what: 'a batching window longer than the 20 s that Lambda may wait anyway',
      change: mapped({ MaximumBatchingWindowInSeconds: 60 }),
      hint: /may wait 60 s to fill a batch, while/,
    },
    {
      id: 'no-filter',
      what: 'a filter',
      change: mapped({ FilterCriteria: { Filters: [{ Pattern: '{"body":["hello-1"]}' }] } }),
      hint: /deletes messages that match no filter/,
      fix: updated7("filter-criteria '\\{\\}'$"),
    },
  ],
  unclear: ['Creating', 'Enabling', 'Disabling', 'Updating', 'Deleting'].map((State) => ({
    id: State === 'Deleting' ? 'exists' : 'enabled',
    what: `the mapping is ${State}`,
    change: mapped({ State }),
    cause: 'AWS not ready yet',
    reason: new RegExp(`the mapping is ${State}`),
  })),
});

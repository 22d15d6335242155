import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEnvironmentSessions } from '../sandbox/iam/sessions.ts';
import { environmentVariables } from '../sandbox/lambda/environments/environment-variables.ts';
import { afterFairTime, machineClocks } from '../sandbox/lambda/environments/fair-time.ts';
import { startGuardian } from '../sandbox/lambda/environments/guardian.ts';
import type { Guardian } from '../sandbox/lambda/environments/guardian.ts';
import { residentMemory } from '../sandbox/lambda/environments/memory.ts';
import { answerOf } from '../sandbox/lambda/environments/outcomes.ts';
import { RuntimeProcess } from '../sandbox/lambda/environments/runtime-process.ts';
import { jsonExcess, payloadLimits } from '../sandbox/json-cost.ts';
import { bundle } from '../scripts/worker-zip.ts';
import { settings } from '../lab/settings.ts';
import type { LabNames } from '../lab/settings.ts';
import { refuseAwsCalls } from './refuse-aws-calls.ts';

/**
 * What a handler did with a batch: answered (`null` for nothing), or why it could not. `unclear` where that is not
 * the handler's doing.
 */
export type Tried =
  | { readonly answer: unknown }
  | { readonly error: string }
  | { readonly unclear: 'machine too busy' | 'needs AWS'; readonly reason: string };

export interface Trial {
  /** The lab whose names the worker gets. */
  readonly lab: LabNames;
  readonly checkout: string;
  /** In the checkout. */
  readonly file: string;
  readonly region?: string;
  /** Where an SDK call of the worker goes, and with whose keys; left out: it is refused. */
  readonly sandbox?: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  readonly limitSeconds?: number;
  readonly clocks?: typeof machineClocks;
}

/** Lambda gives the init phase this long. */
const initSeconds = 10;

/** As for functions: memory beside the heap is looked at from time to time. */
const memoryCheckMs = 100;

/** After so many times the limit, a machine on which the worker hardly ran cannot judge it. */
const mostPatience = 24;

/**
 * Gives a worker a good and a poison record, as Lambda would: bundled, in the runtime of the sandbox, with an
 * environment like Lambda's. It sees no other file, process or variable of this machine.
 */
export async function tryWorker(trial: Trial): Promise<Tried> {
  const code = await bundle(trial.checkout, trial.file).catch((error: Error) => error);
  if (code instanceof Error) return { error: `it cannot be bundled: ${code.message}` };
  // The real path, as Node.js writes it.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'lab-worker-')));
  // When this process is ended in the middle, a worker that loops must not go on for ever.
  const guardian = startGuardian(folder);
  await using refusing = await refuseAwsCalls();
  try {
    const [codeFolder, tempFolder] = [join(folder, 'code'), join(folder, 'tmp')];
    await Promise.all([mkdir(codeFolder), mkdir(tempFolder)]);
    await writeFile(join(folder, 'package.json'), '{}\n');
    await writeFile(join(codeFolder, 'index.mjs'), code);
    const tried = await run(trial, {
      codeFolder,
      tempFolder,
      guardian,
      refusing: refusing.endpoint,
    });
    const [call] = refusing.calls;
    if (call === undefined || isRight(tried)) return tried;
    return {
      unclear: 'needs AWS',
      reason: `the worker calls AWS (${call}), but the check runs it without AWS`,
    };
  } finally {
    guardian?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** With one good record and one poison there is one right answer. */
export const rightAnswer = { batchItemFailures: [{ itemIdentifier: 'poison' }] };

const isRight = (tried: Tried) =>
  'answer' in tried && JSON.stringify(tried.answer) === JSON.stringify(rightAnswer);

interface Place {
  readonly codeFolder: string;
  readonly tempFolder: string;
  readonly guardian: Guardian | undefined;
  /** Endpoint that refuses every call. */
  readonly refusing: string;
}

async function run(trial: Trial, place: Place): Promise<Tried> {
  const { limitSeconds = settings.functionTimeoutSeconds, clocks = machineClocks } = trial;
  const runtime = new RuntimeProcess({
    environment: environmentOf(trial, place),
    variables: {},
    codeFolder: place.codeFolder,
    tempFolder: place.tempFolder,
    offsetMs: 0,
    memorySizeMb: settings.memoryMb,
    guardian: place.guardian,
    // Its output is not needed.
    onOutput: () => {},
  });
  const next = async (seconds: number): Promise<Told> => {
    const frame = runtime
      .next()
      .then(async (told): Promise<Told> =>
        told === undefined ? { ended: (await runtime.ended).reason } : answerOf(told),
      );
    const fair = afterFairTime(runtime.pid, 1000 * seconds, clocks);
    const patience = afterFairTime(undefined, 1000 * seconds * mostPatience);
    const late = fair.over.then((): Told => ({ late: seconds }));
    const busy = patience.over.then((): Told => 'busy');
    const watch = setInterval(() => {
      const bytes = runtime.pid === undefined ? 0 : (residentMemory(runtime.pid)?.nowBytes ?? 0);
      if (bytes > settings.memoryMb * 1024 * 1024) runtime.kill();
    }, memoryCheckMs);
    return Promise.race([frame, late, busy]).finally(() => {
      clearInterval(watch);
      fair.cancel();
      patience.cancel();
    });
  };
  try {
    const ready = await next(initSeconds);
    if (!isPayload(ready) || ready.payload.length > 0) return told(ready, 'loading');
    const context = { requestId: randomUUID(), functionArn: arnOf('lambda', trial), offsetMs: 0 };
    const deadlineMs = Date.now() + 1000 * limitSeconds;
    runtime.send({ ...context, deadlineMs }, Buffer.from(JSON.stringify(batchFor(trial))));
    return told(await next(limitSeconds), 'handling');
  } finally {
    runtime.kill();
    await runtime.ended;
  }
}

/** What came from the runtime, or did not. */
type Told =
  | ReturnType<typeof answerOf>
  | { readonly ended: string | undefined }
  | { readonly late: number }
  | 'busy';

const isPayload = (what: Told): what is ReturnType<typeof answerOf> =>
  what !== 'busy' && 'payload' in what;

function told(what: Told, when: 'handling' | 'loading'): Tried {
  if (what === 'busy') {
    return {
      unclear: 'machine too busy',
      reason: 'this machine gave the worker hardly any time; close other programs and check again',
    };
  }
  if ('late' in what) return { error: `it did not answer within ${what.late} s` };
  if ('ended' in what) {
    const how = what.ended === undefined ? '' : ` (${what.ended})`;
    return { error: `it ended its process before it answered${how}` };
  }
  const body = jsonOf(what.payload);
  if (body === undefined) return { error: 'its answer is not JSON, and Lambda does not accept it' };
  return what.failed ? { error: failureOf(body as Failure, when) } : { answer: body };
}

/** It comes from the runtime, into whose pipe the worker can write as well. */
function jsonOf(payload: Buffer): unknown {
  if (jsonExcess(payload, payloadLimits) !== undefined) return undefined;
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}

interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
}

function failureOf({ errorType, errorMessage }: Failure, when: 'handling' | 'loading'): string {
  // The message may be as long as an answer may be.
  const what = `${errorType}: ${errorMessage}`.slice(0, 400);
  switch (errorType) {
    case 'Runtime.HandlerNotFound':
      return 'it exports no function named handler';
    case 'Runtime.CallbackHandlerDeprecated':
      return 'it takes a callback, which nodejs24.x refuses';
    case 'Function.ResponseSizeTooLarge':
    case 'Runtime.JSONStringifyError':
      return `Lambda does not accept its answer: ${errorMessage.slice(0, 400)}`;
    default:
      return `it ${when === 'loading' ? 'cannot be loaded' : 'throws'}: ${what}`;
  }
}

function environmentOf(trial: Trial, place: Place): Record<string, string> {
  const { region = 'us-east-1', sandbox, lab } = trial;
  const { functionName: name, runtime, handler, logGroupName: logGroup, memoryMb } = lab;
  const config = { name, runtime, handler, logGroup, region, memorySizeMb: memoryMb };
  // A user has no session; without a sandbox the keys are known to nobody.
  const credentials = sandbox
    ? { ...sandbox, sessionToken: '' }
    : createEnvironmentSessions().issue(undefined);
  const endpoint = sandbox?.endpoint ?? place.refusing;
  return environmentVariables(
    { ...config, logFormat: 'Text' },
    { ...place, logStream: '', credentials, endpoint },
  );
}

const accountId = '111122223333';

function arnOf(service: 'lambda' | 'sqs', { lab, region = 'us-east-1' }: Trial): string {
  const resource = service === 'sqs' ? lab.queueName : `function:${lab.functionName}`;
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

function batchFor(trial: Trial) {
  const { region: awsRegion = 'us-east-1' } = trial;
  const record = (messageId: string, body: string) => ({
    messageId,
    receiptHandle: `handle-of-${messageId}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'AIDAEXAMPLE',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: arnOf('sqs', trial),
    awsRegion,
  });
  return { Records: [record('good', 'hello'), record('poison', 'FAIL')] };
}

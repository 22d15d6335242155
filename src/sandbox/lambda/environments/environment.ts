import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { EnvironmentSessions, SessionCredentials } from '../../iam/sessions.ts';
import type { IamApi, LogsApi, World } from '../../types.ts';
import type { FunctionConfig, Invocation, InvocationResult } from '../function-types.ts';
import { afterFairTime } from './fair-time.ts';
import { EnvironmentLog } from './environment-log.ts';
import { environmentVariables } from './environment-variables.ts';
import type { Frame } from './frames.ts';
import { platformLines, runtimeVersion } from './log-lines.ts';
import type { InvokeStatus, PlatformLines } from './log-lines.ts';
import { residentMemory } from './memory.ts';
import { answerOf, errorTypeOf, exitFailure, failure, timeoutFailure } from './outcomes.ts';
import { RuntimeProcess } from './runtime-process.ts';
import { showingLambdaFolders } from './shown-folders.ts';
import type { Workspace } from './workspace.ts';

export interface EnvironmentServices {
  readonly world: World;
  readonly iam: IamApi;
  readonly logs: LogsApi;
  readonly sessions: Pick<EnvironmentSessions, 'end' | 'issue'>;
  /** Of the sandbox: where the function's own calls of AWS go. */
  readonly endpoint: () => string | undefined;
  readonly openWorkspace: () => Workspace;
}

/** The init phase may take this long; then it is repeated as part of the invocation. */
const initLimitMs = 10_000;
const memoryCheckMs = 100;
const bytesPerMb = 1024 * 1024;

/** What came of waiting for the runtime. */
type Event =
  | { readonly kind: 'ended'; readonly reason: string | undefined }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'timeout' };

interface InitOutcome {
  readonly durationMs: number;
  readonly status: InvokeStatus;
  /** Of a failed init: what the invocation answers with. */
  readonly payload?: Buffer;
}

interface RunOutcome {
  readonly payload: Buffer;
  readonly status: InvokeStatus;
  readonly reportedByRuntime: boolean;
  readonly errorType?: string | undefined;
}

/**
 * One execution environment: a log stream, a `/tmp`, and a runtime process that is frozen between
 * invocations (it blocks in a read) and replaced after a timeout, a crash or a failed init.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export class ExecutionEnvironment {
  readonly config: FunctionConfig;
  readonly #services: EnvironmentServices;
  readonly #codeFolder: string;
  readonly #tempFolder: string;
  readonly #logStream: string;
  readonly #log: EnvironmentLog;
  readonly #lines: PlatformLines;
  readonly #asOnLambda: (text: string) => string;
  #process: RuntimeProcess | undefined;
  #credentials: SessionCredentials | undefined;
  #initialized = false;
  #peakBytes = 0;
  #outOfMemory = false;

  constructor(config: FunctionConfig, codeFolder: string, services: EnvironmentServices) {
    const { clock } = services.world;
    const id = randomBytes(16).toString('hex');
    this.config = config;
    this.#services = services;
    this.#codeFolder = codeFolder;
    this.#tempFolder = join(services.openWorkspace().folder, `tmp-${id}`);
    this.#logStream = `${new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')}/[${config.version ?? '$LATEST'}]${id}`;
    this.#log = new EnvironmentLog(config, this.#logStream, services, () => clock.now());
    this.#asOnLambda = showingLambdaFolders(codeFolder, this.#tempFolder);
    this.#lines = platformLines(config, () => clock.now());
  }

  /** Never two at a time. */
  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const { requestId } = invocation;
    const { timeoutSeconds, memorySizeMb } = this.config;
    const coldInit = this.#initialized ? undefined : await this.#initPhase();
    this.#initialized = true;

    const startedAt = performance.now();
    const deadline = startedAt + timeoutSeconds * 1000;
    // An environment whose runtime is gone starts it anew within the time of the invocation.
    const init = this.#process === undefined ? await this.#init('invoke', deadline) : undefined;
    this.#log.startTail();
    this.#log.append(this.#lines.start(requestId));
    const outcome =
      init === undefined || init.status === 'success'
        ? await this.#run(invocation, deadline)
        : this.#failedInit(invocation, init);

    const durationMs = performance.now() - startedAt;
    const report = {
      requestId,
      status: outcome.status,
      errorType: outcome.errorType,
      reportedByRuntime: outcome.reportedByRuntime,
      durationMs: outcome.status === 'timeout' ? timeoutSeconds * 1000 : durationMs,
      initDurationMs: coldInit?.status === 'success' ? coldInit.durationMs : undefined,
      memorySizeMb,
      maxMemoryUsedMb: this.#outOfMemory ? memorySizeMb : Math.ceil(this.#peakBytes / bytesPerMb),
    };
    this.#log.append(this.#lines.end(report));
    this.#log.append(this.#lines.report(report));
    await this.#log.flush();
    return {
      payload: outcome.payload,
      durationMs: report.durationMs,
      functionError: outcome.status === 'success' ? undefined : 'Unhandled',
      logTail: this.#log.tail,
    };
  }

  async end(): Promise<void> {
    await this.#dropProcess();
    this.#endSession();
    await this.#log.flush();
    await rm(this.#tempFolder, { recursive: true, force: true });
  }

  async #initPhase(): Promise<InitOutcome> {
    await mkdir(this.#tempFolder, { recursive: true });
    return this.#init('init', performance.now() + initLimitMs);
  }

  async #init(phase: 'init' | 'invoke', deadline: number): Promise<InitOutcome> {
    const startedAt = performance.now();
    this.#log.append(this.#lines.initStart(runtimeVersion(this.config), phase));
    this.#peakBytes = 0;
    this.#outOfMemory = false;
    this.#process = new RuntimeProcess({
      environment: environmentVariables(this.config, {
        codeFolder: this.#codeFolder,
        tempFolder: this.#tempFolder,
        logStream: this.#logStream,
        credentials: this.#newCredentials(),
        endpoint: this.#services.endpoint(),
      }),
      variables: this.config.variables ?? {},
      codeFolder: this.#codeFolder,
      tempFolder: this.#tempFolder,
      offsetMs: this.#offsetMs,
      memorySizeMb: this.config.memorySizeMb,
      guardian: this.#services.openWorkspace().guardian,
      onOutput: (text, time) => this.#log.append(this.#asOnLambda(text), time),
    });
    const event = await this.#wait(this.#process, deadline);
    const durationMs = performance.now() - startedAt;
    if (event.kind === 'frame' && event.frame.meta['type'] === 'ready') {
      this.#log.append(this.#lines.initReport({ durationMs, phase, status: 'success' }));
      return { durationMs, status: 'success' };
    }
    await this.#dropProcess();
    const payload = this.#initFailure(event);
    const status = event.kind === 'timeout' ? 'timeout' : 'error';
    const errorType = payload === undefined ? undefined : errorTypeOf(payload);
    this.#log.append(this.#lines.initReport({ durationMs, phase, status, errorType }));
    return { durationMs, status, ...(payload === undefined ? {} : { payload }) };
  }

  /** Undefined on a timeout: its text needs the request id. */
  #initFailure(event: Event): Buffer | undefined {
    if (event.kind === 'timeout') return undefined;
    if (event.kind === 'frame')
      return Buffer.from(this.#asOnLambda(event.frame.body.toString('utf8')));
    return failure(
      'Runtime.ExitError',
      `Error: Runtime exited ${event.reason === undefined ? 'without providing a reason' : `with error: ${event.reason}`}`,
    );
  }

  #failedInit({ requestId }: Invocation, init: InitOutcome): RunOutcome {
    const payload = init.payload ?? timeoutFailure(requestId, this.config.timeoutSeconds);
    return {
      payload: Buffer.from(
        payload
          .toString('utf8')
          .replace('"Error: Runtime exited', `"RequestId: ${requestId} Error: Runtime exited`),
      ),
      status: init.status,
      errorType: init.payload === undefined ? undefined : errorTypeOf(payload),
      reportedByRuntime: false,
    };
  }

  async #run(invocation: Invocation, deadline: number): Promise<RunOutcome> {
    const runtime = this.#process;
    if (runtime === undefined) throw new Error('The environment has no runtime process');
    const { requestId, payload, clientContext, invokedArn } = invocation;
    const { arn, timeoutSeconds } = this.config;
    runtime.send(
      {
        requestId,
        clientContext,
        functionArn: invokedArn ?? arn,
        traceId: traceIdOf(requestId),
        offsetMs: this.#offsetMs,
        deadlineMs: Math.round(this.#services.world.clock.now() + deadline - performance.now()),
      },
      payload,
    );
    const event = await this.#wait(runtime, deadline);
    if (event.kind === 'timeout') {
      await this.#dropProcess();
      const time = new Date(this.#services.world.clock.now()).toISOString();
      this.#log.append(this.#lines.timedOut(requestId, time, timeoutSeconds));
      return {
        payload: timeoutFailure(requestId, timeoutSeconds),
        status: 'timeout',
        reportedByRuntime: false,
      };
    }
    if (event.kind === 'ended') {
      this.#process = undefined;
      return {
        payload: exitFailure(requestId, event.reason),
        status: 'error',
        errorType: 'Runtime.ExitError',
        reportedByRuntime: false,
      };
    }
    if (event.frame.meta['ending'] === true) await this.#dropProcess();
    const answer = answerOf(event.frame);
    if (!answer.failed)
      return { payload: answer.payload, status: 'success', reportedByRuntime: true };
    const errorType = errorTypeOf(answer.payload);
    return {
      payload: Buffer.from(this.#asOnLambda(answer.payload.toString('utf8'))),
      status: 'error',
      errorType,
      reportedByRuntime: true,
    };
  }

  async #wait(runtime: RuntimeProcess, deadline: number): Promise<Event> {
    // A machine that is too busy to run the function is no fault of the function.
    const fair = afterFairTime(runtime.pid, deadline - performance.now());
    const timeout = fair.over.then((): Event => ({ kind: 'timeout' }));
    const nextEvent = async (): Promise<Event> => {
      const frame = await runtime.next();
      if (frame !== undefined) return { kind: 'frame', frame };
      return { kind: 'ended', reason: (await runtime.ended).reason };
    };
    const watch = setInterval(() => this.#checkMemory(runtime), memoryCheckMs);
    try {
      const event = await Promise.race([nextEvent(), timeout]);
      if (event.kind === 'frame')
        this.#noteMemory(runtime, Number(event.frame.meta['rssBytes'] ?? 0));
      return event;
    } finally {
      fair.cancel();
      clearInterval(watch);
    }
  }

  /**
   * Approximate where Lambda is exact: V8's heap is limited by its own flags at once, all other
   * memory by looking every 100 ms, and only on Linux.
   */
  #checkMemory(runtime: RuntimeProcess): void {
    const memory = this.#noteMemory(runtime, 0);
    if (memory === undefined || memory.nowBytes <= this.config.memorySizeMb * bytesPerMb) return;
    this.#outOfMemory = true;
    runtime.kill();
  }

  #noteMemory(runtime: RuntimeProcess, rssBytes: number): ReturnType<typeof residentMemory> {
    const memory = runtime.pid === undefined ? undefined : residentMemory(runtime.pid);
    this.#peakBytes = Math.max(this.#peakBytes, rssBytes, memory?.peakBytes ?? 0);
    return memory;
  }

  /** Of the execution role, as long as Lambda may assume it. */
  #newCredentials(): SessionCredentials {
    this.#endSession();
    const { roleArn, name } = this.config;
    const principal = this.#services.iam.assumeRole(roleArn, 'lambda.amazonaws.com', name);
    this.#credentials = this.#services.sessions.issue(principal);
    return this.#credentials;
  }

  #endSession(): void {
    if (this.#credentials !== undefined) this.#services.sessions.end(this.#credentials.accessKeyId);
  }

  async #dropProcess(): Promise<void> {
    const runtime = this.#process;
    this.#process = undefined;
    if (runtime === undefined) return;
    runtime.kill();
    await runtime.ended;
  }

  /** What the runtime adds to its own clock to get lab time. */
  get #offsetMs(): number {
    return this.#services.world.clock.now() - Date.now();
  }
}

/** X-Ray itself is not in the sandbox: nothing is sampled. */
function traceIdOf(requestId: string): string {
  const hex = createHash('sha256').update(requestId).digest('hex');
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8, 32)};Parent=${hex.slice(32, 48)};Sampled=0`;
}

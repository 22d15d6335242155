import { availableParallelism, totalmem } from 'node:os';
import type { CodeFolders } from '../code-folders.ts';
import type { FunctionConfig, Invocation, InvocationResult } from '../function-types.ts';
import { ExecutionEnvironment } from './environment.ts';
import type { EnvironmentServices } from './environment.ts';

/** Lambda keeps idle environments for some minutes, without promise. */
const idleMs = 5 * 60_000;

/**
 * Processes at once on this machine, by its memory and cores. AWS would start more; here further
 * invocations wait for a free place, as if each had had a slow start.
 */
const mostEnvironments = Math.max(
  4,
  Math.min(64, 16 * availableParallelism(), Math.floor(totalmem() / 2 / (128 * 1024 * 1024))),
);

/** All execution environments: one for each invocation under way, and idle ones for the next. */
export class EnvironmentPool {
  readonly #services: EnvironmentServices;
  readonly #codeFolders: Pick<CodeFolders, 'folderOf'>;
  /** The one used last is last, and is the next to be used. */
  readonly #idle: { readonly environment: ExecutionEnvironment; readonly timer: NodeJS.Timeout }[] =
    [];
  readonly #busy = new Set<ExecutionEnvironment>();
  readonly #runs = new Set<Promise<InvocationResult>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  /** Places taken by environments that are about to exist. */
  #promised = 0;
  #closed = false;
  readonly #most: number;

  /** @param most processes at once */
  constructor(
    codeFolders: Pick<CodeFolders, 'folderOf'>,
    services: EnvironmentServices,
    most = mostEnvironments,
  ) {
    this.#most = most;
    this.#codeFolders = codeFolders;
    this.#services = services;
  }

  /** Runs one invocation in an environment of its own, waiting for a place on this machine. */
  run(config: FunctionConfig, invocation: Invocation): Promise<InvocationResult> {
    const run = this.#run(config, invocation).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
    return run;
  }

  async #run(config: FunctionConfig, invocation: Invocation): Promise<InvocationResult> {
    const environment = await this.#acquire(config);
    this.#busy.add(environment);
    try {
      return await environment.invoke(invocation);
    } finally {
      this.#busy.delete(environment);
      this.#release(environment);
    }
  }

  /** How many environments of a function wait for its next invocation. */
  idleOf(functionArn: string): number {
    return this.#idle.filter(({ environment }) => environment.config.arn === functionArn).length;
  }

  /** Ends the idle environments of a function that is no more. */
  retire(functionArn: string): void {
    for (const { environment } of [...this.#idle]) {
      if (environment.config.arn === functionArn) this.#endIdle(environment);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { environment } of [...this.#idle]) this.#endIdle(environment);
    for (const environment of this.#busy) this.#end(environment);
    for (const wake of this.#waiting.splice(0)) wake();
    // Their last log lines still go into the store.
    await Promise.allSettled(this.#runs);
    await Promise.all(this.#ending);
  }

  async #acquire(config: FunctionConfig): Promise<ExecutionEnvironment> {
    for (;;) {
      if (this.#closed) throw new Error('The sandbox is closing');
      const warm = this.#takeIdle(config);
      if (warm !== undefined) return warm;
      if (this.#count >= this.#most && this.#idle[0] !== undefined) {
        this.#endIdle(this.#idle[0].environment);
      }
      if (this.#count < this.#most) return this.#create(config);
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  async #create(config: FunctionConfig): Promise<ExecutionEnvironment> {
    this.#promised += 1;
    try {
      const folder = await this.#codeFolders.folderOf(config.codeSha256);
      return new ExecutionEnvironment(config, folder, this.#services);
    } finally {
      this.#promised -= 1;
    }
  }

  #takeIdle(config: FunctionConfig): ExecutionEnvironment | undefined {
    for (const { environment } of [...this.#idle]) {
      const outdated = environment.config.deployment !== config.deployment;
      if (environment.config.arn === config.arn && outdated) this.#endIdle(environment);
    }
    const at = this.#idle.findLastIndex(
      ({ environment }) => environment.config.deployment === config.deployment,
    );
    const [entry] = at < 0 ? [] : this.#idle.splice(at, 1);
    clearTimeout(entry?.timer);
    return entry?.environment;
  }

  #release(environment: ExecutionEnvironment): void {
    if (this.#closed) {
      this.#end(environment);
    } else {
      const timer = setTimeout(() => this.#endIdle(environment), idleMs).unref();
      this.#idle.push({ environment, timer });
    }
    this.#waiting.shift()?.();
  }

  #endIdle(environment: ExecutionEnvironment): void {
    const at = this.#idle.findIndex((entry) => entry.environment === environment);
    if (at < 0) return;
    clearTimeout(this.#idle[at]?.timer);
    this.#idle.splice(at, 1);
    this.#end(environment);
  }

  #end(environment: ExecutionEnvironment): void {
    const ending = environment.end().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  get #count(): number {
    return this.#idle.length + this.#busy.size + this.#promised;
  }
}

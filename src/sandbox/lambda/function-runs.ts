import type { LabClock } from '../clock.ts';
import type { Store } from '../store.ts';
import type { MetricsApi, World } from '../types.ts';
import type { EnvironmentPool } from './environments/pool.ts';
import { qualifiedArn } from './function-name.ts';
import { FunctionMetrics } from './function-metrics.ts';
import type { FunctionStore, StoredFunction } from './function-store.ts';
import { configInUse } from './states.ts';
import type { FunctionConfig, Invocation, InvocationResult } from './function-types.ts';

/** Concurrent executions of an account in one region, before any increase. */
export const accountConcurrency = 1000;
/** What must stay unreserved. */
export const leastUnreserved = 100;

/** Runs functions and keeps count of how many run: the account's and each function's concurrency. */
export class FunctionRuns {
  readonly metrics: FunctionMetrics;
  readonly #functions: FunctionStore;
  readonly #pool: EnvironmentPool;
  readonly #clock: LabClock;
  readonly #store: Pick<Store, 'tell' | 'watched'>;
  /** Invocations under way, by function ARN. */
  readonly #running = new Map<string, { count: number; region: string; reserved: boolean }>();

  constructor(
    functions: FunctionStore,
    pool: EnvironmentPool,
    { clock, store, metrics }: Pick<World, 'clock' | 'store'> & { readonly metrics: MetricsApi },
  ) {
    this.#functions = functions;
    this.metrics = new FunctionMetrics(metrics, () => clock.now());
    this.#pool = pool;
    this.#clock = clock;
    this.#store = store;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** Execution environments of a function that work, and that wait for the next invocation. */
  environmentsOf(functionArn: string): { readonly running: number; readonly idle: number } {
    return {
      running: this.#running.get(functionArn)?.count ?? 0,
      idle: this.#pool.idleOf(functionArn),
    };
  }

  #tell(functionArn: string): void {
    if (!this.#store.watched) return;
    this.#store.tell({ kind: 'environments', functionArn, ...this.environmentsOf(functionArn) });
  }

  /**
   * Counts a throttle when there is one.
   * @param invokedArn as the caller named the function
   * @returns the `Reason` of TooManyRequestsException, or undefined when one more may run
   */
  throttleReason(stored: StoredFunction, invokedArn: string | undefined): string | undefined {
    const reason = this.#reasonToThrottle(stored);
    if (reason !== undefined) this.metrics.add(stored.config, { Throttles: 1 }, { invokedArn });
    return reason;
  }

  #reasonToThrottle({ config, reservedConcurrency }: StoredFunction): string | undefined {
    if (reservedConcurrency !== undefined) {
      const running = this.#running.get(config.arn)?.count ?? 0;
      const full = running >= reservedConcurrency;
      return full ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : undefined;
    }
    const unreserved = accountConcurrency - this.#functions.reservedByOthers(config.region, '');
    const running = [...this.#running.values()]
      .filter(({ region, reserved }) => region === config.region && !reserved)
      .reduce((sum, { count }) => sum + count, 0);
    return running >= unreserved ? 'ConcurrentInvocationLimitExceeded' : undefined;
  }

  async run(stored: StoredFunction, invocation: Invocation): Promise<InvocationResult> {
    const { arn, region } = stored.config;
    const reserved = stored.reservedConcurrency !== undefined;
    const before = this.#running.get(arn)?.count ?? 0;
    this.#running.set(arn, { count: before + 1, region, reserved });
    const invoked = { invokedArn: invocation.invokedArn, at: this.#clock.now() };
    this.metrics.add(stored.config, { ConcurrentExecutions: before + 1 }, invoked);
    this.#tell(arn);
    try {
      const result = await this.#pool.run(ownEnvironments(stored, this.#clock.now()), invocation);
      const Errors = result.functionError === undefined ? 0 : 1;
      const measured = { Invocations: 1, Errors, Duration: result.durationMs, Throttles: 0 };
      this.metrics.add(stored.config, measured, invoked);
      return result;
    } finally {
      const count = (this.#running.get(arn)?.count ?? 1) - 1;
      if (count === 0) this.#running.delete(arn);
      else this.#running.set(arn, { count, region, reserved });
      this.#tell(arn);
      this.#clock.consider();
    }
  }
}

/** Versions share the concurrency of their function, and no execution environment. */
function ownEnvironments(stored: StoredFunction, now: number): FunctionConfig {
  const config = configInUse(stored, now);
  return config.version === undefined ? config : { ...config, arn: versionArn(config) };
}

/** Under which ARN a version's execution environments run. */
export function versionArn({ arn, version }: FunctionConfig): string {
  return qualifiedArn({ arn, qualifier: version });
}

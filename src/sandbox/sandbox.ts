import { LabClock } from './clock.ts';
import type { Skip } from './clock.ts';
import { startGateway } from './gateway.ts';
import type { Credentials } from './iam/users.ts';
import { createServices } from './services.ts';
import { Store } from './store.ts';
import { noFaults } from './types.ts';
import type { Faults, World } from './types.ts';

export interface SandboxOptions {
  /** Path of the store, or `:memory:`. */
  readonly storeFile: string;
  /** 0: any free one. */
  readonly port: number;
  readonly accountId?: string;
  /** For tests: a clock of their own, which is not made durable. */
  readonly clock?: LabClock;
  /** No jump of the clock by itself. */
  readonly realTime?: boolean;
  readonly faults?: Partial<Faults>;
}

export interface Sandbox {
  readonly endpoint: string;
  readonly port: number;
  readonly world: World;
  readonly clock: LabClock;
  /**
   * A user with exactly this policy, made if missing; its key stays the same.
   * @param policyDocument JSON
   * @throws AwsError `MalformedPolicyDocument`
   */
  issueUser(name: string, policyDocument: string): Credentials;
  close(): Promise<void>;
}

export const defaultAccountId = '111122223333';

/** @throws StoreDamagedError; or the error of `listen` when the port is taken */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const store = new Store(options.storeFile);
  const clock = options.clock ?? durableClock(store, options.realTime ?? false);
  const world: World = {
    store,
    clock,
    accountId: options.accountId ?? defaultAccountId,
    faults: { ...noFaults, ...options.faults },
  };
  const services = await createServices(world);
  const gateway = await startGateway(
    { world, services: services.all, iam: services.iam, users: services.users },
    options.port,
  );
  return {
    endpoint: `http://127.0.0.1:${gateway.port}`,
    port: gateway.port,
    world,
    clock,
    issueUser: (name, policyDocument) => services.users.issue(name, policyDocument),
    async close() {
      await gateway.close();
      await services.close();
      clock.stop();
      store.close();
    },
  };
}

/** Lab time never goes back: how far it is ahead is in the store before anybody sees it. */
function durableClock(store: Store, realTime: boolean): LabClock {
  const setting = 'clock.offsetMs';
  return new LabClock({
    offsetMs: Number(store.setting(setting) ?? 0),
    skipping: !realTime,
    onSkip: (_skip: Skip, offsetMs: number) => store.setSetting(setting, String(offsetMs)),
  });
}

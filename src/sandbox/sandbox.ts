import type { LabClock } from './clock.ts';
import { createCallRecord } from './process/call-record.ts';
import { createControl } from './process/control.ts';
import { openDurableClock } from './process/durable-clock.ts';
import type { DecidedCall } from './gateway/authorize.ts';
import { watchAgain } from './events/read-feed.ts';
import { startGateway } from './gateway/gateway.ts';
import type { Credentials } from './iam/users.ts';
import { createServices } from './services.ts';
import { Store } from './store.ts';
import { noFaults } from './types.ts';
import type { Defect, Faults, WireObject, World } from './types.ts';

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
  /** For tests of what finds them. */
  readonly defects?: readonly Defect[];
  /** Given: the paths under `/_sandbox/` are open to whoever knows the token. */
  readonly control?: {
    readonly token: string;
    /** What the status shows besides. */
    readonly facts?: () => WireObject;
    readonly stop: () => void;
  };
}

export interface Sandbox {
  readonly endpoint: string;
  readonly port: number;
  readonly world: World;
  readonly clock: LabClock;
  /** Wall time of the last request with a good signature, or of the start. */
  readonly lastUsedAt: number;
  /**
   * A user with exactly this policy, made if missing; its key stays the same.
   * @param policyDocument JSON
   * @throws AwsError `MalformedPolicyDocument`
   */
  issueUser(name: string, policyDocument: string): Credentials;
  close(): Promise<void>;
}

export const defaultAccountId = '111122223333';

/**
 * What the clock may skip for. By AWS's access levels Read and List, to which ReceiveMessage belongs too, a call changes
 * nothing, and a refused one does not either. What a function does follows from what a person did: it could go on for ever.
 */
function isActOfPerson({ operation, asked, byFunction }: DecidedCall): boolean {
  if (byFunction) return false;
  const reads = /^(?:Filter|Get|List|Describe|Receive|Simulate)/.test(operation);
  return !reads && asked.every(({ allowed }) => allowed);
}

/** @throws StoreDamagedError; or the error of `listen` when the port is taken */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const store = new Store(options.storeFile);
  const durable = openDurableClock(store, { realTime: options.realTime ?? false });
  const world: World = {
    store,
    clock: options.clock ?? durable.clock,
    accountId: options.accountId ?? defaultAccountId,
    faults: { ...noFaults, ...options.faults },
    defects: new Set(options.defects),
  };
  watchAgain(world);
  let endpoint: string | undefined;
  // The tables of all services go one way to the disk.
  const services = store.transaction(() => createServices(world, () => endpoint));
  const issueUser = (name: string, policyDocument: string): Credentials =>
    services.users.issue(name, policyDocument);
  const { control } = options;
  const calls = createCallRecord();
  let lastUsedAt = Date.now();

  const close = async () => {
    await services.close();
    world.clock.stop();
    store.close();
  };
  const gateway = await startGateway(
    {
      world,
      services: services.all,
      iam: services.iam,
      users: services.users,
      onSignedRequest: () => {
        lastUsedAt = Date.now();
      },
      onDecided: (call) => {
        calls.add(call);
        if (isActOfPerson(call)) world.clock.personActed();
      },
      ...(control && {
        control: createControl(control.token, {
          world,
          skips: durable.skips,
          calls,
          facts: control.facts ?? (() => ({})),
          issueUser,
          stop: control.stop,
        }),
      }),
    },
    options.port,
  ).catch(async (error: unknown) => {
    await close();
    throw error;
  });

  endpoint = `http://127.0.0.1:${gateway.port}`;

  // What a sandbox before this one left waiting may be all that is ahead.
  world.clock.consider();

  return {
    endpoint,
    port: gateway.port,
    world,
    clock: world.clock,
    get lastUsedAt() {
      return lastUsedAt;
    },
    issueUser,
    async close() {
      await gateway.close();
      await close();
    },
  };
}

import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import type { Credentials } from '../../sandbox/iam/users.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';

/** SDK clients of one user, each made when first asked for. */
export interface Clients {
  readonly cloudwatch: CloudWatchClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly sqs: SQSClient;
  readonly sts: STSClient;
}

export interface TestSandbox extends Clients, AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly endpoint: string;
  readonly clock: Sandbox['clock'];
  /** Clients of another user, who has exactly this policy. */
  as(userName: string, policy: object): Clients;
  close(): Promise<void>;
}

export interface TestOptions extends Partial<SandboxOptions> {
  readonly region?: string;
  /** 1: no retries. */
  readonly maxAttempts?: number;
}

const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/**
 * A sandbox of one's own in memory, on any free port, and the clients of its user `admin`:
 *
 * `await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: 0 }) });`
 * `await lab.sqs.send(new CreateQueueCommand({ QueueName: 'orders' }));`
 */
export async function sandboxForTest(options: TestOptions = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox({ storeFile: ':memory:', port: 0, ...options });
  const made: { destroy(): void }[] = [];
  const clientsOf = (userName: string, policy: object): Clients => {
    const configuration = {
      // Everything is said here, so that nothing is taken from the environment of whoever tests.
      endpoint: sandbox.endpoint,
      region: options.region ?? 'eu-central-1',
      credentials: sandbox.issueUser(userName, JSON.stringify(policy)),
      maxAttempts: options.maxAttempts ?? 1,
    };
    return lazyClients(configuration, (client) => made.push(client));
  };
  const admin = clientsOf('admin', allowAll);
  const close = async () => {
    for (const client of made) client.destroy();
    await sandbox.close();
  };
  return {
    sandbox,
    endpoint: sandbox.endpoint,
    clock: sandbox.clock,
    get cloudwatch() {
      return admin.cloudwatch;
    },
    get iam() {
      return admin.iam;
    },
    get lambda() {
      return admin.lambda;
    },
    get logs() {
      return admin.logs;
    },
    get sqs() {
      return admin.sqs;
    },
    get sts() {
      return admin.sts;
    },
    as: clientsOf,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Configuration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
}

function lazyClients(
  configuration: Configuration,
  onMade: (client: { destroy(): void }) => void,
): Clients {
  const once = <T extends { destroy(): void }>(Client: new (c: Configuration) => T) => {
    let client: T | undefined;
    return (): T => {
      if (client === undefined) onMade((client = new Client(configuration)));
      return client;
    };
  };
  const cloudwatch = once(CloudWatchClient);
  const iam = once(IAMClient);
  const lambda = once(LambdaClient);
  const logs = once(CloudWatchLogsClient);
  const sqs = once(SQSClient);
  const sts = once(STSClient);
  return {
    get cloudwatch() {
      return cloudwatch();
    },
    get iam() {
      return iam();
    },
    get lambda() {
      return lambda();
    },
    get logs() {
      return logs();
    },
    get sqs() {
      return sqs();
    },
    get sts() {
      return sts();
    },
  };
}

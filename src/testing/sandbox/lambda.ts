import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import type { CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { ZipFile } from 'yazl';
import type { TestSandbox } from './sandbox-for-test.ts';

export const basicExecutionPolicy =
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

/** 2026-11-23T08:00:00Z, for clocks that stand still. */
export const monday = Date.UTC(2026, 10, 23, 8);

/** A deployment package, from file names and contents. */
export function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

/** @returns the ARN of a role that Lambda may assume, with exactly these managed policies */
export async function createRole(
  lab: TestSandbox,
  {
    name = 'worker-role',
    policies = [basicExecutionPolicy],
    principal = 'lambda.amazonaws.com',
  } = {},
): Promise<string> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: principal }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await lab.iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  for (const PolicyArn of policies) {
    await lab.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
  }
  return String(Role?.Arn);
}

/** A function `worker` of one file `index.mjs`, Active when this returns. */
export async function createFunction(
  lab: TestSandbox,
  code: string | Readonly<Record<string, string>>,
  options: Partial<CreateFunctionCommandInput> = {},
): Promise<void> {
  const Role =
    options.Role ?? (await createRole(lab, { name: `${options.FunctionName ?? 'worker'}-role` }));
  await lab.lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'worker',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role,
      Code: { ZipFile: await zipOf(typeof code === 'string' ? { 'index.mjs': code } : code) },
      ...options,
    }),
  );
  lab.clock.advance(1000, 'until the function is Active');
}

export interface Invoked {
  readonly payload: unknown;
  readonly error: string | undefined;
  /** The tail of the log, decoded. */
  readonly log: string;
}

export async function invoke(
  lab: TestSandbox,
  event: unknown = {},
  name = 'worker',
): Promise<Invoked> {
  const answer = await lab.lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail' }),
  );
  return {
    payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')) as unknown,
    error: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
  };
}

/** Every log event of a function, with its stream. */
export async function logOf(
  lab: TestSandbox,
  name = 'worker',
): Promise<{ stream: string; message: string; timestamp: number }[]> {
  const { events = [] } = await lab.logs.send(
    new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }),
  );
  return events.map(({ logStreamName = '', message = '', timestamp = 0 }) => ({
    stream: logStreamName,
    message,
    timestamp,
  }));
}

/** A process that ended but that nobody has waited for yet does not count. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

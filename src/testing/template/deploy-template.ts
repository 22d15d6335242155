import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateEventSourceMappingCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import type {
  CreateEventSourceMappingCommandInput,
  CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Resource } from '../../template/read-template.ts';
import type { LabLearner } from '../lab/labs.ts';
import { until } from '../lab/lab-building.ts';
import type { TestSandbox } from '../sandbox/sandbox-for-test.ts';

type Resources = Readonly<Record<string, Resource>>;
type Properties = Readonly<Record<string, unknown>>;

/**
 * Makes what a resolved template describes, with the calls that CloudFormation and SAM would make: by hand, resource by
 * resource, in the order in which they name each other. Knows nothing of the lab.
 */
export async function deployTemplate(
  aws: TestSandbox,
  resources: Resources,
  owner: LabLearner,
): Promise<void> {
  const of = (type: string) =>
    Object.values(resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties);
  // A queue with a redrive policy comes after the one that it names.
  const queues = of('AWS::SQS::Queue').toSorted(
    (a, b) => Number('RedrivePolicy' in a) - Number('RedrivePolicy' in b),
  );
  for (const queue of queues) await makeQueue(aws, queue);
  for (const role of of('AWS::IAM::Role')) await makeRole(aws, role);
  const { roleNotAssumableForMs, permissionsUnseenForMs } = aws.sandbox.world.faults;
  aws.clock.advance(Math.max(roleNotAssumableForMs, permissionsUnseenForMs), 'a new role');
  for (const one of of('AWS::Serverless::Function')) await makeFunction(aws, one, owner);
}

/** An attribute is a text; a structure is a text of JSON. */
async function makeQueue({ sqs }: TestSandbox, { QueueName, Tags, ...more }: Properties) {
  const attributes = Object.entries(more).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  await sqs.send(
    new CreateQueueCommand({
      QueueName: QueueName as string,
      Attributes: Object.fromEntries(attributes) as Record<string, string>,
      tags: tagMap(Tags),
    }),
  );
}

async function makeRole({ iam }: TestSandbox, properties: Properties) {
  const { AssumeRolePolicyDocument, ManagedPolicyArns, Policies, ...more } = properties;
  const RoleName = properties['RoleName'] as string;
  await iam.send(
    new CreateRoleCommand({
      ...more,
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
    }),
  );
  for (const PolicyArn of ManagedPolicyArns as string[])
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const { PolicyName, PolicyDocument } of Policies as {
    PolicyName: string;
    PolicyDocument: object;
  }[])
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName,
        PolicyDocument: JSON.stringify(PolicyDocument),
      }),
    );
}

/** SAM makes a mapping of each SQS event, and adds a tag of its own to the function. */
async function makeFunction({ lambda }: TestSandbox, properties: Properties, owner: LabLearner) {
  const { CodeUri, Events, Tags, ...more } = properties;
  const input = {
    ...more,
    Tags: { ...(Tags as object | undefined), 'lambda:createdBy': 'SAM' },
    // Named from the folder of the template, infra.
    Code: { ZipFile: await readFile(join(owner.checkout, 'infra', CodeUri as string)) },
  } as unknown as CreateFunctionCommandInput;
  await lambda.send(new CreateFunctionCommand(input));
  await until('the function is active', async () => {
    const { output } = await owner.look.ask<{ readonly State?: string }>({
      service: 'lambda',
      operation: 'GetFunctionConfiguration',
      input: { FunctionName: input.FunctionName },
    });
    return output?.State === 'Active';
  });
  for (const event of Object.values((Events ?? {}) as Resources)) {
    const { Queue, ...settings } = event.Properties;
    const mapping = {
      ...settings,
      EventSourceArn: Queue,
      FunctionName: input.FunctionName,
    } as CreateEventSourceMappingCommandInput;
    await lambda.send(new CreateEventSourceMappingCommand(mapping));
  }
}

const tagMap = (tags: unknown) =>
  Object.fromEntries(
    ((tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
  );

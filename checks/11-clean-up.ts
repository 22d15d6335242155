/** Check 11: nothing of the lab is left: the teardown certificate. */
import type { DescribeLogGroupsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { GetRoleCommandOutput } from '@aws-sdk/client-iam';
import type {
  EventSourceMappingConfiguration,
  ListEventSourceMappingsCommandOutput,
} from '@aws-sdk/client-lambda';
import {
  defineCheck,
  observeFunction,
  observeMappings,
  observeQueue,
  onThisMachine,
  queueArn,
  queueUrl,
  zipDigest,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';
import type { Expectation, Look, Unclear } from '../src/judging/index.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-example.html';

const deletedQueueLag =
  'Deleted a moment ago? A deleted queue can be seen for up to 60 s. Otherwise it still exists, and anybody with the permission may use it.';

interface Left {
  readonly here: boolean;
  readonly mappings: readonly EventSourceMappingConfiguration[];
  readonly mapping: boolean;
  readonly function: boolean;
  readonly role: boolean;
  readonly queue: boolean;
  readonly deadLetterQueue: boolean;
  readonly logGroup: boolean;
  readonly zip: boolean;
}

interface Gone {
  readonly id: Exclude<keyof Left, 'here' | 'mappings'>;
  readonly what: string;
  readonly look: string;
  readonly hint: string | ((left: Left) => string);
  readonly fix: string | ((left: Left) => string);
  readonly notJudged?: (left: Left) => Unclear | undefined;
}

/** Every mapping that polls a queue of the lab, for any function. AWS finds it by the queue's ARN, even when the queue is gone. */
async function mappingsOf(
  look: Look,
  queue: string,
): Promise<readonly EventSourceMappingConfiguration[]> {
  const { output } = await look.ask<ListEventSourceMappingsCommandOutput>({
    service: 'lambda',
    operation: 'ListEventSourceMappings',
    input: { EventSourceArn: await queueArn(look.lab, queue) },
  });
  return output?.EventSourceMappings ?? [];
}

/** Of the lab's function, and of its queues: each once. */
async function allMappings(look: Look): Promise<readonly EventSourceMappingConfiguration[]> {
  const [{ mappings }, ofSource, ofDeadLetters] = await Promise.all([
    observeMappings(look),
    mappingsOf(look, look.lab.queueName),
    mappingsOf(look, look.lab.deadLetterQueueName),
  ]);
  const all = [...mappings, ...ofSource, ...ofDeadLetters];
  return [...new Map(all.map((mapping) => [mapping.UUID, mapping])).values()];
}

const lasting = (mappings: readonly EventSourceMappingConfiguration[]) =>
  mappings.filter(({ State }) => State !== 'Deleting');

const nameIn = (arn = 'no ARN') => arn.split(':').at(-1);

/** An expectation that something is gone. */
const gone = ({ id, what, hint, fix, ...more }: Gone): Expectation<Left> => ({
  ...more,
  id,
  claim: `${what} is gone`,
  expected: 'gone',
  actual: (left) => (left[id] ? 'still there' : 'gone'),
  hint: typeof hint === 'string' ? hint : (_, left) => hint(left),
  fix: typeof fix === 'string' ? fix : (_, left) => fix(left),
  source,
});

export const check = defineCheck<Left>((lab) => ({
  step: '11',
  kind: 'clean-up',
  title: 'Teardown certificate',
  needs: [],
  observe: async (look) => {
    const [here, mappings, configuration, role, queue, deadLetterQueue, groups, zip] =
      await Promise.all([
        onThisMachine(look),
        allMappings(look),
        observeFunction(look),
        look.ask<GetRoleCommandOutput>({
          service: 'iam',
          operation: 'GetRole',
          input: { RoleName: lab.roleName },
        }),
        observeQueue(look, lab.queueName),
        observeQueue(look, lab.deadLetterQueueName),
        look.ask<DescribeLogGroupsCommandOutput>({
          service: 'logs',
          operation: 'DescribeLogGroups',
          input: { logGroupNamePrefix: lab.logGroupName },
        }),
        zipDigest(look),
      ]);
    return {
      here,
      mappings,
      mapping: mappings.length > 0,
      function: configuration.output !== undefined,
      role: role.output !== undefined,
      queue: queue !== undefined,
      deadLetterQueue: deadLetterQueue !== undefined,
      // The prefix also finds longer names.
      logGroup:
        groups.output?.logGroups?.some(({ logGroupName }) => logGroupName === lab.logGroupName) ??
        false,
      zip: zip !== undefined,
    };
  },
  expectations: [
    gone({
      id: 'mapping',
      what: 'Every event source mapping of the function and of the queues',
      look: `aws lambda list-event-source-mappings --query "EventSourceMappings[].[UUID, State, EventSourceArn, FunctionArn]"`,
      hint: ({ mappings }) =>
        `A mapping outlives its function and its queue, and goes on polling, which costs money. Mappings that still exist: ${lasting(
          mappings,
        )
          .map(
            ({ EventSourceArn, FunctionArn }) =>
              `from ${nameIn(EventSourceArn)} to ${nameIn(FunctionArn)}`,
          )
          .join('; ')}.`,
      fix: ({ mappings }) =>
        lasting(mappings)
          .map(({ UUID }) => `aws lambda delete-event-source-mapping --uuid ${UUID}`)
          .join('\n'),
      notJudged: ({ mappings }) =>
        mappings.length > 0 && lasting(mappings).length === 0
          ? {
              cause: 'AWS not ready yet',
              reason: 'the mapping is Deleting',
              clock: { name: 'a mapping is Deleting for several seconds', atMostSeconds: 60 },
            }
          : undefined,
    }),
    gone({
      id: 'function',
      what: `The function ${lab.functionName}`,
      look: `aws lambda get-function-configuration --function-name ${lab.functionName}`,
      hint: 'A function costs nothing until somebody invokes it, but anybody with the permission may.',
      fix: `aws lambda delete-function --function-name ${lab.functionName}`,
    }),
    gone({
      id: 'role',
      what: `The role ${lab.roleName}`,
      look: `aws iam get-role --role-name ${lab.roleName}`,
      hint: 'IAM deletes a role only after its policies are detached and deleted.',
      fix: [
        `aws iam detach-role-policy --role-name ${lab.roleName} --policy-arn ${lab.basicExecutionPolicyArn} || true`,
        `aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName} || true`,
        `aws iam delete-role --role-name ${lab.roleName}`,
      ].join('\n'),
    }),
    gone({
      id: 'queue',
      what: `The queue ${lab.queueName}`,
      look: `aws sqs get-queue-url --queue-name ${lab.queueName}`,
      hint: deletedQueueLag,
      fix: `aws sqs delete-queue --queue-url ${queueUrl(lab.queueName)}`,
    }),
    gone({
      id: 'deadLetterQueue',
      what: `The queue ${lab.deadLetterQueueName}`,
      look: `aws sqs get-queue-url --queue-name ${lab.deadLetterQueueName}`,
      hint: deletedQueueLag,
      fix: `aws sqs delete-queue --queue-url ${queueUrl(lab.deadLetterQueueName)}`,
    }),
    gone({
      id: 'logGroup',
      what: `The log group ${lab.logGroupName}`,
      look: `aws logs describe-log-groups --log-group-name-prefix ${lab.logGroupName}`,
      hint: 'A log group outlives its function, and its stored data costs money. Late log lines can create it again while the role still exists.',
      fix: `aws logs delete-log-group --log-group-name ${lab.logGroupName}`,
    }),
    gone({
      id: 'zip',
      what: lab.zipFile,
      look: `ls -l ${lab.zipFile}`,
      hint: 'The zip is on your own disk, not in AWS.',
      fix: `rm -f ${lab.zipFile}`,
      notJudged: ({ here }) =>
        here
          ? undefined
          : { cause: 'not here', reason: "the learner's own files are on another machine" },
    }),
  ],
  proofs: [],
}));

await runAlone(import.meta, check);

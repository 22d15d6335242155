/** Check 11: nothing of the lab is left: the teardown certificate. */
import type { DescribeLogGroupsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { GetRoleCommandOutput } from '@aws-sdk/client-iam';
import {
  ask,
  defineCheck,
  lab,
  observeFunction,
  observeMappings,
  observeQueue,
  runAlone,
  zipDigest,
} from '../src/lab/index.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-example.html';

/** An expectation that something is gone. */
const gone = (id: keyof Left, what: string) => ({
  id,
  claim: `${what} is gone`,
  expected: 'gone',
  actual: (left: Left) => (left[id] ? 'still there' : 'gone'),
  hint: 'npm run step 11 (a deleted queue may be listed for up to a minute)',
  source,
});

interface Left {
  readonly mapping: boolean;
  readonly function: boolean;
  readonly role: boolean;
  readonly queue: boolean;
  readonly deadLetterQueue: boolean;
  readonly logGroup: boolean;
  readonly zip: boolean;
}

export const check = defineCheck<Left>(() => ({
  step: '11',
  title: 'Teardown certificate',
  needs: [],
  observe: async () => {
    const [mappings, configuration, role, queue, deadLetterQueue, groups, zip] = await Promise.all([
      observeMappings(),
      observeFunction(),
      ask<GetRoleCommandOutput>({
        service: 'iam',
        operation: 'GetRole',
        input: { RoleName: lab.roleName },
      }),
      observeQueue(lab.queueName),
      observeQueue(lab.deadLetterQueueName),
      ask<DescribeLogGroupsCommandOutput>({
        service: 'logs',
        operation: 'DescribeLogGroups',
        input: { logGroupNamePrefix: lab.logGroupName },
      }),
      zipDigest(),
    ]);
    return {
      mapping: mappings.mappings.length > 0,
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
    gone('mapping', 'The event source mapping'),
    gone('function', `The function ${lab.functionName}`),
    gone('role', `The role ${lab.roleName}`),
    gone('queue', `The queue ${lab.queueName}`),
    gone('deadLetterQueue', `The queue ${lab.deadLetterQueueName}`),
    gone('logGroup', `The log group ${lab.logGroupName}`),
    gone('zip', lab.zipFile),
  ],
  proofs: [],
}));

await runAlone(import.meta, check);

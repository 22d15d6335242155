import type { LabNames } from '../../src/judging/index.ts';
import type { WrongState } from '../../src/testing/lab/wrong-states.ts';

const update = (option: string) =>
  `aws lambda update-event-source-mapping --uuid "$MAPPING_UUID" ${option}`;
const create = (queue: string, name: string, enabled = '--no-enabled') =>
  `aws lambda create-event-source-mapping --function-name ${name} --event-source-arn arn:aws:sqs:us-east-1:111122223333:${queue} --function-response-types ReportBatchItemFailures ${enabled}`;
export const secondFunction = (lab: LabNames, enabled: string) =>
  `aws lambda create-function --function-name ${lab.prefix}lab01-second --runtime nodejs24.x --handler index.handler --role arn:aws:iam::111122223333:role/${lab.roleName} --zip-file fileb://lab01-worker.zip
aws lambda wait function-active-v2 --function-name ${lab.prefix}lab01-second
${create(lab.queueName, `${lab.prefix}lab01-second`, enabled)}`;
const remove = 'aws lambda delete-event-source-mapping --uuid "$MAPPING_UUID"';
/** The role as it is may not read the dead-letter queue, and Lambda looks before it makes a mapping. */
const allowedFor = (lab: LabNames, what: string) =>
  `aws iam put-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName} --policy-document '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"],"Resource":"*"}}'
${what}
aws iam put-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName} --policy-document "file://$LAB_INFRA/lambda-sqs-policy.json"`;

export const mapping = (lab: LabNames): readonly WrongState[] => [
  {
    id: 'mapping-missing',
    what: 'Deleted the mapping',
    make: remove,
    fails: '07/exists',
    says: /Nothing polls the queue: in the Region us-east-1 .*npx lab step 7\b/s,
  },
  {
    id: 'mapping-other-queue',
    what: 'Connected the dead-letter queue to the function instead of the source queue, and left the mapping disabled',
    make: allowedFor(lab, `${remove}\n${create(lab.deadLetterQueueName, lab.functionName)}`),
    fails: '07/exists',
    says: /a mapping from another queue: .*\(Disabled\).*npx lab step 7\b/s,
  },
  {
    id: 'mapping-of-both-queues',
    what: 'Connected the dead-letter queue to the function as well, and left the mapping disabled',
    make: allowedFor(lab, create(lab.deadLetterQueueName, lab.functionName)),
    fails: '07/only-one',
    says: /\(Disabled\)\. It polls nothing while it is disabled.*delete-event-source-mapping/s,
  },
  {
    id: 'second-consumer',
    what: 'Connected a second function to the source queue: the two share its messages',
    make: secondFunction(lab, '--enabled'),
    fails: '07/only-consumer',
    says: /lab01-second \(\w+\)\. Each message goes to one consumer only.*delete-event-source-mapping/s,
  },
  {
    id: 'second-consumer-disabled',
    what: 'Connected a second function to the source queue, and left the mapping disabled',
    make: secondFunction(lab, '--no-enabled'),
    fails: '07/only-consumer',
    says: /lab01-second \(Disabled\)\. It takes nothing while it is disabled.*delete-event-source-mapping/s,
  },
  {
    id: 'mapping-disabled',
    what: 'Disabled the mapping',
    make: update('--no-enabled'),
    fails: '07/enabled',
    says: /--enabled/,
  },
  {
    id: 'no-partial-batch-response',
    what: 'Created the mapping without ReportBatchItemFailures',
    make: update('--function-response-types'),
    fails: '07/report-batch-item-failures',
    says: /--function-response-types ReportBatchItemFailures/,
  },
  {
    id: 'batch-size-1',
    what: 'Set the batch size to 1: there are no batches, partial or other',
    make: update('--batch-size 1'),
    fails: '07/batch-size',
    says: /--batch-size 10/,
  },
  {
    id: 'batch-size-100',
    what: 'Set the batch size to 100, with the batching window that AWS asks for then',
    make: update('--batch-size 100 --maximum-batching-window-in-seconds 1'),
    fails: '07/batch-size',
    says: /up to 100 messages, which also needs a batching window.*--batch-size 10 --maximum-batching-window-in-seconds 0/s,
  },
  {
    id: 'batching-window',
    what: 'Set a batching window of 20 s',
    make: update('--maximum-batching-window-in-seconds 20'),
    fails: '07/batching-window',
    says: /--maximum-batching-window-in-seconds 0/,
  },
  {
    id: 'filter',
    what: 'Set a filter: Lambda deletes messages that do not match',
    make: update(
      `--filter-criteria '{"Filters":[{"Pattern":"{\\"body\\":[{\\"prefix\\":\\"hello\\"}]}"}]}'`,
    ),
    fails: '07/no-filter',
    says: /--filter-criteria/,
  },
];

/** Check 07: one enabled mapping, from the source queue, with partial batch responses. */
import type {
  EventSourceMappingConfiguration as Mapping,
  ListEventSourceMappingsCommandOutput,
} from '@aws-sdk/client-lambda';
import {
  ask,
  defineCheck,
  lab,
  mappingIngredient,
  observeMapping,
  observeMappings,
  pick,
  pickList,
  questions,
  queueArn,
  runAlone,
  withUnit,
} from '../src/lab/index.ts';
import type { Unclear } from '../src/lab/index.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html';
const list = (...by: string[]) => `aws lambda list-event-source-mappings ${by.join(' ')}`;
const show = (member: string) =>
  `${list('--function-name', lab.functionName)} --query "EventSourceMappings[].${member}"`;
const update =
  (change: string) =>
  (_: unknown, { mapping }: { mapping: Mapping | undefined }) =>
    `aws lambda update-event-source-mapping --uuid ${mapping?.UUID} ${change}`;
const deleted = ({ UUID }: Mapping) => `aws lambda delete-event-source-mapping --uuid ${UUID}`;

/** The last part of an ARN: of a function with a version or alias, both. */
const nameIn = (arn = '') =>
  arn
    .split(':')
    .slice(arn.includes(':function:') ? 6 : 5)
    .join(':');
const connection = ({ EventSourceArn, FunctionArn }: Mapping) =>
  `${nameIn(EventSourceArn)} to ${nameIn(FunctionArn)}`;

function otherThan(mapping: Mapping | undefined, all: readonly Mapping[]): Mapping[] {
  return all.filter(({ UUID, State }) => UUID !== mapping?.UUID && State !== 'Deleting');
}

function inTransition(mapping: Mapping | undefined): Unclear {
  return {
    cause: 'AWS not ready yet',
    reason: `the mapping is ${mapping?.State}`,
    clock: { name: 'a mapping changes its state within seconds', atMostSeconds: 60 },
  };
}

export const check = defineCheck(() => ({
  step: '07',
  title: 'Event source mapping',
  needs: ['02/exists', '06/exists'],
  observe: async () => {
    const arn = await queueArn(lab.queueName);
    const [{ mappings }, mapping, ofQueue] = await Promise.all([
      observeMappings(),
      observeMapping(),
      ask<ListEventSourceMappingsCommandOutput>({
        service: 'lambda',
        operation: 'ListEventSourceMappings',
        input: { EventSourceArn: arn },
      }),
    ]);
    return { mappings, mapping, consumers: ofQueue.output?.EventSourceMappings ?? [] };
  },
  expectations: [
    {
      id: 'exists',
      claim: `A mapping connects ${lab.queueName} and ${lab.functionName}`,
      notJudged: ({ mapping }) =>
        mapping?.State === 'Deleting' ? inTransition(mapping) : undefined,
      expected: `from ${lab.queueName}`,
      actual: ({ mapping, mappings }) => {
        if (mapping !== undefined) return `from ${lab.queueName}`;
        const [other] = mappings;
        return other === undefined ? 'no mapping' : `from ${nameIn(other.EventSourceArn)}`;
      },
      look: list('--function-name', lab.functionName),
      hint: (_, { mappings, consumers }) => {
        if (mappings.length > 0)
          return `The function polls ${mappings.map((one) => nameIn(one.EventSourceArn)).join(', ')}: another queue than the one that messages are sent to.`;
        return consumers.length > 0
          ? `The queue is polled by ${consumers.map((one) => nameIn(one.FunctionArn)).join(', ')}: another function than the one of the lab.`
          : 'Nothing polls the queue: messages stay in it until their retention period is over.';
      },
      fix: (_, { mappings, consumers }) =>
        [...mappings, ...consumers].map(deleted).concat('npm run step 7').join('\n'),
      source,
    },
    {
      id: 'only-one',
      claim: 'The function has no other mapping',
      needs: ['exists'],
      expected: [],
      actual: ({ mapping, mappings }) => otherThan(mapping, mappings).map(connection),
      look: list('--function-name', lab.functionName),
      hint: (actual) =>
        `It also polls ${(actual as string[]).join(', ')}. A mapping on the dead-letter queue, for example, would take the failed messages out of it.`,
      fix: (_, { mapping, mappings }) => otherThan(mapping, mappings).map(deleted).join('\n'),
      source,
    },
    {
      id: 'only-consumer',
      claim: 'No other mapping polls the queue',
      needs: ['only-one'],
      expected: [],
      actual: ({ mapping, consumers }) => otherThan(mapping, consumers).map(connection),
      look: list(
        '--event-source-arn',
        `"arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${lab.queueName}"`,
      ),
      hint: (actual) =>
        `Two consumers share the messages of a queue, each message goes to one of them: ${(actual as string[]).join(', ')} takes some away.`,
      fix: (_, { mapping, consumers }) => otherThan(mapping, consumers).map(deleted).join('\n'),
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html',
    },
    {
      id: 'enabled',
      claim: 'It is Enabled',
      needs: ['exists'],
      notJudged: ({ mapping }) =>
        /ing$/.test(mapping?.State ?? '') ? inTransition(mapping) : undefined,
      expected: 'Enabled',
      actual: ({ mapping }) => mapping?.State,
      look: show('State'),
      hint: 'A mapping that is Disabled does not poll: messages wait in the queue.',
      fix: update('--enabled'),
      source,
    },
    {
      id: 'report-batch-item-failures',
      claim: 'It reads the failures that the worker returns (ReportBatchItemFailures)',
      needs: ['exists'],
      expected: ['ReportBatchItemFailures'],
      actual: ({ mapping }) => mapping?.FunctionResponseTypes ?? [],
      look: show('FunctionResponseTypes'),
      hint: 'Without it the answer of the worker is ignored: the poison counts as handled, is deleted and never reaches the dead-letter queue.',
      fix: update('--function-response-types ReportBatchItemFailures'),
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    },
    {
      id: 'batch-size',
      claim: `Its batch size is ${lab.batchSize}`,
      needs: ['exists'],
      expected: lab.batchSize,
      actual: ({ mapping }) => mapping?.BatchSize,
      look: show('BatchSize'),
      hint: (size) =>
        size === 1
          ? 'With batches of one there is nothing partial about a batch: the lab would show nothing.'
          : `A batch holds up to ${String(size)} messages; the lab is about batches of up to ${lab.batchSize}.`,
      fix: update(`--batch-size ${lab.batchSize}`),
      source,
    },
    {
      id: 'batching-window',
      claim: 'It has no batching window',
      needs: ['exists'],
      expected: lab.batchingWindowSeconds,
      actual: ({ mapping }) => mapping?.MaximumBatchingWindowInSeconds ?? 0,
      look: show('MaximumBatchingWindowInSeconds'),
      hint: (seconds) =>
        `Lambda may wait ${String(seconds)} s (and up to 20 s with few messages) to fill a batch, and the visibility timeout runs meanwhile.`,
      fix: update(`--maximum-batching-window-in-seconds ${lab.batchingWindowSeconds}`),
      source,
    },
    {
      id: 'no-filter',
      claim: 'It filters nothing out: what matches no filter would be deleted',
      needs: ['exists'],
      expected: [],
      actual: ({ mapping }) =>
        mapping?.FilterCriteria?.Filters?.map(({ Pattern }) => Pattern ?? '') ?? [],
      look: show('FilterCriteria'),
      hint: 'What does not match a filter is deleted by Lambda, unseen. A JSON pattern never matches a body of plain text.',
      fix: update(`--filter-criteria '{}'`),
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html',
    },
  ],
  proofs: [
    {
      number: 12,
      name: 'trigger-configuration',
      title: 'Lambda SQS trigger configuration',
      claim: `Lambda polls the queue by itself, up to ${lab.batchSize} messages at a time`,
      show: () => questions.mappings(),
      values: (printed) => {
        const mappings = pickList(printed, 'EventSourceMappings');
        const [mapping] = mappings;
        return [
          { label: 'Triggers of the function', value: mappings.length || undefined },
          { label: 'Mapping UUID', value: pick(mapping, 'UUID'), tie: true },
          { label: 'Queue ARN', value: pick(mapping, 'EventSourceArn'), tie: true },
          { label: 'Function ARN', value: pick(mapping, 'FunctionArn'), tie: true },
          { label: 'State', value: pick(mapping, 'State') },
          { label: 'Batch size', value: pick(mapping, 'BatchSize') },
        ];
      },
      inputs: ({ mapping, mappings }) => ({
        ...mappingIngredient(mapping),
        'mappings of the function': mappings.map(({ UUID = '' }) => UUID).toSorted(),
      }),
    },
    {
      number: 13,
      name: 'mapping-and-partial-batch',
      title: 'CLI proof of event source mapping and partial batch failures',
      claim: 'Partial batch responses are on: only what failed is tried again',
      show: ({ mapping }) => ({
        service: 'lambda',
        operation: 'GetEventSourceMapping',
        input: { UUID: mapping?.UUID },
      }),
      rules: ['exists', 'enabled', 'report-batch-item-failures', 'batching-window'],
      values: (printed) => [
        { label: 'Mapping UUID', value: pick(printed, 'UUID'), tie: true },
        { label: 'Response types', value: pick(printed, 'FunctionResponseTypes') },
        { label: 'State', value: pick(printed, 'State') },
        { label: 'Queue ARN', value: pick(printed, 'EventSourceArn'), tie: true },
        { label: 'Function ARN', value: pick(printed, 'FunctionArn'), tie: true },
        {
          label: 'Batching window',
          value: withUnit(pick(printed, 'MaximumBatchingWindowInSeconds'), 's'),
        },
      ],
      inputs: ({ mapping }) => mappingIngredient(mapping),
    },
  ],
}));

await runAlone(import.meta, check);

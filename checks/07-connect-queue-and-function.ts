/** Check 07: one enabled mapping, from the source queue, with partial batch responses. */
import {
  defineCheck,
  lab,
  mappingIngredient,
  observeMappings,
  pick,
  pickList,
  questions,
  queueArn,
  runAlone,
  withUnit,
} from '../src/lab/index.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html';
const update = 'aws lambda update-event-source-mapping --uuid "$MAPPING_UUID"';

export const check = defineCheck(() => ({
  step: '07',
  title: 'Event source mapping',
  needs: ['02', '06'],
  observe: async () => {
    const { mappings } = await observeMappings();
    const arn = await queueArn(lab.queueName);
    return { mappings, mapping: mappings.find(({ EventSourceArn }) => EventSourceArn === arn) };
  },
  expectations: [
    {
      id: 'exists',
      claim: `A mapping connects ${lab.queueName} and ${lab.functionName}`,
      expected: 'a mapping',
      actual: ({ mapping }) => (mapping === undefined ? 'no such mapping' : 'a mapping'),
      hint: 'npm run step 7',
      source,
    },
    {
      id: 'only-one',
      claim: 'The function has no other mapping',
      needs: ['exists'],
      expected: 1,
      actual: ({ mappings }) => mappings.length,
      hint: 'List them (aws lambda list-event-source-mappings) and delete those that are not of this lab.',
      source,
    },
    {
      id: 'enabled',
      claim: 'It is Enabled',
      needs: ['exists'],
      notJudged: ({ mapping }) =>
        /ing$/.test(mapping?.State ?? '')
          ? {
              cause: 'AWS not ready yet',
              reason: `the mapping is ${mapping?.State}`,
              clock: { name: `a mapping is ${mapping?.State} for some seconds`, atMostSeconds: 60 },
            }
          : undefined,
      expected: 'Enabled',
      actual: ({ mapping }) => mapping?.State,
      hint: `${update} --enabled`,
      source,
    },
    {
      id: 'report-batch-item-failures',
      claim: 'It reads the failures that the worker returns (ReportBatchItemFailures)',
      needs: ['exists'],
      expected: ['ReportBatchItemFailures'],
      actual: ({ mapping }) => mapping?.FunctionResponseTypes ?? [],
      hint: `${update} --function-response-types ReportBatchItemFailures`,
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    },
    {
      id: 'batch-size',
      claim: `Its batch size is ${lab.batchSize}`,
      needs: ['exists'],
      expected: lab.batchSize,
      actual: ({ mapping }) => mapping?.BatchSize,
      hint: `${update} --batch-size ${lab.batchSize}`,
      source,
    },
    {
      id: 'batching-window',
      claim: 'It has no batching window',
      needs: ['exists'],
      expected: lab.batchingWindowSeconds,
      actual: ({ mapping }) => mapping?.MaximumBatchingWindowInSeconds ?? 0,
      hint: `${update} --maximum-batching-window-in-seconds ${lab.batchingWindowSeconds}`,
      source,
    },
    {
      id: 'no-filter',
      claim: 'It filters nothing out: what matches no filter would be deleted',
      needs: ['exists'],
      expected: 'no filter',
      actual: ({ mapping }) =>
        mapping?.FilterCriteria?.Filters?.length ? mapping.FilterCriteria.Filters : 'no filter',
      hint: `${update} --filter-criteria '{}'`,
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
          { label: 'Triggers of the function', value: mappings.length },
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

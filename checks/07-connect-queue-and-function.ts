/** Check 07: one enabled mapping, from the source queue, with partial batch responses. */
import type {
  EventSourceMappingConfiguration as Mapping,
  ListEventSourceMappingsCommandOutput,
} from '@aws-sdk/client-lambda';
import {
  commandsThatMake,
  defineCheck,
  mappingInputs,
  settings,
  observeMapping,
  observeMappings,
  pick,
  pickList,
  questions,
  queueArn,
  withUnit,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';
import type { LabNames, Unclear } from '../src/judging/index.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html';
const list = (...by: string[]) => `aws lambda list-event-source-mappings ${by.join(' ')}`;
const show = (lab: LabNames, member: string) =>
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

/** Mappings that are not being deleted. */
const lasting = (all: readonly Mapping[]) => all.filter(({ State }) => State !== 'Deleting');

function otherThan(mapping: Mapping | undefined, all: readonly Mapping[]): Mapping[] {
  return lasting(all).filter(({ UUID }) => UUID !== mapping?.UUID);
}

/** Whether it takes messages, now or in a moment. */
const polls = ({ State }: Mapping) => State !== 'Disabled' && State !== 'Disabling';

const listed = (all: readonly Mapping[]) =>
  all.map((one) => `${connection(one)} (${one.State})`).join(', ');

function notConnectedHint(
  lab: LabNames,
  { mappings, consumers }: { mappings: readonly Mapping[]; consumers: readonly Mapping[] },
  region: string,
): string {
  const [ofFunction, ofQueue] = [lasting(mappings), lasting(consumers)];
  if (ofFunction.length === 0 && ofQueue.length === 0)
    return `Nothing polls the queue: in the Region ${region} neither the queue nor the function has a mapping. Messages stay in the queue until their retention period ends.`;
  return [
    ...(ofFunction.length > 0
      ? [`The function has a mapping from another queue: ${listed(ofFunction)}.`]
      : []),
    ...(ofQueue.length > 0
      ? [`The queue has a mapping, but not to ${lab.functionName} itself: ${listed(ofQueue)}.`]
      : []),
  ].join(' ');
}

function onlyOneHint(others: readonly Mapping[], deadLetterQueueArn: string): string {
  const active = others.filter((one) => polls(one));
  const emptiesIt = active.some(({ EventSourceArn }) => EventSourceArn === deadLetterQueueArn);
  const takes = emptiesIt
    ? 'It takes the failed messages out of the dead-letter queue.'
    : 'The worker handles the messages of that queue too.';
  const idle = 'It polls nothing while it is disabled, but would if somebody enabled it.';
  return `The function has mappings besides the lab's: ${listed(others)}. ${active.length > 0 ? takes : idle}`;
}

function onlyConsumerHint(others: readonly Mapping[]): string {
  return `The queue has mappings besides the lab's: ${listed(others)}. ${
    others.some((one) => polls(one))
      ? "Each message goes to one consumer only, so this mapping takes messages from the lab's mapping."
      : "It takes nothing while it is disabled. When enabled, it would take messages from the lab's mapping."
  }`;
}

function batchSizeHint(size: number): string {
  if (size === 1) return 'A batch of one message cannot fail in part: the lab would show nothing.';
  return size > settings.batchSize
    ? `A batch holds up to ${size} messages, which also needs a batching window; the lab uses batches of up to ${settings.batchSize}, without one.`
    : `A batch holds up to ${size} messages; the lab uses batches of up to ${settings.batchSize}.`;
}

/** With few messages Lambda waits up to 20 s, also where the window is shorter. */
const windowHint = (seconds: number) =>
  `Lambda may wait ${seconds} s to fill a batch${seconds < 20 ? ' (and up to 20 s with few messages)' : ''}, while the visibility timeout runs.`;

function inTransition(mapping: Mapping | undefined): Unclear {
  return {
    cause: 'AWS not ready yet',
    reason: `the mapping is ${mapping?.State}`,
    clock: { name: 'a mapping changes its state within seconds', atMostSeconds: 60 },
  };
}

export const check = defineCheck((lab) => ({
  step: '07',
  kind: 'make',
  title: 'Event source mapping',
  undoneBy: /\bMAPPING_UUID\b/,
  needs: ['02/exists', '06/exists'],
  observe: async (look) => {
    const arn = await queueArn(lab, lab.queueName);
    const [{ mappings }, mapping, ofQueue] = await Promise.all([
      observeMappings(look),
      observeMapping(look),
      look.ask<ListEventSourceMappingsCommandOutput>({
        service: 'lambda',
        operation: 'ListEventSourceMappings',
        input: { EventSourceArn: arn },
      }),
    ]);
    return {
      mappings,
      mapping,
      consumers: ofQueue.output?.EventSourceMappings ?? [],
      deadLetterQueueArn: await queueArn(lab, lab.deadLetterQueueName),
      region: (await lab.place()).region,
    };
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
        const [other] = lasting(mappings);
        return other === undefined ? 'no mapping' : `from ${nameIn(other.EventSourceArn)}`;
      },
      look: list('--function-name', lab.functionName),
      hint: (_, { region, ...observed }) => notConnectedHint(lab, observed, region),
      // While another mapping is being deleted AWS refuses the new one; the step waits for that.
      fix: (_, { mappings, consumers }) => {
        const others = lasting([...mappings, ...consumers]);
        return others.length === 0
          ? commandsThatMake(lab, '07')
          : [...others.map(deleted), 'npx lab step 7'].join('\n');
      },
      source,
    },
    {
      id: 'only-one',
      claim: 'The function has no other mapping',
      needs: ['exists'],
      expected: [],
      actual: ({ mapping, mappings }) => otherThan(mapping, mappings).map(connection),
      look: list('--function-name', lab.functionName),
      hint: (_, { mapping, mappings, deadLetterQueueArn }) =>
        onlyOneHint(otherThan(mapping, mappings), deadLetterQueueArn),
      fix: (_, { mapping, mappings }) => otherThan(mapping, mappings).map(deleted).join('\n'),
      source,
    },
    {
      id: 'only-consumer',
      claim: 'The queue has no other mapping',
      needs: ['only-one'],
      expected: [],
      actual: ({ mapping, consumers }) => otherThan(mapping, consumers).map(connection),
      look: list(
        '--event-source-arn',
        `"arn:aws:sqs:$AWS_REGION:$AWS_ACCOUNT_ID:${lab.queueName}"`,
      ),
      hint: (_, { mapping, consumers }) => onlyConsumerHint(otherThan(mapping, consumers)),
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
      look: show(lab, 'State'),
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
      look: show(lab, 'FunctionResponseTypes'),
      hint: 'Without it Lambda ignores the answer of the worker: the poison counts as handled, is deleted and never reaches the dead-letter queue.',
      fix: update('--function-response-types ReportBatchItemFailures'),
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    },
    {
      id: 'batch-size',
      claim: `Its batch size is ${lab.batchSize}`,
      needs: ['exists'],
      expected: lab.batchSize,
      actual: ({ mapping }) => mapping?.BatchSize,
      look: show(lab, 'BatchSize'),
      hint: (size) => batchSizeHint(Number(size)),
      // AWS takes a batch of more than 10 only with a batching window, so the two go together.
      fix: update(
        `--batch-size ${lab.batchSize} --maximum-batching-window-in-seconds ${lab.batchingWindowSeconds}`,
      ),
      source,
    },
    {
      id: 'batching-window',
      claim: 'It has no batching window',
      needs: ['batch-size'],
      expected: lab.batchingWindowSeconds,
      actual: ({ mapping }) => mapping?.MaximumBatchingWindowInSeconds ?? 0,
      look: show(lab, 'MaximumBatchingWindowInSeconds'),
      hint: (seconds) => windowHint(Number(seconds)),
      fix: update(`--maximum-batching-window-in-seconds ${lab.batchingWindowSeconds}`),
      source,
    },
    {
      id: 'no-filter',
      claim: 'It has no filter: Lambda would delete messages that match no filter',
      needs: ['exists'],
      expected: [],
      actual: ({ mapping }) =>
        mapping?.FilterCriteria?.Filters?.map(({ Pattern }) => Pattern ?? '') ?? [],
      look: show(lab, 'FilterCriteria'),
      hint: 'Lambda deletes messages that match no filter, and the worker never sees them. A pattern for the fields of a JSON body never matches a plain-text body.',
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
      show: () => questions.mappings(lab),
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
        ...mappingInputs(mapping),
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
      inputs: ({ mapping }) => mappingInputs(mapping),
    },
  ],
}));

await runAlone(import.meta, check);

import type { WireObject } from '../../types.ts';
import { invalidParameter, isObject, notInSandbox } from '../validation.ts';
import { readFilters, wireFilters } from './filter-criteria.ts';
import type { MappingSettings } from './mapping-store.ts';

const defaults: MappingSettings = {
  batchSize: 10,
  windowSeconds: 0,
  maximumConcurrency: undefined,
  filters: [],
  reportsItemFailures: false,
  countsEvents: false,
};

/** What one receive brings at most; a bigger batch has to be gathered over a window. */
export const receiveMax = 10;

/** For other kinds of event sources. */
const unsupported = [
  'AmazonManagedKafkaEventSourceConfig',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'DocumentDBEventSourceConfig',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'Queues',
  'SelfManagedEventSource',
  'SelfManagedKafkaEventSourceConfig',
  'SourceAccessConfigurations',
  'Topics',
  'TumblingWindowInSeconds',
];

/** SQS has them on AWS; here they would have no effect. */
const missingHere = ['KMSKeyArn', 'LoggingConfig', 'ProvisionedPollerConfig', 'Tags'];

/**
 * The settings that a create or update asks for.
 * @param current the settings before an update
 * @throws AwsError `InvalidParameterValueException` or `ValidationException`
 */
export function readSettings(
  input: WireObject,
  { fifo, current = defaults }: { fifo: boolean; current?: MappingSettings | undefined },
): MappingSettings {
  refuseOthers(input);
  const given = (member: string, before: number) => Number(input[member] ?? before);
  const settings: MappingSettings = {
    batchSize: given('BatchSize', current.batchSize),
    windowSeconds: given('MaximumBatchingWindowInSeconds', current.windowSeconds),
    maximumConcurrency: isObject(input['ScalingConfig'])
      ? maximumConcurrencyOf(input['ScalingConfig'])
      : current.maximumConcurrency,
    filters: isGiven(input['FilterCriteria'])
      ? readFilters(input['FilterCriteria'])
      : current.filters,
    reportsItemFailures: Array.isArray(input['FunctionResponseTypes'])
      ? input['FunctionResponseTypes'].length > 0
      : current.reportsItemFailures,
    countsEvents: isObject(input['MetricsConfig'])
      ? countsEvents(input['MetricsConfig'])
      : current.countsEvents,
  };
  requirePossible(settings, fifo);
  return settings;
}

/** The members of the settings as every answer shows them. */
export function wireSettings(settings: MappingSettings): WireObject {
  const { maximumConcurrency, filters, countsEvents } = settings;
  return {
    ...(maximumConcurrency === undefined
      ? {}
      : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    ...(filters.length === 0 ? {} : { FilterCriteria: wireFilters(filters) }),
    ...(countsEvents ? { MetricsConfig: { Metrics: ['EventCount'] } } : {}),
    FunctionResponseTypes: settings.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
  };
}

function refuseOthers(input: WireObject): void {
  if (isGiven(input['StartingPosition']) || isGiven(input['StartingPositionTimestamp'])) {
    throw invalidParameter('StartingPosition is not valid for SQS event sources.');
  }
  for (const member of unsupported) {
    if (isGiven(input[member])) {
      throw invalidParameter(
        `Unsupported ${member} parameter for given event source mapping type.`,
      );
    }
  }
  for (const member of missingHere) {
    if (isGiven(input[member])) throw notInSandbox(member);
  }
}

function requirePossible({ batchSize, windowSeconds }: MappingSettings, fifo: boolean): void {
  if (fifo && windowSeconds > 0) {
    throw invalidParameter('Batching window is not supported for FIFO queues');
  }
  // Our own words: what AWS answers is not known.
  if (fifo && batchSize > receiveMax) {
    throw invalidParameter(`FIFO queues take a batch size of at most ${receiveMax}.`);
  }
  if (batchSize > receiveMax && windowSeconds === 0) {
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
}

/** An empty `ScalingConfig` takes the limit away. */
function maximumConcurrencyOf(scaling: WireObject): number | undefined {
  const value = scaling['MaximumConcurrency'];
  return isGiven(value) ? Number(value) : undefined;
}

/** An empty list of metrics takes them away. The model's other metrics are those of Kafka. */
function countsEvents({ Metrics: metrics }: WireObject): boolean {
  const wanted: unknown[] = Array.isArray(metrics) ? metrics : [];
  const other = wanted.find((metric) => metric !== 'EventCount');
  if (other !== undefined) {
    throw invalidParameter(
      `An event source mapping of SQS has no metrics ${JSON.stringify(other)}.`,
    );
  }
  return wanted.length > 0;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

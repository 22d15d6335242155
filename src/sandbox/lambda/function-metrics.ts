import type { MetricDimension, MetricsApi } from '../types.ts';
import { referenceOf } from './function-name.ts';
import type { FunctionConfig } from './function-types.ts';

type Invoked = Pick<FunctionConfig, 'arn' | 'name' | 'region' | 'version'>;

const units = {
  AsyncEventAge: 'Milliseconds',
  AsyncEventsDropped: 'Count',
  AsyncEventsReceived: 'Count',
  ConcurrentExecutions: 'Count',
  DeadLetterErrors: 'Count',
  DestinationDeliveryFailures: 'Count',
  Duration: 'Milliseconds',
  Errors: 'Count',
  Invocations: 'Count',
  Throttles: 'Count',
} as const;
export type FunctionMetric = keyof typeof units;

/**
 * The metrics of AWS/Lambda: of the function, of what it was invoked as (`Resource`), and of the whole account in the
 * Region. A value has the time at which the function was invoked, also when it ended minutes later.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export class FunctionMetrics {
  readonly #metrics: MetricsApi;
  readonly #now: () => number;

  /** @param now lab time */
  constructor(metrics: MetricsApi, now: () => number) {
    this.#metrics = metrics;
    this.#now = now;
  }

  /** @param invokedArn as the caller named the function; another than that without a qualifier counts for itself too */
  add(
    invoked: Invoked,
    values: Readonly<Partial<Record<FunctionMetric, number>>>,
    { invokedArn, at = this.#now() }: { invokedArn?: string | undefined; at?: number } = {},
  ): void {
    const { region } = invoked;
    for (const dimensions of dimensionsOf(invoked, invokedArn)) {
      for (const [metric, value] of Object.entries(values) as [FunctionMetric, number][]) {
        const key = { region, namespace: 'AWS/Lambda', metric, unit: units[metric], dimensions };
        this.#metrics.series(key).add(value, at);
      }
    }
  }
}

/** `ExecutedVersion` tells the versions behind an alias apart. */
function dimensionsOf({ name, version }: Invoked, invokedArn: string | undefined) {
  const qualifier = invokedArn === undefined ? undefined : referenceOf(invokedArn).qualifier;
  const byFunction: MetricDimension[] = [{ Name: 'FunctionName', Value: name }];
  const resource = qualifier === undefined ? name : `${name}:${qualifier}`;
  const byResource = [...byFunction, { Name: 'Resource', Value: resource }];
  const isAlias = qualifier !== undefined && qualifier !== '$LATEST' && !/^\d+$/.test(qualifier);
  const byVersion = isAlias
    ? [[...byResource, { Name: 'ExecutedVersion', Value: version ?? '$LATEST' }]]
    : [];
  return [[], byFunction, byResource, ...byVersion];
}

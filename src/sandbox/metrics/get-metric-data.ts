import { flagIn, numberIn, structuresIn, textIn } from '../constraints/values.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import { isWireObject } from '../wire.ts';
import { datapoints, isStatistic, statisticNames, valueOf } from './datapoints.ts';
import { findSeries } from './find-series.ts';
import { notInSandbox, readPeriod, readRange, validationError } from './input.ts';
import type { MetricStore } from './metric-store.ts';
import type { Reading } from './readable.ts';

/** What one call may bring; the sandbox has no pages of it. */
const mostDatapoints = 100_800;
const mostQueries = 500;

interface Reader {
  readonly reading: Reading;
  readonly metrics: MetricStore;
  readonly context: CallContext;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export function getMetricDataOperation(metrics: MetricStore, reading: Reading): Operation {
  return {
    access: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
    run(input, context) {
      const range = readRange(input, validationError);
      const queries = structuresIn(input, 'MetricDataQueries');
      requireDistinctIds(queries);
      if (textIn(input, 'NextToken') !== undefined) throw validationError('Invalid NextToken.');
      const descending = textIn(input, 'ScanBy') !== 'TimestampAscending';
      const results = queries
        .filter((query) => flagIn(query, 'ReturnData') !== false)
        .map((query) => resultOf({ metrics, reading, context }, { query, range, descending }));
      const total = results.reduce((sum, { Values }) => sum + Values.length, 0);
      const most = numberIn(input, 'MaxDatapoints') ?? mostDatapoints;
      if (total > most) {
        throw notInSandbox(
          `An answer of more than ${most} values, which needs pages,`,
          'Ask for a longer Period or a shorter time.',
        );
      }
      return { MetricDataResults: results, Messages: [] };
    },
  };
}

function requireDistinctIds(queries: readonly WireObject[]): void {
  if (queries.length > mostQueries) {
    throw validationError(`A request has at most ${mostQueries} MetricDataQueries.`);
  }
  const ids = queries.map((query) => textIn(query, 'Id') ?? '');
  const wrong = ids.find((id) => !/^[a-z]\w*$/.test(id));
  if (wrong !== undefined) {
    throw validationError(
      `The Id "${wrong}" must begin with a lowercase letter and contain letters, digits and underscores only.`,
    );
  }
  if (new Set(ids).size < ids.length) {
    throw validationError('Each Id of MetricDataQueries must be there once only.');
  }
}

function resultOf(
  { metrics, reading, context }: Reader,
  asked: {
    readonly query: WireObject;
    readonly range: { readonly start: number; readonly end: number };
    readonly descending: boolean;
  },
) {
  const { query, range, descending } = asked;
  const id = textIn(query, 'Id');
  if (textIn(query, 'Expression') !== undefined) {
    throw notInSandbox(`The Expression of ${id}`, 'Ask for each metric with MetricStat.');
  }
  const stat = query['MetricStat'];
  if (!isWireObject(stat) || !isWireObject(stat['Metric'])) {
    throw validationError(`${id} must have either MetricStat or Expression.`);
  }
  const name = textIn(stat, 'Stat');
  if (!isStatistic(name)) {
    throw notInSandbox(`The Stat "${name}"`, `Ask for ${statisticNames.join(', ')}.`);
  }
  const unit = textIn(stat, 'Unit');
  const metric = { ...stat['Metric'], ...(unit === undefined ? {} : { Unit: unit }) };
  const series = findSeries(metrics.all(), context.region, metric);
  reading.awaitMinutes(series, range.end);
  const periodSeconds = readPeriod(stat, validationError);
  const points =
    series === undefined
      ? []
      : datapoints(series, { ...range, periodSeconds }, reading.readableBefore);
  if (descending) points.reverse();
  return {
    Id: id,
    Label: textIn(query, 'Label') ?? textIn(metric, 'MetricName'),
    Timestamps: points.map(({ start }) => new Date(start)),
    Values: points.map(({ statistics }) => valueOf(statistics, name)),
    StatusCode: 'Complete',
  };
}

import { textIn, textsIn } from '../constraints/values.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import { datapoints, isStatistic, statisticNames, valueOf } from './datapoints.ts';
import type { StatisticName } from './datapoints.ts';
import { findSeries } from './find-series.ts';
import { invalidCombination, invalidValue, notInSandbox, readPeriod, readRange } from './input.ts';
import type { MetricStore } from './metric-store.ts';
import type { Reading } from './readable.ts';

const mostDatapoints = 1440;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export function getMetricStatisticsOperation(metrics: MetricStore, reading: Reading): Operation {
  return {
    access: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
    run(input, { region }: CallContext) {
      const range = {
        ...readRange(input, invalidValue),
        periodSeconds: readPeriod(input, invalidValue),
      };
      const statistics = readStatistics(input);
      const most = Math.ceil((range.end - range.start) / (range.periodSeconds * 1000));
      if (most > mostDatapoints) {
        throw invalidCombination(
          `You have requested up to ${most} datapoints, which exceeds the limit of ${mostDatapoints}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        );
      }
      const series = findSeries(metrics.all(), region, input);
      reading.awaitMinutes(series, range.end);
      const found = series === undefined ? [] : datapoints(series, range, reading.readableBefore);
      return {
        Label: textIn(input, 'MetricName'),
        Datapoints: found.map((datapoint) => ({
          Timestamp: new Date(datapoint.start),
          ...Object.fromEntries(
            statistics.map((name) => [name, valueOf(datapoint.statistics, name)]),
          ),
          Unit: series?.key.unit,
        })),
      };
    },
  };
}

/** In the order in which AWS shows them, whatever the order of the question. */
function readStatistics(input: WireObject): readonly StatisticName[] {
  if (textsIn(input, 'ExtendedStatistics') !== undefined) {
    throw notInSandbox('ExtendedStatistics', `Ask for ${statisticNames.join(', ')}.`);
  }
  const asked = (textsIn(input, 'Statistics') ?? []).filter((name) => isStatistic(name));
  if (asked.length > 0) return statisticNames.filter((name) => asked.includes(name));
  throw invalidCombination('Either Statistics or ExtendedStatistics must be given.');
}

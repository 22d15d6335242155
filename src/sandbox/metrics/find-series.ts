import { structuresIn, textIn } from '../constraints/values.ts';
import type { MetricDimension, WireObject } from '../types.ts';
import type { Series } from './series.ts';

/**
 * The metric that exactly these dimensions name, in any order. Another set of dimensions is another metric: CloudWatch
 * does not add up over the dimensions that are left out.
 * @param metric with `Namespace`, `MetricName`, `Dimensions` and perhaps `Unit`
 */
export function findSeries(
  all: readonly Series[],
  region: string,
  metric: WireObject,
): Series | undefined {
  const dimensions = textOf(
    structuresIn(metric, 'Dimensions').map((one) => ({
      Name: textIn(one, 'Name') ?? '',
      Value: textIn(one, 'Value') ?? '',
    })),
  );
  const unit = textIn(metric, 'Unit');
  return all.find(
    ({ key }) =>
      key.region === region &&
      key.namespace === textIn(metric, 'Namespace') &&
      key.metric === textIn(metric, 'MetricName') &&
      (unit === undefined || key.unit === unit) &&
      textOf(key.dimensions) === dimensions,
  );
}

function textOf(dimensions: readonly MetricDimension[]): string {
  return JSON.stringify(
    dimensions
      .map(({ Name, Value }) => [Name, Value])
      .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
}

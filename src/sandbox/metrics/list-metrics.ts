import { structuresIn, textIn } from '../constraints/values.ts';
import type { Operation, WireObject, World } from '../types.ts';
import { invalidValue } from './input.ts';
import type { MetricStore } from './metric-store.ts';
import { minuteMs } from './series.ts';
import type { Series } from './series.ts';

const pageSize = 500;
const twoWeeksMs = 14 * 24 * 60 * minuteMs;
const threeHoursMs = 3 * 60 * minuteMs;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export function listMetricsOperation({ clock }: World, metrics: MetricStore): Operation {
  return {
    access: () => [{ action: 'cloudwatch:ListMetrics', resource: '*' }],
    run(input, { region }) {
      const recent = textIn(input, 'RecentlyActive') === undefined ? twoWeeksMs : threeHoursMs;
      const found = metrics
        .all()
        .filter(
          (series) =>
            series.key.region === region &&
            (series.last ?? 0) > clock.now() - recent &&
            isWanted(series, input),
        );
      const start = startOf(textIn(input, 'NextToken'));
      const page = found.slice(start, start + pageSize);
      const more = start + page.length < found.length;
      return {
        Metrics: page.map(({ key }) => ({
          Namespace: key.namespace,
          MetricName: key.metric,
          Dimensions: key.dimensions,
        })),
        ...(more && { NextToken: Buffer.from(`metrics ${start + pageSize}`).toString('base64') }),
      };
    },
  };
}

/** A filter without a value asks for the dimension alone. */
function isWanted({ key }: Series, input: WireObject): boolean {
  const [namespace, name] = [textIn(input, 'Namespace'), textIn(input, 'MetricName')];
  return (
    (namespace === undefined || key.namespace === namespace) &&
    (name === undefined || key.metric === name) &&
    structuresIn(input, 'Dimensions').every((filter) =>
      key.dimensions.some(
        ({ Name, Value }) =>
          Name === textIn(filter, 'Name') && Value === (textIn(filter, 'Value') ?? Value),
      ),
    )
  );
}

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const start = /^metrics (\d{1,9})$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (start === undefined)
    throw invalidValue('The NextToken is not one that ListMetrics gave out.');
  return Number(start);
}

import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import type { Datapoint, Statistic } from '@aws-sdk/client-cloudwatch';
import type { TestSandbox } from './sandbox-for-test.ts';

export interface MetricQuestion {
  readonly name: string;
  readonly statistic?: Statistic;
  /** `{ QueueName: 'work' }`: AWS/SQS; everything else: AWS/Lambda. */
  readonly of: Readonly<Record<string, string>>;
  /** Lab time, epoch milliseconds; an hour before now unless given. */
  readonly from?: number;
  /** A minute after now unless given. */
  readonly to?: number;
}

/** One metric by the minute, in order, as CloudWatch answers. */
export async function minutesOf(
  lab: TestSandbox,
  { name, statistic = 'Sum', of, from, to }: MetricQuestion,
): Promise<Datapoint[]> {
  const now = lab.clock.now();
  const { Datapoints = [] } = await lab.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'QueueName' in of ? 'AWS/SQS' : 'AWS/Lambda',
      MetricName: name,
      Dimensions: Object.entries(of).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(from ?? now - 3_600_000),
      EndTime: new Date(to ?? now + 60_000),
      Period: 60,
      Statistics: [statistic],
    }),
  );
  return Datapoints.toSorted((a, b) => Number(a.Timestamp) - Number(b.Timestamp));
}

/** The values of one statistic by the minute, in order. */
export async function valuesOf(lab: TestSandbox, question: MetricQuestion): Promise<number[]> {
  const statistic = question.statistic ?? 'Sum';
  return (await minutesOf(lab, question)).map((minute) => minute[statistic] ?? Number.NaN);
}

/** Over all minutes; 0 also when there is no data at all. */
export async function sumOf(lab: TestSandbox, question: MetricQuestion): Promise<number> {
  const values = await valuesOf(lab, question);
  return values.reduce((sum, value) => sum + value, 0);
}

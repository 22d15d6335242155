import { withCheckedInputs } from '../constraints/checked-inputs.ts';
import type { MetricsApi, Service, World } from '../types.ts';
import { getMetricDataOperation } from './get-metric-data.ts';
import { getMetricStatisticsOperation } from './get-metric-statistics.ts';
import { requireAllowed } from './input.ts';
import { listMetricsOperation } from './list-metrics.ts';
import { MetricStore } from './metric-store.ts';
import { openReading } from './readable.ts';

/** CloudWatch metrics: what SQS and Lambda measure by the minute, for whoever asks. Nobody else can put any. */
export function createMetrics(world: World): {
  readonly service: Service;
  readonly api: MetricsApi;
  /** Writes down what was measured; the store must still be open. */
  readonly close: () => void;
} {
  const metrics = new MetricStore(world);
  const reading = openReading(world);
  return {
    service: {
      name: 'cloudwatch',
      operations: withCheckedInputs(
        {
          GetMetricData: getMetricDataOperation(metrics, reading),
          GetMetricStatistics: getMetricStatisticsOperation(metrics, reading),
          ListMetrics: listMetricsOperation(world, metrics),
        },
        requireAllowed,
        'run',
      ),
    },
    api: metrics,
    close: () => metrics.close(),
  };
}

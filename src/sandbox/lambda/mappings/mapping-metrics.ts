import type { MetricsApi } from '../../types.ts';
import type { Mapping } from './mapping-store.ts';

export type EventCount =
  | 'DeletedEventCount'
  | 'FailedInvokeEventCount'
  | 'FilteredOutEventCount'
  | 'InvokedEventCount'
  | 'PolledEventCount';

/** Counts events for a mapping that has asked for it with `MetricsConfig`; nothing for others. */
export type CountEvents = (metric: EventCount, events: number) => void;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics */
export function countEventsOf(
  { uuid, region, settings }: Mapping,
  metrics: MetricsApi,
  now: () => number,
): CountEvents {
  if (!settings.countsEvents) return () => undefined;
  const dimensions = [{ Name: 'EventSourceMappingUUID', Value: uuid }];
  return (metric, events) =>
    metrics
      .series({ region, namespace: 'AWS/Lambda', metric, unit: 'Count', dimensions })
      .add(events, now());
}

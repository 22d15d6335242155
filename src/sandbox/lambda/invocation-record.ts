import { latestArn, referenceOf } from './function-name.ts';
import type { Invocation, InvocationResult } from './function-types.ts';

/** How an event ended: why its destination hears of it. */
export type EventEnd =
  | 'EventAgeExceeded'
  | 'RetriesExhausted'
  | 'Success'
  | 'ZeroReservedConcurrency';

export interface EndedEvent {
  readonly end: EventEnd;
  /** As the caller named the function. */
  readonly functionArn: string;
  readonly invocation: Invocation;
  /** How often the function ran. */
  readonly runs: number;
  /** Of the last run, if there was one. */
  readonly result?: InvocationResult | undefined;
  readonly executedVersion: string;
}

/**
 * What a destination of asynchronous invocation gets, as JSON.
 * @param now lab time
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function invocationRecord(event: EndedEvent, now: number): string {
  const { end, functionArn, invocation, runs, result, executedVersion } = event;
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: invocation.requestId,
      functionArn: latestArn(referenceOf(functionArn)),
      condition: end,
      approximateInvokeCount: runs,
    },
    requestPayload: JSON.parse(invocation.payload.toString('utf8')) as unknown,
    ...(result === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion,
            ...(result.functionError === undefined ? {} : { functionError: result.functionError }),
          },
          responsePayload: JSON.parse(result.payload.toString('utf8')) as unknown,
        }),
  });
}

import { AwsError } from '../errors.ts';
import type { Faults, ServiceName } from '../types.ts';

/**
 * What `--realistic` turns on: everything at once, in doses that a patient client lives through. Rare things
 * are made less rare, so that a run of a minute or two meets some of them; the times are those that AWS's
 * users report.
 */
export const realisticFaults: Readonly<Faults> = {
  roleNotAssumableForMs: 8_000,
  // Longer than the role needs: a lab that waited for the role has still to wait for its permissions.
  permissionsUnseenForMs: 20_000,
  duplicateDelivery: 0.02,
  // A hard limit would split the same messages the same way each time, however often they are sent.
  splitBatchesAt: 0,
  splitBatches: 0.25,
  countsLagMs: 10_000,
  throttling: 0.02,
  serverErrors: 0.02,
  connectionResets: 0.01,
  logDeliveryDelayMs: 5_000,
  metricsDelayMs: 60_000,
};

/** Codes that the CLI and the SDKs take for throttling, each as its service answers it. */
const throttled: Readonly<Record<ServiceName, () => AwsError>> = {
  cloudwatch: () => new AwsError('Throttling', 'Rate exceeded'),
  iam: () => new AwsError('Throttling', 'Rate exceeded'),
  sts: () => new AwsError('Throttling', 'Rate exceeded'),
  sqs: () =>
    new AwsError('RequestThrottled', 'Request is throttled.', {
      status: 403,
      queryErrorCode: 'RequestThrottled',
    }),
  lambda: () =>
    new AwsError('TooManyRequestsException', 'Rate exceeded', {
      status: 429,
      members: { Reason: 'CallerRateLimitExceeded' },
    }),
  logs: () => new AwsError('ThrottlingException', 'Rate exceeded'),
};

/**
 * What befalls this request instead of an answer, if anything. `reset`: the connection breaks before
 * anything is done; `lost answer`: it is done, and then the connection breaks.
 */
export function drawFault(
  faults: Faults,
  service: ServiceName,
  random: () => number = Math.random,
): AwsError | 'lost answer' | 'reset' | undefined {
  const draw = random();
  const upTo = [
    faults.connectionResets,
    faults.connectionResets + faults.throttling,
    faults.connectionResets + faults.throttling + faults.serverErrors,
  ] as const;
  if (draw < upTo[0]) return random() < 0.5 ? 'reset' : 'lost answer';
  if (draw < upTo[1]) return throttled[service]();
  if (draw < upTo[2]) {
    return random() < 0.5
      ? internalFailure(service)
      : new AwsError('ServiceUnavailable', 'Service is currently unavailable.', { status: 503 });
  }
  return undefined;
}

/** An error of ours, or one that was asked for by `serverErrors`. */
export function internalFailure(service: ServiceName, cause?: unknown): AwsError {
  const code = service === 'lambda' ? 'ServiceException' : 'InternalFailure';
  return new AwsError(
    code,
    'The request processing has failed because of an unknown error, exception or failure.',
    { status: 500, cause },
  );
}

import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../errors.ts';
import { complain, duration } from '../terminal.ts';
import { waitTime } from '../trace.ts';

/** Error codes of AWS for load and faults on its side, not for mistakes of the caller. */
const transientCodes = [
  'InternalError',
  'InternalFailure',
  'RequestThrottled',
  'ServiceException',
  'ServiceFailure',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
] as const;

const transientText = new RegExp(
  String.raw`\b(${transientCodes.join('|')})\b|Connection was closed before|Connection reset by peer|ECONNRESET|socket hang up`,
);

/** True for throttling, 5xx and broken connections: AWS's advice is to try again, later each time. */
export function isTransient(error: unknown): boolean {
  if (error instanceof CommandError) return transientText.test(`${error.code} ${error.awsMessage}`);
  if (!(error instanceof Error)) return false;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return (
    ($metadata?.httpStatusCode ?? 0) >= 500 || transientText.test(`${error.name} ${error.message}`)
  );
}

const mostTries = 3;

/**
 * Runs work that may fail with a transient error of AWS. The CLI and the SDK have tried three times by
 * themselves before they fail; this tries again after a longer pause, and says so.
 * @param pauseMs before the second try; twice as long before the third
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export async function retryTransientErrors<T>(work: () => Promise<T>, pauseMs = 2000): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === mostTries || !isTransient(error)) throw error;
      const pause = pauseMs * 2 ** (tries - 1);
      complain(
        `    AWS is busy or has a fault (${describe(error)}): try ${tries + 1} of ${mostTries} in ${duration(pause)}`,
      );
      await waitTime.time(() => sleep(pause));
    }
  }
}

function describe(error: unknown): string {
  if (error instanceof CommandError) return error.code ?? error.awsMessage;
  return error instanceof Error ? error.name : String(error);
}

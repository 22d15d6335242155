import type { Frame } from './frames.ts';

/** Largest answer of a synchronous invocation. */
const responseLimitBytes = 6_291_556;

/** Answers that Lambda gives in the function's stead. */
export function failure(errorType: string, errorMessage: string): Buffer {
  return Buffer.from(JSON.stringify({ errorType, errorMessage }));
}

export function timeoutFailure(requestId: string, timeoutSeconds: number): Buffer {
  return failure(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  );
}

/** @param reason `exit status 1`, `signal: killed`; undefined when the process ended with status 0 */
export function exitFailure(requestId: string, reason: string | undefined): Buffer {
  const how = reason === undefined ? 'without providing a reason' : `with error: ${reason}`;
  return failure('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited ${how}`);
}

/** What the runtime answered, unless it is too big. */
export function answerOf(frame: Frame): {
  readonly payload: Buffer;
  readonly failed: boolean;
} {
  if (frame.meta['type'] !== 'response') return { payload: frame.body, failed: true };
  if (frame.body.length <= responseLimitBytes) return { payload: frame.body, failed: false };
  const message = `Response payload size exceeded maximum allowed payload size (${responseLimitBytes} bytes).`;
  return { payload: failure('Function.ResponseSizeTooLarge', message), failed: true };
}

/** The `errorType` of a failure's body. */
export function errorTypeOf(payload: Buffer): string | undefined {
  try {
    const { errorType } = JSON.parse(payload.toString('utf8')) as { errorType?: unknown };
    return typeof errorType === 'string' ? errorType : undefined;
  } catch {
    return undefined;
  }
}

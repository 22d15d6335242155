import { AwsError } from '../errors.ts';
import { jsonExcess, payloadLimits } from '../json-cost.ts';
import { RawResult } from '../types.ts';
import type { Operation, WireObject } from '../types.ts';
import { accessTo } from './function-operations.ts';
import { functionReference, qualifiedArn } from './function-name.ts';
import { drawVersion, findFunction, requireFunction } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { isPending, pending } from './states.ts';
import type { Invocation } from './function-types.ts';

/** Largest payload: 6 MB and a little for a synchronous invocation, 1 MB for an event. */
const payloadLimitBytes = { RequestResponse: 6_291_556, Event: 1_048_576, DryRun: 6_291_556 };
type InvocationType = keyof typeof payloadLimitBytes;

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function invokeOperation(parts: FunctionParts): Operation {
  const { world, runs, events } = parts;
  return {
    access: accessTo('lambda:InvokeFunction'),
    async run(input, context) {
      const type = invocationType(input);
      const reference = functionReference(input, context);
      const stored =
        findFunction(parts, reference, drawVersion) ??
        requireFunction(parts, reference, 'qualified');
      if (type === 'DryRun') return new RawResult(204);
      const invocation: Invocation = {
        requestId: context.requestId,
        payload: readPayload(input['Payload'], payloadLimitBytes[type]),
        clientContext: readClientContext(input['ClientContext']),
        invokedArn: qualifiedArn(reference),
      };
      if (isPending(stored, world.clock.now())) throw pending();
      if (type === 'Event') {
        events.add(qualifiedArn(reference), invocation);
        return new RawResult(202, Buffer.alloc(0));
      }
      const reason = runs.throttleReason(stored, invocation.invokedArn);
      if (reason !== undefined) throw throttled(reason);
      const { payload, functionError, logTail } = await runs.run(stored, invocation);
      return new RawResult(200, payload, {
        'X-Amz-Executed-Version': stored.config.version ?? '$LATEST',
        ...(functionError === undefined ? {} : { 'X-Amz-Function-Error': functionError }),
        ...(input['LogType'] === 'Tail'
          ? { 'X-Amz-Log-Result': Buffer.from(logTail).toString('base64') }
          : {}),
      });
    },
  };
}

function invocationType(input: WireObject): InvocationType {
  return (input['InvocationType'] ?? 'RequestResponse') as InvocationType;
}

/** Nothing at all is an empty object for the function. */
function readPayload(payload: unknown, limitBytes: number): Buffer {
  if (!Buffer.isBuffer(payload) || payload.length === 0) return Buffer.from('{}');
  if (payload.length > limitBytes) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`,
      { status: 413 },
    );
  }
  const excess = jsonExcess(payload, payloadLimits);
  if (excess !== undefined) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: it is ${excess} for the sandbox.`,
    );
  }
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${detail}`,
      { cause },
    );
  }
  return payload;
}

function readClientContext(given: unknown): unknown {
  if (typeof given !== 'string' || given === '') return undefined;
  try {
    return JSON.parse(Buffer.from(given, 'base64').toString('utf8'));
  } catch (cause) {
    throw new AwsError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
      { cause },
    );
  }
}

function throttled(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    status: 429,
    members: { Reason: reason },
  });
}

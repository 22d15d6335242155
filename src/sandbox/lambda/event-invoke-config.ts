import { RawResult } from '../types.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import type { EventInvokeConfig } from './event-invoke-store.ts';
import { functionReference, latestArn, notFound } from './function-name.ts';
import { accessTo } from './function-operations.ts';
import { page } from './pages.ts';
import { findFunction } from './parts.ts';
import type { FunctionParts } from './parts.ts';
import { maySendTo } from './send-dead-letter.ts';
import { invalidParameter, notInSandbox, optionalNumber, structureIn } from './validation.ts';

/**
 * Retries, age and destinations of asynchronous invocations: of a function, a version or an alias.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 */
export function eventInvokeConfigOperations(parts: FunctionParts): Record<string, Operation> {
  const { eventInvokes } = parts;
  const change = (input: WireObject, context: CallContext, before: 'kept' | 'replaced') => {
    const reference = functionReference(input, context);
    const stored = findFunction(parts, reference);
    if (stored === undefined) throw notFound("The function doesn't exist.");
    const functionArn = latestArn(reference);
    const known = before === 'kept' ? requireConfig(parts, functionArn) : undefined;
    const changed = changedConfig(input, known, parts.world.clock.now(), functionArn);
    for (const destination of [changed.onSuccess, changed.onFailure]) {
      requireDestination(parts, stored.config, destination);
    }
    eventInvokes.put(changed);
    return wireConfig(changed);
  };
  return {
    PutFunctionEventInvokeConfig: {
      access: accessTo('lambda:PutFunctionEventInvokeConfig'),
      run: (input, context) => change(input, context, 'replaced'),
    },
    UpdateFunctionEventInvokeConfig: {
      access: accessTo('lambda:UpdateFunctionEventInvokeConfig'),
      run: (input, context) => change(input, context, 'kept'),
    },
    GetFunctionEventInvokeConfig: {
      access: accessTo('lambda:GetFunctionEventInvokeConfig'),
      run: (input, context) =>
        wireConfig(requireConfig(parts, latestArn(functionReference(input, context)))),
    },
    ListFunctionEventInvokeConfigs: {
      access: accessTo('lambda:ListFunctionEventInvokeConfigs'),
      run(input, context) {
        const reference = functionReference(input, context);
        if (findFunction(parts, reference) === undefined) {
          throw notFound("The function doesn't exist.");
        }
        return page(input, 'FunctionEventInvokeConfigs', {
          items: eventInvokes.list(reference.arn),
          keyOf: ({ functionArn }) => functionArn,
          show: wireConfig,
        });
      },
    },
    DeleteFunctionEventInvokeConfig: {
      access: accessTo('lambda:DeleteFunctionEventInvokeConfig'),
      run(input, context) {
        const functionArn = latestArn(functionReference(input, context));
        if (!eventInvokes.delete(functionArn)) throw noConfig(functionArn);
        return new RawResult(204);
      },
    },
  };
}

function requireConfig({ eventInvokes }: FunctionParts, functionArn: string): EventInvokeConfig {
  const found = eventInvokes.find(functionArn);
  if (found === undefined) throw noConfig(functionArn);
  return found;
}

function noConfig(functionArn: string) {
  return notFound(`The function ${functionArn} doesn't have an EventInvokeConfig`);
}

function changedConfig(
  input: WireObject,
  known: EventInvokeConfig | undefined,
  lastModified: number,
  functionArn: string,
): EventInvokeConfig {
  const retries = optionalNumber(input['MaximumRetryAttempts']);
  const maximumAgeSeconds = optionalNumber(input['MaximumEventAgeInSeconds']);
  const given = input['DestinationConfig'] !== undefined && input['DestinationConfig'] !== null;
  if (retries === undefined && maximumAgeSeconds === undefined && !given) {
    throw invalidParameter(
      'You must specify at least one of error handling or destination setting.',
    );
  }
  const destinations = structureIn(input, 'DestinationConfig');
  const destination = (kind: string) => structureIn(destinations, kind)['Destination'];
  const named = (kind: string, before: string | undefined) => {
    const now = given ? destination(kind) : before;
    return typeof now === 'string' && now !== '' ? now : undefined;
  };
  return {
    functionArn,
    lastModified,
    retries: retries ?? known?.retries,
    maximumAgeSeconds: maximumAgeSeconds ?? known?.maximumAgeSeconds,
    onSuccess: named('OnSuccess', known?.onSuccess),
    onFailure: named('OnFailure', known?.onFailure),
  };
}

/** The role must be allowed to send there, and the sandbox must have it. */
function requireDestination(
  parts: FunctionParts,
  config: { readonly arn: string; readonly name: string; readonly roleArn: string },
  destination: string | undefined,
): void {
  if (destination === undefined) return;
  if (destination.startsWith(config.arn)) {
    throw invalidParameter("You can't specify the function as a destination for itself.");
  }
  if (!destination.startsWith('arn:aws:sqs:')) {
    throw notInSandbox(`The destination ${destination}`, 'Name a standard SQS queue.');
  }
  if (!maySendTo(parts, config, destination)) {
    throw invalidParameter(
      `The function's execution role does not have permissions to call SendMessage on ${destination}`,
    );
  }
  const queue = parts.sqs.queue(destination);
  if (queue === undefined) throw invalidParameter(`The destination ARN ${destination} is invalid.`);
}

/** Both destinations are always there, empty when nothing is set; the numbers only when they were given. */
function wireConfig(config: EventInvokeConfig): WireObject {
  const destination = (arn: string | undefined) => (arn === undefined ? {} : { Destination: arn });
  return {
    LastModified: config.lastModified / 1000,
    FunctionArn: config.functionArn,
    ...(config.retries === undefined ? {} : { MaximumRetryAttempts: config.retries }),
    ...(config.maximumAgeSeconds === undefined
      ? {}
      : { MaximumEventAgeInSeconds: config.maximumAgeSeconds }),
    DestinationConfig: {
      OnSuccess: destination(config.onSuccess),
      OnFailure: destination(config.onFailure),
    },
  };
}

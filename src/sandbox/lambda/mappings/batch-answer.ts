import { jsonExcess, payloadLimits } from '../../json-cost.ts';
import { isObject } from '../validation.ts';

type Answer = 'all-failed' | { readonly failedIds: ReadonlySet<string> };

const allDone: Answer = { failedIds: new Set() };

/**
 * What a partial batch response means for the messages of the batch. Whatever is malformed fails
 * the whole batch, so that no message is lost by mistake.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function readBatchAnswer(payload: Buffer, messageIds: ReadonlySet<string>): Answer {
  if (payload.length === 0) return allDone;
  const answer = parse(payload);
  if (answer === null) return allDone;
  if (!isObject(answer)) return 'all-failed';
  const failures = answer['batchItemFailures'] ?? [];
  if (!Array.isArray(failures)) return 'all-failed';
  const failedIds = new Set<string>();
  for (const failure of failures) {
    const id: unknown = isObject(failure) ? failure['itemIdentifier'] : undefined;
    if (typeof id !== 'string' || !messageIds.has(id)) return 'all-failed';
    failedIds.add(id);
  }
  return { failedIds };
}

/** @returns undefined when it is not valid JSON, or not worth parsing */
function parse(payload: Buffer): unknown {
  if (jsonExcess(payload, payloadLimits) !== undefined) return undefined;
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}

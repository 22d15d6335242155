/**
 * What proofs depend on. The same thing has the same name and the same shape in every proof, so that a change
 * to it marks exactly the proofs that depend on it. No counts, no times, nothing that AWS changes by itself.
 */
import type {
  EventSourceMappingConfiguration,
  FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import type { ObservedQueue } from '../lab/aws/observe.ts';

export type Inputs = Readonly<Record<string, unknown>>;

const attributesOf = (queue: ObservedQueue | undefined) =>
  queue === undefined
    ? null
    : without(queue.attributes, /^ApproximateNumber|^(Created|LastModified)Timestamp$/);

export const sourceQueueInputs = (queue: ObservedQueue | undefined): Inputs => ({
  'source queue attributes': attributesOf(queue),
});

export const deadLetterQueueInputs = (queue: ObservedQueue | undefined): Inputs => ({
  'dead-letter queue attributes': attributesOf(queue),
});

/** The code that runs, by its digest. */
export const codeInputs = (configuration: FunctionConfiguration | undefined): Inputs => ({
  'function code': configuration?.CodeSha256 ?? null,
});

/** Everything else of the function: its code is an input of its own. */
export const functionInputs = (configuration: FunctionConfiguration | undefined): Inputs => ({
  'function configuration':
    configuration === undefined
      ? null
      : without(
          { ...configuration },
          /^(\$metadata|Code(Sha256|Size)|LastModified|RevisionId|RuntimeVersionConfig|(State|LastUpdateStatus)(Reason(Code)?)?)$/,
        ),
});

/** A mapping that was created again has another UUID: it is another mapping. */
export const mappingInputs = (mapping: EventSourceMappingConfiguration | undefined): Inputs => ({
  mapping:
    mapping === undefined
      ? null
      : without(
          { ...mapping },
          /^(\$metadata|LastModified|LastProcessingResult|State|StateTransitionReason)$/,
        ),
});

function without(members: Readonly<Record<string, unknown>>, names: RegExp): Inputs {
  const kept = Object.entries(members).filter(
    ([name, value]) => !names.test(name) && value !== undefined,
  );
  return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

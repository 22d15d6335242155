import { accessDenied } from '../iam/access-denied.ts';
import { requestTagConditions } from '../iam/request-tags.ts';
import type {
  Access,
  CallContext,
  Decision,
  IamApi,
  Operation,
  ServiceName,
  WireObject,
} from '../types.ts';

/** A call with a good signature, and what IAM was asked for it, up to the first refusal. */
export interface DecidedCall {
  /** Name of the user, or of the role of a session. */
  readonly caller: string;
  /** Not a person calls, but the code of a function. */
  readonly byFunction: boolean;
  readonly service: ServiceName;
  /** API name: `SendMessageBatch`. */
  readonly operation: string;
  readonly asked: readonly DecidedAccess[];
}

export interface DecidedAccess {
  readonly action: string;
  readonly resource: string;
  readonly conditions: NonNullable<Access['conditions']>;
  readonly allowed: boolean;
}

/**
 * May the caller do this? The first access that IAM does not allow is the one that the caller is told.
 * @param onDecided told of the call once IAM has decided about it
 * @returns what is allowed
 * @throws AwsError as the service says no
 */
export function authorize(
  iam: IamApi,
  called: {
    readonly service: ServiceName;
    readonly name: string;
    readonly operation: Operation;
    readonly input: WireObject;
    readonly context: CallContext;
  },
  onDecided?: (call: DecidedCall) => void,
): readonly Access[] {
  const { service, name, operation, input, context } = called;
  const asked: DecidedAccess[] = [];
  try {
    const accesses = operation.access(input, context);
    for (const access of accesses) {
      const { action, resource } = access;
      const conditions = {
        'aws:RequestedRegion': [context.region],
        ...requestTagConditions(input, action),
        ...access.conditions,
      };
      const decided = iam.decide(context.caller, { ...access, conditions });
      const decision = decided.allowed && isForeign(called, access) ? noLeave : decided;
      asked.push({ action, resource, conditions, allowed: decision.allowed });
      if (!decision.allowed) throw accessDenied(service, context.caller, access, decision);
    }
    return accesses;
  } finally {
    const { name: caller, isFunction: byFunction = false } = context.caller;
    onDecided?.({ caller, byFunction, service, operation: name, asked });
  }
}

/** What belongs to another account needs the leave of a policy on the resource too. */
const noLeave: Decision = {
  allowed: false,
  reason: 'implicit-deny',
  by: 'resource-based policy',
};

/**
 * There is one account here. A role to be passed is another matter, as whoever takes it says itself, and
 * SQS says of the queues of other accounts that they do not exist.
 */
function isForeign(
  { service, context }: { readonly service: ServiceName; readonly context: CallContext },
  { resource, action }: Access,
): boolean {
  const owner = resource.split(':')[4] ?? '';
  if (!/^\d{12}$/.test(owner) || owner === context.accountId) return false;
  return service !== 'sqs' && action !== 'iam:PassRole';
}

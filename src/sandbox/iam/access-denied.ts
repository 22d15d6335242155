import { AwsError } from '../errors.ts';
import type { Access, Decision, Principal, ServiceName } from '../types.ts';

type Denial = Extract<Decision, { allowed: false }>;

/**
 * How each service says no. Codes, statuses and texts differ on purpose: real ones do.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const forms: Readonly<
  Record<ServiceName, { code: string; status: number; messageKey: 'Message' | 'message' }>
> = {
  // Community: AccessDenied of CloudWatch, in the code of its Query protocol.
  cloudwatch: { code: 'AccessDenied', status: 403, messageKey: 'message' },
  iam: { code: 'AccessDenied', status: 403, messageKey: 'Message' },
  sts: { code: 'AccessDenied', status: 403, messageKey: 'Message' },
  sqs: { code: 'AccessDenied', status: 403, messageKey: 'message' },
  lambda: { code: 'AccessDeniedException', status: 403, messageKey: 'Message' },
  logs: { code: 'AccessDeniedException', status: 400, messageKey: 'message' },
};

/** The error of `service` for an access that IAM did not allow. */
export function accessDenied(
  service: ServiceName,
  caller: Principal,
  access: Access,
  denial: Denial,
): AwsError {
  const { code, status, messageKey } = forms[service];
  // SQS prints the whole action in lower case.
  const action = service === 'sqs' ? access.action.toLowerCase() : access.action;
  const resource = access.shownResource ?? access.resource;
  const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reasonOf(action, denial)}`;
  // This error has no `Type` member on Lambda's wire.
  const members = service === 'lambda' ? { Type: undefined } : {};
  return new AwsError(code, message, { status, messageKey, members });
}

function reasonOf(action: string, denial: Denial): string {
  const policies = denial.by ?? 'identity-based policy';
  return denial.reason === 'explicit-deny'
    ? `with an explicit deny in ${denial.by === undefined ? 'an' : 'a'} ${policies}`
    : `because no ${policies} allows the ${action} action`;
}

import { constraintTable } from '../constraints/table.ts';
import { AwsError } from '../errors.ts';
import { limitExceeded, policySize } from './input.ts';
import { parsePolicy } from './policy-document.ts';
import type { IamStore } from './iam-store.ts';

const longestTrustPolicy = 2048;

/**
 * Reads the trust policy of a role, and looks for those whom it names.
 * @returns the document as given
 * @throws AwsError `MalformedPolicyDocument`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function requireTrustPolicy(iam: IamStore, accountId: string, document: string): string {
  for (const { principals } of parsePolicy(document, 'trust').statements) {
    const stranger = principals.aws.find((principal) => !exists(iam, accountId, principal));
    if (stranger !== undefined) throw invalidPrincipal('AWS', stranger);
    const unknown = principals.services.find((service) => !isService(service));
    if (unknown !== undefined) throw invalidPrincipal('SERVICE', unknown);
  }
  if (policySize(document) > longestTrustPolicy) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${longestTrustPolicy}`);
  }
  return document;
}

/** Of other accounts nothing is known here: whom they have is believed. */
function exists(iam: IamStore, accountId: string, principal: string): boolean {
  const [, , , , account, resource = ''] = principal.split(':');
  if (account !== accountId) return true;
  const [kind, ...path] = resource.split('/');
  if (kind === 'root') return true;
  if (kind === 'assumed-role') return iam.role(path[0] ?? '') !== undefined;
  const name = path.at(-1) ?? '';
  return (kind === 'role' ? iam.role(name) : iam.user(name))?.arn === principal;
}

/** Service principals that do not begin with the endpoint prefix of any service. */
const otherServices = [
  'build.apprunner',
  'delivery.logs',
  'ecs-tasks',
  'edgelambda',
  'eks-fargate-pods',
  'replicator.lambda',
  'spotfleet',
  'tasks.apprunner',
  'vpc-flow-logs',
  'vmie',
];

/** `lambda.amazonaws.com`, and with a Region: `sqs.eu-central-1.amazonaws.com`. */
function isService(principal: string): boolean {
  const name = principal.replace(/\.amazonaws\.com$/, '');
  if (otherServices.includes(name)) return true;
  const labels = name.split('.');
  return labels.some((label) => constraintTable.endpointPrefixes.includes(label));
}

function invalidPrincipal(kind: 'AWS' | 'SERVICE', principal: string): AwsError {
  return new AwsError(
    'MalformedPolicyDocument',
    `Invalid principal in policy: "${kind}":"${principal}"`,
  );
}

/**
 * The condition keys that the sandbox can answer. A policy that asks for any other is refused when
 * it is put: a key that is silently missing would make a Deny or a `…IfExists` lie.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const answeredKeys = new Set([
  'aws:currenttime',
  'aws:epochtime',
  // Missing from every request that a long-term access key signed, false for credentials of STS.
  'aws:multifactorauthpresent',
  // Known, and missing here: there is no organization, no network of one's own, and no SNS of before 2013.
  'aws:principalorgid',
  'aws:sourceorgid',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:securetransport',
  // Present when a service assumes a role on somebody's behalf.
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:tagkeys',
  'aws:userid',
  'aws:username',
  'iam:passedtoservice',
  'iam:permissionsboundary',
  'iam:policyarn',
  'lambda:functionarn',
]);

/** Keys are compared without regard to case. */
export function isAnsweredKey(key: string): boolean {
  const lower = key.toLowerCase();
  return answeredKeys.has(lower) || /^aws:requesttag\/.+$/.test(lower);
}

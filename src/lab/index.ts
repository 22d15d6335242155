// Everything of src/lab that steps and checks may import.
export { cliCommand } from './aws/ask.ts';
export type { Answer, Question } from './aws/ask.ts';
export { costOfRun } from './aws/account.ts';
export { isNewEnough, oldestCliVersion } from './aws/cli.ts';
export {
  labTime,
  retryWhileNameIsLocked,
  retryWhilePermissionsAreNew,
  retryWhileRoleIsNew,
  retryWhileUpdateIsUnderWay,
  waitUntilMappingIsEnabled,
  waitUntilMappingIsGone,
  waitUntilMessagesArrived,
  waitUntilMessagesSettled,
} from './aws/clocks.ts';
export { requirePermissions, requireRole } from './aws/needs.ts';
export * from './aws/observe.ts';
export { policyDocument } from './aws/policy-document.ts';
export type { Statement } from './aws/policy-document.ts';
export * from './aws/policy-effect.ts';
export * from './aws/queue-policies.ts';
export { executionRoleArn, observeRole, roleQuestion } from './aws/role.ts';
export type { Lab, Look } from './lab.ts';
export { sayWhoseTimes } from './sandbox/lab-clock.ts';
export { root, settings } from './settings.ts';
export type { LabNames } from './settings.ts';
export { openStep } from './step.ts';

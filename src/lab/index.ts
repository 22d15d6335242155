// The one door of src/lab for steps and checks.
export { ask, cliCommand } from './aws/ask.ts';
export type { Answer, Question } from './aws/ask.ts';
export { costOfRun } from './aws/account.ts';
export { isNewEnough, oldestCliVersion } from './aws/cli.ts';
export {
  arrivedMessages,
  deletedMapping,
  enabledMapping,
  found,
  labTime,
  permissionPropagation,
  queueNameLock,
  rolePropagation,
  settledMessages,
  updateInProgress,
} from './aws/clocks.ts';
export { $ } from './command.ts';
export { neededPermissions, neededRole } from './aws/needs.ts';
export * from './aws/observe.ts';
export { policyDocument } from './aws/policy-document.ts';
export type { Statement } from './aws/policy-document.ts';
export * from './aws/policy-effect.ts';
export * from './aws/queue-policies.ts';
export { executionRoleArn, observeRole, roleQuestion } from './aws/role.ts';
export { sayWhoseTimes } from './sandbox/lab-clock.ts';
export { place, session } from './session.ts';
export { checkout, lab, root } from './settings.ts';
export { openStep } from './step.ts';
export { fact } from './witness.ts';

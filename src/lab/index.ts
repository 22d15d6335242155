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
export { defineCheck } from './judging/check.ts';
export type { ProofValue } from './judging/check.ts';
export type { Expectation, Unclear } from './judging/check.ts';
export { $ } from './command.ts';
export { difference } from './judging/difference.ts';
export * from './evidence/ingredients.ts';
export { neededPermissions, neededRole } from './aws/needs.ts';
export * from './aws/observe.ts';
export { policyDocument } from './aws/policy-document.ts';
export type { Statement } from './aws/policy-document.ts';
export * from './aws/policy-effect.ts';
export * from './aws/queue-policies.ts';
export { executionRoleArn, observeRole, roleQuestion } from './aws/role.ts';
export { days, pick, pickList, printedJson, withUnit } from './evidence/printed.ts';
export { notThere } from './judging/not-there.ts';
export * from './judging/role-policies.ts';
export { runAlone } from './judging/run-alone.ts';
export { sayWhoseTimes } from './sandbox/lab-clock.ts';
export { place, session } from './session.ts';
export { checkout, lab, root } from './settings.ts';
export { openStep } from './step.ts';
export * from './judging/to-paste.ts';
export { rightAnswer, tryWorker } from './judging/try-worker.ts';
export type { Tried } from './judging/try-worker.ts';
export { wrongHandler } from './judging/wrong-handler.ts';
export { fact } from './judging/witness.ts';

// The one door of src/lab for steps and checks.
export { ask, cliCommand } from './ask.ts';
export type { Answer, Question } from './ask.ts';
export { costOfRun } from './aws-account.ts';
export { isNewEnough, oldestCliVersion } from './aws-cli.ts';
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
} from './aws-clocks.ts';
export { defineCheck } from './check.ts';
export type { ProofValue } from './check.ts';
export type { Expectation, Unclear } from './check.ts';
export { $ } from './command.ts';
export { difference } from './difference.ts';
export * from './ingredients.ts';
export { neededPermissions, neededRole } from './needs.ts';
export * from './observe.ts';
export { policyDocument } from './policy-document.ts';
export type { Statement } from './policy-document.ts';
export { allowsRedrive, foreignStatements } from './queue-policies.ts';
export { days, pick, pickList, printedJson, withUnit } from './printed.ts';
export { runAlone } from './run-check.ts';
export { place, session } from './session.ts';
export { checkout, lab, root } from './settings.ts';
export { openStep } from './step.ts';
export * from './to-paste.ts';
export { tryWorker } from './try-worker.ts';
export type { Tried } from './try-worker.ts';
export { wrongHandler } from './wrong-handler.ts';
export { fact } from './witness.ts';

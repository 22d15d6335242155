// Everything of src/judging and src/lab that checks may import.
export * from '../lab/index.ts';
export { defineCheck } from './check.ts';
export type { ProofValue } from './check.ts';
export type { Expectation, Unclear } from './check.ts';
export { difference } from './difference.ts';
export * from './inputs.ts';
export { days, pick, pickList, printedJson, withUnit } from './printed.ts';
export { notFoundHint } from './not-found-hint.ts';
export * from './role-policies.ts';
export * from './to-paste.ts';
export { rightAnswer, tryWorker } from './try-worker.ts';
export type { Tried } from './try-worker.ts';
export { wrongHandlerHint } from './wrong-handler-hint.ts';

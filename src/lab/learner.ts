import { AsyncLocalStorage } from 'node:async_hooks';
import type { Session } from './session.ts';

/** Where the resources of a lab are: with its names, enough to say every ARN of it. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** Whose lab is looked at when it is not the one of this process's own environment: in a class, or in recorded evidence. */
export interface Learner {
  /** LAB_PREFIX of this learner. */
  readonly prefix: string;
  readonly place: () => Promise<Place>;
  /** Not there when recorded answers are judged again: then nothing may be asked. */
  readonly session?: () => Promise<Session>;
  /** The learner's own checkout, where the zip and the source of the worker are; not there when it is on no disk of ours. */
  readonly checkout?: string;
  /** Ends every question that is under way: nobody waits for this learner any longer. */
  readonly signal?: AbortSignal;
}

const current = new AsyncLocalStorage<Learner>();

/** Does some work with the names, the place and the session of this learner. */
export function forLearner<T>(learner: Learner, work: () => T): T {
  return current.run(learner, work);
}

export function currentLearner(): Learner | undefined {
  return current.getStore();
}

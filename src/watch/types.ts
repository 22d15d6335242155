import type { CheckResult } from '../judging/check.ts';
import type { Way } from '../lab/next.ts';
import type { Climb } from './hints.ts';
import type { Task } from './task.ts';

/** Where a learner is. Lives as long as the terminal does: everything in it is found again by looking. */
export interface WatchState {
  readonly tasks: readonly Task[];
  /** What points another terminal at the lab. */
  readonly point: readonly string[];
  /** What leads the commands of the kit to it. */
  readonly way: Way;
  /** It has been said with the first task. */
  readonly pointed: boolean;
  readonly current: string;
  /** Begin here, green or not. */
  readonly from: string | undefined;
  /** What the last look at each step said. */
  readonly results: ReadonlyMap<string, CheckResult>;
  /** What AWS said last about `current`, since its task stands on the screen; undefined: that is not shown yet. */
  readonly shown: CheckResult | undefined;
  /** Said to be green since the start. */
  readonly green: ReadonlySet<string>;
  /** The step whose solution was asked for while it was not green: asked again, it is shown. */
  readonly asked: string | undefined;
  /** What became of the messages stands on the screen until a key: nothing moves it away. */
  readonly paused: boolean;
  readonly climb: Climb | undefined;
  /** The commands that a yes would run. */
  readonly offered: readonly string[] | undefined;
}

/** What a look was for. */
export type Purpose = 'hint' | 'list' | 'start' | 'watch';

export type WatchEvent =
  | { readonly kind: 'looked'; readonly purpose: Purpose; readonly results: readonly CheckResult[] }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'pasted' }
  /** Reset: these commands would delete what the step has made; none when there is nothing to delete. */
  | { readonly kind: 'offered'; readonly commands: readonly string[] };

/** What is to be done, in this order. */
export type Wish =
  | { readonly kind: 'look'; readonly purpose: Purpose }
  | { readonly kind: 'record'; readonly step: string }
  | { readonly kind: 'check all' }
  | { readonly kind: 'offer reset'; readonly step: string }
  | { readonly kind: 'reset'; readonly commands: readonly string[] }
  | { readonly kind: 'solution'; readonly step: string }
  /** What became of the messages of the last run. */
  | { readonly kind: 'timeline'; readonly step: string }
  | { readonly kind: 'end' };

export interface Reaction {
  readonly state: WatchState;
  readonly lines: readonly string[];
  readonly wishes: readonly Wish[];
}

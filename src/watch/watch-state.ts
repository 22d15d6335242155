import type { CheckResult } from '../judging/check.ts';
import type { Way } from '../lab/next.ts';
import type { Climb } from './hints.ts';
import type { Task } from './task.ts';

/** The state of the screen. It lives as long as the terminal: another look finds everything again. */
export interface WatchState {
  readonly tasks: readonly Task[];
  /** The commands that point another terminal at the lab. */
  readonly point: readonly string[];
  /** How commands of the kit reach the lab. */
  readonly way: Way;
  /** Whether the screen has shown `point`. */
  readonly pointed: boolean;
  readonly current: string;
  /** Begin here, green or not. */
  readonly from: string | undefined;
  /** The last result of each step. */
  readonly results: ReadonlyMap<string, CheckResult>;
  /** The result of `current` that the screen shows; undefined: its task is not shown yet. */
  readonly shown: CheckResult | undefined;
  /** Steps that the screen has called green. */
  readonly green: ReadonlySet<string>;
  /** The step whose solution was asked for while it was not green: asked again, it is shown. */
  readonly asked: string | undefined;
  /** The timeline of the messages stays on the screen until a key is pressed. */
  readonly paused: boolean;
  readonly climb: Climb | undefined;
  /** The commands that a yes would run. */
  readonly offered: readonly string[] | undefined;
}

/** The purpose of a look. */
export type Purpose = 'hint' | 'list' | 'start' | 'watch';

export type WatchEvent =
  | { readonly kind: 'looked'; readonly purpose: Purpose; readonly results: readonly CheckResult[] }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'pasted' }
  /** Reset: these commands would delete what the step has made; none when there is nothing to delete. */
  | { readonly kind: 'offered'; readonly commands: readonly string[] };

/** What is to be done next. `Reaction.actions` holds them in the order in which they run. */
export type Action =
  | { readonly kind: 'look'; readonly purpose: Purpose }
  | { readonly kind: 'record'; readonly step: string }
  | { readonly kind: 'check all' }
  | { readonly kind: 'offer reset'; readonly step: string }
  | { readonly kind: 'reset'; readonly commands: readonly string[] }
  | { readonly kind: 'solution'; readonly step: string }
  /** Show the timeline of the last run. */
  | { readonly kind: 'timeline'; readonly step: string }
  | { readonly kind: 'end' };

export interface Reaction {
  readonly state: WatchState;
  readonly lines: readonly string[];
  readonly actions: readonly Action[];
}

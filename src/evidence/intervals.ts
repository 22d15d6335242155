import type { Observation } from '../lab/look.ts';
import { momentsIn } from './origin.ts';

/** Consecutive intervals that are compared as one. */
const windowLength = 4;

/** Shorter ones, and whole seconds, may be the same by chance. */
const fewestMs = 20;

/**
 * The shape of a run: every few consecutive intervals between its moments, to the millisecond. Who moves all times by the same
 * amount keeps them; two runs that both happened do not share one.
 * @param moments epoch milliseconds, in any order
 */
export function shapesOf(moments: readonly number[]): string[] {
  const inOrder = [...new Set(moments)].toSorted((a, b) => a - b);
  const intervals = inOrder.slice(1).map((moment, i) => moment - (inOrder[i] ?? 0));
  const shapes: string[] = [];
  for (let i = 0; i + windowLength <= intervals.length; i++) {
    const window = intervals.slice(i, i + windowLength);
    if (window.every((ms) => ms >= fewestMs && ms % 1000 !== 0)) shapes.push(window.join(' '));
  }
  return shapes;
}

/** Moments in recorded answers: when things were made, sent, received and logged. */
export function momentsOf(observations: readonly Observation[]): number[] {
  return momentsIn(observations.map((one) => JSON.stringify(one)));
}

/** The shapes of a run: of its recordings alone, and of these together with all that its answers date. */
export function shapesOfRun(
  run: readonly { readonly time: string; readonly observations: readonly Observation[] }[],
): string[] {
  const times = run.map(({ time }) => Date.parse(time));
  const answered = run.flatMap(({ observations }) => momentsOf(observations));
  return [...new Set([...shapesOf(times), ...shapesOf([...times, ...answered])])];
}

/** Those of these times that lie in a shape that is known. */
export function timesInShapes(times: readonly string[], known: ReadonlySet<string>): Set<string> {
  const inOrder = [...new Set(times)].toSorted();
  const found = new Set<string>();
  for (let i = 0; i + windowLength < inOrder.length; i++) {
    const window = inOrder.slice(i, i + windowLength + 1);
    const shapes = shapesOf(window.map((time) => Date.parse(time)));
    if (shapes.some((shape) => known.has(shape))) for (const time of window) found.add(time);
  }
  return found;
}

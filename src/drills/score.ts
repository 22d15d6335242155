import { duration } from '../lab/terminal.ts';
import type { Drill } from './drills.ts';
import { isDuration } from './state.ts';
import type { EndedDrill } from './state.ts';

/** A row of the score: of a level or of a rule. */
export interface Score {
  readonly name: string;
  /** Different drills that were solved at least once, and how many there are. */
  readonly solved: number;
  readonly of: number;
  /** Solved without a hint and without the answer. */
  readonly alone: number;
  readonly givenUp: number;
  /** The middle time of the solved ones, seconds; undefined when none is solved, or nobody knows how long it took. */
  readonly seconds: number | undefined;
}

/** Whether somebody found it out alone. */
export const isAlone = ({ outcome, hints, revealed }: EndedDrill): boolean =>
  outcome === 'solved' && hints === 0 && !revealed;

/** What was solved, by level and by rule. A drill counts once, however often it was solved. */
export function scoreOf(
  drills: readonly Drill[],
  ended: readonly EndedDrill[],
): { readonly levels: readonly Score[]; readonly rules: readonly Score[] } {
  const row = (name: string, among: readonly Drill[]): Score => {
    const ids = new Set(among.map(({ id }) => id));
    const own = ended.filter(({ id }) => ids.has(id));
    const distinct = (list: readonly EndedDrill[]) => new Set(list.map(({ id }) => id)).size;
    const solved = own.filter(({ outcome }) => outcome === 'solved');
    return {
      name,
      of: among.length,
      solved: distinct(solved),
      alone: distinct(solved.filter(isAlone)),
      givenUp: own.length - solved.length,
      seconds: middle(solved.map(({ seconds }) => seconds).filter(isDuration)),
    };
  };
  const rules = [...new Set(drills.flatMap((drill) => drill.rules))].toSorted();
  return {
    levels: [1, 2, 3].map((level) =>
      row(
        `Level ${level}`,
        drills.filter((drill) => drill.level === level),
      ),
    ),
    rules: rules.map((rule) =>
      row(
        rule,
        drills.filter((drill) => drill.rules.includes(rule)),
      ),
    ),
  };
}

function middle(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** The score as plain lines, at most 78 wide. @param titles of the rules */
export function scoreLines(
  { levels, rules }: ReturnType<typeof scoreOf>,
  titles: ReadonlyMap<string, string>,
): string[] {
  const line = ({ name, solved, of, alone, givenUp, seconds }: Score, title = '') =>
    [
      `  ${name.padEnd(8)}`,
      `${solved} of ${of}`.padEnd(9),
      String(alone).padStart(5),
      String(givenUp).padStart(8),
      (seconds === undefined ? '-' : duration(seconds * 1000)).padStart(13),
      title === '' ? '' : `  ${title}`,
    ].join('');
  const head = `  ${''.padEnd(8)}${'solved'.padEnd(9)}alone given up  middle time`;
  const tried = rules.filter(({ solved, givenUp }) => solved + givenUp > 0);
  return [
    head,
    ...levels.map((level) => line(level)),
    ...(tried.length === 0 ? [] : ['', 'By rule']),
    ...tried.map((rule) => line(rule, titles.get(rule.name))),
  ];
}

export interface Cell {
  readonly sign: string;
}

export interface WrapOptions {
  /** Room of the first line, in cells. */
  readonly columns: number;
  /** Cells that each further line gives away, for a continuation sign. */
  readonly indent?: number;
}

/**
 * Breaks a line where it is full; no cell is lost. It likes to break after a space, always before a word that has
 * room in the next line, then after a sign that divides names (`/`, `:`, ...), and cuts a long word only when there
 * is neither near the end.
 */
export function wrap<T extends Cell>(cells: readonly T[], options: WrapOptions): T[][] {
  const lines: T[][] = [];
  let start = 0;
  let room = options.columns;
  while (cells.length - start > room) {
    const end = breakAfter(cells, { start, room, next: options.columns - (options.indent ?? 0) });
    lines.push(cells.slice(start, end));
    start = end;
    room = options.columns - (options.indent ?? 0);
  }
  if (start < cells.length || lines.length === 0) lines.push(cells.slice(start));
  return lines;
}

interface Full {
  readonly start: number;
  readonly room: number;
  /** Room of the next line. */
  readonly next: number;
}

function breakAfter(cells: readonly Cell[], { start, room, next }: Full): number {
  const full = start + room;
  // A space may hang over the end: it draws nothing.
  if (cells[full]?.sign === ' ') return full + 1;
  const atSpace = lastOf(cells, ' ', { from: full, downTo: start });
  // What stands before it must be more than indentation.
  const isWord = cells.slice(start, atSpace).some(({ sign }) => sign !== ' ');
  const isFar = atSpace !== undefined && atSpace - start > Math.ceil(room * 0.4);
  if (atSpace !== undefined && isWord && (isFar || fits(cells, atSpace, next))) return atSpace;
  return lastOf(cells, '/:,=&?.-_', { from: full, downTo: start + Math.ceil(room * 0.7) }) ?? full;
}

/** Whether the word from here on has room in one line: an ARN stays whole where it can. */
function fits(cells: readonly Cell[], from: number, room: number): boolean {
  const length = cells.slice(from).findIndex(({ sign }) => sign === ' ');
  return (length < 0 ? cells.length - from : length) <= room;
}

function lastOf(
  cells: readonly Cell[],
  signs: string,
  { from, downTo }: { readonly from: number; readonly downTo: number },
): number | undefined {
  for (let end = from; end > downTo; end -= 1) {
    const sign = cells[end - 1]?.sign;
    if (sign !== undefined && signs.includes(sign)) return end;
  }
  return undefined;
}

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
 * Breaks a line where it is full; no cell is lost. It likes to break after a space, then after a sign
 * that divides names (`/`, `:`, ...), and cuts a long word only when there is neither near the end.
 */
export function wrap<T extends Cell>(cells: readonly T[], options: WrapOptions): T[][] {
  const lines: T[][] = [];
  let start = 0;
  let room = options.columns;
  while (cells.length - start > room) {
    const end = breakAfter(cells, start, room);
    lines.push(cells.slice(start, end));
    start = end;
    room = options.columns - (options.indent ?? 0);
  }
  if (start < cells.length || lines.length === 0) lines.push(cells.slice(start));
  return lines;
}

function breakAfter(cells: readonly Cell[], start: number, room: number): number {
  const full = start + room;
  // A space may hang over the end: it draws nothing.
  if (cells[full]?.sign === ' ') return full + 1;
  const atSpace = lastOf(cells, ' ', { from: full, downTo: start + Math.ceil(room * 0.4) });
  if (atSpace !== undefined) return atSpace;
  return lastOf(cells, '/:,=&?.-_', { from: full, downTo: start + Math.ceil(room * 0.7) }) ?? full;
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

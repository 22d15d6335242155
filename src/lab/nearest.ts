/**
 * The word that somebody most likely meant, for "did you mean": few letters apart, or beginning with the typed text.
 * @returns undefined when none is near
 */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(typed.length / 3));
  const ranked = words
    .map((word) => ({ word, apart: word.startsWith(typed) ? 0 : lettersApart(typed, word) }))
    .toSorted((a, b) => a.apart - b.apart);
  const [best] = ranked;
  return best !== undefined && best.apart <= most ? best.word : undefined;
}

/** Letters to add, to take away, to change, or to swap with their neighbour. */
function lettersApart(a: string, b: string): number {
  let [older, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (older[j - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [older, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

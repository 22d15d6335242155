/** So many are listed one by one: more say nothing to somebody who reads them. */
const mostListed = 10;

/** `5, 1, 4`; of many batches `49 of 2, 7 of 1`, the largest first. */
export function batchesText(sizes: readonly number[]): string {
  if (sizes.length === 0) return 'none';
  if (sizes.length <= mostListed) return sizes.join(', ');
  const inOrder = sizes.toSorted((a, b) => b - a);
  return [...Map.groupBy(inOrder, (size) => size)]
    .map(([size, all]) => `${all.length} of ${size}`)
    .join(', ');
}

/** `good-1, good-2`; of many the first ones, and how many more. */
export function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  return more <= 0 ? names.join(', ') : `${names.slice(0, mostListed).join(', ')} and ${more} more`;
}

/**
 * Second rung for what is not found in a Region.
 * @param region the Region that was looked at
 */
export function notFoundHint(region: string): string {
  return `It does not exist. The check looked in the Region ${region} for exactly this name. It does not find a resource with another name or in another Region.`;
}

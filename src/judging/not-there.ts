/**
 * Second rung for what is not found in a Region.
 * @param region the Region that was looked at
 */
export function notThere(region: string): string {
  return `It is not there. The check looked in the Region ${region} for exactly this name: a resource with another name, or in another Region, is not found.`;
}

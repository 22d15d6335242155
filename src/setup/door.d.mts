/** Prepares, then runs a file of the kit on Node 24. */
export function enter(file: string, args: readonly string[]): Promise<void>;
/** The option that a name is, or is a typo of. @param typed without the two dashes */
export function optionLike(typed: string): string | undefined;

/** One way to know a secret when it is seen. */
export interface Rule {
  /** For people: what was found. */
  readonly kind: string;
  /** Global. What its first group matches stays in front of the alias; all else of the match is hidden. */
  readonly pattern: RegExp;
  /** What stands there afterwards: letters, digits and "-", which no encoding needs to escape. */
  readonly alias: string | ((secret: string) => string);
  /** True: the same words are hidden wherever else they stand, also where nothing tells what they are. */
  readonly everywhere?: boolean;
  /** What the pattern finds and is no secret. */
  readonly unless?: (secret: string) => boolean;
}

/** Lets a pattern begin only where a word begins: it is tried once a word, and no text makes it slow. */
export const wordStart = '(?<![A-Za-z0-9])';

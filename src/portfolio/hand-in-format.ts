/** What is in a file that `lab hand-in` makes, beside the files of `docs/`. */
export interface HandIn {
  readonly schema: 1;
  /** Of the learner, as typed. */
  readonly name: string;
  /** ISO time, of the learner's machine. */
  readonly time: string;
  readonly kit: string;
  /** SHA-256 by path in the archive. */
  readonly files: Readonly<Record<string, string>>;
}

/** Its own place in the archive. */
export const handInEntry = 'hand-in.json';

/** All that a hand-in may hold: files of a run, none of them deeper or elsewhere. */
export const isHandInPath = (path: string): boolean =>
  /^docs\/(?:evidence|screenshots)\/(?:aws|sandbox)\/(?:experiments\/)?\w[\w.-]{0,99}$/.test(
    path,
  ) && !path.includes('..');

/** More than any run writes. */
export const handInLimits = { files: 500, packedBytes: 50_000_000, bytes: 100_000_000 } as const;

export const longestName = 80;

/** A name that fits on one line. @returns undefined when it is one, else what is wrong with it */
export function nameProblem(name: string): string | undefined {
  if (!/\p{L}|\p{N}/u.test(name)) return 'a name has a letter or a digit';
  if (name.length > longestName) return `it has more than ${longestName} characters`;
  return /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(name) ? 'it holds a control character' : undefined;
}

/** `Ada Lovelace` gives `lab01-ada-lovelace.zip`. */
export function handInFileName(name: string): string {
  const word = name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
  return `lab01-${word}.zip`;
}

import { LabError } from '../lab/errors.ts';
import { findSecrets } from './find.ts';
import type { Knowledge } from './find.ts';
import { replaceSecrets } from './found.ts';
import type { Found } from './found.ts';
import { thisMachine } from './machine.ts';
import { Memory } from './memory.ts';
import { readableParts } from './png.ts';

export type { Found } from './found.ts';
export { requestIdDigest } from './memory.ts';

/** Accounts known beforehand, the lab's own first; or all that earlier redactors have met as well. */
export type Known = Memory | readonly string[];

function memoryOf(known: Known): Memory {
  return known instanceof Memory ? known : new Memory(known);
}

/** Looks again at its own result, until there is nothing: what one look has met, the next one finds elsewhere. */
const mostLooks = 6;

/**
 * Makes one redactor: everything that reaches `docs/` goes through it. The same secret gets the same
 * alias for as long as the redactor lives, and what is redacted already stays as it is.
 */
export function redactor(known: Known, machine = thisMachine()): (text: string) => string {
  const knowledge = { memory: memoryOf(known), machine };
  return (text) => redact(text, knowledge);
}

function redact(text: string, knowledge: Knowledge): string {
  let result = text;
  for (let look = 0; look < mostLooks; look++) {
    const found = findSecrets(result, knowledge);
    if (found.length === 0) return result;
    result = replaceSecrets(result, found);
  }
  throw new LabError('A text cannot be redacted: its secrets come back', {
    hint: 'This should not happen: please report it.',
  });
}

/** Everything in a text that would be hidden. */
export function secretsIn(text: string, known: Known = [], machine = thisMachine()): Found[] {
  const knowledge = { memory: memoryOf(known), machine };
  // The first look is for what it meets: a name may stand in a log before the ARN that tells what it is.
  findSecrets(text, knowledge);
  return findSecrets(text, knowledge);
}

/**
 * The last look before something is written to `docs/`: a text, or a PNG with its metadata.
 * @throws LabError that names the kinds of secrets and their lines, never a secret
 */
export function assertClean(
  content: string | Uint8Array,
  what: string,
  known: Known = [],
  machine = thisMachine(),
): void {
  const texts = typeof content === 'string' ? [content] : readableParts(content);
  const kinds = texts.flatMap((text) =>
    secretsIn(text, known, machine).map(
      ({ kind, start }) => `${kind} (line ${lineAt(text, start)})`,
    ),
  );
  if (kinds.length === 0) return;
  throw new LabError(`${what} is not written: it still holds ${[...new Set(kinds)].join(', ')}`, {
    hint: 'This should not happen: please report it.',
  });
}

/** From 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

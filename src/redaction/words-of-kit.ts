import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isOfARun } from '../lab/made-files.ts';
import { root } from '../lab/settings.ts';

let words: ReadonlySet<string> | undefined;

/** Usual values of a variable, which say nothing and stand in other places for other things. */
const usual = ['production', 'development', 'information', 'disabled', 'localhost', 'undefined'];

/**
 * Whether a word is one that the kit and AWS use themselves: "function" or "messages" cannot be hidden wherever it
 * stands, or no evidence could be read.
 */
export function isWordOfKit(word: string): boolean {
  words ??= new Set([
    ...usual,
    ...wordsIn(['docs/manual/*.md', 'docs/*.md', 'checks/*.ts', 'infra/*.json']),
  ]);
  return words.has(word.toLowerCase());
}

/** Pages that people wrote, and no page that a run makes of what it has seen. */
function wordsIn(patterns: readonly string[]): string[] {
  const files = globSync([...patterns], { cwd: root }).filter(
    (file) => !isOfARun(relative('docs', file)),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return (text.match(/\p{L}{8,}/gu) ?? []).map((word) => word.toLowerCase());
  });
}

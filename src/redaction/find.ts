import { base64Secrets } from './base64.ts';
import { knownAccounts, meetAccounts } from './accounts.ts';
import { endIn, startIn, viewsOf } from './encodings.ts';
import { isHidden, merged, replaceSecrets } from './found.ts';
import type { Found, Hit } from './found.ts';
import type { Machine } from './machine.ts';
import { requestIdDigest } from './memory.ts';
import type { Memory } from './memory.ts';
import { namedSecrets } from './named-secrets.ts';
import { rules } from './rules.ts';
import { loggedTexts } from './worker-log.ts';
import { typedTexts } from './typed.ts';

export interface Knowledge {
  readonly memory: Memory;
  readonly machine: Machine;
}

/** Base64 in base64 in base64. */
const mostLayers = 3;

/**
 * Everything secret in a text, in order and without overlaps. What it meets, `memory` knows afterwards.
 * @param layer how many layers of base64 lie around the text
 */
export function findSecrets(text: string, knowledge: Knowledge, layer = 0): Found[] {
  const { memory } = knowledge;
  // The deepest first: there the escapes are undone that another view takes for letters.
  const views = viewsOf(text).toReversed();
  const found: Found[] = [];
  const look = (finder: (view: string) => Hit[]) => {
    for (const view of views) {
      for (const hit of finder(view.text)) {
        const secret = view.text.slice(hit.start, hit.end);
        if (secret === hit.alias || isHidden(secret)) continue;
        const [start, end] = [startIn(view, hit.start), endIn(view, hit.end)];
        found.push({ ...hit, secret, start, end });
      }
    }
  };
  for (const view of views) meetAccounts(view.text, memory);
  look((view) => byLook(view, memory));
  look((view) => byMachine(view, knowledge.machine));
  look((view) => knownAccounts(view, memory));
  look((view) => knownWords(view, memory));
  if (layer < mostLayers) {
    const kinds = new Map<string, string | undefined>();
    const inside = {
      kindIn: (run: string) => {
        if (!kinds.has(run)) kinds.set(run, findSecrets(run, knowledge, layer + 1)[0]?.kind);
        return kinds.get(run);
      },
      redact: (plain: string) => replaceSecrets(plain, findSecrets(plain, knowledge, layer + 1)),
    };
    look((view) => base64Secrets(view, inside));
  }
  return merged(found, views[0]);
}

function byLook(text: string, memory: Memory): Hit[] {
  const hits: Hit[] = namedSecrets(text).map((hit) => {
    const secret = text.slice(hit.start, hit.end);
    const alias = hit.kind === 'request id' ? requestIdDigest(secret) : hit.alias;
    if (hit.kind !== 'IAM path' && !isHidden(secret)) memory.learn(secret, hit.kind, alias);
    return { ...hit, alias };
  });
  hits.push(...loggedTexts(text));
  for (const { everywhere, ...hit } of typedTexts(text)) {
    const typed = text.slice(hit.start, hit.end);
    if (everywhere && !isHidden(typed)) memory.learn(typed, hit.kind, hit.alias);
    hits.push(hit);
  }
  for (const rule of rules) {
    for (const match of text.matchAll(rule.pattern)) {
      const start = match.index + (match[1]?.length ?? 0);
      const end = match.index + match[0].length;
      const secret = text.slice(start, end);
      if (isHidden(secret) || rule.unless?.(secret) === true) continue;
      const alias = typeof rule.alias === 'string' ? rule.alias : rule.alias(secret);
      if (rule.everywhere === true) memory.learn(secret, rule.kind, alias);
      hits.push({ kind: rule.kind, alias, start, end });
    }
  }
  return hits;
}

function byMachine(text: string, { home, host, checkout }: Machine): Hit[] {
  const places = [
    { kind: 'home folder', alias: '~', word: checkout },
    { kind: 'home folder', alias: '~', word: home },
    { kind: 'host name', alias: 'host-hidden', word: host },
    { kind: 'host name', alias: 'host-hidden', word: host.split('.')[0] ?? '' },
  ];
  return places
    .filter(({ word }) => word.length > 3 && !everybodysNames.test(word))
    .flatMap(({ word, ...what }) =>
      [...text.matchAll(wholeWord(word))].map((match) => ({
        ...what,
        start: match.index,
        end: match.index + match[0].length,
      })),
    );
}

/** Hosts are called so, too, and evidence speaks of other things by these names. */
const everybodysNames = /^(?:localhost|lambda|worker|queue|sandbox|lab01.*)$/i;

/** Not inside a longer name: the home folder `/root` is no part of a link to `/root-user.html`. */
function wholeWord(word: string): RegExp {
  const literal = RegExp.escape(word);
  return new RegExp(String.raw`(?<![\w-]|\w\.)${literal}(?![\w-])`, 'gi');
}

const word = /[\p{L}\d_+=@~-][\p{L}\d_+=@~/.-]{4,}/gu;

/** What was met before, here or elsewhere, wherever it stands now. */
function knownWords(text: string, memory: Memory): Hit[] {
  const hits: Hit[] = [];
  if (!memory.knowsWords) return hits;
  for (const match of text.matchAll(word)) {
    // Whole, and each part of a path: `user/ada.lovelace`.
    for (const [piece, offset] of pieces(match[0])) {
      const meant = memory.word(piece);
      const start = match.index + offset;
      if (meant !== undefined) hits.push({ ...meant, start, end: start + piece.length });
    }
  }
  return hits;
}

function pieces(whole: string): [string, number][] {
  const result: [string, number][] = [[whole, 0]];
  for (const match of whole.matchAll(/[^/=]{6,}/g)) result.push([match[0], match.index]);
  return result;
}

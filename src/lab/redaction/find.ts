import { base64Secrets } from './base64.ts';
import { endIn, escapeAround, startIn, viewsOf } from './encodings.ts';
import type { View } from './encodings.ts';
import type { Machine } from './machine.ts';
import { requestIdDigest } from './memory.ts';
import type { Memory } from './memory.ts';
import { namedSecrets } from './names.ts';
import { rules } from './rules.ts';

/** A secret in a text: where it stands, what it is, and what is shown in its place. */
export interface Found {
  readonly kind: string;
  readonly alias: string;
  readonly start: number;
  readonly end: number;
  /** The secret itself, its escapes undone. */
  readonly secret: string;
}

type Hit = Omit<Found, 'secret'>;

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
        if (secret === hit.alias || isHidden.test(secret)) continue;
        const [start, end] = [startIn(view, hit.start), endIn(view, hit.end)];
        found.push({ ...hit, secret, start, end });
      }
    }
  };
  meetAccounts(views, memory);
  look((view) => byLook(view, memory));
  look((view) => byMachine(view, knowledge.machine));
  look((view) => known(view, memory));
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

export function replaceSecrets(text: string, found: readonly Found[]): string {
  let [result, last] = ['', 0];
  for (const { start, end, alias } of found) {
    result += text.slice(last, start) + alias;
    last = end;
  }
  return result + text.slice(last);
}

/** What stands in the place of a secret is none. */
const isHidden = /^(?:~|(?:.*[/-])?hidden|request-[0-9a-f]{12}|\?signature-hidden)$/s;

function meetAccounts(views: readonly View[], memory: Memory): void {
  for (const { text } of views) {
    for (const [, dashed = ''] of text.matchAll(accountPlaces)) {
      memory.meetAccount(dashed.replaceAll(/[- ]/g, ''), text);
    }
    for (const [list] of text.matchAll(accountLists)) {
      const accounts = list.match(/\d{12}/g) ?? [];
      if (!accounts.some((one) => memory.isAccount(one))) continue;
      for (const one of accounts) memory.meetAccount(one, text);
    }
  }
}

/** Where twelve digits are an account: in an ARN, a path, a host, or behind a name that says so. */
const accountPlaces =
  /(?:\barn:aws[\w-]*:[\w-]*:[\w-]*:|\/(?=\d{12}(?:[/?#"'\s]|$))|\/\/(?=\d{12}\.)|(?<![\w.-])(?=\d{12}\.dkr\.ecr)|(?:account|owner|principal|"aws"|payer)(?:[ _-]?(?:id|number|aws|account)){0,3}["'`]?[ \t]*[:=|>]?\s{0,20}(?:\[\s{0,40})?["'`]?)(\d{12}|\d{4}-\d{4}-\d{4}|\d{4} \d{4} \d{4})(?!\d)/gi;

/** Where one of them is an account, they all are. */
const accountLists = /(?<!\d)\d{12}(?:["'\s,-]{1,60}\d{12})+(?!\d)/g;

const accountNumber = /(?<!\d)(?:\d{12}|\d{4}-\d{4}-\d{4}|\d{4} \d{4} \d{4})(?!\d)/g;

function byLook(text: string, memory: Memory): Hit[] {
  const hits: Hit[] = namedSecrets(text).map((hit) => {
    const secret = text.slice(hit.start, hit.end);
    const alias = hit.kind === 'request id' ? requestIdDigest(secret) : hit.alias;
    if (hit.kind !== 'IAM path' && !isHidden.test(secret)) memory.learn(secret, hit.kind, alias);
    return { ...hit, alias };
  });
  for (const rule of rules) {
    for (const match of text.matchAll(rule.pattern)) {
      const start = match.index + (match[1]?.length ?? 0);
      const end = match.index + match[0].length;
      const secret = text.slice(start, end);
      if (isHidden.test(secret) || rule.unless?.(secret) === true) continue;
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
function known(text: string, memory: Memory): Hit[] {
  const hits: Hit[] = [];
  for (const match of text.matchAll(accountNumber)) {
    const alias = memory.accountAlias(match[0].replaceAll(/[- ]/g, ''));
    const end = match.index + match[0].length;
    if (alias !== undefined) hits.push({ kind: 'account id', alias, start: match.index, end });
  }
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

/**
 * One after the other: where two overlap, the span of both with the alias of the longer one.
 * @param deepest tells which characters are one escape: `\nada@example.com` is no mail to "nada"
 */
function merged(found: readonly Found[], deepest: View | undefined): Found[] {
  const result: Found[] = [];
  const whole = found.map((one) =>
    deepest === undefined ? one : { ...one, ...withoutHalfEscapes(one, deepest) },
  );
  for (const next of whole.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (next.start >= next.end) continue;
    if (last === undefined || next.start >= last.end) {
      result.push(next);
    } else if (next.end > last.end) {
      const longer = next.end - next.start > last.end - last.start ? next : last;
      result[result.length - 1] = { ...longer, start: last.start, end: next.end };
    }
  }
  return result;
}

function withoutHalfEscapes({ start, end }: Found, deepest: View): { start: number; end: number } {
  return {
    start: escapeAround(start, deepest)?.end ?? start,
    end: escapeAround(end, deepest)?.end ?? end,
  };
}

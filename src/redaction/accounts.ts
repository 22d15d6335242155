import type { Hit } from './found.ts';
import type { Memory } from './memory.ts';

/** Accounts that nobody told: where one is seen to be an account, `memory` knows it from then on. */
export function meetAccounts(text: string, memory: Memory): void {
  for (const [, broken = ''] of text.matchAll(brokenInArn)) {
    const digits = broken.replaceAll(/\D/g, '');
    if (digits.length === 12) memory.meetAccount(digits, text);
  }
  for (const [, dashed = ''] of text.matchAll(accountPlaces)) {
    memory.meetAccount(dashed.replaceAll(/\D/g, ''), text);
  }
  for (const [list] of text.matchAll(accountLists)) {
    const accounts = list.match(/\d{12}/g) ?? [];
    if (!accounts.some((one) => memory.isAccount(one))) continue;
    for (const one of accounts) memory.meetAccount(one, text);
  }
}

/** Where twelve digits are an account: in an ARN, a path, a host, or behind a name that says so. */
const accountPlaces =
  /(?:\barn:aws[\w-]*:[\w-]*:[\w-]*:|\/(?=\d{12}(?:[/?#"'\s]|$))|\/\/(?=\d{12}\.)|(?<![\w.-])(?=\d{12}\.dkr\.ecr)|(?:account|owner|principal|"aws"|payer)(?:[ _-]?(?:id|number|aws|account)){0,3}["'`]?[ \t]*[:=|>]?\s{0,20}(?:\[\s{0,40})?["'`]?)(\d{12}|\d{4}([-\u2010-\u2015 ._/])\d{4}\2\d{4})(?!\d)/gi;

/** An ARN that a terminal broke inside its account. */
const brokenInArn =
  /\barn:aws[\w-]*:[\w-]*:[\w-]*:(\d{1,11}[\s|]{1,80}(?:\d{1,11}[\s|]{1,80})?\d{1,11})(?=:)/gi;

/** Where one of them is an account, they all are. */
const accountLists = /(?<!\d)\d{12}(?:["'\s,-]{1,60}\d{12})+(?!\d)/g;

const accountNumber = /(?<!\d)(?:\d{12}|\d{4}([-\u2010-\u2015 ._/])\d{4}\1\d{4})(?!\d)/g;

/** Every account that is known by now, wherever it stands, also when a terminal or a table broke it in two. */
export function knownAccounts(text: string, memory: Memory): Hit[] {
  return [...wholeAccounts(text, memory), ...brokenAccounts(text, memory)];
}

/** What a line wrap, an indent, the border of a table or somebody who groups digits puts between two of them. */
const between = String.raw`(?:[\s|¦\u2500-\u257F\u2010-\u2015._/-]{1,80})?`;

function brokenAccounts(text: string, memory: Memory): Hit[] {
  return memory.hiddenAccounts().flatMap(([digits, alias]) => {
    const pattern = new RegExp(String.raw`(?<!\d)${digits.split('').join(between)}(?!\d)`, 'g');
    return [...text.matchAll(pattern)].map(({ 0: found, index: start }) => ({
      kind: 'account id',
      alias,
      start,
      end: start + found.length,
    }));
  });
}

function wholeAccounts(text: string, memory: Memory): Hit[] {
  return [...text.matchAll(accountNumber)].flatMap(({ 0: digits, index: start }) => {
    const alias = memory.accountAlias(digits.replaceAll(/\D/g, ''));
    if (alias === undefined) return [];
    return [{ kind: 'account id', alias, start, end: start + digits.length }];
  });
}

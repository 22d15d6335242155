import { createHash } from 'node:crypto';

/** AWS's own example accounts: nobody's, so no secret where they are met. */
const exampleAccounts = ['123456789012', '111122223333', '444455556666', '777788889999'];

/** For the fifth one and more: no account of AWS begins with ten zeros. */
const spareAccounts = Array.from({ length: 99 }, (_, i) => String(i + 1).padStart(12, '0'));

/**
 * What one redactor knows: which account has which alias, and the words that it has met as a secret and
 * hides from then on wherever they stand.
 */
export class Memory {
  readonly #accounts = new Map<string, string>();
  readonly #words = new Map<string, { kind: string; alias: string }>();

  /** @param accountIds known beforehand: the first one is shown as AWS's first example account */
  constructor(accountIds: readonly string[]) {
    for (const accountId of accountIds) this.#meetAccount(accountId, accountIds);
  }

  /** An account that an ARN or a URL names. Numbers that stand in `text` already are nobody's new alias. */
  meetAccount(accountId: string, text: string): void {
    if (this.#accounts.has(accountId) || isExampleAccount(accountId)) return;
    this.#meetAccount(accountId, [...this.#accounts.keys()], text);
  }

  #meetAccount(accountId: string, others: readonly string[], text = ''): void {
    const taken = new Set(this.#accounts.values());
    const alias = [...exampleAccounts, ...spareAccounts].find(
      (one) =>
        !taken.has(one) && (one === accountId || !(others.includes(one) || text.includes(one))),
    );
    this.#accounts.set(accountId, alias ?? '000000000000');
  }

  /** Undefined for digits that are no account's, and for an account that is its own alias. */
  accountAlias(digits: string): string | undefined {
    return this.#accounts.get(digits);
  }

  isAccount(digits: string): boolean {
    return this.#accounts.has(digits) || isExampleAccount(digits);
  }

  learn(word: string, kind: string, alias: string): void {
    const key = keyOf(word);
    if (distinctive(key) && !ownName.test(key)) this.#words.set(key, { kind, alias });
  }

  word(word: string): { kind: string; alias: string } | undefined {
    return this.#words.get(keyOf(word));
  }

  get knowsWords(): boolean {
    return this.#words.size > 0;
  }
}

function isExampleAccount(accountId: string): boolean {
  return exampleAccounts.includes(accountId) || accountId.startsWith('0000000000');
}

/** A request id as evidence shows it: the lines of one request are still seen to belong together. */
export function requestIdDigest(id: string): string {
  return `request-${createHash('sha256').update(id.toLowerCase()).digest('hex').slice(0, 12)}`;
}

/** Without the padding of base64, which some writers leave out; and in any case. */
function keyOf(word: string): string {
  return word.toLowerCase().replace(/[=.]+$/, '');
}

/** "ada" or "developer" is hidden where it is a name, but it is also a word: it cannot be hidden everywhere. */
function distinctive(word: string): boolean {
  return word.length >= 6 && /[\d._@+/-]/.test(word);
}

/** What the kit itself is made of. A session of the worker's role is called like the worker. */
const ownName = /lab01|^(?:[a-z0-9-]{1,16}-)?(?:lab-dev|instructor|admin)$|^\d{1,11}$|^us-/;

import { createHash, randomBytes } from 'node:crypto';
import { isWordOfKit } from './words-of-kit.ts';

/** AWS's own example accounts: nobody's, so no secret where they are met. */
const exampleAccounts = ['123456789012', '111122223333', '444455556666', '777788889999'];

/** For the fifth one and more: no account of AWS begins with ten zeros. */
const spareAccounts = Array.from({ length: 99 }, (_, i) => String(i + 1).padStart(12, '0'));

/** What a redactor has met, to be kept for the next one: no word of it, only digests with a salt. */
export interface Kept {
  readonly salt: string;
  /** Alias by digest of the account. */
  readonly accounts: Readonly<Record<string, string>>;
  /** By digest of the word. */
  readonly words: Readonly<Record<string, Meaning>>;
}

interface Meaning {
  readonly kind: string;
  readonly alias: string;
}

/**
 * What one redactor knows: which account has which alias, and the words that it has met as a secret and
 * hides from then on wherever they stand.
 */
export class Memory {
  readonly #salt: string;
  readonly #own = new Set<string>();
  readonly #accounts = new Map<string, string>();
  readonly #keptAccounts: Map<string, string>;
  readonly #words: Map<string, Meaning>;
  #newNames = 0;
  #knowsVariables: boolean;

  /**
   * @param accountIds known beforehand: the first one is shown as AWS's first example account
   * @param kept what earlier redactors have met
   */
  constructor(accountIds: readonly string[], kept?: Kept) {
    this.#salt = kept?.salt ?? randomBytes(16).toString('hex');
    this.#keptAccounts = new Map(Object.entries(kept?.accounts ?? {}));
    this.#words = new Map(Object.entries(kept?.words ?? {}));
    this.#knowsVariables = [...this.#words.values()].some(({ kind }) => kind === variable);
    for (const accountId of accountIds) {
      this.#own.add(accountId);
      this.#meetAccount(accountId, accountIds);
    }
  }

  /** An account that an ARN or a URL names. Numbers that stand in `text` already are nobody's new alias. */
  meetAccount(accountId: string, text: string): void {
    if (this.#accounts.has(accountId) || isExampleAccount(accountId)) return;
    this.#meetAccount(accountId, [...this.#accounts.keys()], text);
  }

  #meetAccount(accountId: string, others: readonly string[], text = ''): void {
    const taken = new Set(this.#accounts.values());
    const known = this.#keptAccounts.get(this.#digest(accountId));
    if (known !== undefined && !taken.has(known)) {
      this.#accounts.set(accountId, known);
      return;
    }
    for (const alias of this.#keptAccounts.values()) taken.add(alias);
    const alias = [...exampleAccounts, ...spareAccounts].find(
      (one) =>
        !taken.has(one) && (one === accountId || !(others.includes(one) || text.includes(one))),
    );
    this.#accounts.set(accountId, alias ?? '000000000000');
  }

  /** Undefined for digits that are no account's, and for an account that is its own alias. */
  accountAlias(digits: string): string | undefined {
    return this.#accounts.get(digits) ?? this.#keptAccounts.get(this.#digest(digits));
  }

  isAccount(digits: string): boolean {
    return this.#accounts.has(digits) || isExampleAccount(digits);
  }

  /** The accounts met here that are shown as another one, with its alias. */
  hiddenAccounts(): [string, string][] {
    return [...this.#accounts].filter(([accountId, alias]) => accountId !== alias);
  }

  learn(word: string, kind: string, alias: string): void {
    const key = keyOf(word);
    const isPassphrase = kind === variable && passphrase.test(key) && !isWordOfKit(key);
    if (!(distinctive(key) || isPassphrase) || ownName.test(key)) return;
    if (kind === variable) this.#knowsVariables = true;
    const digest = this.#digest(key);
    if (nameKinds.has(kind) && !this.#words.has(digest)) this.#newNames += 1;
    this.#words.set(digest, { kind, alias });
  }

  word(word: string): Meaning | undefined {
    const key = keyOf(word);
    const mayBeKnown = distinctive(key) || (this.#knowsVariables && passphrase.test(key));
    return mayBeKnown ? this.#words.get(this.#digest(key)) : undefined;
  }

  get knowsWords(): boolean {
    return this.#words.size > 0;
  }

  /** How many names it has met that it did not know: what was written before may hold them. */
  get newNames(): number {
    return this.#newNames;
  }

  /** Everything met so far, for the redactors to come. The lab's own accounts have their aliases anyway. */
  kept(): Kept {
    const met = [...this.#accounts].filter(([accountId]) => !this.#own.has(accountId));
    const accounts = new Map([
      ...this.#keptAccounts,
      ...met.map(([accountId, alias]) => [this.#digest(accountId), alias] as const),
    ]);
    return {
      salt: this.#salt,
      accounts: Object.fromEntries(accounts),
      words: Object.fromEntries([...this.#words].filter(([, { kind }]) => !ofOneAnswer.has(kind))),
    };
  }

  #digest(text: string): string {
    return createHash('sha256').update(this.#salt).update(text).digest('base64url').slice(0, 22);
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

/** Names of people and things. Ids, handles and tokens belong to one answer, and are known by their looks. */
const nameKinds = new Set([
  'SSO start page',
  'account alias',
  'environment variable',
  'host name',
  'session name',
  'user name',
]);

/** New ones with every answer, and nowhere else: kept, they would only pile up. */
const ofOneAnswer = new Set(['receipt handle', 'request id']);

/** "ada" or "developer" is hidden where it is a name, but it is also a word: it cannot be hidden everywhere. */
function distinctive(word: string): boolean {
  return word.length >= 6 && /[\d._@+/-]/.test(word);
}

/** The value of a variable is a secret also when it is of letters alone, as long as no other word is written so. */
const variable = 'environment variable';
const passphrase = /^\p{L}{8,}$/u;

/** What the kit itself is made of. A session of the worker's role is called like the worker. */
const ownName = /lab01|^(?:[a-z0-9-]{1,16}-)?(?:lab-dev|instructor|admin)$|^\d{1,11}$|^us-/;

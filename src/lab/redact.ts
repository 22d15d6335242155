import { createHash } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { root } from './settings.ts';

/** AWS's own example account; a second account gets the next one, so that ARNs still match each other. */
const accountAliases = ['123456789012', '111122223333', '444455556666', '777788889999'];

/**
 * Makes one redactor: everything that reaches `docs/` goes through it. The same secret gets the same
 * alias for as long as the redactor lives.
 * @param accountIds accounts known beforehand, the lab's own first
 */
export function redactor(accountIds: readonly string[]): (text: string) => string {
  const accounts = new Map<string, string>();
  const accountAlias = (accountId: string) => {
    const known = accounts.get(accountId);
    if (known !== undefined) return known;
    const alias = accountAliases[accounts.size] ?? `${100_000_000_000 + accounts.size}`;
    accounts.set(accountId, alias);
    return alias;
  };
  for (const accountId of accountIds) accountAlias(accountId);

  return (text) => {
    // ARNs and queue URLs may name accounts that nobody told us.
    for (const [, accountId = ''] of text.matchAll(/arn:aws[\w-]*:[\w-]*:[\w-]*:(\d{12}):/g)) {
      accountAlias(accountId);
    }
    for (const [, accountId = ''] of text.matchAll(/https?:\/\/[^/\s"']+\/(\d{12})\//g)) {
      accountAlias(accountId);
    }
    // All at once: the alias of one account may be the number of another.
    let result = text.replaceAll(
      /(?<!\d)\d{12}(?!\d)/g,
      (digits) => accounts.get(digits) ?? digits,
    );
    result = result
      .replaceAll(/\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b/g, '$1-hidden')
      .replaceAll(/\b(AIDA|AROA|AGPA|ANPA)[A-Z0-9]{12,}(:[\w+=,.@-]+)?/g, '$1-hidden')
      .replaceAll(/(:user\/)[\w+=,.@/-]+/g, '$1hidden')
      .replaceAll(/(:assumed-role\/[\w+=,.@-]+\/)[\w+=,.@-]+/g, '$1hidden')
      .replaceAll(/(ReceiptHandle\\*"?\s*:\s*\\*")[^"\\]+/gi, '$1hidden')
      .replaceAll(/\bAQEB[A-Za-z0-9+/=]{40,}/g, 'receipt-handle-hidden')
      .replaceAll(/\?[^\s"'\\]*X-Amz-[^\s"'\\]+/gi, '?signature-hidden')
      .replaceAll(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, 'mail-hidden');
    result = hideRequestIds(result);
    for (const place of [root, homedir()]) {
      if (place.length > 3) result = replaceWhole(result, place, '~');
    }
    const host = hostname();
    return host.length > 3 ? replaceWhole(result, host, 'host-hidden') : result;
  };
}

/** Not inside a longer name: the home folder `/root` is no part of a link to `/root-user.html`. */
function replaceWhole(text: string, place: string, alias: string): string {
  const literal = place.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(String.raw`(?<![\w-])${literal}(?![\w-])`, 'g'), () => alias);
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Request ids become digests, the same one wherever the id stands; message ids and mapping UUIDs stay. */
function hideRequestIds(text: string): string {
  const patterns = [
    new RegExp(`(?:RequestId:|requestId\\\\*":\\s*\\\\*"|request id:)\\s*(${uuid})`, 'gi'),
    new RegExp(`(?:Z|\\d)(?:\\t|\\\\t)(${uuid})(?:\\t|\\\\t)`, 'g'),
  ];
  const ids = new Set(
    patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')),
  );
  let result = text;
  for (const id of ids) result = result.replaceAll(id, requestIdDigest(id));
  return result;
}

/** A request id as evidence shows it. */
export function requestIdDigest(id: string): string {
  return `request-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}

import { inflateSync, gunzipSync, constants } from 'node:zlib';

/** A word that is base64 of something secret, and what to show instead. */
interface EncodedSecret {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly alias: string;
}

/** Finds what is secret in a text that was hidden in base64, and writes that text without it. */
export interface Inside {
  readonly kindIn: (text: string) => string | undefined;
  readonly redact: (text: string) => string;
}

const word = /[A-Za-z0-9+/_-]{16,}={0,2}/g;

/** The rest of what mail and `base64` write in lines of 64 or 76 characters. */
const moreLines =
  /(?:\r?\n[A-Za-z0-9+/]{64}(?![A-Za-z0-9+/])|\r?\n[A-Za-z0-9+/]{76}(?![A-Za-z0-9+/]))*\r?\n[A-Za-z0-9+/]{4,76}={0,2}/y;

/** What a person could read among the bytes. */
// oxlint-disable-next-line no-control-regex
const readable = /[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]{8,}/g;

/**
 * Words whose bytes hold a secret. Base64 of a whole text stays base64, of the text without the secret; a word
 * with anything else around it is hidden whole.
 */
export function base64Secrets(text: string, inside: Inside): EncodedSecret[] {
  const found: EncodedSecret[] = [];
  // Its own: what lies inside is searched in the same way, and must not move this search on.
  const words = new RegExp(word);
  for (let match = words.exec(text); match !== null; match = words.exec(text)) {
    const { index: start } = match;
    const lines = match[0] + linesAfter(match[0], text, start);
    const end = start + lines.length;
    const encoded = lines.replaceAll(/\s/g, '');
    const kind = kindIn(encoded, inside);
    if (kind !== undefined) {
      const plain = textOfBase64(encoded);
      const alias =
        plain === undefined ? 'base64-hidden' : encodedLike(encoded, inside.redact(plain));
      found.push({ start, end, kind, alias });
    }
    words.lastIndex = end;
  }
  return found;
}

function linesAfter(line: string, text: string, at: number): string {
  if (line.length !== 64 && line.length !== 76) return '';
  moreLines.lastIndex = at + line.length;
  return moreLines.exec(text)?.[0] ?? '';
}

/** A path or a prefix in front may put the bytes out of step: one of the four beginnings is in step. */
function kindIn(word: string, { kindIn }: Inside): string | undefined {
  // Ids, digests and numbers; no text in base64 looks like one.
  if (/^[0-9a-f-]+$/i.test(word)) return undefined;
  for (const skipped of [0, 1, 2, 3]) {
    const bytes = unpacked(Buffer.from(word.slice(skipped), 'base64')).toString('utf8');
    for (const [run] of bytes.matchAll(readable)) {
      const kind = kindIn(run);
      if (kind !== undefined) return kind;
    }
  }
  return undefined;
}

/** More than any log event holds; a bomb of zeros ends here. */
const mostUnpackedBytes = 4 * 1024 * 1024;

/** What gzip or zlib has packed, also when its end is missing: CloudWatch Logs hands on its events like this. */
function unpacked(bytes: Buffer): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isZlib = bytes[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(bytes[1] ?? 0);
  if (!isGzip && !isZlib) return bytes;
  try {
    return (isGzip ? gunzipSync : inflateSync)(bytes, {
      maxOutputLength: mostUnpackedBytes,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch {
    return bytes;
  }
}

/** Undefined when the word is not base64 of a text and of nothing else. */
export function textOfBase64(word: string): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(word, 'base64'));
    // oxlint-disable-next-line no-control-regex
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function encodedLike(word: string, text: string): string {
  const encoded = Buffer.from(text).toString(/[-_]/.test(word) ? 'base64url' : 'base64');
  return word.endsWith('=') ? encoded : encoded.replace(/=+$/, '');
}

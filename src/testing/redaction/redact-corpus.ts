import { constants, gunzipSync } from 'node:zlib';
import { accounts, keys } from './corpus-accounts.ts';
import type { SeededSecret } from './corpus-forms.ts';
import { others } from './corpus-others.ts';
import { people } from './corpus-people.ts';
import { places, requests } from './corpus-places.ts';
import { readableParts } from '../../redaction/png.ts';

export { corpusAccount } from './corpus-accounts.ts';
export { encodings } from './corpus-encodings.ts';
export type { SeededSecret } from './corpus-forms.ts';

/** The machine on which the corpus was "recorded". */
export const corpusMachine = {
  home: '/home/ada',
  host: 'adas-laptop.analytical.example',
  checkout: '/srv/engines/lab01-of-ada',
};

/** One of each kind of secret, and more, in the places where AWS, its CLI and a shell show it. */
export const corpus: readonly SeededSecret[] = [
  ...accounts,
  ...keys,
  ...people,
  ...requests,
  ...places,
  ...others,
];

/**
 * The seeded secrets that can still be read in a text or in a file, in any encoding and in any case. Of a long
 * one, a third is too much. Knows nothing of how redaction works.
 * @param content bytes of a PNG are searched in all that is not pixels
 */
export function leaksOf(
  content: string | Uint8Array,
  secrets: readonly SeededSecret[] = corpus,
): string[] {
  const texts =
    typeof content === 'string'
      ? [content]
      : [...readableParts(content), Buffer.from(content).toString('latin1')];
  const readings = texts.flatMap((text) => [...readingsOf(text)]).map((text) => text.toLowerCase());
  return secrets
    .map(({ value }) => value)
    .filter((value) =>
      partsOf(value).some((part) =>
        readings.some((reading) => reading.includes(part.toLowerCase())),
      ),
    );
}

function partsOf(value: string): string[] {
  if (value.length < 36) return [value];
  const third = Math.floor(value.length / 3);
  return [0, 1, 2].map((i) => value.slice(i * third, (i + 1) * third));
}

/** The text, undone in every way, and what comes out undone again. */
function readingsOf(text: string): Set<string> {
  const readings = new Set([text]);
  let newest = [text];
  for (let round = 0; round < 5 && newest.length > 0; round++) {
    newest = newest
      .flatMap((reading) => ways.map((way) => way(reading)))
      .filter((reading) => reading !== '' && !readings.has(reading));
    for (const reading of newest) readings.add(reading);
    newest = [...new Set(newest)];
  }
  return readings;
}

const ways: readonly ((text: string) => string)[] = [
  (text) =>
    text
      .replaceAll(/\\\r?\n/g, '')
      .replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex: string) => sign(hex, 16))
      .replaceAll(/&#x([0-9a-f]{1,6});/gi, (_, hex: string) => sign(hex, 16))
      .replaceAll(/&#(\d{1,7});/g, (_, digits: string) => sign(digits, 10))
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&amp;', '&')
      .replaceAll(String.raw`\n`, '\n')
      .replaceAll(/\\(["'/\\])/g, '$1')
      .replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) =>
        Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
      ),
  // What a terminal or a table breaks in two.
  (text) => text.replaceAll(/(?<=\d)(?:\\+n|[\s|])+(?=\d)/g, ''),
  // What a picture wraps over several lines.
  (text) => (text.includes('<') ? text.replaceAll(/<[^>]*>|\s/g, '') : ''),
  base64Words,
];

function sign(digits: string, base: number): string {
  const code = Number.parseInt(digits, base);
  return code > 0x10_ff_ff ? '' : String.fromCodePoint(code);
}

/** What can be read in words of base64, also in those that go on over several lines. */
function base64Words(text: string): string {
  const joined = text.replaceAll(/([A-Za-z0-9+/]{64,76})\r?\n/g, '$1');
  return (joined.match(/[A-Za-z0-9+/_-]{12,}/g) ?? [])
    .flatMap((word) =>
      [0, 1, 2, 3].flatMap(
        (skip) =>
          gunzipped(Buffer.from(word.slice(skip), 'base64'))
            .toString('utf8')
            // oxlint-disable-next-line no-control-regex
            .match(/[^\u0000-\u0008\u000e-\u001f\u007f\ufffd]{5,}/g) ?? [],
      ),
    )
    .join('\n');
}

function gunzipped(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return bytes;
  }
}

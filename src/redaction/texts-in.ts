import { inflateSync } from 'node:zlib';
import { isPng, readableParts } from './png.ts';

/**
 * What can be read in a file: the text; the metadata of a PNG; of a PDF all its strings and what it packs.
 * @returns undefined for a file of another kind, in which nobody has looked
 */
export function textsIn(content: Uint8Array): string[] | undefined {
  const bytes = Buffer.from(content);
  if (isPng(bytes)) return readableParts(bytes);
  if (bytes.subarray(0, 1024).includes('%PDF-')) return partsOfPdf(bytes);
  const text = textOf(bytes);
  return text === undefined ? undefined : [text];
}

/** Texts have no zero bytes and no control characters, but for those of lines and of terminals. */
function textOf(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString('utf16le', 2);
  if (first === 0xfe && second === 0xff) return bigEndian(bytes.subarray(2));
  // oxlint-disable-next-line no-control-regex
  const acting = /[\u0000-\u0006\u000e-\u001a\u001c-\u001f]/;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return acting.test(text) ? undefined : text;
  } catch {
    const text = bytes.toString('latin1');
    // Of the other 128 signs, texts of one byte a sign have few; a picture has half of them.
    const foreign = bytes.filter((byte) => byte > 0x7f).length;
    return acting.test(text) || foreign > bytes.length / 5 ? undefined : text;
  }
}

function bigEndian(bytes: Buffer): string {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
    .swap16()
    .toString('utf16le');
}

const mostUnpackedBytes = 16 * 1024 * 1024;

/** The file as it is, each stream unpacked, and each string of any of these as a reader of PDFs shows it. */
function partsOfPdf(bytes: Buffer): string[] {
  const raw = bytes.toString('latin1');
  const parts = [bytes.toString('utf8'), ...pdfStrings(raw)];
  for (const { index, 0: opening } of raw.matchAll(/\bstream\r?\n/g)) {
    const start = index + opening.length;
    const end = raw.indexOf('endstream', start);
    try {
      const packed = bytes.subarray(start, end === -1 ? undefined : end);
      const plain = inflateSync(packed, { maxOutputLength: mostUnpackedBytes });
      parts.push(plain.toString('utf8'), ...pdfStrings(plain.toString('latin1')));
    } catch {
      // Packed in another way, such as a photo, or not at all: then it is read above.
    }
  }
  return parts;
}

const pdfString = /\(((?:[^()\\]|\\[\s\S]){1,4000})\)|<([0-9A-Fa-f\s]{8,8000})>/g;
const octal = /\\(?:([0-7]{1,3})|\r?\n|([\s\S]))/g;

function pdfStrings(text: string): string[] {
  const strings = [...text.matchAll(pdfString)].map(([, plain, hex = '']) => {
    const bytes =
      plain === undefined
        ? Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')
        : Buffer.from(plain.replaceAll(octal, unescaped), 'latin1');
    return bytes[0] === 0xfe && bytes[1] === 0xff
      ? bigEndian(bytes.subarray(2))
      : bytes.toString('latin1');
  });
  // A page writes a word in pieces: what stands side by side is read together, too.
  return strings.length === 0 ? [] : [strings.join('\n'), strings.join('')];
}

function unescaped(_: string, digits: string | undefined, sign: string | undefined): string {
  if (digits !== undefined) return String.fromCodePoint(Number.parseInt(digits, 8) % 256);
  return sign ?? '';
}

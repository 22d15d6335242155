const [quote, backslash, comma] = [...Buffer.from('"\\,')];
const openers = new Set(Buffer.from('[{'));
const closers = new Set(Buffer.from(']}'));

export interface JsonLimits {
  readonly levels: number;
  /** Members of objects and lists, all together. */
  readonly values: number;
}

/**
 * Why a text is not worth parsing. A few megabytes of `[[],[],…]` keep a parser busy for seconds and take a hundred
 * times their size in memory; looking at the bytes takes some milliseconds and nothing. Says nothing about whether it
 * is JSON.
 */
export function jsonExcess(bytes: Uint8Array, limits: JsonLimits): string | undefined {
  let [levels, values] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) at = endOfText(bytes, at + 1);
    else if (byte === comma) values += 1;
    else if (openers.has(byte)) [levels, values] = [levels + 1, values + 1];
    else if (closers.has(byte)) levels -= 1;
    if (levels > limits.levels) return 'nested too deeply';
    if (values > limits.values) return 'made of too many values';
  }
  return undefined;
}

/** Where the closing quote is. Long texts are passed over quickly. */
function endOfText(bytes: Uint8Array, from: number): number {
  for (let at = from; ;) {
    const end = bytes.indexOf(quote ?? 0, at);
    if (end < 0) return bytes.length;
    let before = end - 1;
    while (before >= from && bytes[before] === backslash) before -= 1;
    if ((end - 1 - before) % 2 === 0) return end;
    at = end + 1;
  }
}

/** Of a request: far more than any input of the API has. */
export const requestLimits: JsonLimits = { levels: 100, values: 200_000 };

/** Of what functions get and answer, which may have any form. */
export const payloadLimits: JsonLimits = { levels: 1_000, values: 500_000 };

import { stripVTControlCharacters } from 'node:util';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { assertClean, redactor } from './redact.ts';
import {
  corpus,
  corpusAccount,
  corpusMachine,
  encodings,
  leaksOf,
} from '../testing/redaction/redact-corpus.ts';

// Thousands of texts, on a machine that may be busy.
const redactCorpus = (text: string) => redactor([corpusAccount], corpusMachine)(text);

test('the corpus is large, and its values are different', () => {
  expect(new Set(corpus.map(({ value }) => value)).size).toBe(corpus.length);
  expect(corpus.length).toBeGreaterThanOrEqual(60);
});

test.each(Object.entries(encodings))('%s, no seeded secret is left', (name, encode) => {
  const unseen: string[] = [];
  const leaks: string[] = [];
  for (const secret of corpus) {
    for (const form of secret.forms) {
      const packed = encode(form);
      if (leaksOf(packed, [secret]).length === 0) unseen.push(`${secret.kind} in ${packed}`);
      const redacted = redactCorpus(packed);
      if (leaksOf(redacted, [secret]).length > 0)
        leaks.push(`${secret.kind}: ${form}\n=> ${redacted}`);
    }
  }
  expect(unseen).toEqual([]);
  expect(leaks).toEqual([]);
});

const forms = corpus.flatMap((secret) => secret.forms.map((form) => ({ secret, form })));

/** Each form in the encoding whose turn it is. */
function inAllWays(turn: number): string[] {
  const ways = Object.values(encodings);
  return forms.map(({ form }, i) => ways[(turn + i) % ways.length]?.(form) ?? '');
}

test('a secret that a line continuation splits is hidden', () => {
  const leaks = forms.flatMap(({ secret, form }) => {
    const middle = Math.ceil(secret.value.length / 2);
    const split = `${secret.value.slice(0, middle)}\\\n${secret.value.slice(middle)}`;
    return leaksOf(redactCorpus(form.replace(secret.value, split)), [secret]).map(() => form);
  });
  expect(leaks).toEqual([]);
});

test.each([
  ['colours of a terminal', '\u001B[0;32m', '\u001B[0m'],
  ['signs that nobody sees', '\u200B', '\u00AD'],
])('a secret between %s is hidden', (_, before, after) => {
  const leaks = forms.flatMap(({ secret, form }) => {
    const { value } = secret;
    const third = Math.floor(value.length / 3);
    const coloured = `${before}${value.slice(0, third)}${after}${value.slice(third)}${after}`;
    const packed = form.replace(value, () => coloured);
    const { output } = JSON.parse(redactCorpus(JSON.stringify({ output: packed }))) as {
      output: string;
    };
    return [redactCorpus(packed), output]
      .map((text) => stripVTControlCharacters(text).replaceAll(/[\u200B\u00AD]/g, ''))
      .filter((text) => leaksOf(text, [secret]).length > 0);
  });
  expect(leaks).toEqual([]);
});

/** Worthless in any other case: every letter of them counts. */
const caseCounts = ['secret key', 'session token', 'token', 'receipt handle', 'signature'];

/** What tells it is JSON with escapes, which is none in capitals. */
const onlyAsWritten = ['text of the worker’s log'];

test.each([
  ['capitals', (text: string) => text.toUpperCase()],
  ['small letters', (text: string) => text.toLowerCase()],
])('what still means something in %s is hidden there, too', (_, change) => {
  const leaks = forms
    .filter(({ secret }) => ![...caseCounts, ...onlyAsWritten].includes(secret.kind))
    .flatMap(({ secret, form }) =>
      leaksOf(redactCorpus(change(form)), [secret]).map(() => change(form)),
    );
  expect(leaks).toEqual([]);
});

test('JSON stays JSON, with the same members', () => {
  for (const { form } of forms) {
    const packed = JSON.stringify({ a: form, b: [JSON.stringify({ form })] });
    const redacted = JSON.parse(redactCorpus(packed)) as { a: string; b: string[] };
    expect(Object.keys(redacted)).toEqual(['a', 'b']);
    expect(Object.keys(JSON.parse(redacted.b[0] ?? '') as object)).toEqual(['form']);
  }
});

test('what is redacted is not changed again, by the same redactor or by another one', () => {
  for (const turn of [0, 9, 18]) {
    const text = inAllWays(turn).join('\n');
    const first = redactor([corpusAccount], corpusMachine);
    const once = first(text);
    expect(first(once)).toBe(once);
    expect(redactor([corpusAccount], corpusMachine)(once)).toBe(once);
  }
});

const formats: Readonly<Record<string, (texts: readonly string[]) => string>> = {
  JSON: (texts) => JSON.stringify({ proofs: texts.map((output) => ({ output })) }, null, 2),
  text: (texts) => texts.join('\n'),
  SVG: (texts) => `<svg>${texts.map((text) => `<text>${entities(text)}</text>`).join('\n')}</svg>`,
  HTML: (texts) => `<!doctype html><pre>${entities(texts.join('\n'))}</pre>`,
};

test.each(Object.entries(formats))('all secrets at once as %s leak nothing', (_, format) => {
  const texts = inAllWays(0);
  expect(leaksOf(format(texts)).length).toBeGreaterThan(80);
  expect(leaksOf(redactCorpus(format(texts)))).toEqual([]);
});

function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

test('the search for leaks sees a value that a picture wraps, and one in the metadata of a PNG', () => {
  const [secret] = corpus;
  if (secret === undefined) throw new Error('the corpus is empty');
  const { value } = secret;
  const wrapped = `<text><tspan>${value.slice(0, 5)}</tspan>\n<tspan>${value.slice(5)}</tspan></text>`;
  expect(leaksOf(wrapped)).toContain(value);
  expect(leaksOf(png('tEXt', Buffer.from(`Author\0${value}`)))).toContain(value);
  const packed = deflateSync(Buffer.from(`{"account":"${value}"}`));
  expect(leaksOf(png('zTXt', Buffer.concat([Buffer.from('x\0\0'), packed])))).toContain(value);
  const international = Buffer.concat([Buffer.from('x\0\u0001\0de\0x\0'), packed]);
  expect(leaksOf(png('iTXt', international))).toContain(value);
  expect(
    leaksOf(Buffer.concat([png('tEXt', Buffer.from('Title\0x')), Buffer.from(value)])),
  ).toContain(value);
  expect(leaksOf(png('tEXt', Buffer.from('Title\0a dead-letter queue')))).toEqual([]);
});

test('nothing with a secret passes the last look, and what the redactor wrote does', () => {
  for (const { form } of forms) {
    const account = [corpusAccount];
    const machine = corpusMachine;
    expect(() => assertClean(form, 'a file', account, machine)).toThrow('a file is not written');
    assertClean(redactCorpus(form), 'a file', account, machine);
  }
});

test('the last look names kind and line of a secret, and not the secret', () => {
  const look = () => assertClean('fine\nfrom 10.20.30.40\n', 'docs/index.html');
  expect(look).toThrow('docs/index.html is not written: it still holds IP address (line 2)');
});

test('the last look reads the metadata of a picture', () => {
  const look = (text: string) => assertClean(png('tEXt', Buffer.from(text)), 'p.png');
  expect(() => look('Author\0ada@example.com')).toThrow('mail address');
  look('Title\0a dead-letter queue');
});

test('ten times the text takes about ten times as long, not a hundred times', () => {
  const line = (i: number) =>
    `2026-11-23T08:00:00.123Z\t3f1c9a52-8d4e-5b60-9c7a-${String(i).padStart(12, '0')}\tINFO\t{"receiptHandle":"AQEB${'x7'.repeat(20)}${i}"}`;
  const hostile = [
    'a',
    '1.',
    'a/',
    '\\"',
    'a@',
    'ab:',
    '-----BEGIN PRIVATE KEY-----',
    `${'A'.repeat(76)}\n`,
    '%25',
    'secret: ',
    '&amp;',
  ];
  const makers = [
    (size: number) => Array.from({ length: size / 150 }, (_, i) => line(i)).join('\n'),
    ...hostile.map((piece) => (size: number) => piece.repeat(size / piece.length)),
  ];
  for (const make of makers) {
    const [small, large] = [make(20_000), make(200_000)];
    redactCorpus(small);
    const once = cpuTime(() => redactCorpus(small));
    // A constant for what does not grow: starting, and the collection of garbage.
    expect(cpuTime(() => redactCorpus(large))).toBeLessThan(40 * once + 200);
  }
});

/** Milliseconds of work of this thread alone: whatever else the machine does, it does not count. */
function cpuTime(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** A PNG of one chunk besides its frame. Readers of metadata do not look at checksums. */
function png(type: string, data: Buffer): Buffer {
  const chunk = (name: string, content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, Buffer.from(name), content, Buffer.alloc(4)]);
  };
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', Buffer.alloc(13)),
    chunk(type, data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

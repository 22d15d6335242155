import { gzipSync } from 'node:zlib';

const utf8 = (text: string) => Buffer.from(text);
const inJson = (text: string) => JSON.stringify({ output: text });
const unicodeEscaped = (text: string) =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
    .map((code) => String.raw`\u` + code.toString(16).padStart(4, '0'))
    .join('');
const everyCharacterPercent = (text: string) =>
  utf8(text)
    .toString('hex')
    .replaceAll(/../g, (byte) => `%${byte.toUpperCase()}`);

/** The ways in which a text is packed into another one. */
export const encodings: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in JSON': inJson,
  'in JSON in JSON': (text) => inJson(inJson(text)),
  'in JSON in JSON in JSON': (text) => inJson(inJson(inJson(text))),
  'escaped, without quotes around': (text) => JSON.stringify(text).slice(1, -1),
  'escaped twice, in a line of a log': (text) =>
    `2026-11-23T08:00:00.123Z\tx\tINFO\t${JSON.stringify(JSON.stringify(text))}\n`,
  'with \\u escapes': (text) => `{"output":"${unicodeEscaped(text)}"}`,
  'with slashes escaped': (text) => inJson(text).replaceAll('/', String.raw`\/`),
  'in a URL': (text) => `https://example.com/?a=1&q=${encodeURIComponent(text)}&b=2`,
  'in a URL in a URL': (text) =>
    `https://example.com/?q=${encodeURIComponent(`https://example.org/?r=${encodeURIComponent(text)}`)}`,
  'percent-encoded throughout': everyCharacterPercent,
  'in a URL in JSON': (text) => inJson(`https://example.com/?q=${encodeURIComponent(text)}`),
  'in base64': (text) => `Payload: ${utf8(text).toString('base64')}`,
  'in base64url': (text) => `https://example.com/p?t=${utf8(text).toString('base64url')}&x=1`,
  'in JSON in base64 in JSON': (text) =>
    JSON.stringify({ blob: utf8(JSON.stringify({ a: 1, text })).toString('base64') }),
  'in base64 in base64': (text) => utf8(utf8(text).toString('base64')).toString('base64'),
  'in base64 behind a path': (text) =>
    `/v1/x/${utf8(`{"v":${JSON.stringify(text)}}`).toString('base64')}`,
  'in base64 of bytes': (text) =>
    Buffer.concat([Buffer.from([8, 1, 255, 0, 18]), utf8(text), Buffer.from([0, 200])]).toString(
      'base64',
    ),
  'in base64 in lines': (text) =>
    utf8(
      `A note of more than one line of base64:\n${text}\nand so on, until it is long enough for several lines.\n`,
    )
      .toString('base64')
      .replaceAll(/.{76}/g, '$&\n'),
  'in base64 of gzip, as CloudWatch Logs hands its events on': (text) =>
    JSON.stringify({
      awslogs: {
        data: gzipSync(JSON.stringify({ logEvents: [{ message: text }] })).toString('base64'),
      },
    }),
  'in base64 in a URL': (text) => `t=${encodeURIComponent(utf8(text).toString('base64'))}`,
  'in HTML': (text) => `<p title="x">${html(text)}</p>`,
  'in HTML, all entities': (text) =>
    `<text>${Array.from(text, (sign) => `&#${sign.codePointAt(0)};`).join('')}</text>`,
  'in HTML, hexadecimal entities': (text) =>
    `<pre>${Array.from(text, (sign) => `&#x${sign.codePointAt(0)?.toString(16)};`).join('')}</pre>`,
  'in JSON in HTML': (text) => `<script type="application/json">${html(inJson(text))}</script>`,
  'in an SVG': (text) =>
    `<svg xmlns="http://www.w3.org/2000/svg"><title>${html(text)}</title><text x="10" y="20">${html(text)}</text></svg>`,
  'in a shell command': (text) => `aws sqs send-message --message-body '${text}'`,
  'in an error of the CLI': (text) =>
    `\naws: [ERROR]: An error occurred (AccessDenied) when calling the SendMessage operation: ${text}\n`,
  'in a Python literal': (text) => `{'Body': '${text.replaceAll("'", String.raw`\'`)}', 'n': 1}`,
};

function html(text: string): string {
  const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return text.replaceAll(/[&<>"]/g, (sign) => `&${names[sign]};`);
}

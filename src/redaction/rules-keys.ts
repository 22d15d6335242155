import { textOfBase64 } from './base64.ts';
import { wordStart } from './rule.ts';
import type { Rule } from './rule.ts';

/** Tokens whose makers gave them a beginning of their own. */
const wellKnownTokens = [
  // GitLab, Stripe, Google, Slack apps, SendGrid, DigitalOcean, Vault, PyPI, Shopify, Docker, Hugging Face, OpenAI and its kind.
  String.raw`gl(?:pat|ptt|dt|rt|rtr|cbt|ft|soat|agent|oas|imt|ffct)-[\w.-]{16,}`,
  String.raw`(?:sk|rk|pk|whsec)_(?:(?:live|test)_)?[A-Za-z0-9]{16,}`,
  String.raw`AIza[\w-]{30,}`,
  String.raw`ya29\.[\w-]{20,}`,
  String.raw`xapp-[\w-]{10,}`,
  String.raw`SG\.[\w-]{16,}\.[\w-]{16,}`,
  String.raw`do[opr]_v1_[0-9a-f]{32,}`,
  String.raw`hv[sbr]\.[\w-]{20,}`,
  String.raw`pypi-[\w-]{20,}`,
  String.raw`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{24,}`,
  String.raw`dckr_pat_[\w-]{20,}`,
  String.raw`hf_[A-Za-z0-9]{20,}`,
  String.raw`sk-(?:[a-z]{2,8}-)*[\w-]{20,}`,
];

/** Keys, tokens, handles and signatures: what lets somebody in. */
export const keysAndTokens: Rule[] = [
  {
    kind: 'access key id',
    pattern: new RegExp(`${wordStart}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16,}`, 'gi'),
    alias: (id) => `${id.slice(0, 4).toUpperCase()}-hidden`,
  },
  {
    kind: 'user or role id',
    // With the name of the session, as GetCallerIdentity shows it.
    pattern: new RegExp(
      `${wordStart}(?:AIDA|AROA|AGPA|ANPA|AIPA|ANVA|ASCA|APKA)[A-Z0-9]{16,}(?::[\\w+=,.@-]+)?`,
      'gi',
    ),
    alias: (id) => `${id.slice(0, 4).toUpperCase()}-hidden`,
  },
  {
    kind: 'secret key',
    // A name with "=" may stand right before it, a word with "_" or "-", or one part of a path.
    pattern:
      /(?:(?<![\w/+.-])|(?<=[A-Za-z]{3}[_-])|(?<=[/:\s"'=][a-z][\w.-]{0,20}\/))[A-Za-z0-9/+]{40}(?![\w/+=-])/g,
    alias: 'secret-key-hidden',
    everywhere: true,
    // Base64 of a text is read for what is in it.
    unless: (text) => !looksRandom(text) || textOfBase64(text) !== undefined,
  },
  {
    kind: 'session token',
    pattern: new RegExp(
      `${wordStart}(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|AQoDYXdz|AQoEXAMPLE)[A-Za-z0-9+/=_-]{20,}`,
      'g',
    ),
    alias: 'token-hidden',
    everywhere: true,
  },
  {
    kind: 'token',
    pattern: new RegExp(
      String.raw`${wordStart}(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+|gh[pousr]_\w{20,}|github_pat_\w{20,}|npm_\w{20,}|xox[a-z]-[\w-]{10,}|${wellKnownTokens.join('|')})`,
      'g',
    ),
    alias: 'token-hidden',
    everywhere: true,
  },
  {
    kind: 'token',
    pattern: /(\bAuthorization["']?\s*[:=]\s*["']?(?:Bearer|Basic)\s+)[\w.+/=~-]+/gi,
    alias: 'token-hidden',
    everywhere: true,
  },
  {
    kind: 'token',
    pattern: /(\bBearer\s+)[\w.+/=~-]{8,}/gi,
    alias: 'token-hidden',
    everywhere: true,
    unless: (word) => /^(?:auth\w*|credentials?|tokens?[\w-]*)\.?$/i.test(word),
  },
  {
    kind: 'token',
    // Variables of a shell, and parameters of a URL: TOKEN=, GITHUB_AUTH=, SIGNING_KEY=. Not "Key=Project" of a tag.
    pattern:
      /((?<![A-Za-z0-9])(?:(?:\w{1,60}_)?(?:token|auth|credentials?)|\w{1,60}_key)=["']?)(?![$*<])[^\s"'<>|,;&(){}[\]\\$]+/gi,
    alias: 'token-hidden',
    everywhere: true,
    unless: (value) => /^(?:null|none|true|false|undefined|string|\.{3}|…)$/i.test(value),
  },
  {
    kind: 'token',
    // Of Azure: a connection string, and the signature of a link.
    pattern: /((?<![A-Za-z])(?:(?:Account|SharedAccess)Key=|sig=))[\w+/%=.~-]{12,}/gi,
    alias: 'token-hidden',
    everywhere: true,
  },
  {
    kind: 'cookie',
    pattern:
      /((?<![A-Za-z])(?:Set-)?Cookie["']?\s{0,20}:\s{0,20}["']?)[^\s"'\\<>][^\r\n"'\\<>]{0,8000}/gi,
    alias: 'token-hidden',
  },
  {
    kind: 'password',
    pattern:
      /(\bcurl\s(?:[^\n|;]{0,400}?\s)?(?:-u|--user)[ =]{0,4}["']?)[^\s"'\\:]{1,200}:[^\s"'\\]{1,200}/gi,
    alias: 'secret-hidden',
  },
  {
    kind: 'password',
    // Not "pass": 3, which counts outcomes.
    pattern: /((?<![\w-])pass["']?[:=]\s?["']?)(?!\d+\b|[$*<])[^\s"'<>|,;&(){}[\]\\]{4,}/gi,
    alias: 'secret-hidden',
  },
  {
    kind: 'string behind the name of a secret',
    // Of a program: const signingKey = '…'; JSON quotes its names, and so is none.
    pattern:
      /((?<![\w"'-])\w{0,60}(?:key|secret|token|password|passphrase|bearer|phone)\w{0,20}(?:\s{0,4}:\s{0,4}string)?\s{0,4}(?:=\s{0,4}|:\s{0,4}(?!`)))(?<quote>["'`])(?:(?!\k<quote>)[^\\\n]|\\.){1,1000}(?=\k<quote>)/gi,
    alias: 'secret-hidden',
  },
  {
    kind: 'webhook',
    // Whoever knows the address may write there.
    pattern:
      /(https:\/\/(?:hooks\.slack\.com\/(?:services|workflows|triggers)|(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks|[\w-]+\.webhook\.office\.com\/webhookb2|outlook\.office\.com\/webhook|api\.telegram\.org|chat\.googleapis\.com\/v1\/spaces|events\.pagerduty\.com\/integration)\/)[^\s"'<>\\]+/gi,
    alias: 'token-hidden',
    everywhere: true,
  },
  {
    kind: 'private key',
    pattern:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{1,10000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/gi,
    alias: 'private-key-hidden',
  },
  {
    kind: 'receipt handle',
    pattern: /(?<![A-Za-z0-9+/])AQEB[A-Za-z0-9+/_-]{40,}={0,2}/g,
    alias: 'receipt-handle-hidden',
    everywhere: true,
  },
  {
    kind: 'signature',
    pattern:
      /\?[^\s"'\\<>?]{0,4000}?(?:X-Amz-|AWSAccessKeyId=|Signature=|Key-Pair-Id=)[^\s"'\\<>]+/gi,
    alias: '?signature-hidden',
  },
  {
    kind: 'signature',
    pattern: /(\bSignature["']?\s*[:=]\s*["']?)[0-9a-f]{64}(?![0-9a-f])/gi,
    alias: 'signature-hidden',
  },
  {
    kind: 'password',
    pattern: /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s"'<>/@:\\]{0,200}:[^\s"'<>/@\\]{1,200}(?=@)/gi,
    alias: 'secret-hidden',
  },
];

/** Letters of both cases and digits in no order, as random bytes in base64 have; paths and names do not. */
function looksRandom(text: string): boolean {
  const kinds = Array.from(text, (sign): string => {
    if (/\d/.test(sign)) return '0';
    return /[a-z]/.test(sign) ? 'a' : sign === sign.toLowerCase() ? '/' : 'A';
  });
  const changes = kinds.filter((current, i) => i > 0 && current !== kinds[i - 1]).length;
  return changes >= 14 && ['a', 'A', '0'].every((one) => kinds.includes(one));
}

import { isIPv6 } from 'node:net';
import { textOfBase64 } from './base64.ts';
import { requestIdDigest } from './memory.ts';

/** One way to know a secret when it is seen. */
export interface Rule {
  /** For people: what was found. */
  readonly kind: string;
  /** Global. What its first group matches stays in front of the alias; all else of the match is hidden. */
  readonly pattern: RegExp;
  /** What stands there afterwards: letters, digits and "-", which no encoding needs to escape. */
  readonly alias: string | ((secret: string) => string);
  /** True: the same words are hidden wherever else they stand, also where nothing tells what they are. */
  readonly everywhere?: boolean;
  /** What the pattern finds and is no secret. */
  readonly unless?: (secret: string) => boolean;
}

/** Lets a pattern begin only where a word begins: it is tried once a word, and no text makes it slow. */
const wordStart = '(?<![A-Za-z0-9])';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const name = String.raw`(?:[\p{L}\d_+=.@/-]|,(?!\s|arn:))+`;

const keysAndTokens: Rule[] = [
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
    pattern: /(?<![\w/+=.-])[A-Za-z0-9/+]{40}(?![\w/+=-])/g,
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
      String.raw`${wordStart}(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+|gh[pousr]_\w{20,}|github_pat_\w{20,}|npm_\w{20,}|xox[abpr]-[\w-]{10,})`,
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
    pattern: /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s"'<>/@:\\]{1,200}:[^\s"'<>/@\\]{1,200}(?=@)/gi,
    alias: 'secret-hidden',
  },
];

const people: Rule[] = [
  {
    kind: 'user name',
    pattern: new RegExp(
      `(:(?:user|group|mfa|federated-user|server-certificate|u2f)/)${name}`,
      'giu',
    ),
    alias: 'hidden',
    everywhere: true,
  },
  {
    kind: 'session name',
    pattern: new RegExp(String.raw`(:assumed-role/[\w+=,.@-]+/)${name}`, 'giu'),
    alias: 'hidden',
    everywhere: true,
  },
  {
    kind: 'IAM path',
    pattern:
      /(arn:aws[\w-]*:iam::[\w-]*:(?:role|policy|instance-profile)\/)(?!(?:service-role|aws-service-role|aws-reserved|hidden)\/)(?:[\w+=,.@-]+\/)*[\w+=,.@-]+(?=\/[\w+=,.@-])/gi,
    alias: 'hidden',
  },
  {
    kind: 'SSO role',
    pattern: /AWSReservedSSO_(?!hidden)[\w+=.@-]+/gi,
    alias: 'AWSReservedSSO-hidden',
  },
  {
    kind: 'mail address',
    pattern:
      /(?<![\p{L}\d_.+%-])[\p{L}\d_.+%-]{1,100}@(?:[\p{L}\d-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\d-])/gu,
    alias: 'mail-hidden',
  },
  {
    kind: 'account alias',
    pattern: /(https?:\/\/)(?!signin\.|\d{12}\.)[\w-]+(?=\.signin\.aws\.amazon\.com)/gi,
    alias: 'alias-hidden',
    everywhere: true,
  },
  {
    kind: 'SSO start page',
    pattern: /(https?:\/\/)[\w-]+(?=\.awsapps\.com)/gi,
    alias: 'sso-hidden',
    everywhere: true,
  },
  {
    kind: 'SSO start page',
    pattern: /(?<![\w-])(?:ssoins-[0-9a-f]{16}|d-[0-9a-f]{10})(?![\w-])/gi,
    alias: 'sso-hidden',
  },
];

const network: Rule[] = [
  {
    kind: 'IP address',
    pattern: /(?<![\w.-])(?<![A-Za-z]\/)(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/g,
    alias: 'ip-hidden',
    // Loopback, "everywhere" and the metadata service say nothing about anybody.
    unless: (ip) =>
      /^(?:127\.|0\.0\.0\.0$|255\.255\.|169\.254\.169\.254$)/.test(ip) ||
      ip.split('.').some((part) => Number(part) > 255),
  },
  {
    kind: 'IP address',
    pattern: /(?<![\w:.-])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi,
    alias: 'ip-hidden',
    unless: (ip) => !isIPv6(ip) || /^[0:]*1?$/.test(ip),
  },
  {
    kind: 'MAC address',
    pattern: /(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])/gi,
    alias: 'mac-hidden',
  },
  {
    kind: 'host name',
    pattern: new RegExp(
      String.raw`(?<![\w.-])(?:ip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}(?:\.[\w-]+)*|ec2-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}(?:\.[\w-]+)+|(?:[\w-]{1,63}\.){1,6}(?:local|lan|localdomain|corp|intranet|internal|home\.arpa))(?![\w-]|\.\w)`,
      'gi',
    ),
    alias: 'host-hidden',
    everywhere: true,
  },
  {
    kind: 'host name',
    // The prompt of a shell: ada@laptop:~$
    pattern: /(?<![\w.@-])[\w.-]{1,40}@[\w.-]{1,63}(?=(?::[~/][^\s]{0,200}|\s~)\]?\s?[$#%])/g,
    alias: 'host-hidden',
  },
  {
    kind: 'port of the sandbox',
    pattern: /(https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):)\d{2,5}(?!\d)/gi,
    alias: '4801',
    unless: (port) => port === '4801',
  },
  {
    kind: 'network id',
    pattern:
      /(?<![\w-])(?:vpc|subnet|sg|eni|igw|rtb|nat|vpce|acl|eipalloc|i|vol|snap|ami|lt)-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![\w-])/gi,
    alias: (id) => `${id.slice(0, id.indexOf('-')).toLowerCase()}-hidden`,
  },
  {
    kind: 'organization id',
    pattern:
      /(?<![\w-])(?:o-(?=[a-z]*\d)[a-z0-9]{10,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})(?![\w-])/gi,
    alias: 'organization-hidden',
  },
  {
    kind: 'KMS key',
    pattern: /(:kms:[\w-]*:\d{12}:key\/)[\w-]+/gi,
    alias: 'hidden',
    everywhere: true,
  },
  { kind: 'KMS key', pattern: /(?<![\w-])mrk-[0-9a-f]{32}(?![\w-])/gi, alias: 'key-hidden' },
];

const folders: Rule[] = [
  {
    kind: 'home folder',
    pattern: /(?<![\w.-])(?:\/mnt)?(?:\/[a-z])?\/(?:home|Users)\/(?!Shared\b)[^\s/\\"'<>:;,()|]+/gi,
    alias: '~',
  },
  {
    kind: 'home folder',
    pattern:
      /(?<![A-Za-z])[A-Z]:[\\/]{1,8}Users[\\/]{1,8}(?:[^\s/\\:*?"'<>|,;]{1,60}(?: [^\s/\\:*?"'<>|,;]{1,60}){1,2}(?=[\\/])|[^\s/\\:*?"'<>|,;]{1,60})/gi,
    alias: '~',
  },
  { kind: 'home folder', pattern: /(?:\/private)?\/var\/folders\/\w{2}\/\w{10,}/gi, alias: '~' },
];

const requests: Rule[] = [
  {
    kind: 'request id',
    // Where the runtime puts it in a line of its log: time, tab, id, tab.
    pattern: new RegExp(
      String.raw`((?:Z|\d)(?:\t+|[ \t]+(?=${uuid}[ \t]+(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL|Task timed))))${uuid}(?=\s)`,
      'gi',
    ),
    alias: requestIdDigest,
    everywhere: true,
  },
  {
    kind: 'trace id',
    pattern: /(?<![\w-])1-[0-9a-f]{8}-[0-9a-f]{24}(?![\w-])/gi,
    alias: 'trace-hidden',
  },
];

/** Everything that is known by how it looks or by what stands in front of it. Accounts have a place of their own. */
export const rules: readonly Rule[] = [
  ...keysAndTokens,
  ...people,
  ...network,
  ...folders,
  ...requests,
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

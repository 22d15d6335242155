import { isIPv6 } from 'node:net';
import { requestIdDigest } from './memory.ts';
import type { Rule } from './rule.ts';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** Where in a network, and which parts of an account's own. */
export const network: Rule[] = [
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
    kind: 'host name',
    // The prompt of other shells: [ada@laptop lab]$
    pattern: /(?<=\[)[\w.-]{1,40}@[\w.-]{1,63}(?=\s[^\]\n]{1,200}\]\s?[$#%])/g,
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

/** A name, also one with a space where more of the path follows. */
const posixName = String.raw`(?:[^\s/\\"'<>:;,()|]{1,60}(?: [^\s/\\"'<>:;,()|]{1,60}){1,2}(?=/)|[^\s/\\"'<>:;,()|]+)`;
const windowsName = String.raw`(?:[^\s/\\:*?"'<>|,;]{1,60}(?: [^\s/\\:*?"'<>|,;]{1,60}){1,2}(?=[\\/])|[^\s/\\:*?"'<>|,;]{1,60})`;
/** What stands between two names of a path, also `//` and `/./`. */
const slash = String.raw`/(?:\./|/){0,8}`;

/** Whose folder, on whatever system. */
export const folders: Rule[] = [
  {
    kind: 'home folder',
    pattern: new RegExp(
      String.raw`(?<![\w.-])(?:/mnt)?(?:/[a-z])?/(?:home\d{0,2}|Users)${slash}(?!Shared\b|[/.]+(?:[/\s]|$))${posixName}`,
      'gi',
    ),
    alias: '~',
  },
  {
    kind: 'home folder',
    // Homes on another disk, and reached from a folder: /var/home/ada, /data/users/ada, ../../../home/ada.
    pattern: new RegExp(
      String.raw`(?<![\w./~-])(?!/usr/(?!home/))(?:\.{1,2}(?:/\.{2}){0,20}|(?:/[\w.-]{1,64}){1,6})/(?:home\d{0,2}|HOME\d{0,2}|[Uu]sers|USERS)${slash}(?!Shared\b|[/.]+(?:[/\s]|$))${posixName}`,
      'g',
    ),
    alias: '~',
  },
  {
    kind: 'home folder',
    pattern: new RegExp(
      String.raw`(?<![A-Za-z])[A-Z]:[\\/]{1,8}(?:Users|Documents and Settings)[\\/]{1,8}${windowsName}`,
      'gi',
    ),
    alias: '~',
  },
  {
    kind: 'home folder',
    // Of a Linux in Windows.
    pattern: new RegExp(
      String.raw`[\\/]{1,8}wsl(?:\.localhost|\$)[\\/]{1,8}[\w.-]{1,60}[\\/]{1,8}home[\\/]{1,8}${windowsName}`,
      'gi',
    ),
    alias: '~',
  },
  { kind: 'home folder', pattern: /(?:\/private)?\/var\/folders\/\w{2}\/\w{10,}/gi, alias: '~' },
  {
    kind: 'temporary folder',
    // With the six signs that mkdtemp adds: another name in every run.
    pattern: /([\\/](?:tmp|T|Temp)[\\/]{1,8})[\w.-]+-[A-Za-z0-9]{6}(?=[\\/])/gi,
    alias: 'temp-hidden',
  },
];

/** Which request of AWS. */
export const requests: Rule[] = [
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

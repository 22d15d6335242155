/** A secret that the name in front of it tells. */
export interface NamedSecret {
  readonly kind: string;
  readonly alias: string;
  readonly start: number;
  readonly end: number;
}

interface Named {
  readonly kind: string;
  readonly alias: string;
  readonly names: readonly string[];
  /** What the value must look like, where the name alone says too little. */
  readonly looks?: (value: string) => boolean;
}

/**
 * Members, options, variables, headers and columns whose value is a secret however it looks. Words may be
 * joined by anything, and others may stand before them: `SecretAccessKey`, `AWS_SECRET_ACCESS_KEY`.
 */
const secretNames: readonly Named[] = [
  {
    kind: 'secret key',
    alias: 'secret-key-hidden',
    names: ['secret access key', 'secret key'],
  },
  {
    kind: 'token',
    alias: 'token-hidden',
    names: [
      '(?:session|security|auth|access|refresh|api|bearer|identity|github|npm|client|next|forward|backward|continuation|starting) token',
      '(?:next|starting) marker',
    ],
  },
  {
    kind: 'password',
    alias: 'secret-hidden',
    names: [
      'password',
      'passwd',
      'passphrase',
      // "pass" alone is also the outcome of a check, and so has to have something before it: DB_PASS, smtpPass.
      '(?:(?<=[a-z0-9])[_-]|(?:db|user|root|admin|login|smtp|mail|ftp|sql|redis|mongo|rabbit|mysql|postgres|pg))pass(?![a-z])',
      '(?<![a-z])pwd(?![a-z])',
      'api key',
      'private key',
      'secret',
    ],
  },
  { kind: 'receipt handle', alias: 'hidden', names: ['receipt handle'] },
  { kind: 'user name', alias: 'hidden', names: ['user name', 'source identity'] },
  { kind: 'session name', alias: 'hidden', names: ['session name'] },
  { kind: 'account alias', alias: 'alias-hidden', names: ['account alias(?:es)?'] },
  { kind: 'host name', alias: 'host-hidden', names: ['host name', 'computer name'] },
  {
    kind: 'KMS key',
    alias: 'key-hidden',
    names: ['kms master key id', 'kms key id', 'kms key arn'],
    // AWS's own keys are everybody's, and an ARN is read as one.
    looks: (value) => !/^(?:alias\/aws\/|arn:)/.test(value),
  },
  {
    kind: 'IAM path',
    alias: 'hidden',
    names: ['(?<![A-Za-z])path(?: prefix)?'],
    looks: (value) =>
      /^\/(?:[\w+=,.@-]+\/)+$/.test(value) &&
      !/^\/(?:service-role|aws-service-role|aws-reserved)\//.test(value),
  },
  {
    kind: 'request id',
    alias: 'request',
    names: ['request id', 'amz id 2'],
    looks: (value) => /\d/.test(value) && /^[\w+/=-]{16,}$/.test(value),
  },
];

/** One look at a text finds all names; the group that matched tells which. */
const anyName = new RegExp(
  secretNames
    .map(({ names }) => `(${names.map((name) => name.replaceAll(' ', '[ _-]?')).join('|')})`)
    .join('|'),
  'gi',
);

/** The forms in which a value follows its name, each ending with the value. */
const quoted = /["'`]?\s{0,20}(?:[:=]|=>)\s{0,20}\[?\s{0,40}(["'])((?:(?!\1)[^\\\n]|\\.)+)/y;
const bare = /[ \t]{0,40}(?:[:=|>]|\t)(?:\s{0,40}- )?[ \t|]{0,80}["']?([^\s"'<>|,;&(){}[\]\\]+)/y;
const afterOption = /(?:\s+|=)\\?\s*["']?(?!--)([^\s"'<>|;&(){}[\]\\]+)/y;

/** Place-holders, references, words of a type or of no value, and files that Markdown names. */
const noValue = /^(?:null|none|true|false|undefined|string|\$.*|\*{2,}|=+|`[\w./-]+\.\w+`:?)$/i;

export function namedSecrets(text: string): NamedSecret[] {
  return [...text.matchAll(anyName)].flatMap((match) => {
    const named = secretNames[match.slice(1).findIndex((group) => group !== undefined)];
    const at = match.index + match[0].length;
    const isOption = /--[a-z-]*$/i.test(text.slice(Math.max(0, match.index - 40), match.index));
    const value =
      valueAt(quoted, text, at) ??
      valueAt(bare, text, at) ??
      (isOption ? valueAt(afterOption, text, at) : undefined);
    if (named === undefined || value === undefined || noValue.test(value.text)) return [];
    if (named.looks !== undefined && !named.looks(value.text)) return [];
    const { kind, alias } = named;
    return [{ kind, alias, start: value.end - value.text.length, end: value.end }];
  });
}

function valueAt(
  form: RegExp,
  text: string,
  at: number,
): { text: string; end: number } | undefined {
  form.lastIndex = at;
  const match = form.exec(text);
  return match === null ? undefined : { text: match.at(-1) ?? '', end: form.lastIndex };
}

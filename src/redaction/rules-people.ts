import type { Rule } from './rule.ts';

const name = String.raw`(?:[\p{L}\d_+=.@/-]|,(?!\s|arn:))+`;

/** Who somebody is, and for whom they work. */
export const people: Rule[] = [
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
    kind: 'user name',
    // Variables of a shell.
    pattern: /((?<![A-Za-z-])(?:user|logname)=["']?)(?![$*<])[\p{L}\d_.@-]+/giu,
    alias: 'hidden',
    everywhere: true,
  },
  {
    kind: 'phone number',
    pattern: /(?<![\w/+=.-])\+[1-9](?:[ ./-]?\(?\d\)?){7,14}(?![\w+/=-])/g,
    alias: 'phone-hidden',
  },
  {
    kind: 'phone number',
    pattern: /(?<![\w.-])(?:\(\d{3}\) ?\d{3}-\d{4}|\d{3}-\d{3}-\d{4})(?![\w-])/g,
    alias: 'phone-hidden',
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

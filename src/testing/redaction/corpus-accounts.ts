import {
  seeded,
  member,
  option,
  ini,
  table,
  yaml,
  xml,
  variable,
  text,
  random,
  joined,
} from './corpus-forms.ts';
import type { SeededSecret } from './corpus-forms.ts';

/** The lab's own account; all others of the corpus must be found by their place. */
export const corpusAccount = '987654321098';

const sessionToken = `IQoJb3JpZ2luX2Vj${random}${random.slice(7, 60)}`;
const oldToken = `FwoGZXIvYXdzE${random.slice(3)}${random.slice(20, 80)}==`;
const [secretKey, otherSecretKey] = [
  'wJ4lrXUtnFEMI/K7MDENG/bPxRf1CYq8TzKv2EYp',
  'h9Bz+QyT3xLw5Vn/Rk2Mc8JdPf6GaSs0UoXe4HiW',
];
export const accounts: SeededSecret[] = [
  seeded(
    'account id',
    corpusAccount,
    text('arn:aws:sqs:us-east-1:', ':lab01-worker-queue'),
    text('http://127.0.0.1:4801/', '/lab01-worker-queue'),
    member('Account'),
    text('User of account ', '.'),
    text('https://bucket.s3.amazonaws.com/snapshots/', '/lab01?versionId=1'),
    text('An error occurred (AccessDenied): the account ', ' is closed'),
    table('Account'),
    text('', '\tAdministrators'),
    (value) =>
      `arn:aws:sqs:us-east-1:${value.slice(0, 7)}\n      ${value.slice(7)}:lab01-worker-queue`,
    (value) => `the account ${value.slice(0, 5)} ${value.slice(5)} is closed`,
    (value) => `|  ${value.slice(0, 3)}  |\n|  ${value.slice(3)}  |`,
  ),
  seeded(
    'account id',
    '506172839405',
    (value) =>
      `arn:aws:lambda:us-east-1:${value.slice(0, 4)}\n    ${value.slice(4)}:function:other`,
  ),
  seeded('account id', '9876-5432-1098', text('Account ID: '), text('support case of ', ' today')),
  seeded('account id', '602315874409', text('arn:aws:iam::', ':role/other'), member('OwnerId')),
  seeded('account id', '318840027716', text('https://sqs.eu-west-1.amazonaws.com/', '/orders')),
  seeded('account id', '774129003658', text('', '.dkr.ecr.us-east-1.amazonaws.com/worker:1')),
  seeded('account id', '440917263385', text('https://', '.signin.aws.amazon.com/console')),
  seeded('account id', '871203945561', option('queue-owner-aws-account-id'), yaml('AccountId')),
  seeded('account id', '219375640082', ini('sso_account_id'), member('SourceAccount')),
  seeded('account id', '530066219947', (value) => JSON.stringify({ Principal: { AWS: value } })),
  seeded(
    'account id',
    '145560278931',
    (value) => JSON.stringify({ Principal: { AWS: ['123456789012', value] } }, null, 4),
    text('--aws-account-ids 123456789012 ', ' --actions SendMessage'),
  ),
  seeded('account id', '662900413377', text('arn:aws-cn:lambda:cn-north-1:', ':function:other')),
];

export const keys: SeededSecret[] = [
  seeded(
    'access key id',
    joined('AKIA', 'Q3EGRIWLVN2FJ7ZT'),
    member('AccessKeyId'),
    ini('aws_access_key_id'),
    variable('AWS_ACCESS_KEY_ID'),
    text('Credential=', '/20261123/us-east-1/sqs/aws4_request, SignedHeaders=host'),
    text('AKIAs are keys: ', '\tActive\t2026-11-23'),
  ),
  seeded('access key id', joined('ASIA', 'X5TLMBH4KQ6YPWDC'), member('accessKeyId'), text('key ')),
  seeded('access key id', joined('ABIA', 'R7CJNVE2UO3SGZKF'), text('bearer of ', ' may enter')),
  seeded('access key id', joined('ACCA', 'B2MPDWX6THLIQ4YR'), table('AccessKeyId')),
  seeded(
    'secret key',
    secretKey,
    member('SecretAccessKey'),
    ini('aws_secret_access_key'),
    variable('AWS_SECRET_ACCESS_KEY'),
    yaml('SecretAccessKey'),
    table('SecretAccessKey'),
    xml('SecretAccessKey'),
    option('secret-access-key'),
    text('aws_key='),
    text('https://example.com/?k=', '&x=1'),
    text('ACCESSKEY\t2026-11-23\t', '\tActive\tlab'),
  ),
  seeded('secret key', otherSecretKey, member('secretAccessKey'), text('the key is ', ', keep it')),
  seeded(
    'session token',
    sessionToken,
    member('SessionToken'),
    ini('aws_session_token'),
    variable('AWS_SESSION_TOKEN'),
    text('X-Amz-Security-Token: '),
    text('got ', ' from STS'),
  ),
  seeded('session token', oldToken, member('sessionToken'), text('token\t', '\tend')),
  seeded(
    'user or role id',
    joined('AIDA', 'CKCEVSQ6C2HRW5T7X'),
    member('UserId'),
    member('SenderId'),
  ),
  seeded('user or role id', joined('AROA', 'DBQP57FF2AKLM3N4Z'), member('RoleId'), table('RoleId')),
  seeded('user or role id', joined('AGPA', 'I3KL5MNO7PQRSTUV2'), member('GroupId')),
  seeded('user or role id', joined('ANPA', 'J2LM4NOP6QRSTUVW3'), member('PolicyId')),
  seeded('user or role id', joined('AIPA', 'K4MN6OPQ2RSTUVWX5'), yaml('InstanceProfileId')),
];

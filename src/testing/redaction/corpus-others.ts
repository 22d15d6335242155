import {
  seeded,
  member,
  option,
  table,
  yaml,
  variable,
  text,
  random,
  joined,
} from './corpus-forms.ts';
import type { SeededSecret } from './corpus-forms.ts';

const signature = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';
const jwt = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.${random.slice(0, 30)}`;

export const others: SeededSecret[] = [
  seeded(
    'token',
    'countessoflove',
    text('export TOKEN='),
    text('DEPLOY_TOKEN='),
    text('NPM_AUTH='),
    text('CREDENTIALS='),
    text('SIGNING_KEY='),
    text('use Bearer ', ' for it'),
  ),
  seeded(
    'token',
    joined('Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u', 'SRZ6IFsuFq2UVErCz4I6tq=='),
    text('DefaultEndpointsProtocol=https;AccountName=lab;AccountKey='),
    text('https://lab.blob.core.windows.net/c?sv=2022-11-02&sig='),
  ),
  seeded(
    'cookie',
    'enginesession1842',
    text('Cookie: lang=de; sid='),
    text('Set-Cookie: sid=', '; Path=/'),
  ),
  seeded(
    'password',
    'jacquardloom',
    text('redis://:', '@cache:6379'),
    text('curl -s -u ada:', ' https://example.com/'),
    text('curl --user ada:', ' https://example.com/'),
    text('openssl -passin pass:'),
    text('pass: '),
  ),
  seeded('phone number', '+49 170 1234567', text('call ', '.'), member('Contact')),
  seeded('phone number', '(555) 123-4567', text('call ')),
  seeded(
    'string behind the name of a secret',
    'difference engine no 2',
    (value) => `const signingKey = '${value}';`,
    (value) => `const headers = { bearer: "${value}" };`,
    (value) => `let passphrase: string = \`${value}\`;`,
    (value) => `const phone = '${value}';`,
  ),
  seeded(
    'secret key',
    random.slice(3, 43),
    text('https://example.com/v1/x/'),
    text('deploy-'),
    text('MILL_'),
  ),
  seeded(
    'text of the worker’s log',
    'jacquard cards 77',
    (value) =>
      `2026-11-23T08:00:00.123Z\t3f1c9a52-8d4e-5b60-9c7a-0e1d2f3a4b5c\tINFO\t${JSON.stringify({ messageId: 'm-1', receiveCount: 1, secret: value, body: `FAIL ${value}`, more: [{ deep: value }] })}`,
    (value) =>
      JSON.stringify({
        message: `2026-11-23T08:00:00.123Z\t3f1c9a52-8d4e-5b60-9c7a-0e1d2f3a4b5c\tINFO\tgot "${value}" from "messageId"\n`,
        timestamp: 1,
      }),
  ),
  seeded(
    'signature',
    signature,
    member('X-Amz-Signature'),
    text(
      'https://b.s3.amazonaws.com/key?versionId=v1&X-Amz-Date=20261123T080000Z&X-Amz-Signature=',
    ),
    text(
      'Authorization: AWS4-HMAC-SHA256 Credential=AKIA-hidden/x, SignedHeaders=host, Signature=',
    ),
  ),
  seeded(
    'signature',
    'vjbyPxybdZaNmGaQyT272YEAiv4',
    text('https://b.s3.amazonaws.com/k?Expires=1&Signature='),
  ),
  seeded('token', jwt, text('Authorization: Bearer '), member('IdentityToken'), text('got ')),
  seeded(
    'token',
    joined('ghp_', '16C7e42F292c6912E7710c838347Ae178B4a'),
    variable('GITHUB_TOKEN'),
    text('use '),
  ),
  seeded('token', 'bm90LXRleHQtYXQtYWxsISE5OA', member('nextToken'), option('starting-token')),
  seeded('token', 'YWRhOmNvdW50ZXNzLTE4MTU=', text('Authorization: Basic ')),
  seeded(
    'password',
    'enchantress-of-numbers',
    variable('DB_PASSWORD'),
    member('dbPassword'),
    yaml('password'),
  ),
  seeded(
    'password',
    'bernoulli8',
    text('https://ada:', '@git.example.com/lab.git'),
    text('redis://worker:', '@cache:6379'),
  ),
  seeded(
    'password',
    'poetical.science.1843',
    (value) =>
      `aws lambda update-function-configuration --environment Variables={API_KEY=${value},STAGE=dev}`,
  ),
  seeded(
    'password',
    'difference-engine',
    variable('DB_PASS'),
    text('PGHOST=db MYSQL_PWD='),
    text('Server=db;User=ada;Pwd=', ';'),
    member('smtpPass'),
    yaml('db_pass'),
  ),
  seeded(
    'token',
    joined('glpat', '-9fQ2xLmZ7bRw4NcJ8hYf'),
    text('clone with '),
    variable('CI_JOB'),
  ),
  seeded(
    'token',
    joined('sk_', 'live_51HqL2mZ7bRw4NcJ8hYf3GdS'),
    text('charge by '),
    member('Pay'),
  ),
  seeded('token', joined('AIza', 'SyD3fGh1JkLmN0pQrStUvWxYz12345678ab'), text('maps with ')),
  seeded('token', joined('SG.', 'aZ3fGh1JkLmN0pQrStUvWx.yZ12345678abcdefGhIjKlMn'), text('mail ')),
  seeded(
    'webhook',
    joined('T02ABCDEF/B03GHIJKL/', 'aZ3fGh1JkLmN0pQrStUvWxYz'),
    text(joined('post to https://hooks.slack', '.com/services/')),
  ),
  seeded(
    'environment variable',
    'analytical-mill-1837',
    (value) =>
      JSON.stringify({ Environment: { Variables: { STAGE: 'x', STRIPE: value } } }, null, 4),
    (value) => JSON.stringify({ Environment: { Variables: { MILL: value, B: 'y' } } }),
  ),
  seeded(
    'tag',
    'the countess of lovelace',
    (value) => JSON.stringify({ Tags: { Project: 'lab01', Owner: value } }, null, 4),
    (value) =>
      JSON.stringify({
        Tags: [
          { Key: 'a', Value: 'lab01' },
          { Key: 'b', Value: value },
        ],
      }),
  ),
  seeded('description', 'made for the Menabrea account', member('Description')),
  seeded(
    'message body',
    'order 77 of Mary Somerville',
    (value) => JSON.stringify({ Messages: [{ MessageId: 'm', Body: value }] }, null, 4),
    member('body'),
  ),
  seeded('message attribute', 'Somerville, Mary', (value) =>
    JSON.stringify({ MessageAttributes: { From: { DataType: 'String', StringValue: value } } }),
  ),
  seeded(
    'private key',
    random.slice(0, 64),
    text(joined('-----BEGIN RSA PRI', 'VATE KEY-----\n'), '\n-----END RSA PRIVATE KEY-----\n'),
  ),
  seeded('secret key', 'no-shape-of-a-key.7', member('SecretAccessKey'), member('secretKey')),
  seeded('token', 'page-two-of-7', member('NextMarker'), yaml('NextMarker')),
  seeded('password', 'note-g-1843', member('passwd'), option('passphrase'), table('PrivateKey')),
  seeded('password', 'jacquard-loom-4', yaml('clientSecret'), variable('APP_SECRET')),
  seeded('KMS key', 'alias/of-ada-7', member('KmsKeyId'), member('KMSKeyArn')),
];

import { seeded, member, option, ini, table, yaml, xml, text } from './corpus-forms.ts';
import type { SeededSecret } from './corpus-forms.ts';

export const people: SeededSecret[] = [
  seeded('user name', 'annabyron', text('export USER='), text('LOGNAME='), text('PATH=/bin USER=')),
  seeded(
    'user name',
    'ada.lovelace',
    text('arn:aws:iam::123456789012:user/'),
    text(
      'arn:aws:iam::123456789012:user/analysts/',
      ' is not authorized to perform: sqs:SendMessage',
    ),
    member('UserName'),
    option('user-name'),
    xml('UserName'),
  ),
  seeded('user name', 'charles-babbage', text('arn:aws:iam::123456789012:mfa/')),
  seeded('user name', 'difference_engine', text('arn:aws:iam::123456789012:group/makers/')),
  seeded('user name', 'mary.somerville', text('arn:aws:sts::123456789012:federated-user/')),
  seeded('user name', 'annabella1815', member('userName'), table('UserName'), yaml('UserName')),
  seeded('user name', 'sourceid-byron7', member('SourceIdentity')),
  seeded(
    'session name',
    'menabrea-1842',
    text('arn:aws:sts::123456789012:assumed-role/lab01-role/'),
    option('role-session-name'),
    member('RoleSessionName'),
    text('arn:aws:sts::123456789012:assumed-role/r/', ' is not authorized to perform: iam:GetRole'),
    (value) => member('UserId')(`AROADBQP57FF2AKLM3N4Z:${value}`),
  ),
  seeded(
    'session name',
    'i-0a1b2c3d4e5f60718',
    text('arn:aws:sts::123456789012:assumed-role/ec2/'),
  ),
  seeded('IAM path', 'payments-team-7', text('arn:aws:iam::123456789012:role/', '/lab01-role')),
  seeded('IAM path', 'secret-division', (value) => member('Path')(`/x/${value}/`)),
  seeded(
    'SSO role',
    'AcmeAdmins_0f1e2d3c4b5a6978',
    text('arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_', '/session'),
    text('role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_'),
  ),
  seeded(
    'mail address',
    'ada@analytical.example.com',
    text('Contact: ', '.'),
    text('arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_x/'),
    text('mailto:'),
    text('Author: Ada <', '>'),
    member('Email'),
  ),
  seeded('mail address', 'a.lovelace+aws@mail.example.co.uk', text('by '), member('Owner')),
  seeded('mail address', 'ünal@müller-maschinen.example', text('To: '), member('Body')),
  seeded('account alias', 'analytical-engines', text('https://', '.signin.aws.amazon.com/console')),
  seeded('account alias', 'babbage-and-co', (value) =>
    JSON.stringify({ AccountAliases: [value] }, null, 4),
  ),
  seeded('account alias', 'engine-room-9', option('account-alias')),
  seeded('SSO start page', 'analytical-sso', text('https://', '.awsapps.com/start#/')),
  seeded(
    'SSO start page',
    'd-90670ca891',
    ini('sso_session'),
    text('https://', '.awsapps.com/start'),
  ),
  seeded('SSO start page', 'ssoins-7223a8b1c9d0e4f5', text('arn:aws:sso:::instance/')),
];

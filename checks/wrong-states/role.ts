import { lab } from '../../src/lab/index.ts';
import type { WrongState } from '../../src/lab/testing/wrong-states.ts';

const statement = {
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
};

const trust = (...statements: object[]) =>
  `aws iam update-assume-role-policy --role-name ${lab.roleName} --policy-document '${JSON.stringify({ Version: '2012-10-17', Statement: statements })}'`;

export const role = (): readonly WrongState[] => [
  {
    id: 'role-missing',
    what: 'Deleted the execution role',
    make: `aws iam detach-role-policy --role-name ${lab.roleName} --policy-arn ${lab.basicExecutionPolicyArn}
aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName}
aws iam delete-role --role-name ${lab.roleName}`,
    fails: '03/exists',
    says: /npm run step 3\b/,
  },
  {
    id: 'trusts-sqs',
    what: 'Trusted sqs.amazonaws.com, as if the queue called the function',
    make: trust({ ...statement, Principal: { Service: 'sqs.amazonaws.com' } }),
    fails: '03/trusted-principals',
    says: /lambda\.amazonaws\.com|lambda-trust\.json/,
  },
  {
    id: 'trusts-ec2',
    what: 'Took the trust policy of an EC2 role',
    make: trust({ ...statement, Principal: { Service: 'ec2.amazonaws.com' } }),
    fails: '03/trusted-principals',
    says: /lambda\.amazonaws\.com|lambda-trust\.json/,
  },
  {
    id: 'trusts-the-account',
    what: 'Trusted the whole account besides Lambda',
    make: trust(statement, {
      ...statement,
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    }),
    fails: '03/trusted-principals',
    says: /lambda-trust\.json/,
  },
  {
    id: 'trusts-everybody',
    what: 'Trusted everybody ("*")',
    make: trust({ ...statement, Principal: '*' }),
    fails: '03/trusted-principals',
    says: /lambda-trust\.json/,
  },
  {
    id: 'trust-action',
    what: 'Allowed sts:TagSession in the trust policy besides sts:AssumeRole',
    make: trust({ ...statement, Action: ['sts:AssumeRole', 'sts:TagSession'] }),
    fails: '03/assume-role',
    says: /lambda-trust\.json/,
  },
  {
    id: 'trust-condition',
    what: 'Copied a trust policy with the account number of somebody else (aws:SourceAccount)',
    make: trust({
      ...statement,
      Condition: { StringEquals: { 'aws:SourceAccount': '555566667777' } },
    }),
    fails: '03/no-deny',
    says: /lambda-trust\.json/,
  },
  {
    id: 'trust-deny',
    what: 'Denied Lambda in a second statement of the trust policy',
    make: trust(statement, { ...statement, Effect: 'Deny' }),
    fails: '03/no-deny',
    says: /lambda-trust\.json/,
  },
];

import type { LabNames } from '../../src/judging/index.ts';
import type { WrongState } from '../../src/testing/lab/wrong-states.ts';

const statement = {
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
};

const otherAccount = { StringEquals: { 'aws:SourceAccount': '555566667777' } };

const trust = (lab: LabNames, ...statements: object[]) =>
  `aws iam update-assume-role-policy --role-name ${lab.roleName} --policy-document '${JSON.stringify({ Version: '2012-10-17', Statement: statements })}'`;

export const role = (lab: LabNames): readonly WrongState[] => [
  {
    id: 'role-missing',
    what: 'Deleted the execution role',
    make: `aws iam detach-role-policy --role-name ${lab.roleName} --policy-arn ${lab.basicExecutionPolicyArn}
aws iam delete-role-policy --role-name ${lab.roleName} --policy-name ${lab.policyName}
aws iam delete-role --role-name ${lab.roleName}`,
    fails: '03/exists',
    says: /looked in the account \d{12} .*npx lab step 3\b/s,
  },
  {
    id: 'trusts-sqs',
    what: 'Trusted sqs.amazonaws.com, as if the queue called the function',
    make: trust(lab, { ...statement, Principal: { Service: 'sqs.amazonaws.com' } }),
    fails: '03/trusted-principals',
    says: /trusts Service sqs\.amazonaws\.com, and not Lambda.*lambda-trust\.json/s,
  },
  {
    id: 'trusts-ec2',
    what: 'Used the trust policy of an EC2 role',
    make: trust(lab, { ...statement, Principal: { Service: 'ec2.amazonaws.com' } }),
    fails: '03/trusted-principals',
    says: /trusts Service ec2\.amazonaws\.com, and not Lambda.*lambda-trust\.json/s,
  },
  {
    id: 'trusts-the-account',
    what: 'Trusted the whole account besides Lambda',
    make: trust(lab, statement, {
      ...statement,
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    }),
    fails: '03/trusted-principals',
    says: /others besides Lambda: AWS arn:aws:iam::\d+:root\..*lambda-trust\.json/s,
  },
  {
    id: 'trusts-everybody',
    what: 'Trusted everybody ("*")',
    make: trust(lab, { ...statement, Principal: '*' }),
    fails: '03/trusted-principals',
    says: /trusts everybody: its principal is \*, in every AWS account.*lambda-trust\.json/s,
  },
  {
    id: 'trusts-everybody-with-condition',
    what: 'Trusted everybody ("*") who meets a condition',
    make: trust(lab, { ...statement, Principal: { AWS: '*' }, Condition: otherAccount }),
    fails: '03/trusted-principals',
    says: /trusts everybody: its principal is \*\. Only the condition protects.*lambda-trust\.json/s,
  },
  {
    id: 'trusts-nobody',
    what: 'Denied Lambda in the only statement of the trust policy',
    make: trust(lab, { ...statement, Effect: 'Deny' }),
    fails: '03/trusted-principals',
    says: /trusts nobody: it has no statement with Allow.*lambda-trust\.json/s,
  },
  {
    id: 'trust-action',
    what: 'Allowed sts:TagSession in the trust policy besides sts:AssumeRole',
    make: trust(lab, { ...statement, Action: ['sts:AssumeRole', 'sts:TagSession'] }),
    fails: '03/assume-role',
    says: /Besides sts:AssumeRole it allows sts:TagSession\..*lambda-trust\.json/s,
  },
  {
    id: 'trust-every-action',
    what: 'Allowed sts:* in the trust policy',
    make: trust(lab, { ...statement, Action: 'sts:*' }),
    fails: '03/assume-role',
    says: /Besides sts:AssumeRole it allows sts:\*\..*lambda-trust\.json/s,
  },
  {
    id: 'trust-condition',
    what: 'Copied a trust policy with the account number of somebody else (aws:SourceAccount)',
    make: trust(lab, { ...statement, Condition: otherAccount }),
    fails: '03/no-deny',
    says: /only if it meets the condition: where .*555566667777.*lambda-trust\.json/s,
  },
  {
    id: 'trust-deny',
    what: 'Denied Lambda in a second statement of the trust policy',
    make: trust(lab, statement, { ...statement, Effect: 'Deny' }),
    fails: '03/no-deny',
    says: /A Deny wins over every Allow: Deny sts:AssumeRole for .*lambda-trust\.json/s,
  },
  {
    id: 'trust-deny-with-condition',
    what: 'Denied everybody in the trust policy except callers from an account that is not theirs',
    make: trust(lab, statement, {
      ...statement,
      Effect: 'Deny',
      Principal: '*',
      Condition: { StringNotEquals: { 'aws:SourceAccount': '555566667777' } },
    }),
    fails: '03/no-deny',
    says: /Deny sts:AssumeRole for \* where .*StringNotEquals.*lambda-trust\.json/s,
  },
];

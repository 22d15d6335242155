import type { WrongState } from '../../src/testing/lab/wrong-states.ts';

/** Somebody is somebody else, or somewhere else, than the lab needs. No command of the sandbox leads there. */
export const preflight = (): readonly WrongState[] => [
  {
    id: 'cli-too-old',
    what: 'Uses the AWS CLI 2.9.19 of a Linux distribution',
    onPaper: [{ fact: /version of the AWS CLI/, value: '2.9.19' }],
    fails: '00/cli-version',
    says: /npx lab doctor/,
  },
  {
    id: 'cli-v1',
    what: 'Uses AWS CLI v1',
    onPaper: [{ fact: /version of the AWS CLI/, value: '1.45.11' }],
    fails: '00/cli-version',
    says: /npx lab doctor/,
  },
  {
    id: 'other-account',
    what: 'Changed the profile: it belongs to another account than the lab',
    onPaper: [
      {
        operation: 'GetCallerIdentity',
        change: (output: object) => ({ ...output, Account: '555566667777' }),
      },
    ],
    fails: '00/account',
    says: /profile/i,
  },
  {
    id: 'root-user',
    what: 'Works as the root user of the account',
    onPaper: [
      {
        operation: 'GetCallerIdentity',
        change: (output: object) => ({ ...output, Arn: 'arn:aws:iam::111122223333:root' }),
      },
    ],
    fails: '00/not-root',
    says: /IAM user or role|learner-policy\.json/,
  },
  {
    id: 'zone-for-a-region',
    what: 'Set an availability zone (us-east-1a) as the Region',
    onPaper: [{ place: { region: 'us-east-1a' } }],
    fails: '00/region',
    says: /aws configure set region/,
  },
];

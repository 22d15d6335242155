/** Check 00: the right CLI, the right caller, the right place. */
import {
  defineCheck,
  fact,
  isNewEnough,
  observeCaller,
  oldestCliVersion,
  place,
  runAlone,
  session,
} from '../src/lab/index.ts';

export const check = defineCheck(() => ({
  step: '00',
  title: 'Preflight',
  needs: [],
  observe: async () => {
    const [version, identity, { accountId, region }] = await Promise.all([
      fact('version of the AWS CLI', async () => (await session()).awsCli.version),
      observeCaller(),
      place(),
    ]);
    return { version, identity, accountId, region };
  },
  expectations: [
    {
      id: 'cli-version',
      claim: 'The AWS CLI is version 2, and new enough',
      expected: `${oldestCliVersion} or newer`,
      actual: ({ version }) => version,
      judge: (version) => isNewEnough(String(version)),
      hint: 'npm run lab doctor says which CLI is used, and how to install a newer one.',
      source: 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
    },
    {
      id: 'account',
      claim: 'The caller belongs to the account that the lab is pinned to',
      expected: 'the same account',
      actual: ({ identity, accountId }) =>
        identity.Account === accountId ? 'the same account' : identity.Account,
      hint: 'Another profile answers now than when the lab was opened: check AWS_PROFILE.',
      source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
    },
    {
      id: 'not-root',
      claim: 'The caller is not the root user',
      expected: 'a user or role',
      actual: ({ identity }) =>
        identity.Arn.endsWith(':root') ? 'the root user' : 'a user or role',
      hint: 'Make an IAM user or role with infra/learner-policy.json and use its profile.',
      source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html',
    },
    {
      id: 'region',
      claim: 'A Region is set',
      expected: 'a Region',
      actual: ({ region }) => region,
      judge: (region) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(String(region)),
      hint: 'aws configure set region us-east-1',
      source: 'https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html',
    },
  ],
  proofs: [],
}));

await runAlone(import.meta, check);

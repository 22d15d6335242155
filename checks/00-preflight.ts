/** Check 00: the right CLI, the right caller, the right place. */
import {
  defineCheck,
  isNewEnough,
  observeCaller,
  oldestCliVersion,
  onThisMachine,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';

const isRegion = (name: string) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(name);

export const check = defineCheck((lab) => ({
  step: '00',
  kind: 'look',
  title: 'Preflight',
  about: 'caller',
  needs: [],
  observe: async (look) => {
    const [here, version, identity, { accountId, region }] = await Promise.all([
      onThisMachine(look),
      look.fact('version of the AWS CLI', async () => (await look.lab.session()).awsCli.version),
      observeCaller(look),
      lab.place(),
    ]);
    return { here, version, identity, accountId, region };
  },
  expectations: [
    {
      id: 'cli-version',
      claim: 'The AWS CLI is version 2, and new enough',
      notJudged: ({ here }) =>
        here
          ? undefined
          : { cause: 'not here', reason: "the learner's AWS CLI is on another machine" },
      expected: `${oldestCliVersion} or newer`,
      actual: ({ version }) => version,
      judge: (version) => isNewEnough(String(version)),
      look: 'aws --version',
      hint: (version) => `The lab uses options that AWS CLI ${String(version)} does not have.`,
      fix: 'npx lab doctor',
      source: 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
    },
    {
      id: 'account',
      claim: 'The caller belongs to the account that the lab is pinned to',
      expected: 'the same account',
      actual: ({ identity, accountId }) =>
        identity.Account === accountId ? 'the same account' : identity.Account,
      look: 'aws sts get-caller-identity',
      hint: 'The lab was opened in another account: the profile has changed since.',
      fix: 'eval "$(npx lab env)"',
      source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
    },
    {
      id: 'not-root',
      claim: 'The caller is not the root user',
      notJudged: ({ identity }) =>
        lab.target() === 'emulator' && identity.Arn.endsWith(':root')
          ? { cause: 'not here', reason: 'the emulator knows no users: every caller is root there' }
          : undefined,
      expected: 'a user or role',
      actual: ({ identity }) =>
        identity.Arn.endsWith(':root') ? 'the root user' : 'a user or role',
      look: 'aws sts get-caller-identity --query Arn',
      hint: 'The root user may do everything, and no policy can limit it. Create an IAM user or role with infra/learner-policy.json, and use its profile.',
      fix: 'aws configure --profile lab-dev',
      source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html',
    },
    {
      id: 'region',
      claim: 'A Region is set',
      expected: 'a Region',
      actual: ({ region }) => (isRegion(region) ? 'a Region' : region || 'none'),
      look: 'aws configure list',
      hint: (region) =>
        `"${String(region)}" is not a Region. A Region has a name like us-east-1; us-east-1a is an Availability Zone.`,
      fix: 'aws configure set region us-east-1',
      source: 'https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html',
    },
  ],
  proofs: [],
}));

await runAlone(import.meta, check);

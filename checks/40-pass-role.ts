/** Experiment 40: three documents, and each can refuse a function. */
import { defineExperiment } from '../src/experiments/index.ts';
import type { Measurement, Side } from '../src/experiments/index.ts';

type Name = 'caller' | 'passed';

const side: Pick<Side, 'ownRole' | 'sends' | 'withoutMapping'> = {
  ownRole: true,
  withoutMapping: true,
  sends: { good: 0, poison: 0 },
};

/** What is right at each try: the function is made when both are. */
const tries = [
  { id: 'without', when: 'without iam:PassRole', mayPass: false, trustsLambda: true },
  { id: 'ec2', when: 'with it, the role trusts EC2', mayPass: true, trustsLambda: false },
  { id: 'right', when: 'with it, the role trusts Lambda', mayPass: true, trustsLambda: true },
] as const;

const numbers: readonly Measurement<Name>[] = tries.flatMap(
  ({ id, when, mayPass, trustsLambda }): Measurement<Name>[] => [
    {
      id: `made-${id}`,
      label: `Functions that are made, ${when}`,
      rule: 'G27',
      predicted: () => (mayPass && trustsLambda ? 1 : 0),
      measured: ({ caller }) => {
        const made = caller.kept[`${id}-made`];
        return made === undefined ? undefined : Number(made);
      },
    },
    {
      id: `lacks-${id}`,
      label: `What is missing, as AWS answers, ${when}`,
      rule: 'G27',
      predicted: () => (mayPass ? (trustsLambda ? 'nothing' : 'trust') : 'iam:PassRole'),
      measured: ({ caller }) => caller.kept[`${id}-lacks`],
    },
  ],
);

export const experiment = defineExperiment<Name>(() => ({
  number: '40',
  title: 'PassRole and trust: who may hand over a role, and who may use it',
  rules: ['G27'],
  why: 'A caller that may create functions hands over a role, first without iam:PassRole and then a role that trusts another service. Three documents are called "the role" in daily talk: the policy of the caller, the trust policy and the permission policy of the role, and a missing line in one cannot be made up for in another.',
  question: {
    text: 'The caller has lambda:CreateFunction on this function, and the role trusts Lambda. The caller does not have iam:PassRole. How many functions are made?',
    of: 'made-without',
  },
  sides: {
    caller: {
      title: 'creates a function with its own permissions',
      handler: 'creates-function',
      // The AWS SDK takes its time to start.
      build: { functionTimeoutSeconds: 30 },
      more: { function: { MemorySize: 512 } },
      ...side,
    },
    passed: { title: 'has the role that is passed', handler: 'returns', ...side },
  },
  numbers,
  headline: ['made-without', 'made-right'],
  rule: 'Who creates a function needs iam:PassRole on the role that it shall have: a permission of the caller, and no API call. Beside it the trust policy of the role must allow lambda.amazonaws.com to call sts:AssumeRole. Neither belongs in the permission policy of the role.',
  source: {
    url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html',
    date: '2026-11-23',
  },
}));

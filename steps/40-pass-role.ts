/**
 * Experiment 40: what it takes to create a function, besides lambda:CreateFunction.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'caller' | 'passed'>(import.meta);
const { $, sides, wait, keep, measure } = experiment;
const clock = 'changed permissions reach Lambda within seconds, rarely minutes';
const waitSeconds = 30;

// The caller is a function that deploys functions, as a pipeline does. Its own role may create one, and no more.
await $`aws iam put-role-policy \
  --role-name ${sides.caller.roleName} \
  --policy-name deploy \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"lambda:CreateFunction","Resource":"arn:aws:lambda:'"$AWS_REGION:$AWS_ACCOUNT_ID"':function:${sides.passed.functionName}-new"}]}'`;
await wait(clock, waitSeconds);
const without = await $`aws lambda invoke \
  --function-name ${sides.caller.functionName} \
  --cli-binary-format raw-in-base64-out \
  --payload '{"name":"${sides.passed.functionName}-new","role":"arn:aws:iam::'"$AWS_ACCOUNT_ID"':role/${sides.passed.roleName}"}' \
  .lab/answer.json --query StatusCode && cat .lab/answer.json`;

// Now the caller may pass the role, and the role trusts another service.
await $`aws iam put-role-policy \
  --role-name ${sides.caller.roleName} \
  --policy-name hand-over \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::'"$AWS_ACCOUNT_ID"':role/${sides.passed.roleName}"}]}'`;
await $`aws iam update-assume-role-policy \
  --role-name ${sides.passed.roleName} \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'`;
await wait(clock, waitSeconds);
const ec2 = await $`aws lambda invoke \
  --function-name ${sides.caller.functionName} \
  --cli-binary-format raw-in-base64-out \
  --payload '{"name":"${sides.passed.functionName}-new","role":"arn:aws:iam::'"$AWS_ACCOUNT_ID"':role/${sides.passed.roleName}"}' \
  .lab/answer.json --query StatusCode && cat .lab/answer.json`;

// Both are right.
await $`aws iam update-assume-role-policy \
  --role-name ${sides.passed.roleName} \
  --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'`;
await wait(clock, waitSeconds);
const right = await $`aws lambda invoke \
  --function-name ${sides.caller.functionName} \
  --cli-binary-format raw-in-base64-out \
  --payload '{"name":"${sides.passed.functionName}-new","role":"arn:aws:iam::'"$AWS_ACCOUNT_ID"':role/${sides.passed.roleName}"}' \
  .lab/answer.json --query StatusCode && cat .lab/answer.json`;

for (const [name, { stdout }] of Object.entries({ without, ec2, right })) {
  keep('caller', `${name}-made`, stdout.includes('"answer":"made"') ? 1 : 0);
  const denied = /not authorized to perform: ([\w:]+)/.exec(stdout)?.[1];
  const untrusted = stdout.includes('cannot be assumed by Lambda') ? 'trust' : undefined;
  keep('caller', `${name}-lacks`, denied ?? untrusted ?? 'nothing');
}
await measure();

/**
 * Step 06: create the function, and wait until it is Active.
 * Safe to repeat: a function that exists already gets the code of the zip.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
import {
  openStep,
  requireRole,
  retryWhileRoleIsNew,
  retryWhileUpdateIsUnderWay,
} from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, (lab) => ({
  title: 'Create the function',
  why: 'Runtime, handler, role, timeout and memory are the whole configuration of the worker. A fresh role may need some seconds before Lambda can assume it: until then AWS refuses, and the step tries again.',
  console: `Lambda > Functions > ${lab.functionName} > Code: Runtime settings ${lab.runtime.replace('nodejs', 'Node.js ')}, handler ${lab.handler}. Configuration > General: timeout ${lab.functionTimeoutSeconds} sec, ${lab.memoryMb} MB.`,
  examCue:
    'Whoever creates the function needs iam:PassRole on the role. Handler "index.handler" means: file index, export handler. A new function is first Pending; invoke and update wait for Active.',
}));

const rolePath = await requireRole(lab);

const there = { ...retryWhileRoleIsNew, accept: ['ResourceConflictException'] };
const created =
  rolePath === '/'
    ? await $(there)`aws lambda create-function \
  --cli-input-json "file://$LAB_INFRA/create-function.json" \
  --zip-file fileb://${lab.zipFile}`
    : // A role that the console created has a path, which is part of its ARN. The file names the role without a path.
      await $(there)`aws lambda create-function \
  --cli-input-json "file://$LAB_INFRA/create-function.json" \
  --role "arn:aws:iam::$AWS_ACCOUNT_ID:role${rolePath}${lab.roleName}" \
  --zip-file fileb://${lab.zipFile}`;

await $`aws lambda wait function-active-v2 --function-name ${lab.functionName}`;

if (created.code === 'ResourceConflictException') {
  await $(retryWhileUpdateIsUnderWay)`aws lambda update-function-code \
    --function-name ${lab.functionName} \
    --zip-file fileb://${lab.zipFile}`;
  await $`aws lambda wait function-updated-v2 --function-name ${lab.functionName}`;
}

done(`The function ${lab.functionName} is Active. Nothing calls it yet.`);

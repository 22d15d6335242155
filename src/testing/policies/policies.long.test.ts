import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecidedCall } from '../../sandbox/gateway/authorize.ts';
import { root } from '../../lab/settings.ts';
import { runChild, temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout, Ended } from '../lab/checkout.ts';
import {
  actionsOf,
  allows,
  askedFor,
  doorOf,
  filledPolicy,
  recordCalls,
  withoutAction,
  withStatement,
} from '../lab/policies.ts';
import type { PolicyDocument } from '../lab/policies.ts';
import { commandsOf } from '../../watch/step-commands.ts';

// The policies of infra/ are held against every question that a whole lab puts to IAM: nothing may be
// missing, and nothing may be there that no step, no check and no advice of the kit needs.

/** What hints and pages advise besides the steps: to correct what is wrong, and to look. */
const advised = `
QUEUE_URL=$(aws sqs get-queue-url --queue-name lab01-worker-queue --query QueueUrl --output text)
DLQ_URL=$(aws sqs get-queue-url --queue-name lab01-worker-dlq --query QueueUrl --output text)
MAPPING_UUID=$(aws lambda list-event-source-mappings --function-name lab01-sqs-worker --query 'EventSourceMappings[0].UUID' --output text)
aws sqs set-queue-attributes --queue-url "$QUEUE_URL" --attributes VisibilityTimeout=30
aws sqs send-message --queue-url "$QUEUE_URL" --message-body hello-1
aws iam update-assume-role-policy --role-name lab01-sqs-worker-role --policy-document "file://$LAB_INFRA/lambda-trust.json"
MANAGED=arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole
aws iam attach-role-policy --role-name lab01-sqs-worker-role --policy-arn $MANAGED
aws iam detach-role-policy --role-name lab01-sqs-worker-role --policy-arn $MANAGED
aws lambda update-function-code --function-name lab01-sqs-worker --zip-file fileb://lab01-worker.zip
aws lambda wait function-updated-v2 --function-name lab01-sqs-worker
aws lambda update-function-configuration --function-name lab01-sqs-worker --timeout 5 --role "arn:aws:iam::$AWS_ACCOUNT_ID:role/lab01-sqs-worker-role"
aws lambda update-event-source-mapping --uuid "$MAPPING_UUID" --function-response-types ReportBatchItemFailures
`;

const lookAround = 'docs/manual/look-around.md';

/** Actions that no step, check or hint needs: each is there because the page teaches this command. */
const taught: Readonly<Record<string, string>> = {
  'sqs:ListQueues': 'aws sqs list-queues',
  'sqs:PurgeQueue': 'aws sqs purge-queue',
  'sqs:StartMessageMoveTask': 'aws sqs start-message-move-task',
  'sqs:DeleteMessage': 'aws sqs start-message-move-task',
  'sqs:ListMessageMoveTasks': 'aws sqs list-message-move-tasks',
  'sqs:CancelMessageMoveTask': 'aws sqs cancel-message-move-task',
  'lambda:ListFunctions': 'aws lambda list-functions',
  'lambda:InvokeFunction': 'aws lambda invoke',
  'lambda:PutFunctionConcurrency': 'aws lambda put-function-concurrency',
  'lambda:DeleteFunctionConcurrency': 'aws lambda delete-function-concurrency',
  'iam:ListRoles': 'aws iam list-roles',
  'logs:DescribeLogStreams': 'aws logs describe-log-streams',
};

/** Many messages in the dead-letter queue, one of them moved a second: long enough to be stopped by hand. */
const slowRedrive = `
for i in 1 2 3 4 5 6 7 8 9 10; do aws sqs send-message --queue-url "$DLQ_URL" --message-body "late-$i" > /dev/null; done
SOURCE_ARN=$(aws sqs get-queue-attributes --queue-url "$QUEUE_URL" --attribute-names QueueArn --query Attributes.QueueArn --output text)
TASK_HANDLE=$(aws sqs start-message-move-task --source-arn "$DLQ_ARN" --destination-arn "$SOURCE_ARN" --max-number-of-messages-per-second 1 --query TaskHandle --output text)
`;

/** The commands that a page teaches; those of a block with another word behind `bash` need a state of their own. */
async function commandsOfPage(block = 'bash'): Promise<readonly string[]> {
  const page = await readFile(join(root, lookAround), 'utf8');
  const blocks = page.split(/^```/m).filter((text) => text.startsWith(`${block}\n`));
  return blocks.flatMap((text) => commandsOf(text.slice(block.length + 1)));
}

/** As somebody types it: the environment of `lab env` first. */
function paste(
  { root }: Checkout,
  commands: string,
  { as = 'lab-dev', ...environment }: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const script = `set -eu\neval "$('${process.execPath}' src/cli.ts env --as ${as})"\n${commands}`;
  return runChild('bash', ['-c', script], {
    cwd: root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: root, ...environment },
  });
}

/** What is tried with a policy that lacks one action, one after the other, on a lab that is not there yet. */
const lacking = [
  { file: 'learner-policy.json', action: 'sqs:TagQueue', words: ['step', '1'] },
  {
    before: ['1'],
    file: 'instructor-policy.json',
    action: 'sqs:GetQueueAttributes',
    words: ['check', '1', '--as', 'instructor'],
  },
  { before: ['3', '5'], file: 'learner-policy.json', action: 'iam:PassRole', words: ['step', '6'] },
  { file: 'learner-policy.json', action: 'iam:GetRolePolicy', words: ['check', '4'] },
  { file: 'learner-policy.json', action: 'logs:DeleteLogGroup', words: ['step', '11'] },
] as const;

/** Does some work while a policy lacks one action, and puts the policy back. */
async function without<T>(
  { file, action }: { readonly file: string; readonly action: string },
  work: () => Promise<T>,
): Promise<T> {
  const path = join(checkout.root, 'infra', file);
  const whole = await readFile(path, 'utf8');
  const poorer = withoutAction(JSON.parse(whole) as PolicyDocument, action);
  await writeFile(path, JSON.stringify(poorer));
  try {
    return await work();
  } finally {
    await writeFile(path, whole);
  }
}

/** Who types, other than the roles of functions. */
const people = new Set(['lab-dev', 'instructor']);

let checkout: Checkout;
let calls: readonly DecidedCall[] = [];
/** Those of all experiments, which have statements of their own. */
let callsOfExperiments: readonly DecidedCall[] = [];
/** Without those that only the page that teaches to look around makes. */
let callsOfTheLab: readonly DecidedCall[] = [];
/** How each taught command ended without its action. */
const refusals = new Map<string, Ended>();
const ended: Record<string, Ended> = {};

beforeAll(async () => {
  checkout = await temporaryCheckout();
  await checkout.lab(['sandbox', 'start']);
  const recorded = await recordCalls(await doorOf(checkout));
  ended['run'] = await checkout.lab(['run', '--keep']);
  // An instructor has no evidence yet: the commands of the proofs are run as well.
  await rm(join(checkout.root, 'docs', 'evidence'), { recursive: true, force: true });
  ended['instructor'] = await checkout.lab(['check', '--as', 'instructor']);
  ended['advised'] = await paste(checkout, advised);
  const lab = (await recorded()).length;
  const page = await commandsOfPage();
  const cancel = await commandsOfPage('bash cancel');
  const settings = page.filter((command) => /^(QUEUE_URL|DLQ_URL|DLQ_ARN)=/.test(command));
  ended['look around'] = await paste(checkout, page.join('\n'));
  ended['cancel'] = await paste(checkout, [...settings, slowRedrive, ...cancel].join('\n'));
  const looked = (await recorded()).length;
  await refuseEach([...page, ...cancel], settings);
  const refused = (await recorded()).length;
  ended['experiments'] = await checkout.lab(['experiments']);
  const experimented = (await recorded()).length;
  ended['clean-up'] = await checkout.lab(['step', '11']);
  ended['certificate'] = await checkout.lab(['check', '11']);
  ended['certificate for the instructor'] = await checkout.lab([
    'check',
    '11',
    '--as',
    'instructor',
  ]);
  const all = await recorded();
  calls = [...all.slice(0, looked), ...all.slice(experimented)];
  callsOfTheLab = [...all.slice(0, lab), ...all.slice(experimented)];
  callsOfExperiments = all.slice(refused, experimented);
});

const isOfExperiments = ({ Sid }: { readonly Sid: string }) => Sid.startsWith('Experiments');

/** The policy without what only experiments need. */
async function policyOfTheLab(file: Parameters<typeof filledPolicy>[0]): Promise<PolicyDocument> {
  const policy = await filledPolicy(file);
  return { ...policy, Statement: policy.Statement.filter((one) => !isOfExperiments(one)) };
}

/** Types each taught command with a policy that lacks the action that it is there for. */
async function refuseEach(page: readonly string[], settings: readonly string[]): Promise<void> {
  for (const [action, taughtCommand] of Object.entries(taught)) {
    const commands = page.filter(
      (command) =>
        command.includes(taughtCommand) ||
        (command.startsWith('TASK_HANDLE=') && taughtCommand.includes('cancel')),
    );
    const script = [...settings, ...commands].join('\n');
    const poorer = { file: 'learner-policy.json', action };
    refusals.set(action, await without(poorer, () => paste(checkout, script)));
  }
}

afterAll(() => checkout.remove());

describe('with the policies of infra/', () => {
  it('every step, every check, every advised command and the clean-up run', () => {
    const failed = Object.entries(ended).filter(([, { code }]) => code !== 0);
    expect(failed).toEqual([]);
    expect(ended['instructor']?.stdout).toContain('11 of 11 checks passed');
    // Experiments 39 to 41 take permissions away from the role of a function: what that role is refused is theirs.
    const ofPeople = [...calls, ...callsOfExperiments].filter(({ caller }) => people.has(caller));
    const asked = ofPeople.flatMap((call) => call.asked);
    expect(asked.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(new Set(calls.map(({ caller }) => caller))).toEqual(people);
  });

  it('every command that a hint or a page names has been run', async () => {
    const called = new Set(
      [...calls, ...callsOfExperiments]
        .filter(({ caller }) => caller === 'lab-dev')
        .map(({ service, operation }) => `${service} ${operation.toLowerCase()}`),
    );
    const named = await namedCommands();
    expect(named.size).toBeGreaterThan(20);
    expect([...named].filter((command) => !called.has(command))).toEqual([]);
  });
});

describe.each([
  { file: 'learner-policy.json', caller: 'lab-dev' },
  { file: 'instructor-policy.json', caller: 'instructor' },
] as const)('$file', ({ file, caller }) => {
  it('allows all that was asked for', async () => {
    const policy = await policyOfTheLab(file);
    const asked = askedFor(calls, caller);
    expect(asked.filter((one) => !allows([policy], one))).toEqual([]);
  });

  it('names no action that was not asked for, and none twice', async () => {
    const asked = new Set(askedFor(calls, caller).map(({ action }) => action));
    expect(actionsOf(await policyOfTheLab(file)).toSorted()).toEqual([...asked].toSorted());
  });

  it('breaks something when any one action is taken away', async () => {
    const policy = await policyOfTheLab(file);
    const asked = askedFor(calls, caller);
    const needless = actionsOf(policy).filter((action) => {
      const poorer = withoutAction(policy, action);
      return asked.every((one) => allows([poorer], one));
    });
    expect(needless).toEqual([]);
  });

  it('breaks something when any one value of a condition is taken away', async () => {
    const policy = await policyOfTheLab(file);
    const asked = askedFor(calls, caller);
    const needless: string[] = [];
    for (const { Sid, Condition = {} } of policy.Statement) {
      for (const [operator, keys] of Object.entries(Condition)) {
        for (const [key, values] of Object.entries(keys)) {
          for (const value of [values].flat()) {
            const others = [values].flat().filter((one) => one !== value);
            const poorer = withStatement(policy, Sid, (statement) => ({
              ...statement,
              Condition: { [operator]: { [key]: others.length === 0 ? ['arn:none'] : others } },
            }));
            if (asked.every((one) => allows([poorer], one))) needless.push(`${Sid} ${value}`);
          }
        }
      }
    }
    expect(needless).toEqual([]);
  });
});

describe('the statements of experiments', () => {
  it('and those of the lab allow all that the experiments ask for', async () => {
    const policy = await filledPolicy('learner-policy.json');
    const asked = askedFor(callsOfExperiments, 'lab-dev');
    expect(asked.length).toBeGreaterThan(30);
    expect(asked.filter((one) => !allows([policy], one))).toEqual([]);
  });

  it('have each action and each resource for a reason', async () => {
    const policy = await filledPolicy('learner-policy.json');
    const asked = askedFor(callsOfExperiments, 'lab-dev');
    const needless = policy.Statement.filter(isOfExperiments).flatMap((statement) =>
      (['Action', 'Resource'] as const).flatMap((member) => {
        const values = [statement[member]].flat();
        return values
          .filter((value) => {
            const others = values.filter((one) => one !== value);
            const poorer = withStatement(policy, statement.Sid, (one) => ({
              ...one,
              [member]:
                others.length > 0
                  ? others
                  : member === 'Action'
                    ? 'none:none'
                    : 'arn:aws:s3:::none',
            }));
            return asked.every((one) => allows([poorer], one));
          })
          .map((value) => `${statement.Sid}: ${value}`);
      }),
    );
    expect(needless).toEqual([]);
  });
});

describe('the commands that the learner is taught to look around with', () => {
  it('stand on the page, and nothing else needs their actions', async () => {
    const page = [...(await commandsOfPage()), ...(await commandsOfPage('bash cancel'))];
    const onPage = (command: string) => page.some((one) => one.includes(command));
    expect(Object.values(taught).filter((command) => !onPage(command))).toEqual([]);
    const needed = new Set(askedFor(callsOfTheLab, 'lab-dev').map(({ action }) => action));
    const allowed = actionsOf(await policyOfTheLab('learner-policy.json'));
    expect(allowed.filter((action) => !needed.has(action)).toSorted()).toEqual(
      Object.keys(taught).toSorted(),
    );
  });

  it.each(Object.entries(taught))('without %s refuse "%s"', (action) => {
    const { code, stderr } = refusals.get(action) ?? {};
    expect(stderr).toMatch(new RegExp(`not authorized to perform: ${action}\\b`, 'i'));
    expect(code).not.toBe(0);
  });
});

it('a right that is missing fails the step or leaves the check unjudged, and the kit names the action', async () => {
  for (const one of lacking) {
    for (const step of 'before' in one ? one.before : []) {
      expect(await checkout.lab(['step', step])).toMatchObject({ code: 0 });
    }
    const { code, stdout, stderr } = await without(one, () => checkout.lab(one.words));
    const said = `${stdout}${stderr}`;
    // A step shows AWS's own words, a check its own.
    expect(said).toMatch(
      new RegExp(`(not authorized to perform:|you lack the permission) ${one.action}\\b`, 'i'),
    );
    expect(code).toBe(one.words[0] === 'check' ? 2 : 1);
  }
});

it('in a shared account step 03 makes the role with the boundary that LAB_BOUNDARY names, and only so', async () => {
  const prefix = { LAB_PREFIX: 'ada-' };
  const boundary = 'arn:aws:iam::111122223333:policy/ada-lab01-boundary';
  const created = await paste(
    checkout,
    'aws iam create-policy --policy-name ada-lab01-boundary --policy-document "file://$LAB_INFRA/permissions-boundary.json"',
    { as: 'admin', ...prefix },
  );
  expect(created.stdout).toContain(boundary);

  const path = join(checkout.root, 'infra', 'learner-policy.json');
  const plain = await readFile(path, 'utf8');
  const shared = await readFile(join(checkout.root, 'infra', 'shared-account-policy.json'), 'utf8');
  const [learner, denials] = [plain, shared].map((text) => JSON.parse(text) as PolicyDocument);
  const Statement = [...(learner?.Statement ?? []), ...(denials?.Statement ?? [])];
  await writeFile(path, JSON.stringify({ ...learner, Statement }));
  try {
    const refused = await checkout.lab(['step', '3'], prefix);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('with an explicit deny');

    const made = await checkout.lab(['step', '3'], { ...prefix, LAB_BOUNDARY: boundary });
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toContain(`--permissions-boundary ${boundary}`);
    const asked = 'aws iam get-role --role-name ada-lab01-sqs-worker-role';
    expect((await paste(checkout, asked, prefix)).stdout).toContain(
      `"PermissionsBoundaryArn": "${boundary}"`,
    );
    // The boundary takes nothing away that the worker needs.
    expect(await checkout.lab(['step', '4'], prefix)).toMatchObject({ code: 0 });
    expect(await checkout.lab(['check', '4'], prefix)).toMatchObject({ code: 0 });
  } finally {
    await writeFile(path, plain);
  }
});

it('a role that the console made under /service-role/ serves the lab, for the learner and the instructor', async () => {
  const prefix = { LAB_PREFIX: 'con-' };
  const made = await paste(
    checkout,
    'aws iam create-role --role-name con-lab01-sqs-worker-role --path /service-role/ --assume-role-policy-document "file://$LAB_INFRA/lambda-trust.json"',
    { as: 'admin', ...prefix },
  );
  expect(made).toMatchObject({ code: 0 });
  for (const step of ['1', '2', '3', '4', '5', '6']) {
    expect(await checkout.lab(['step', step], prefix)).toMatchObject({ code: 0 });
  }
  const asked =
    'aws lambda get-function-configuration --function-name con-lab01-sqs-worker --query Role';
  expect((await paste(checkout, asked, prefix)).stdout).toContain(
    ':role/service-role/con-lab01-sqs-worker-role"',
  );
  for (const as of ['lab-dev', 'instructor']) {
    for (const number of ['3', '4', '6']) {
      expect(await checkout.lab(['check', number, '--as', as], prefix)).toMatchObject({ code: 0 });
    }
  }
});

/** `sqs setqueueattributes` and so on: what the commands in hints and pages call. */
async function namedCommands(): Promise<Set<string>> {
  const folders = ['checks', 'docs/manual'].map(async (folder) =>
    (await readdir(join(root, folder)))
      .filter((name) => /^\d\d-[a-z-]+\.(md|ts)$/.test(name))
      .map((name) => join(root, folder, name)),
  );
  const files = [...(await Promise.all(folders)).flat(), join(root, 'README.md')];
  const texts = await Promise.all(files.map((path) => readFile(path, 'utf8')));
  const commands = texts
    .join('\n')
    .matchAll(/\baws (sqs|iam|lambda|logs) (wait [a-z0-9-]+|[a-z-]+)/g);
  // What is no API call by its own name.
  const others: Readonly<Record<string, string>> = {
    'logs tail': 'logs filterlogevents',
    'iam wait role-exists': 'iam getrole',
    'lambda wait function-active-v2': 'lambda getfunction',
    'lambda wait function-updated-v2': 'lambda getfunction',
  };
  return new Set(
    [...commands].map(([, service = '', operation = '']) => {
      const typed = `${service} ${operation}`;
      return others[typed] ?? `${service} ${operation.replaceAll('-', '')}`;
    }),
  );
}

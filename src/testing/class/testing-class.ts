import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import type { Clients } from '../sandbox/sandbox-for-test.ts';
import { workerZip } from '../../scripts/worker-zip.ts';
import { findAwsCli } from '../../lab/aws/cli.ts';
import { composeEvidence } from '../../evidence/compose.ts';
import { commandOf, rulesOf } from '../../evidence/proofs.ts';
import { cliCommand } from '../../lab/aws/ask.ts';
import type { Check, Judged } from '../../judging/check.ts';
import { evidencePath } from '../../evidence/proof-names.ts';
import { writeFiles } from '../../evidence/write-files.ts';
import { judgeAll } from '../../judging/judge.ts';
import { labOf } from '../../lab/lab.ts';
import type { Lab } from '../../lab/lab.ts';
import { redactor } from '../../redaction/redact.ts';
import type { Session } from '../../lab/session.ts';
import { settings } from '../../lab/settings.ts';
import { listSteps, loadCheck } from '../../judging/steps.ts';
import { buildLab, drained, sendMessages } from '../lab/lab-building.ts';
import type { Checkout } from '../lab/checkout.ts';
import type { Answers } from '../../lab/look.ts';

const region = 'us-east-1';

/** Somebody of a class, whose lab is built with the SDK. */
export interface ClassMember extends Lab {
  readonly checkout: string;
}

export interface Classroom extends Disposable {
  readonly aws: Clients;
  member(prefix: string): ClassMember;
}

/** The sandbox of a checkout, started, with the permissions of its administrator. */
export async function openClassroom(checkout: Checkout): Promise<Classroom> {
  const { code, stdout, stderr } = await checkout.lab(['doctor', '--as', 'admin']);
  if (code !== 0) throw new Error(stdout + stderr);
  const home = join(checkout.root, '.lab');
  const { endpoint } = JSON.parse(
    await readFile(join(home, 'sandbox', 'process.json'), 'utf8'),
  ) as { endpoint: string };
  const clientConfig = { region, endpoint, credentials: await keysOf(home, 'admin') };
  const aws = {
    cloudwatch: new CloudWatchClient(clientConfig),
    iam: new IAMClient(clientConfig),
    lambda: new LambdaClient(clientConfig),
    logs: new CloudWatchLogsClient(clientConfig),
    sqs: new SQSClient(clientConfig),
    sts: new STSClient(clientConfig),
  };
  await writeFile(join(checkout.root, settings.zipFile), await workerZip(checkout.root));
  const accountId = /account (\d{12})/.exec(stdout)?.[1] ?? '';
  const session: Session = {
    target: 'sandbox',
    profile: 'admin',
    accountId,
    region,
    awsCli: await findAwsCli(),
    environment: {},
    clientConfig,
    sandbox: undefined,
  };
  const member = (prefix: string): ClassMember => {
    const place = async () => ({ accountId, region });
    const learner = { prefix, checkout: checkout.root, place, session: async () => session };
    return { ...labOf(learner), checkout: checkout.root };
  };
  const close = () => {
    for (const client of Object.values(aws)) client.destroy();
  };
  return { aws, member, [Symbol.dispose]: close };
}

async function keysOf(home: string, user: string) {
  const text = await readFile(join(home, 'aws', 'credentials'), 'utf8');
  const section = text.slice(text.indexOf(`[${user}]`));
  const value = (name: string) => new RegExp(`${name} = (\\S+)`).exec(section)?.[1] ?? '';
  return {
    accessKeyId: value('aws_access_key_id'),
    secretAccessKey: value('aws_secret_access_key'),
  };
}

/** Steps 01 to 09. */
export async function wholeLab({ aws }: Classroom, member: ClassMember): Promise<void> {
  await buildLab(aws, member);
  await sendMessages(aws, member);
  await drained(member);
}

/** The CLI prints a policy as JSON, which the SDK leaves as it came. */
const asCli = (_: string, value: unknown): unknown =>
  typeof value === 'string' && value.startsWith('%7B')
    ? (JSON.parse(decodeURIComponent(value)) as unknown)
    : value;

/** A proof whose command "printed" the recorded answer, when it asks what the check has asked. */
function handedIn(
  check: Check,
  proof: Check['proofs'][number],
  { observed, observations }: Pick<Judged<unknown>, 'observations' | 'observed'>,
) {
  const { number, name, title, claim } = proof;
  const command = commandOf(proof, observed);
  const oneLine = (text: string) => text.replaceAll(/\s*\\\n\s*/g, ' ');
  const asked = observations.find(
    (one) => 'question' in one && oneLine(cliCommand(one.question)) === oneLine(command),
  );
  const output =
    asked !== undefined && 'question' in asked ? JSON.stringify(asked.output, asCli, 4) : '';
  return { number, name, title, claim, command, output, rules: rulesOf(proof, check) };
}

/**
 * Writes the `docs` folder that this member would hand in: the evidence of all checks that pass, with the recorded answers
 * in the place of what the CLI prints for the proofs. What a check asks the machine is asked once for the whole class.
 */
export async function handIn(
  member: ClassMember,
  { docs, facts, now }: { readonly docs: string; readonly facts: Answers; readonly now: number },
): Promise<void> {
  {
    const answers: Answers = new Map(facts);
    const steps = (await listSteps()).filter(({ number }) => number !== '11');
    const checks = await Promise.all(steps.map((entry) => loadCheck(member, entry)));
    const judged = await judgeAll(member, checks, answers);
    for (const [name, answer] of answers)
      if (!/^\w+ [A-Z]\w+ \{/.test(name)) facts.set(name, answer);
    const { accountId, region: place } = await member.place();
    // On the lab clock, as the times in the answers are.
    const time = new Date(now).toISOString();
    const files = new Map<string, string>();
    for (const [i, { result, observed, observations }] of judged.entries()) {
      const check = checks[i];
      if (check === undefined || result.outcome !== 'pass') continue;
      const raw = {
        schema: 1,
        target: 'SANDBOX',
        check: check.step,
        title: check.title,
        verdict: 'pass',
        time,
        region: place,
        accountId,
        prefix: member.prefix,
        versions: { kit: '1.0.0', node: process.version, awsCli: '2.36.12' },
        observations,
        expectations: result.expectations,
        proofs: check.proofs.map((proof) => handedIn(check, proof, { observed, observations })),
      } as const;
      const evidence = composeEvidence(check, raw, { redact: redactor([accountId]), observed });
      files.set(evidencePath(check.step, 'sandbox'), JSON.stringify(evidence));
    }
    const { warnings } = await writeFiles(docs, 'sandbox', files);
    if (warnings.length > 0) throw new Error(warnings.join('\n'));
  }
}

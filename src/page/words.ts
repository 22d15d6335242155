import { settings } from '../lab/settings.ts';
import type { Edition, Page } from './page-facts.ts';

/** Said in the page, in README.md and in docs/interview.md; a test holds the three together. */
export const talkingPoints = [
  {
    point:
      'I used SQS to buffer work and Lambda to auto-scale consumption, keeping the producer decoupled.',
    limit: 'The work is done later, sometimes twice, and on a standard queue in no order.',
  },
  {
    point:
      "I configured a DLQ so poison messages don't block throughput, and I can inspect failures safely.",
    limit:
      'True for a standard queue. On a FIFO queue its message group waits until the poison message is handled or moved.',
  },
  {
    point:
      'I enabled partial batch failure so only failed messages retry — this reduces cost and avoids reprocessing successes.',
    limit: 'At-least-once duplicates remain, so the work must be idempotent.',
  },
  {
    point:
      'My IAM policy is least-privilege: SQS access scoped to a specific queue ARN plus CloudWatch logs.',
    limit: 'The logs permissions come from an AWS managed policy, whose resource is *.',
  },
  {
    point: 'I validated behavior with CloudWatch logs and DLQ message evidence.',
    limit:
      'Logs and the message itself are evidence. Queue counts are approximate and only support it.',
  },
] as const;

export const title = 'SQS → Lambda worker: retries, DLQ, partial batch failures';

/** What was built, in one sentence. */
export const lead = `A Lambda worker reads an SQS queue and reports each message that it could not handle, so that only this message is retried, and after ${settings.maxReceiveCount} receives SQS moves it to a dead-letter queue.`;

/** The claims that matter, each with the number of the proof that shows it and what it means. */
export const claims = [
  {
    number: 14,
    meaning:
      'One bad message does not make the good messages of its batch run again. A standard queue may still deliver a message twice, so the work must be idempotent.',
  },
  {
    number: 15,
    meaning:
      'The failing message blocks nothing and is not lost. It waits, unchanged, where somebody can look at it and send it back.',
  },
  {
    number: 10,
    meaning:
      'The policy was not only read: the policy simulator was asked about each action that the worker needs.',
  },
] as const;

/** `SANDBOX`, or `SAMPLE, SANDBOX`: what stands before everything that the page says. */
export function targetWords({ target, sample }: Pick<Page, 'sample' | 'target'>): string {
  return sample ? `SAMPLE, ${target}` : target;
}

/** What the proofs were made on: nobody shall take a sandbox for AWS. */
export function whereRun({ target, region, sample }: Page): string {
  const whose = sample
    ? 'This is the sample run that ships with the lab kit. It is nobody’s own work. '
    : '';
  return whose + whereOf({ target, region });
}

function whereOf({ target, region }: Pick<Page, 'region' | 'target'>): string {
  if (target === 'EMULATOR')
    return `Recorded on an EMULATOR, an AWS of somebody else’s making on the author’s own machine (Region name ${region}). It shows what that program does, which need not be what AWS does.`;
  return target === 'AWS'
    ? `Recorded on a real AWS account in ${region}. The account id is an alias.`
    : `Recorded on the SANDBOX of the lab kit, a small AWS on the author’s own machine (Region name ${region}). It proves commands, policies and code. It does not prove scale, latency or price. Times are those of the sandbox’s clock, which skips waits and is ahead of other clocks.`;
}

/** What the table of experiments shows. */
export const aboutExperiments =
  'Each experiment changes one thing on copies of the lab. Its numbers were predicted from the rule of AWS before it ran, and measured in what AWS showed.';

/** In the repository that has the page: the kit, or a portfolio. */
export function howToCheck(edition: Edition = 'kit'): readonly string[] {
  const command = edition === 'portfolio' ? 'node verify.mjs' : 'npx lab verify';
  return [
    'Every picture is drawn from recorded output by a program, and the text beside it comes from the same record.',
    `In the repository, ${command} holds each file against the manifest and reaches every verdict again from the recorded output.`,
    'A manifest detects accidental edits, not forgery. It does not prove who ran the lab, or when.',
  ];
}

/** Under a screenshot of the console: nobody shall take it for a record. */
export const consoleWords =
  'Console screenshot, taken by the author. It is no record: no verdict is reached from it, and nothing in it is compared.';

/** @param index from 0, among the screenshots of this proof */
export function consoleAlt(number: number, index: number): string {
  return `Console screenshot ${number}${index === 0 ? '' : ` (${index + 1})`}, taken by the author`;
}

/** What is missing, each with the command that records it. */
export const missingLead =
  'These proofs are not recorded. Each is recorded by the check beside it, while the lab is up; npm start records all of them.';

/** `npx lab check 3` */
export function commandFor({ check }: Page['missing'][number]): string {
  return `npx lab check ${Number(check)}`;
}

/** First and last time of the runs, `undefined` without any. */
export function period({ runs }: Page): { readonly from: string; readonly to: string } | undefined {
  const times = runs.map(({ time }) => time).toSorted();
  const [from] = times;
  const to = times.at(-1);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** `2026-11-23 15:04 UTC` */
export function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

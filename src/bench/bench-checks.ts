/**
 * What judging costs, part of `npm run bench`: all checks of one lab, and a class of 30, each beside a script that
 * makes the same reads with one `aws` process each. By itself: `node src/bench/bench-checks.ts [ROUNDS]`.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cliCommand } from '../lab/aws/ask.ts';
import { openClassroom, wholeLab } from '../testing/class/testing-class.ts';
import type { ClassMember } from '../testing/class/testing-class.ts';
import { aFewAtATime } from '../class/time-limit.ts';
import { judgeAll } from '../judging/judge.ts';
import { listSteps, loadCheck } from '../judging/steps.ts';
import { runChild, temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout } from '../testing/lab/checkout.ts';

const learners = 30;

/** @param rounds of which the middle one counts */
export async function benchChecks(rounds = 3): Promise<void> {
  await using checkout = await temporaryCheckout();
  using room = await openClassroom(checkout);
  const members = Array.from({ length: learners }, (_, i) => room.member(`l${i + 1}-`));
  const own = room.member('');
  await aFewAtATime([own, ...members], 4, (member) => wholeLab(room, member));
  const roster = ['name,prefix', ...members.map(({ prefix }) => `Learner ${prefix},${prefix}`)];
  await writeFile(join(checkout.root, 'roster.csv'), roster.join('\n'));

  // Evidence that is new is written, and its pictures are drawn: the first time is another matter.
  const first = await timed(() => lab(checkout, 'check'));
  const check = await middleOf(rounds, () => lab(checkout, 'check'));
  const reads = await readsOf(own);
  const script = await timed(() => shell(checkout, reads));
  console.log(
    `checks of one lab: lab check ${seconds(check)} (${seconds(first)} when its evidence is new)   ${reads.length} reads by one aws process each ${seconds(script)}   ratio ${ratio(check, script)}   target: under 1 s`,
  );

  const whole = await middleOf(rounds, () => lab(checkout, 'class', 'roster.csv'));
  // An `aws` process takes half a second and more: the script is timed for one of them, and the rest reckoned.
  const one = await readsOf(room.member('l1-'));
  const reckoned = learners * (await timed(() => shell(checkout, one)));
  console.log(
    `class of ${learners}: lab class ${seconds(whole)}   the same reads by one aws process each ${seconds(reckoned)} (one learner timed, times ${learners})   ratio ${ratio(whole, reckoned)}   target: under 10 s\n`,
  );
}

/** The commands that ask what the checks of a class ask. */
async function readsOf(member: ClassMember): Promise<string[]> {
  const steps = (await listSteps()).filter(({ cleansUp }) => !cleansUp);
  const all = await Promise.all(steps.map((step) => loadCheck(member, step)));
  const checks = all.filter(({ about }) => about !== 'machine');
  const judged = await judgeAll(member, checks);
  const unjudged = judged.find(({ result }) => result.outcome !== 'pass');
  if (unjudged !== undefined) throw new Error(`check ${unjudged.result.step} does not pass`);
  const seen = judged.flatMap(({ observations }) => observations);
  const commands = seen.flatMap((one) => ('question' in one ? [cliCommand(one.question)] : []));
  return [...new Set(commands)];
}

async function lab(checkout: Checkout, ...words: string[]): Promise<void> {
  const { code, stdout, stderr } = await checkout.lab(words);
  if (code !== 0) throw new Error(`lab ${words.join(' ')}: ${stdout}${stderr}`);
}

async function shell(checkout: Checkout, commands: readonly string[]): Promise<void> {
  const environment = (await checkout.lab(['env', '--as', 'admin'])).stdout;
  const lines = commands.map((command) => `{ ${command}\n} > /dev/null`);
  const { code, stderr } = await runChild('bash', ['-euc', [environment, ...lines].join('\n')], {
    cwd: checkout.root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root },
  });
  if (code !== 0) throw new Error(`the plain script failed: ${stderr}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function middleOf(rounds: number, work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await timed(work));
  return times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
const ratio = (a: number, b: number) => (a / b).toFixed(3);

if (import.meta.main) await benchChecks(Number(process.argv[2] ?? 3));

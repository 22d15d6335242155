/**
 * Writes the catalogue where people read it: docs/wrong-states.md, and its table in docs/instructor-guide.md.
 *
 *   node checks/wrong-states/pages.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../src/judging/index.ts';
import { labOf } from '../../src/lab/lab.ts';
import { listSteps, loadCheck } from '../../src/judging/steps.ts';
import type { WrongState } from '../../src/testing/lab/wrong-states.ts';
import { wrongStates } from '../wrong-states.ts';

/** The names of a lab without a prefix. */
const lab = labOf({
  prefix: '',
  place: async () => ({ accountId: '111122223333', region: 'us-east-1' }),
});

export const pageFile = join(root, 'docs', 'wrong-states.md');
export const guideFile = join(root, 'docs', 'instructor-guide.md');

interface Page {
  readonly title: string;
  readonly states: readonly WrongState[];
  /** Of the expectations, by `02/visibility-timeout`. */
  readonly claims: ReadonlyMap<string, string>;
}

/** The states by the check that catches them, with the names of a lab without a prefix. */
async function byCheck(): Promise<Page[]> {
  const states = wrongStates(lab);
  const checks = await Promise.all((await listSteps()).map((entry) => loadCheck(lab, entry)));
  const pages = checks.map(({ step, title, expectations }) => ({
    title: `Check ${step}: ${title}`,
    states: states.filter(({ fails }) => fails.startsWith(`${step}/`)),
    claims: new Map(expectations.map(({ id, claim }) => [`${step}/${id}`, claim])),
  }));
  return pages.filter(({ states: listed }) => listed.length > 0);
}

/** The whole catalogue, each state with the way to make it. */
export async function catalogue(): Promise<string> {
  const pages = await byCheck();
  const count = pages.reduce((sum, { states }) => sum + states.length, 0);
  const intro = `# The catalogue of wrong states

${count} ways to get the lab wrong, by the check that catches them. \`npm run test:long\` makes each of them in a finished lab, or from recorded answers where the sandbox cannot reach the state (see [checks/wrong-states.long.test.ts](../checks/wrong-states.long.test.ts)). The named expectation must fail, with a hint that fits; expectations that need it must be blocked; all others must pass. If an expectation were removed from the checks, at least one of these states would not be caught.

To make one yourself, build the lab with \`npx lab run --keep\`. Then type this once in a new terminal. It makes you the administrator of the sandbox, because the learner's user lacks the permissions for some of the wrong states:

\`\`\`sh
eval "$(npx lab env --as admin)"
QUEUE_URL=$(aws sqs get-queue-url --queue-name ${lab.queueName} --query QueueUrl --output text)
DLQ_URL=$(aws sqs get-queue-url --queue-name ${lab.deadLetterQueueName} --query QueueUrl --output text)
MAPPING_UUID=$(aws lambda list-event-source-mappings --function-name ${lab.functionName} --query 'EventSourceMappings[0].UUID' --output text)
\`\`\`

Then type the commands of one state, and \`npx lab check\`.

\`node checks/wrong-states/pages.ts\` writes this page.`;
  return `${[intro, ...pages.map(section)].join('\n\n')}\n`;
}

function section({ title, states, claims }: Page): string {
  return [`## ${title}`, ...states.map((state) => entry(state, claims))].join('\n\n');
}

function entry(state: WrongState, claims: Page['claims']): string {
  const { id, what, fails } = state;
  const caught = `Caught by \`${fails}\`: ${claims.get(fails)}.`;
  return [`### ${id}`, `${what}.`, caught, ...waysTo(state)].join('\n\n');
}

function waysTo(state: WrongState): string[] {
  const { worker, before, sends, make, leaves, onPaper } = state;
  const block = (text: string, kind = 'sh') => `\`\`\`${kind}\n${text.trim()}\n\`\`\``;
  const ways: string[] = [];
  if (worker !== undefined)
    ways.push('`src/handlers/worker.ts`, then steps 5, 6 and 8:', block(worker, 'text'));
  if (before !== undefined) ways.push('Before the messages are sent:', block(before));
  if (sends !== undefined)
    ways.push(sends.length === 0 ? 'Step 8 is left out.' : `Sent: ${sends.join(', ')}.`);
  if (make !== undefined) {
    if (before !== undefined || worker !== undefined) ways.push('Afterwards:');
    ways.push(block(make));
  }
  if (leaves !== undefined) ways.push('Step 11, without the commands that delete it.');
  if (onPaper !== undefined)
    ways.push('The sandbox cannot reach this state: the test uses recorded answers.');
  return ways;
}

/** What the guide shows: what learners do, and who says so. */
export async function table(): Promise<string> {
  const rows = (await byCheck()).flatMap(({ states }) =>
    states.map(
      ({ id, what, fails }) =>
        `| [${id}](wrong-states.md#${id}) | ${what.replaceAll('|', String.raw`\|`)} | \`${fails}\` |`,
    ),
  );
  const head = '| State | What a learner did | Caught by |\n| --- | --- | --- |';
  return `${rows.length} wrong states, each with the expectation that catches it. [wrong-states.md](wrong-states.md) has the commands for each.\n\n${head}\n${rows.join('\n')}`;
}

/** The guide with its table as it should be. */
export function inGuide(guide: string, content: string): string {
  const [open, close] = ['<!-- wrong-states -->', '<!-- /wrong-states -->'];
  const [start, end] = [guide.indexOf(open), guide.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`${guideFile} has no ${open} … ${close}`);
  return `${guide.slice(0, start + open.length)}\n\n${content}\n\n${guide.slice(end)}`;
}

if (import.meta.main) {
  await writeFile(pageFile, await catalogue());
  await writeFile(guideFile, inGuide(await readFile(guideFile, 'utf8'), await table()));
  console.log('Written. "npm run fix" brings the tables into shape.');
}

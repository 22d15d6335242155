import { createHash } from 'node:crypto';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kitVersion } from '../evidence/record.ts';
import { deleteExperimentLeftovers, goneCopies } from '../experiments/delete-copies.ts';
import { takeTurn } from '../experiments/take-turn.ts';
import { LabError, reasonOf } from '../lab/errors.ts';
import { labNow } from '../lab/aws/clocks.ts';
import { onInterrupt, unlessInterrupted } from '../lab/interrupt.ts';
import type { Lab } from '../lab/lab.ts';
import { root } from '../lab/settings.ts';
import { checkFileWritable } from './check-writable.ts';
import { targetLabel, targetName } from '../lab/target-name.ts';
import { refuseDuringDrill } from './not-in-a-drill.ts';
import { bold, duration, say, sayAside } from '../lab/terminal.ts';
import { refusalOf, refusalText } from '../what-if/refusal.ts';
import { runWhatIf } from '../what-if/run.ts';
import type { Ran } from '../what-if/run.ts';
import { sayAnswer, sayQuestion } from '../what-if/say.ts';
import { timelineOf } from '../what-if/timeline.ts';
import { readQuestion, workSecondsOf } from '../what-if/question.ts';
import type { Question } from '../what-if/question.ts';

/** What it waits for the end of all messages. */
const mostWorkSeconds = 600;

/** Names of the copy begin with `lab01-xwhat-if`. */
const owner = 'what-if';

/**
 * `lab what-if`: predicts what AWS's rules say of these settings, runs it on a lab of its own, compares, deletes it.
 * @returns 0 when all is as predicted or explained by a rule, 1 when not
 * @throws LabError (exit code 2) when the settings are impossible: in AWS's words, before anything is built
 */
export async function whatIfCommand(lab: Lab): Promise<number> {
  const { options } = lab;
  const question = readQuestion(options.own);
  await checkPossible(question);
  await checkFileWritable(pictureFile(lab), '--svg');
  await refuseDuringDrill(lab, 'What if');
  const { target } = await lab.session();
  const quiet = options.json;
  if (!quiet) {
    say(`${bold('What if')}  [${targetLabel(target)}]`);
    sayQuestion(question);
  }
  const release = await takeTurn('npx lab what-if');
  using _ = onInterrupt(async () => {
    await deleteExperimentLeftovers(lab, owner);
  }, goneCopies);
  try {
    const tell = (line: string) => (quiet ? undefined : sayAside(line));
    const ran = await runWhatIf(lab, question, { owner, tell });
    await unlessInterrupted();
    if (quiet) say(JSON.stringify({ target: targetName(target), ...jsonOf(ran) }, null, 2));
    else sayAnswer(ran);
    // The answer stands, also when it cannot be drawn.
    await drawIfAsked(lab, ran);
    return ran.comparison.unexplained.length > 0 ? 1 : 0;
  } finally {
    release();
  }
}

async function checkPossible(question: Question): Promise<void> {
  const refusal = refusalOf(question);
  if (refusal !== undefined) {
    throw new LabError(refusalText(refusal), {
      hint: 'Nothing was built. npx lab what-if --help',
      exitCode: 2,
    });
  }
  const { least, invocations } = workSecondsOf(question);
  if (least > mostWorkSeconds) {
    throw new LabError(
      `This needs at least ${duration(least * 1000)} of real work in ${invocations} invocations, and what-if takes ${duration(mostWorkSeconds * 1000)}`,
      {
        hint: 'The sandbox skips waits, not work: lower --handler-seconds, --max-receive-count or the number of messages.',
        exitCode: 2,
      },
    );
  }
  if (question.handlerFile === undefined) return;
  await access(join(root, question.handlerFile)).catch((cause: unknown) => {
    throw new LabError(`There is no handler ${question.handlerFile} in this checkout`, {
      hint: 'Name a file relative to the checkout, for example: --handler src/handlers/worker.ts',
      exitCode: 2,
      cause,
    });
  });
}

function pictureFile({ options }: Lab): string | undefined {
  const file = options.own['svg'];
  return typeof file === 'string' ? file : undefined;
}

async function drawIfAsked(lab: Lab, ran: Ran): Promise<void> {
  const file = pictureFile(lab);
  if (file === undefined) return;
  const { timelinePicture } = await import('../pictures/timeline.ts');
  const { target, awsCli } = await lab.session();
  const { region } = await lab.place();
  const digest = createHash('sha256')
    .update(JSON.stringify(jsonOf(ran)))
    .digest('hex');
  const stamp = {
    target: targetName(target),
    region,
    time: new Date(await labNow(lab)).toISOString(),
    kit: await kitVersion(),
    awsCli: awsCli.version,
    digest,
  };
  await writeFile(file, timelinePicture(timelineOf(ran, stamp)).svg).catch((cause: unknown) => {
    throw new LabError(`The picture could not be written to ${file}: ${reasonOf(cause)}`, {
      exitCode: 2,
      cause,
    });
  });
  if (!lab.options.json) sayAside(`picture ${file}`);
}

function jsonOf({ question, predicted, observed, comparison }: Ran) {
  const { rows, reasons, unexplained } = comparison;
  return {
    question,
    rows,
    reasons,
    unexplained,
    effects: predicted.effects,
    batchSizes: observed.batchSizes,
    messages: observed.messages.map(({ name, fate, lost, deliveries }) => ({
      name,
      fate,
      lost,
      deliveries: deliveries.map(({ receiveCount, at, outcome, batchSize }) => ({
        receiveCount,
        at: new Date(at).toISOString(),
        outcome,
        batchSize,
      })),
    })),
  };
}

import { randomBytes } from 'node:crypto';
import { asking } from '../experiments/ask.ts';
import { makeCopies } from '../experiments/copies.ts';
import type { Copy } from '../experiments/copies.ts';
import { deleteExperimentLeftovers, deleteMapping } from '../experiments/delete-copies.ts';
import { predict } from '../experiments/model.ts';
import type { Predicted, Settings } from '../experiments/model.ts';
import { nothingRead, observedOf } from '../experiments/observed.ts';
import type { Observed, Sent } from '../experiments/observed.ts';
import { beginsAnew } from '../experiments/gone-copy.ts';
import { countsOf, logOf, readSide } from '../experiments/read-side.ts';
import { entriesFor, sendAll } from '../experiments/send.ts';
import { setMapping } from '../experiments/set-mapping.ts';
import { untilNothingRuns, untilSettled } from '../experiments/settle.ts';
import type { Running } from '../experiments/settle.ts';
import { waitSeconds } from '../experiments/wait-seconds.ts';
import { waitFor } from '../lab/aws/wait.ts';
import type { Lab } from '../lab/lab.ts';
import { compare } from './compare.ts';
import type { Comparison } from './compare.ts';
import { neverEnds, receivesWithoutEnd, scenarioOf } from './question.ts';
import type { Question } from './question.ts';

/** What the rules said, and what happened. */
export interface Ran {
  readonly question: Question;
  readonly predicted: Predicted;
  readonly observed: Observed;
  readonly comparison: Comparison;
  readonly queueName: string;
  readonly deadLetterQueueName: string;
}

/**
 * Another name for each run. A function that is deleted while it works goes on, and AWS may still make a log group for it,
 * or give its name to the next one: what it writes then is not of this run.
 */
const newSide = (): string => `run-${randomBytes(3).toString('hex')}`;

/**
 * Builds a lab of these settings beside the real one, sends the messages, waits for their end, looks, and deletes it all,
 * also when something fails.
 * @param owner of the copy's names, as in `copyNames`
 * @param tell what is being done
 * @throws LabError or an error of the SDK when it cannot be built
 */
export async function runWhatIf(
  lab: Lab,
  question: Question,
  {
    owner,
    tell = () => undefined,
  }: { readonly owner: string; readonly tell?: (line: string) => void },
): Promise<Ran> {
  await deleteExperimentLeftovers(lab, owner);
  try {
    const copy = await build(lab, question, { owner, tell });
    const ask = await asking(lab);
    const calls = entriesFor(question, question.fifo ? inOneGroup : undefined);
    const send = async () => {
      const sent = await sendAll(ask, copy, calls);
      tell(`sent ${question.good} good and ${question.poison} poison messages`);
      return sent;
    };
    const poll = async () => {
      await setMapping(lab, copy.mappingId, true);
      tell('Lambda polls now');
    };
    let sent: Sent[];
    if (isLoweredLater(question)) {
      await poll();
      await lowerVisibility(lab, question, copy);
      sent = await send();
    } else {
      sent = await send();
      await poll();
    }
    await untilTheEnd(lab, question, { copy, sent });
    const recorded = await readSide(lab, copy, { sent, handled: [], kept: {} });
    const observed = observedOf(recorded);
    const scenario = scenarioOf(question, receivesOf(observed));
    const predicted = predict(scenario);
    return {
      question,
      predicted,
      observed,
      comparison: compare(scenario, predicted, observed),
      queueName: copy.queueName,
      deadLetterQueueName: copy.deadLetterQueueName,
    };
  } finally {
    await deleteExperimentLeftovers(lab, owner);
  }
}

const inOneGroup = (name: string) => ({
  MessageGroupId: 'what-if',
  MessageDeduplicationId: name,
});

interface Building {
  readonly owner: string;
  readonly tell: (line: string) => void;
}

async function build(lab: Lab, question: Question, { owner, tell }: Building): Promise<Copy> {
  const { settings, concurrency } = question;
  const { visibilityTimeoutSeconds, functionTimeoutSeconds } = settings;
  const start = performance.now();
  const side = newSide();
  const { [side]: copy } = await makeCopies(lab, owner, {
    [side]: {
      side,
      fifo: question.fifo,
      ...(question.handlerFile === undefined
        ? { handler: 'what-if' }
        : { handlerFile: question.handlerFile }),
      settings: {
        ...settings,
        // Lambda makes no mapping of a queue that hides its messages for a shorter time than the function may run.
        visibilityTimeoutSeconds: Math.max(visibilityTimeoutSeconds, functionTimeoutSeconds),
      },
      more: {
        function: {
          Environment: {
            Variables: { BEHAVIOUR: question.behaviour, SECONDS: String(question.handlerSeconds) },
          },
        },
        ...(concurrency === undefined
          ? {}
          : { mapping: { ScalingConfig: { MaximumConcurrency: concurrency } } }),
      },
    },
  });
  if (copy === undefined) throw new Error('no copy was made');
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  tell(`built ${copy.functionName} with its queues in ${seconds} s`);
  return copy;
}

/** The visibility timeout is below the function timeout: Lambda refuses that when the mapping is made, and SQS never does. */
export const isLoweredLater = ({ settings }: Question): boolean =>
  settings.visibilityTimeoutSeconds < settings.functionTimeoutSeconds;

/** Lambda looks at the visibility timeout when a mapping is made, and when it is changed: after that nobody does. */
async function lowerVisibility(
  lab: Lab,
  { settings }: Question,
  { queueUrl }: Copy,
): Promise<void> {
  const ask = await asking(lab);
  const Attributes = { VisibilityTimeout: String(settings.visibilityTimeoutSeconds) };
  await ask('sqs', 'SetQueueAttributes', { QueueUrl: queueUrl, Attributes });
  await waitSeconds(lab, 'changed queue attributes', attributesSeconds);
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const attributesSeconds = 60;

async function untilTheEnd(lab: Lab, question: Question, running: Running): Promise<void> {
  const { copy } = running;
  const { visibilityTimeoutSeconds, windowSeconds } = question.settings;
  const isEndless = neverEnds(question);
  if (isEndless) await untilReceivedOften(lab, running, question.settings);
  else await untilSettled(lab, [running]);
  await stopPolling(lab, question, copy);
  await untilNothingRuns(lab, copy);
  if (windowSeconds > 0) {
    // A batch may still be gathered, also when the visibility timeout of its messages has ended before.
    await waitSeconds(lab, 'batching window', windowSeconds + 1);
    await untilNothingRuns(lab, copy);
  }
  // What is hidden can be counted, and not read.
  if (isEndless) await waitSeconds(lab, 'visibility timeout', visibilityTimeoutSeconds + 1);
}

/**
 * Nothing is received any more. While the visibility timeout is below the function timeout Lambda takes no change of a mapping,
 * not even that it is disabled: then it is deleted.
 */
async function stopPolling(lab: Lab, question: Question, { mappingId }: Copy): Promise<void> {
  if (!isLoweredLater(question)) return setMapping(lab, mappingId, false);
  await deleteMapping(lab, mappingId);
  const ask = await asking(lab);
  await waitFor(lab, {
    what: 'the mapping to be gone',
    clock: 'a mapping is deleted within a minute',
    limitSeconds: 180,
    again: beginsAnew,
    quiet: true,
    probe: async () => {
      const found = await ask('lambda', 'GetEventSourceMapping', { UUID: mappingId });
      return found === undefined ? true : undefined;
    },
  });
}

async function untilReceivedOften(
  lab: Lab,
  { copy, sent }: Running,
  { visibilityTimeoutSeconds, windowSeconds }: Settings,
): Promise<void> {
  await waitFor(lab, {
    what: `${receivesWithoutEnd} receives of a poison message`,
    clock: 'visibility timeout, as often as a message is received',
    limitSeconds: 60 + 2 * receivesWithoutEnd * (visibilityTimeoutSeconds + windowSeconds),
    again: beginsAnew,
    probe: async () => {
      // Somebody may have deleted the copy: then nothing is ever received any more.
      await countsOf(lab, copy);
      const seen = observedOf({
        ...nothingRead,
        sent,
        events: await logOf(lab, copy.logGroupName),
      });
      return receivesOf(seen) >= receivesWithoutEnd ? true : undefined;
    },
  });
}

/** The receives of the message that was received most often. */
const receivesOf = ({ messages }: Observed): number =>
  Math.max(0, ...messages.flatMap(({ deliveries }) => deliveries.map((one) => one.receiveCount)));

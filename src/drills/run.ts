import { askAws } from '../lab/aws/ask.ts';
import { observeQueue } from '../lab/aws/observe.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { dim, say } from '../lab/terminal.ts';
import { judgeWhenReady } from '../judging/restore.ts';
import { otherSettings, restoreAll } from '../template/restore-all.ts';
import { firstProblem } from '../judging/hint.ts';
import { faultsNamed } from './catalogue.ts';
import type { Drill } from './drills.ts';
import { endDrill } from './end.ts';
import { observeFacts } from './facts.ts';
import type { Facts } from './facts.ts';
import { waitForSymptom } from './orders.ts';
import { plant } from './plant.ts';
import type { Types } from './plant.ts';
import { keepOpenDrill } from './state.ts';
import type { OpenDrill } from './state.ts';
import { startCounting } from './typed.ts';
import { symptoms } from './symptoms.ts';

/** Builds or restores the lab, so that nothing is wrong but what the drill plants. Says nothing when it is as it should be. */
export async function makeLabGood(lab: Lab): Promise<void> {
  const isWrong =
    firstProblem(await judgeWhenReady(lab)) !== undefined || (await otherSettings(lab)).length > 0;
  if (isWrong) {
    say('The lab is not as it should be. Before the drill it is built or restored.');
    await restoreAll(lab);
  }
  await makeRoomForFailed(lab);
}

/** A look into the dead-letter queue shows ten messages: with more, the orders of the drill may be missed. */
const mostFailed = 6;

async function makeRoomForFailed(lab: Lab): Promise<void> {
  const queue = await observeQueue(lab.look, lab.deadLetterQueueName);
  if (Number(queue?.attributes['ApproximateNumberOfMessages'] ?? 0) <= mostFailed) return;
  say(dim(`${lab.deadLetterQueueName} is emptied: it has more than ${mostFailed} old messages.`));
  const input = { QueueUrl: queue?.url ?? '' };
  await askAws({ service: 'sqs', operation: 'PurgeQueue', input }, await lab.session());
  await restoreAll(lab);
}

/**
 * Plants the faults of a drill in a good lab and waits until AWS shows the symptom. It is written down before anything is changed,
 * so that "lab reset" knows of it after kill -9 too.
 * @returns what a person on call sees
 */
export async function startDrill(
  lab: Lab,
  drill: Drill,
): Promise<{ readonly open: OpenDrill; readonly facts: Facts }> {
  let open: OpenDrill = {
    id: drill.id,
    startedAt: new Date().toISOString(),
    phase: 'planting',
    hints: 0,
    revealed: false,
    failedChecks: 0,
  };
  await keepOpenDrill(lab, open);
  const facts = await plantDrill(lab, drill);
  // The time of the learner begins now.
  const typedBefore = await startCounting();
  open = {
    ...open,
    typedBefore,
    phase: 'open',
    startedAt: new Date().toISOString(),
    traffic: facts.traffic,
  };
  await keepOpenDrill(lab, open);
  return { open, facts };
}

/**
 * Plants the faults and waits until AWS shows the symptom of the first. Writes nothing down.
 * @param type types the commands; left out: with the AWS CLI
 */
export async function plantDrill(lab: Lab, drill: Drill, type?: Types): Promise<Facts> {
  await plant(lab, await faultsNamed(lab, drill.states), type);
  const [symptom] = drill.symptoms;
  return waitForSymptom(lab, symptom, symptoms[symptom].orders);
}

/** What AWS shows now of the orders of an open drill. @throws LabError when it was interrupted before they were sent */
export async function factsOf(lab: Lab, { id, traffic }: OpenDrill): Promise<Facts> {
  if (traffic !== undefined) return observeFacts(lab, traffic);
  throw new LabError(`The drill "${id}" was interrupted while it was planted`, {
    hint: 'npx lab drill --give-up   takes it out, then start it again',
  });
}

/** Ends the drill unsolved and restores the lab. @returns its id */
export async function giveUp(lab: Lab): Promise<string | undefined> {
  const id = await endDrill(lab, 'given up');
  await restoreAll(lab);
  return id;
}

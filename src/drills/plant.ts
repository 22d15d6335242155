import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askAws } from '../lab/aws/ask.ts';
import { observeFunction, observeMappings, observeQueue } from '../lab/aws/observe.ts';
import { skipInSandbox, stopTeller, waitFor } from '../lab/aws/wait.ts';
import { runOrThrow } from '../lab/command.ts';
import { CommandError, LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { labHome } from '../lab/settings.ts';
import { workerZip } from '../scripts/worker-zip.ts';
import type { Fault } from './catalogue.ts';

/** Types commands, and insists that they succeed. */
export type Types = (commands: string) => Promise<void>;

/** Puts these faults in, the masked one first: nobody sees it then. Shows nothing of what it does. */
export async function plant(
  lab: Lab,
  faults: readonly Fault[],
  type: Types = quietly(lab),
): Promise<void> {
  for (const { worker, make } of faults.toReversed()) {
    if (worker !== undefined) await deploy(lab, worker);
    if (make !== undefined) await type(make);
  }
  await waitUntilSettled(lab);
}

/** AWS says this for some seconds, of an earlier change or of a new role. */
const notYet =
  /update is in progress|it is in use|must wait 60 seconds|cannot be assumed by Lambda|does not have permissions to call/i;

const assignment = /^([A-Z][A-Z0-9_]*)=\$\(([\s\S]*)\)$/;

/** Types with the AWS CLI, in the shell of the steps, and shows nothing. */
function quietly(lab: Lab): Types {
  return async (commands) => {
    const session = await lab.session();
    const [queue, deadLetterQueue, { mappings }] = await Promise.all([
      observeQueue(lab.look, lab.queueName),
      observeQueue(lab.look, lab.deadLetterQueueName),
      observeMappings(lab.look),
    ]);
    const variables: Record<string, string> = {
      QUEUE_URL: queue?.url ?? '',
      DLQ_URL: deadLetterQueue?.url ?? '',
      MAPPING_UUID: mappings[0]?.UUID ?? '',
    };
    for (const line of commands.split('\n')) {
      const [, name, inner = line] = assignment.exec(line) ?? [];
      await untilDone(lab, async () => {
        try {
          const stdout = await runOrThrow(session, inner, variables);
          if (name !== undefined) variables[name] = stdout.trim();
          return true;
        } catch (error) {
          if (!(error instanceof CommandError) || !notYet.test(error.awsMessage)) throw error;
          return false;
        }
      });
    }
  };
}

/** Longer than any clock of AWS that runs here. */
const limitSeconds = 300;

/** As `waitFor`, and says nothing but that the clock is paused: what is waited for would give the fault away. @throws LabError when the limit is over */
async function untilDone(lab: Lab, probe: () => Promise<boolean>): Promise<void> {
  const { sandbox } = await lab.session();
  const start = performance.now();
  const stop = stopTeller(sandbox);
  while (!(await probe())) {
    if (performance.now() - start > limitSeconds * 1000)
      throw new LabError(`AWS has not done what the drill needs within ${limitSeconds} s`, {
        hint: 'npx lab reset, then start the drill again',
      });
    await sleep(sandbox === undefined ? 1000 : 100);
    await stop.tell();
  }
}

/** Gives the function another worker, and leaves the learner's files alone. */
async function deploy(lab: Lab, source: string): Promise<void> {
  await mkdir(labHome, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(labHome, 'drill-worker-'));
  try {
    const file = join(folder, 'src', 'handlers', 'worker.ts');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, source);
    const ZipFile = await workerZip(folder);
    const input = { FunctionName: lab.functionName, ZipFile };
    await askAws(
      { service: 'lambda', operation: 'UpdateFunctionCode', input },
      await lab.session(),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await untilDone(
    lab,
    async () => (await observeFunction(lab.look)).output?.LastUpdateStatus === 'Successful',
  );
}

/** Until AWS does as it was told: its states are final, and what it distributes has arrived. */
async function waitUntilSettled(lab: Lab): Promise<void> {
  await untilDone(lab, async () => {
    const { mappings } = await observeMappings(lab.look);
    return mappings.every(({ State = '' }) => /^(Enabled|Disabled)$/.test(State));
  });
  await waitWhileChangesSpread(lab);
}

/** A queue attribute or a policy may take this long to reach all of AWS. */
const spreadSeconds = 60;

async function waitWhileChangesSpread(lab: Lab): Promise<void> {
  const { sandbox } = await lab.session();
  // The kind sandbox does at once what it is told.
  if (sandbox !== undefined && !(await sandbox.status()).realistic) return;
  if (await skipInSandbox(lab, 'a change may take 60 s to reach all of AWS', spreadSeconds)) return;
  const until = performance.now() + spreadSeconds * 1000;
  await waitFor(lab, {
    what: 'the change to reach all of AWS',
    clock: 'a queue attribute may take 60 s',
    limitSeconds: spreadSeconds + 10,
    probe: async () => performance.now() >= until || undefined,
  });
}

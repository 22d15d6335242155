import { setFlagsFromString } from 'node:v8';
import { setImmediate as turn } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { LabClock } from '../../clock.ts';
import { sandboxForTest } from '../../../testing/sandbox/sandbox-for-test.ts';
import { createFunction, invoke, monday } from '../../../testing/sandbox/lambda.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What stays, however often garbage is collected: buffers are given back some turns after their objects. */
async function heldBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round += 1) {
    collectGarbage();
    await turn();
    least = Math.min(least, process.memoryUsage().arrayBuffers);
  }
  return least;
}

test('a warm environment keeps nothing of the invocations before', async () => {
  const clock = new LabClock({ standingAt: monday, skipping: false });
  await using lab = await sandboxForTest({ clock });
  await createFunction(lab, "export const handler = async () => 'x'.repeat(100_000);");
  for (let count = 0; count < 20; count += 1) await invoke(lab);
  const before = await heldBytes();
  for (let count = 0; count < 120; count += 1) await invoke(lab);
  expect((await heldBytes()) - before).toBeLessThan(4_000_000);
});

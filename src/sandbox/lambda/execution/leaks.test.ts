import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { LabClock } from '../../clock.ts';
import { sandboxForTest } from '../../testing/sandbox-for-test.ts';
import { createFunction, invoke, monday } from '../testing.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

test('a warm environment keeps nothing of the invocations before', async () => {
  const clock = new LabClock({ standingAt: monday, skipping: false });
  await using lab = await sandboxForTest({ clock });
  await createFunction(lab, "export const handler = async () => 'x'.repeat(100_000);");
  for (let count = 0; count < 20; count += 1) await invoke(lab);
  const before = heldBytes();
  for (let count = 0; count < 120; count += 1) await invoke(lab);
  expect(heldBytes() - before).toBeLessThan(4_000_000);
}, 30_000);

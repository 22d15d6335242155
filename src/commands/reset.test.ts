import { expect, test } from 'vitest';
import { isTurnTaken, takeTurn } from '../experiments/take-turn.ts';
import { labOf } from '../lab/lab.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { resetLab } from './reset.ts';

test('a lab is reset only when no experiment runs: its copies would be deleted', async () => {
  await using home = await temporaryFolder();
  const session = () => Promise.reject(new Error('it began to work'));
  const lab = labOf({ prefix: '', place: session, session });
  const reset = () => resetLab(lab, { home: home.path });
  const release = await takeTurn('npx lab experiment 24', home.path);
  await expect(reset()).rejects.toMatchObject({
    message:
      'The lab cannot be reset now: npx lab experiment 24 runs in this checkout, on copies of the lab',
    exitCode: 2,
  });
  release();
  await expect.poll(() => isTurnTaken(home.path), { timeout: 100_000 }).toBe(false);
  await expect(reset()).rejects.toThrow('it began to work');
  // It has given its own turn back.
  const again = await takeTurn('npx lab experiment 24', home.path);
  again();
});

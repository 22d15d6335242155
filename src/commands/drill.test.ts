import { afterEach, expect, test, vi } from 'vitest';
import { drills } from '../drills/drills.ts';
import { forgetOpenDrill, keepOpenDrill, openDrill } from '../drills/state.ts';
import type { OpenDrill } from '../drills/state.ts';
import type { LabError } from '../lab/errors.ts';
import { labOf } from '../lab/lab.ts';
import type { Session } from '../lab/session.ts';
import { drillCommand } from './drill.ts';

/** A lab of one's own in which nothing may be asked; what is remembered of its drills is its own. */
function labWith(own: Readonly<Record<string, true>>, prefix: string) {
  const place = { accountId: '111122223333', region: 'us-east-1' };
  const session = async () => ({ ...place, target: 'sandbox' }) as Session;
  const lab = labOf({ prefix, place: async () => place, session });
  return { ...lab, options: { ...lab.options, own } };
}

afterEach(() => {
  vi.restoreAllMocks();
});

const interrupted: OpenDrill = {
  id: drills[0]?.id ?? '',
  startedAt: '2026-11-28T08:00:00.000Z',
  phase: 'planting',
  hints: 0,
  revealed: false,
  failedChecks: 0,
};

test.each(['check', 'hint', 'reveal'])(
  'drill --%s refuses a drill that was interrupted while it was planted, and tells nothing of it',
  async (action) => {
    const lab = labWith({ [action]: true }, `half-${action}-`);
    const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await keepOpenDrill(lab, interrupted);
    try {
      const refused = await drillCommand(lab, []).catch((error: unknown) => error as LabError);
      expect(refused).toMatchObject({
        message: expect.stringContaining('was interrupted while it was planted') as string,
        hint: expect.stringContaining(`npx lab drill ${interrupted.id}`) as string,
        exitCode: 2,
      });
      expect(printed).not.toHaveBeenCalled();
      // It is still known: "lab drill" and "lab reset" take it out.
      expect(await openDrill(lab)).toEqual(interrupted);
    } finally {
      await forgetOpenDrill(lab);
    }
  },
);

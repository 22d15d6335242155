import { waitFor } from '../lab/aws/wait.ts';
import type { Lab } from '../lab/lab.ts';
import { asking } from './ask.ts';

/** Enables or disables a mapping, and waits until it is. While a mapping is being changed, AWS takes no other change of it. */
export async function setMapping(lab: Lab, id: string, enabled: boolean): Promise<void> {
  const ask = await asking(lab);
  const goal = enabled ? 'Enabled' : 'Disabled';
  let asked = false;
  await waitFor(lab, {
    what: `the mapping to be ${goal}`,
    clock: 'a mapping is changed within a minute',
    limitSeconds: 180,
    quiet: true,
    probe: async () => {
      if (!asked) {
        try {
          await ask('lambda', 'UpdateEventSourceMapping', { UUID: id, Enabled: enabled });
        } catch (error) {
          if ((error as Error).name === 'ResourceInUseException') return undefined;
          throw error;
        }
        asked = true;
      }
      const mapping = await ask<{ State?: string }>('lambda', 'GetEventSourceMapping', {
        UUID: id,
      });
      return mapping?.State === goal ? true : undefined;
    },
  });
}

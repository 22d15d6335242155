import { waitFor } from '../lab/aws/wait.ts';
import type { Lab } from '../lab/lab.ts';
import { asking } from './ask.ts';
import { beginsAnew, goneCopy } from './gone-copy.ts';

/**
 * Enables or disables a mapping, and waits until it is. While a mapping is being changed, AWS takes no other change of it.
 * @throws LabError at once when the mapping is not there any more
 */
export async function setMapping(lab: Lab, id: string, enabled: boolean): Promise<void> {
  const ask = await asking(lab);
  const goal = enabled ? 'Enabled' : 'Disabled';
  let asked = false;
  await waitFor(lab, {
    what: `the mapping to be ${goal}`,
    clock: 'a mapping is changed within a minute',
    limitSeconds: 180,
    again: beginsAnew,
    quiet: true,
    probe: async () => {
      if (!asked) {
        try {
          const input = { UUID: id, Enabled: enabled };
          if ((await ask('lambda', 'UpdateEventSourceMapping', input)) === undefined)
            throw goneCopy(`mapping ${id}`);
        } catch (error) {
          if ((error as Error).name === 'ResourceInUseException') return undefined;
          throw error;
        }
        asked = true;
      }
      const mapping = await ask<{ State?: string }>('lambda', 'GetEventSourceMapping', {
        UUID: id,
      });
      if (mapping === undefined || mapping.State === 'Deleting') throw goneCopy(`mapping ${id}`);
      return mapping.State === goal ? true : undefined;
    },
  });
}

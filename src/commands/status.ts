import type { Lab } from '../lab/lab.ts';
import { sameTarget, wayTo } from '../lab/next.ts';
import { say } from '../lab/terminal.ts';
import { standingText } from '../watch/lines.ts';
import { readStatus } from '../watch/status.ts';
import type { Status } from '../watch/status.ts';
import { statusLines } from '../watch/status-lines.ts';
import { targetName } from '../lab/target-name.ts';

/** `lab status`: where am I? Reads only, starts nothing. */
export async function statusCommand(lab: Lab): Promise<number> {
  const status = await readStatus(lab);
  if (lab.options.json) say(JSON.stringify(statusJson(lab, status), null, 2));
  else for (const line of statusLines(status, lab.prefix, wayTo(lab))) say(line);
  return 0;
}

function statusJson(lab: Lab, { target, place, sandboxHolds, steps, next, ...more }: Status) {
  return {
    schema: 1,
    target: targetName(target),
    ...(target === 'sandbox'
      ? { sandbox: { running: place !== undefined, holds: sandboxHolds } }
      : {}),
    ...place,
    prefix: lab.prefix,
    clockAheadSeconds: more.clockAheadSeconds,
    steps: steps.map(({ number, title, result, done }) => ({
      step: number,
      title,
      done,
      outcome: result?.outcome,
      standing: result === undefined ? undefined : standingText(result),
    })),
    proofs: more.proofs,
    next: { ...next, command: sameTarget(next.command, wayTo(lab)) },
  };
}

import { options } from '../lab/options.ts';
import { sameTarget } from '../lab/next.ts';
import { lab } from '../lab/settings.ts';
import { say } from '../lab/terminal.ts';
import { standingText } from '../watch/lines.ts';
import { readStatus } from '../watch/status.ts';
import type { Status } from '../watch/status.ts';
import { statusLines } from '../watch/status-lines.ts';

/** `lab status`: where am I? Reads only, starts nothing. */
export async function statusCommand(): Promise<number> {
  const status = await readStatus();
  if (options().json) say(JSON.stringify(statusJson(status), null, 2));
  else for (const line of statusLines(status, lab.prefix)) say(line);
  return 0;
}

function statusJson({ target, place, sandboxHolds, steps, next, ...more }: Status) {
  return {
    schema: 1,
    target: target === 'aws' ? 'AWS' : 'SANDBOX',
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
    next: { ...next, command: sameTarget(next.command) },
  };
}

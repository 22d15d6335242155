import { openDrill } from '../drills/state.ts';
import type { OpenDrill } from '../drills/state.ts';
import type { Lab } from '../lab/lab.ts';
import { sameTarget, sayNext, wayTo } from '../lab/next.ts';
import { labelled, say } from '../lab/terminal.ts';
import { standingText } from '../watch/lines.ts';
import { readStatus } from '../watch/status.ts';
import type { Status } from '../watch/status.ts';
import { statusLines } from '../watch/status-lines.ts';
import { targetName } from '../lab/target-name.ts';

/** `lab status`: where am I? Reads only, starts nothing. */
export async function statusCommand(lab: Lab): Promise<number> {
  const status = await readStatus(lab);
  // Where nothing runs, nothing is started to find out.
  const drill = status.place === undefined ? undefined : await openDrill(lab);
  if (drill !== undefined && !lab.options.json) {
    sayOpenDrill(lab, status, drill);
    return 0;
  }
  if (lab.options.json) say(JSON.stringify(statusJson(lab, status), null, 2));
  else for (const line of statusLines(status, lab.prefix, wayTo(lab))) say(line);
  return 0;
}

/** While a drill is open the state of the steps would give its fault away. */
function sayOpenDrill(lab: Lab, status: Status, { id }: OpenDrill): void {
  say(statusLines(status, lab.prefix, wayTo(lab))[0]);
  say();
  say(
    labelled(
      'Drill',
      `"${id}" is open: something in this lab is broken, and finding it is yours. So this page does not judge the steps.`,
    ),
  );
  sayNext(lab, {
    command: 'npx lab drill',
    why: 'Shows what a person on call sees. If you are stuck: npx lab drill --hint',
  });
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

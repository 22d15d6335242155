import { standingText } from './lines.ts';
import { nextLines, sameTarget } from '../lab/next.ts';
import type { Way } from '../lab/next.ts';
import { bold, dim, green, labelled } from '../lab/terminal.ts';
import { proofCount } from './status.ts';
import type { ProofStatus, Status, StepStatus } from './status.ts';
import { targetLabel } from '../lab/target-name.ts';

/** One screen: where this is, what is done, what is next. */
export function statusLines(status: Status, prefix: string, way: Way): string[] {
  const { target, steps, proofs, next } = status;
  return [
    `${bold('lab status')}  [${targetLabel(target)}]${placeText(status, prefix)}`,
    ...clockLines(status),
    '',
    ...(steps.length === 0
      ? ['The steps are unknown: the sandbox does not run.']
      : steps.map((step, i) => stepLine(step, steps.slice(0, i)))),
    '',
    ...proofLines(target, proofs),
    ...nextLines(next, way),
    ...helpLines(way),
  ];
}

const help = [
  ['npx lab hint', 'helps with the first expectation that fails'],
  ['npx lab watch', 'shows each task and checks while you type'],
  ['npx lab check', 'judges all steps, and records those that pass'],
] as const;

function helpLines(way: Way): string[] {
  const commands = help.map(([command]) => sameTarget(command, way));
  const width = Math.max(...commands.map((command) => command.length));
  return help.map(
    ([, does], i) =>
      `${dim((i === 0 ? 'Help' : '').padEnd(9))}${commands[i]?.padEnd(width)}  ${does}`,
  );
}

function placeText({ place }: Status, prefix: string): string {
  if (place === undefined) return '';
  const own = prefix === '' ? '' : `, prefix ${prefix}`;
  return `  ${place.accountId}, ${place.region}, as ${place.profile}${own}`;
}

function clockLines({ target, place, sandboxHolds, clockAheadSeconds }: Status): string[] {
  if (target !== 'sandbox') return [];
  if (place === undefined) {
    return [
      sandboxHolds === true
        ? 'The sandbox is not running. It keeps what you built.'
        : 'The sandbox is not running, and you have built nothing in it yet.',
    ];
  }
  const ahead = aheadText(clockAheadSeconds ?? 0);
  return [`The sandbox runs at ${place.endpoint}.${ahead === undefined ? '' : ` ${ahead}`}`];
}

/** `The lab clock is 11 minutes ahead.`; undefined when it is not ahead. */
export function aheadText(seconds: number): string | undefined {
  if (seconds < 1) return undefined;
  const [count, unit] = seconds < 120 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute'];
  return `The lab clock is ${count} ${unit}${count === 1 ? '' : 's'} ahead: the sandbox skipped waits.`;
}

function stepLine(step: StepStatus, before: readonly StepStatus[]): string {
  const { number, title, done } = step;
  return `  ${done ? green('✓') : dim('·')} ${number} ${title}: ${standing(step, before)}`;
}

function standing({ number, result, done }: StepStatus, before: readonly StepStatus[]): string {
  if (result !== undefined) return standingText(result);
  const first = before.find((step) => !step.done);
  if (first !== undefined) return `after step ${first.number}`;
  return done
    ? 'done, by its evidence (a new check would receive messages)'
    : `not checked, because the check receives messages: npx lab check ${Number(number)}`;
}

function proofLines(target: Status['target'], proofs: ProofStatus): string[] {
  const { recorded, from, to, stale, compared } = proofs;
  if (from === undefined || to === undefined)
    return [
      labelled('Proofs', `none of ${proofCount} recorded; checks record them when they pass`),
    ];
  const count = `${recorded.length} of ${proofCount} in docs/evidence/${target}/, recorded ${dates(from, to)}`;
  if (!compared) {
    const older = 'They are of an earlier run; there is no lab to compare them with.';
    return [labelled('Proofs', `${count}. ${older}`)];
  }
  if (stale.length === 0) return [labelled('Proofs', `${count}. None is stale.`)];
  const changed = [...new Set(stale.flatMap((one) => one.changed))].join(', ');
  const numbers = stale.map(({ number }) => number).toSorted((a, b) => a - b);
  return [
    labelled('Proofs', count),
    labelled(
      'Stale',
      `${numbers.length === 1 ? 'proof' : 'proofs'} ${numbers.join(', ')}: ${changed} changed since. Checks record them again when they pass.`,
    ),
  ];
}

/** `2026-11-23`, or the first and the last day. */
function dates(from: string, to: string): string {
  const [first, last] = [from.slice(0, 10), to.slice(0, 10)];
  return first === last ? first : `${first} to ${last}`;
}

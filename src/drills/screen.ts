import { runInBash } from '../lab/command.ts';
import type { Lab } from '../lab/lab.ts';
import { needsPointing, pointingAt, sameTarget, sayNext, wayTo } from '../lab/next.ts';
import { targetLabel } from '../lab/target-name.ts';
import {
  bold,
  cyan,
  dim,
  labelled,
  lineWidth,
  printable,
  say,
  sayFolded,
  trimmed,
  wrapped,
} from '../lab/terminal.ts';
import { readNotes, rulesOf } from '../exam/rules.ts';
import { firstProblem, rungs } from '../judging/hint.ts';
import { besideFix } from '../judging/to-paste.ts';
import type { CheckResult } from '../judging/check.ts';
import type { Fault } from './catalogue.ts';
import type { Drill } from './drills.ts';
import type { Counts, Facts, Traffic } from './facts.ts';
import { failing } from './solved.ts';
import { sentencesOf } from './symptoms.ts';

/** Lines of the log that a person on call looks at first. */
const shownLines = 12;

/** What somebody on call sees. */
export async function sayDrill(lab: Lab, drill: Drill, facts: Facts): Promise<void> {
  const { id, level, title, before, symptoms } = drill;
  const { target } = await lab.session();
  say();
  sayFolded(`${bold(`Drill ${id}: ${title}`)}  [${targetLabel(target)}]  level ${level} of 3`);
  say(labelled('Before', before));
  const sentences = sentencesOf(symptoms[0], facts, { lab, level }).map((text) => printable(text));
  for (const [i, text] of sentences.entries()) say(labelled(i === 0 ? 'You see' : '', text));
  say();
  say(labelled('', `${lab.queueName}: ${countsText(facts.source)}`));
  say(
    labelled('', `${lab.deadLetterQueueName}: ${countsText(facts.deadLetters)}${olderText(facts)}`),
  );
  await sayLog(lab, facts.traffic);
  say();
  say(
    labelled(
      'You do',
      'Find the cause and repair it, with aws commands of your own, in another terminal. Lost orders need not come back.',
    ),
  );
  for (const command of pointingAt(lab)) say(`         ${cyan(command)}`);
  sayNext(lab, {
    command: 'npx lab drill --check',
    why: 'When you think that it is repaired. If you are stuck: npx lab drill --hint',
  });
}

const countsText = (counts: Counts | undefined): string =>
  counts === undefined
    ? 'there is no such queue'
    : `${counts.visible} visible, ${counts.inFlight} in flight, ${counts.delayed} delayed`;

/** The dead-letter queue keeps what was before the drill, too. */
function olderText({ deadLetters, dead }: Facts): string {
  const all = (deadLetters?.visible ?? 0) + (deadLetters?.inFlight ?? 0);
  return all > dead.size ? `; of these orders: ${dead.size}` : '';
}

/** The last lines of the log since the orders were sent, as the CLI prints them: also that there is no log. */
async function sayLog(lab: Lab, { sentAt }: Traffic): Promise<void> {
  // On the clock of the lab, which may be ahead of the machine's: "--since 5m" would be a time of the machine.
  const since = new Date(sentAt).toISOString().replace(/\.\d+Z$/, 'Z');
  const command = `aws logs tail ${lab.logGroupName} --since ${since} --format short`;
  const { stdout, stderr } = await runInBash(await lab.session(), command);
  say(`         ${dim('$')} ${command}`);
  const text = `${stdout}${stderr}`.trim() || '(nothing)';
  for (const line of trimmed(printable(text), shownLines, 'last').split('\n'))
    say(`         ${dim(line)}`);
}

/** The first hints of the fault that is to be repaired first; with all three of them it is given away. */
export function sayHints(
  lab: Lab,
  results: readonly CheckResult[],
  faults: readonly Fault[],
  upTo: number,
): void {
  const [first] = failing(
    results,
    faults.map(({ fails }) => fails),
  );
  const hints = first?.expectation.hints ?? firstProblem(results)?.expectation.hints;
  if (hints === undefined) {
    say('No check finds anything wrong with what is built.');
    return;
  }
  const point = pointingAt(lab);
  for (const [i, { name, title }] of rungs.slice(0, upTo).entries()) {
    say(dim(`  Hint ${i + 1} of ${rungs.length}: ${title}`));
    const text = printable(sameTarget(hints[name], wayTo(lab)));
    if (name === 'hint') for (const line of wrapped(text, lineWidth() - 4)) say(`    ${line}`);
    else {
      if (name === 'look' && needsPointing(text))
        for (const command of point) say(`    ${cyan(command)} # once in each terminal`);
      for (const line of text.split('\n')) say(`    ${cyan(line)}`);
      if (name === 'fix') sayBeside(text, 4);
    }
  }
}

/** Cause, rule, fix and experiment. */
export async function sayAnswer(
  lab: Lab,
  {
    drill,
    faults,
    results,
  }: {
    readonly drill: Drill;
    readonly faults: readonly Fault[];
    readonly results: readonly CheckResult[];
  },
): Promise<void> {
  const rules = new Map(rulesOf(await readNotes()).map((rule) => [rule.id, rule]));
  for (const [i, fault] of faults.entries()) {
    const label = faults.length === 1 ? 'Cause' : `Cause ${i + 1}`;
    say(labelled(label, causeText(fault)));
  }
  if (faults.length > 1)
    say(
      labelled('', 'The first hid the second: nothing showed the second while the first lasted.'),
    );
  for (const id of drill.rules) {
    const rule = rules.get(id);
    say(
      labelled(
        id,
        rule === undefined
          ? 'docs/exam-notes.md'
          : `${rule.title}. ${rule.says.replaceAll('`', '')}`,
      ),
    );
  }
  const fix = revealedFix(results, faults);
  if (fix.length > 0) {
    say(labelled('Fix', fix.length === 1 ? 'This command:' : 'These commands:'));
    for (const line of fix) say(`         ${cyan(printable(sameTarget(line, wayTo(lab))))}`);
    sayBeside(fix.join('\n'), 9);
  } else say(labelled('Fix', 'It is repaired already.'));
  say(labelled('Shown', experimentText(drill)));
}

/** What may keep the commands of a fix from going through. */
function sayBeside(commands: string, margin: number): void {
  for (const line of wrapped(besideFix(commands) ?? '', lineWidth() - margin))
    if (line !== '') say(dim(`${' '.repeat(margin)}${line}`));
}

/** `Somebody disabled the mapping.` */
export const causeText = ({ what }: Fault): string =>
  `Somebody ${what.slice(0, 1).toLowerCase()}${what.slice(1)}.`;

/** The commands of everything that fails now, of the first fault first. */
export function revealedFix(
  results: readonly CheckResult[],
  faults: readonly Fault[],
): readonly string[] {
  const all = failing(
    results,
    faults.map(({ fails }) => fails),
  );
  return all.flatMap(({ expectation }) => expectation.hints?.fix.split('\n') ?? []);
}

/** Where the rule is shown: the experiment, or the page when none shows it. */
const experimentText = ({ experiment, noExperiment, rules }: Drill): string =>
  experiment === undefined
    ? `docs/exam-notes.md, ${rules.join(' and ')}; no experiment shows it${noExperiment === undefined ? '' : `: ${noExperiment}`}`
    : `npx lab experiment ${experiment}`;

import { faultsNamed } from '../drills/catalogue.ts';
import { drillNamed, drills } from '../drills/drills.ts';
import type { Drill } from '../drills/drills.ts';
import { endDrill } from '../drills/end.ts';
import { readNotes, rulesOf } from '../exam/rules.ts';
import { deleteExperimentLeftovers } from '../experiments/delete-copies.ts';
import { refuseDuringTurn } from '../experiments/take-turn.ts';
import { factsOf, giveUp, makeLabGood, startDrill } from '../drills/run.ts';
import { scoreLines, scoreOf } from '../drills/score.ts';
import { sayAnswer, sayDrill, sayHints } from '../drills/screen.ts';
import { judgeDrill } from '../drills/solved.ts';
import { endedDrills, keepOpenDrill, openDrill, secondsSince } from '../drills/state.ts';
import type { OpenDrill } from '../drills/state.ts';
import { rungs } from '../judging/hint.ts';
import { judgeWhenReady } from '../judging/restore.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { nearest } from '../lab/nearest.ts';
import { sayNext } from '../lab/next.ts';
import { bold, duration, green, say, yellow } from '../lab/terminal.ts';

/**
 * `lab drill …`: plants a fault, shows what a person on call sees, helps on request, and says whether it is solved.
 * @returns exit code: 0 done, 1 not solved yet
 */
export async function drillCommand(lab: Lab, args: readonly string[]): Promise<number> {
  const { own, dryRun } = lab.options;
  const level = own['level'];
  const [action, ...others] = actionNames.filter((name) => own[name] === true);
  if (others.length > 0 || args.length > 1 || (action !== undefined && args.length > 0))
    throw wrongUse('"drill" does one thing at a time');
  if (dryRun) throw wrongUse('"drill" has no dry run: it would give the fault away');
  if (level !== undefined && !/^[123]$/.test(String(level)))
    throw wrongUse(`There is no level "${String(level)}": the levels are 1, 2 and 3`);
  if (action === undefined) return start(lab, args[0]);
  return actions[action](lab);
}

const wrongUse = (message: string): LabError =>
  new LabError(message, {
    hint: 'npx lab drill [ID|random] [--level 1..3], or with one of --list --hint --check --reveal --give-up --score',
    exitCode: 2,
  });

/** What the command can do other than to start a drill or to go on with it; one at a time. */
const actionNames = ['list', 'hint', 'check', 'reveal', 'give-up', 'score'] as const;

const actions: Readonly<Record<(typeof actionNames)[number], (lab: Lab) => Promise<number>>> = {
  list,
  hint,
  check,
  reveal,
  score,
  'give-up': abandon,
};

/** Goes on with the open drill, or starts one. */
async function start(lab: Lab, wanted: string | undefined): Promise<number> {
  const given = wanted === undefined || wanted === 'random' ? undefined : known(wanted);
  refuseDuringTurn('A drill cannot begin now');
  await lab.session();
  const open = await openDrill(lab);
  const now = open === undefined ? undefined : drillNamed(open.id);
  if (open !== undefined && wasPlanted(open) && now !== undefined) {
    if (wanted !== undefined && given?.id !== now.id) throw stillOpen(now);
    say('This drill is still open. What AWS shows of its orders now:');
    await sayDrill(lab, now, await factsOf(lab, open));
    return 0;
  }
  if (open !== undefined) {
    say('The last drill was interrupted while it was planted: it is taken out again.');
    await endDrill(lab, 'given up');
    await deleteExperimentLeftovers(lab);
  }
  const drill = given ?? (await anyDrill(lab));
  await makeLabGood(lab);
  say('Something is being changed in your lab. Then a few orders are sent ...');
  const { facts } = await startDrill(lab, drill);
  await sayDrill(lab, drill, facts);
  return 0;
}

const stillOpen = ({ id }: Drill): LabError =>
  new LabError(`The drill "${id}" is still open`, {
    hint: 'npx lab drill   goes on with it, "npx lab drill --give-up" ends it',
    exitCode: 2,
  });

function known(id: string): Drill {
  const drill = drillNamed(id);
  if (drill !== undefined) return drill;
  const meant = nearest(
    id,
    drills.map((one) => one.id),
  );
  throw new LabError(`There is no drill "${id}"`, {
    hint: `${meant === undefined ? '' : `Did you mean "${meant}"? `}All drills: npx lab drill --list`,
    exitCode: 2,
  });
}

/** One that is not solved yet, of the level that is asked for, else of the lowest that has one. */
async function anyDrill({ options }: Lab): Promise<Drill> {
  const solved = new Set(
    (await endedDrills()).filter(({ outcome }) => outcome === 'solved').map(({ id }) => id),
  );
  const wanted = drills.filter(
    ({ level }) => options.own['level'] === undefined || level === Number(options.own['level']),
  );
  const fresh = wanted.filter(({ id }) => !solved.has(id));
  const lowest = fresh.filter(({ level }) => level === fresh[0]?.level);
  const among = lowest.length > 0 ? lowest : wanted;
  return among[Math.floor(Math.random() * among.length)] as Drill;
}

/** @throws LabError when no drill is open, or it was interrupted before it was all in: then nobody has seen its symptom */
async function theOpenDrill(lab: Lab) {
  await lab.session();
  const open = await openDrill(lab);
  const drill = open === undefined ? undefined : drillNamed(open.id);
  if (open === undefined || drill === undefined)
    throw new LabError('No drill is open in this lab', { hint: 'npx lab drill', exitCode: 2 });
  if (!wasPlanted(open)) throw onlyHalfPlanted(open);
  return { open, drill, faults: await faultsNamed(lab, drill.states) };
}

const wasPlanted = ({ phase }: OpenDrill): boolean => phase === 'open';

const onlyHalfPlanted = ({ id }: OpenDrill): LabError =>
  new LabError(
    `The drill "${id}" was interrupted while it was planted: there is nothing to solve yet`,
    {
      hint: `npx lab drill ${id}   takes it out and plants it again, "npx lab drill --give-up" only takes it out`,
      exitCode: 2,
    },
  );

async function hint(lab: Lab): Promise<number> {
  const { open, faults } = await theOpenDrill(lab);
  const upTo = Math.min(open.hints + 1, rungs.length);
  sayHints(lab, await judgeWhenReady(lab), faults, upTo);
  await keepOpenDrill(lab, { ...open, hints: upTo });
  sayNext(
    lab,
    upTo < rungs.length
      ? {
          command: 'npx lab drill --hint',
          why: 'The next hint. When it is repaired: npx lab drill --check',
        }
      : { command: 'npx lab drill --check' },
  );
  return 0;
}

async function reveal(lab: Lab): Promise<number> {
  const { open, drill, faults } = await theOpenDrill(lab);
  await keepOpenDrill(lab, { ...open, revealed: true });
  await sayAnswer(lab, { drill, faults, results: await judgeWhenReady(lab) });
  sayNext(lab, { command: 'npx lab drill --check', why: 'When you have typed the fix.' });
  return 0;
}

async function check(lab: Lab): Promise<number> {
  const { open, drill, faults } = await theOpenDrill(lab);
  const verdict = await judgeDrill(lab);
  if (verdict.solved) {
    const { hints, revealed, startedAt } = open;
    say(`${green('✓')} ${bold('Solved.')} Every check passes, and new orders went right.`);
    say(`  ${spent(startedAt)}, ${hints} of 3 hints${revealed ? ', the answer was revealed' : ''}`);
    say();
    await sayAnswer(lab, { drill, faults, results: [] });
    await endDrill(lab, 'solved');
    await deleteExperimentLeftovers(lab);
    sayNext(lab, {
      command: 'npx lab drill',
      why: 'The next one. Your score: npx lab drill --score',
    });
    return 0;
  }
  await keepOpenDrill(lab, { ...open, failedChecks: open.failedChecks + 1 });
  say(`${yellow('-')} ${bold('Not solved yet.')} ${notYet[verdict.where]}`);
  sayNext(lab, { command: 'npx lab drill --hint' });
  return 1;
}

const notYet = {
  settings: 'Something that was built is still not as the lab builds it.',
  orders:
    'What was built is as it should be, but new orders did not go right, or are not at their end yet.',
} as const;

function spent(startedAt: OpenDrill['startedAt']): string {
  const seconds = secondsSince(startedAt);
  return seconds === undefined
    ? 'Time unknown (the clock of this machine was set back)'
    : duration(seconds * 1000);
}

async function abandon(lab: Lab): Promise<number> {
  await lab.session();
  const begun = await openDrill(lab);
  if (begun !== undefined && !wasPlanted(begun)) return takeOut(lab);
  const { drill, faults } = await theOpenDrill(lab);
  await sayAnswer(lab, { drill, faults, results: await judgeWhenReady(lab) });
  say();
  await giveUp(lab);
  await deleteExperimentLeftovers(lab);
  say('The drill is given up, and the lab is restored.');
  sayNext(lab, { command: 'npx lab drill' });
  return 0;
}

/** One that nobody has seen: its answer stays untold. */
async function takeOut(lab: Lab): Promise<number> {
  await giveUp(lab);
  await deleteExperimentLeftovers(lab);
  say('The drill was interrupted while it was planted. It is taken out, and the lab is restored.');
  sayNext(lab, { command: 'npx lab drill' });
  return 0;
}

async function list({ options }: Lab): Promise<number> {
  const ended = await endedDrills();
  const solved = new Set(ended.filter(({ outcome }) => outcome === 'solved').map(({ id }) => id));
  const shown = drills.filter(
    ({ level }) => options.own['level'] === undefined || level === Number(options.own['level']),
  );
  if (options.json) {
    const rows = shown.map(({ id, level, title }) => ({
      id,
      level,
      title,
      solved: solved.has(id),
    }));
    say(JSON.stringify(rows, null, 2));
    return 0;
  }
  for (const level of [1, 2, 3]) {
    const ones = shown.filter((drill) => drill.level === level);
    if (ones.length === 0) continue;
    say(bold(`Level ${level}`));
    for (const { id, title } of ones)
      say(`  ${solved.has(id) ? green('✓') : ' '} ${id.padEnd(12)}${title}`);
  }
  return 0;
}

async function score({ options }: Lab): Promise<number> {
  const result = scoreOf(drills, await endedDrills());
  if (options.json) {
    say(JSON.stringify(result, null, 2));
    return 0;
  }
  const rules = rulesOf(await readNotes());
  const titles = new Map(rules.map(({ id, title }) => [id, title]));
  for (const line of scoreLines(result, titles)) say(line);
  return 0;
}

import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { labHome } from '../lab/settings.ts';
import { writeWhole } from '../lab/write-whole.ts';
import type { Traffic } from './facts.ts';

// What this machine remembers of drills. All of it is local, and losing it is harmless: "lab reset" needs none of it.

/** The drill that is planted now. */
export interface OpenDrill {
  readonly id: string;
  /** Wall clock, ISO 8601. */
  readonly startedAt: string;
  /** `planting`: a fault may be in already, the symptom has not been shown yet. */
  readonly phase: 'open' | 'planting';
  /** How many of the three hints were shown. */
  readonly hints: number;
  readonly revealed: boolean;
  /** How often `--check` found it unsolved. */
  readonly failedChecks: number;
  /** How many `aws` commands were counted before it began, in drills of other labs; undefined: none. */
  readonly typedBefore?: number;
  /** The orders whose fate the symptom tells; undefined while they are not sent. */
  readonly traffic?: Traffic;
}

/** How a drill ended. */
export interface EndedDrill {
  readonly id: string;
  readonly level: number;
  /** `G07` */
  readonly rules: readonly string[];
  readonly outcome: 'given up' | 'solved';
  readonly endedAt: string;
  /** From the symptom to the end, wall clock; undefined when nobody knows, because the clock was set back meanwhile. */
  readonly seconds?: number;
  readonly hints: number;
  readonly revealed: boolean;
  readonly failedChecks: number;
  /** `aws` commands that were typed in terminals of `lab env` meanwhile. */
  readonly commands: number;
}

const folder = join(labHome, 'drills');
const endedFile = join(folder, 'ended.jsonl');

/** One lab has one drill at a time: of its target, account, Region and prefix. */
async function openFile(lab: Lab): Promise<string> {
  const { target, accountId, region } = await lab.session();
  const place = [target, accountId, region, lab.prefix].filter((part) => part !== '');
  return join(folder, `open-${place.join('-')}.json`);
}

/** The drill that is planted in this lab. Undefined also when the file cannot be read: then nobody knows of one. */
export async function openDrill(lab: Lab): Promise<OpenDrill | undefined> {
  const text = await readFile(await openFile(lab), 'utf8').catch(() => undefined);
  const state = parsed(text) as Partial<OpenDrill> | undefined;
  return typeof state?.id === 'string' && typeof state.startedAt === 'string'
    ? (state as OpenDrill)
    : undefined;
}

export async function keepOpenDrill(lab: Lab, drill: OpenDrill): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(await openFile(lab), `${JSON.stringify(drill, null, 2)}\n`, 0o600);
}

export async function forgetOpenDrill(lab: Lab): Promise<void> {
  await rm(await openFile(lab), { force: true });
}

/** Every drill that ended on this machine, the oldest first. A line that cannot be read is passed over. */
export async function endedDrills(): Promise<readonly EndedDrill[]> {
  const text = await readFile(endedFile, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const one = parsed(line) as Partial<EndedDrill> | undefined;
    return typeof one?.id === 'string' && Array.isArray(one.rules) ? [one as EndedDrill] : [];
  });
}

/** Whether a drill is planted in any lab of this machine. */
export async function isAnyDrillOpen(): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => /^open-.*\.json$/.test(name));
}

/** Wall clock; undefined when it was set back to before the start. @param startedAt ISO 8601 @param now milliseconds since 1970 */
export function secondsSince(startedAt: string, now = Date.now()): number | undefined {
  const seconds = Math.round((now - Date.parse(startedAt)) / 1000);
  return isDuration(seconds) ? seconds : undefined;
}

/** Whether it is one: a file may hold anything, also what an earlier version has written after a clock was set back. */
export const isDuration = (seconds: unknown): seconds is number =>
  typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0;

export async function keepEndedDrill(drill: EndedDrill): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await appendFile(endedFile, `${JSON.stringify(drill)}\n`, { mode: 0o600 });
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}

import { isDeepStrictEqual } from 'node:util';
import { observeFunction, observeQueue } from '../lab/aws/observe.ts';
import { openMemory } from '../redaction/kept-memory.ts';
import { redactor } from '../redaction/redact.ts';
import { labOf } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { listSteps, loadCheck } from '../judging/steps.ts';
import { recording } from '../lab/look.ts';
import type { Answers } from '../lab/look.ts';
import { inputsOf } from './judge-recorded.ts';
import type { Inputs } from './judge-recorded.ts';

/** A proof with what it depends on, as recorded. */
export interface DatedInputs {
  readonly number: number;
  readonly title: string;
  /** ISO time of its evidence. */
  readonly time: string;
  readonly inputs: Inputs;
}

export interface StaleProof {
  readonly number: number;
  readonly title: string;
  /** Names of what has changed: `mapping`, `code`. */
  readonly changed: readonly string[];
}

/** The inputs of every proof as the lab is now, redacted as evidence is. */
export type LiveInputs = ReadonlyMap<number, Inputs>;

/** Proofs that no longer show the lab as it is now. */
export function staleAgainst(recorded: readonly DatedInputs[], live: LiveInputs): StaleProof[] {
  return recorded.flatMap(({ number, title, inputs }) => {
    const now = live.get(number);
    return now === undefined ? [] : stale(number, title, inputs, now);
  });
}

/** Proofs that a later proof of the same evidence contradicts: it has seen one of their inputs otherwise. */
export function staleAmong(recorded: readonly DatedInputs[]): StaleProof[] {
  const newest = new Map<string, unknown>();
  for (const { inputs } of recorded.toSorted((a, b) => (a.time < b.time ? -1 : 1))) {
    for (const [name, value] of Object.entries(inputs)) newest.set(name, value);
  }
  return recorded.flatMap(({ number, title, inputs }) => {
    const now = Object.fromEntries(Object.keys(inputs).map((name) => [name, newest.get(name)]));
    return stale(number, title, inputs, now);
  });
}

function stale(number: number, title: string, then: Inputs, now: Inputs): StaleProof[] {
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])];
  const changed = names.filter((name) => !isDeepStrictEqual(then[name], now[name]));
  return changed.length === 0 ? [] : [{ number, title, changed }];
}

/**
 * Looks at the lab as it is now.
 * @param prefix LAB_PREFIX that the evidence was recorded with
 * @returns undefined when nothing of the lab is there: it was cleaned up, and no proof is stale by that
 */
export async function liveInputs(own: Lab, prefix: string): Promise<LiveInputs | undefined> {
  const { accountId } = await own.session();
  const lab = labOf({ ...own, prefix });
  const there = await Promise.all([
    observeQueue(lab.look, lab.queueName),
    observeQueue(lab.look, lab.deadLetterQueueName),
    observeFunction(lab.look).then(({ output }) => output),
  ]);
  if (there.every((thing) => thing === undefined)) return undefined;
  const redact = redactor(await openMemory([accountId]));
  const answers: Answers = new Map();
  const live = new Map<number, Inputs>();
  for (const entry of await listSteps()) {
    const check = await loadCheck(lab, entry);
    if (check.proofs.length === 0) continue;
    const { value } = await recording(lab, check.observe, answers);
    for (const [number, inputs] of inputsOf(check, value)) {
      live.set(number, JSON.parse(redact(JSON.stringify(inputs))) as Inputs);
    }
  }
  return live;
}

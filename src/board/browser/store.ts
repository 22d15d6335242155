/// <reference lib="dom" />
import { signal } from '@preact/signals';
import type { ActionForm } from '../actions.ts';
import type { LabInfo } from '../facts.ts';
import type { Sentence } from '../model/story.ts';
import { pieceReader } from '../model/wire.ts';
import type { ReadingCost } from '../model/wire.ts';
import type { StepState } from '../steps.ts';
import { call, openFeed, Refused } from './api.ts';
import { createDirector } from './director.ts';

/** How the page stands to the lab, in a sentence. */
export interface Connection {
  readonly kind: 'begins' | 'live' | 'lost' | 'refused';
  readonly text: string;
}

export type Info = LabInfo & { readonly actions: readonly ActionForm[] };

export const info = signal<Info | undefined>(undefined);
export const connection = signal<Connection>({ kind: 'begins', text: 'Connecting ...' });
export const steps = signal<readonly StepState[]>([]);
export const cost = signal<ReadingCost | undefined>(undefined);
export const problem = signal<string | undefined>(undefined);
/** Counts up when the picture is to be drawn again. */
export const drawn = signal(0);
export const story = signal<readonly (Sentence & { readonly id: number })[]>([]);

const keptSentences = 200;
let sentences = 0;

export const director = createDirector({
  changed(what) {
    drawn.value += 1;
    if (what === 'events') lookSoon();
  },
  tell(some) {
    if (some.length === 0) return;
    story.value = [
      ...story.value,
      ...some.map((sentence) => ({ ...sentence, id: (sentences += 1) })),
    ].slice(-keptSentences);
  },
  isWatched: () => !document.hidden && !matchMedia('(prefers-reduced-motion: reduce)').matches,
});

let looking: Promise<void> | undefined;

/** Asks for the state of the checks. One look at a time. */
export function look(): Promise<void> {
  looking ??= call<readonly StepState[]>('steps')
    .then(
      (found) => void (steps.value = found),
      () => undefined,
    )
    .finally(() => (looking = undefined));
  return looking;
}

/** Nothing has happened for so long: then the checks are looked at, in the sandbox. */
const quietMs = 1500;
let soon: ReturnType<typeof setTimeout> | undefined;

function lookSoon(): void {
  if (info.value?.target !== 'sandbox') return;
  clearTimeout(soon);
  soon = setTimeout(() => void look(), quietMs);
}

const retryMs = [250, 500, 1000, 2000] as const;

/** Follows the lab for as long as the page is open, and comes back by itself. */
export async function follow(): Promise<never> {
  for (let tries = 0; ; tries += 1) {
    try {
      await readFeed(() => (tries = 0));
      connection.value = {
        kind: 'lost',
        text: 'The sandbox has stopped, or was restarted. Connecting again ...',
      };
    } catch (error) {
      connection.value = lostBy(error);
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs[Math.min(tries, 3)]));
  }
}

function lostBy(error: unknown): Connection {
  if (error instanceof Refused && error.status < 404)
    return { kind: 'refused', text: error.message };
  const text =
    error instanceof Refused
      ? `${error.message} Connecting again ...`
      : 'The board does not answer: is "npx lab board" still running? Connecting again ...';
  return { kind: 'lost', text };
}

/** Until the stream ends. */
async function readFeed(connected: () => void): Promise<void> {
  const over = new AbortController();
  const reader = await openFeed(over.signal);
  const piecesIn = pieceReader();
  try {
    info.value = await call<Info>('lab');
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const piece of piecesIn(value)) {
        if (piece.event === 'cost') cost.value = piece.data;
        problem.value =
          piece.event === 'unknown'
            ? (piece.data as { problem?: string }).problem
            : piece.event === 'events'
              ? undefined
              : problem.value;
        if (piece.event === 'ready') {
          connected();
          connection.value = { kind: 'live', text: 'live' };
          lookSoon();
        }
        director.take(piece);
      }
    }
  } finally {
    over.abort();
  }
}

/// <reference lib="dom" />
import { useLayoutEffect, useRef } from 'preact/hooks';
import { areas } from '../model/view.ts';
import type { Area, Chip, View } from '../model/view.ts';

export interface StageNames {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly functionName: string;
}

interface StageProps {
  readonly view: View;
  readonly names: StageNames;
  /** What stands between queue and function. */
  readonly mapping: string;
  readonly worker: string;
  /** A message goes back over the arc. */
  readonly isRetry: boolean;
  readonly skipped: string | undefined;
  /** So much moves that nobody could follow it: then nothing glides. */
  readonly isCrowded?: boolean;
}

/** The picture: one component, whether the lab runs or a recorded run plays. The tables and the story say the same. */
export function Stage(props: StageProps) {
  const { view, names, mapping, worker, isRetry, skipped, isCrowded = false } = props;
  const root = useRef<HTMLDivElement>(null);
  useMotion(root, view, isCrowded);
  const { visibilityTimeoutSeconds: hides, maxReceiveCount: most } = view;
  const again = hides > 0 ? `failed: hidden ${hides} s, then again` : 'failed: hidden, then again';
  return (
    <div class="lab" ref={root} role="group" aria-label="Where each message is">
      <div class={isRetry ? 'arc lit' : 'arc'}>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path d="M80 100C80 10 20 10 20 96" />
          <path class="tip" d="M18.6 84L20 98L21.4 84" />
        </svg>
        <span>{again}</span>
      </div>
      <Box area="queue" title="Source queue" name={names.queueName} view={view}>
        <p class="numbers">
          <b>{view.visible}</b> visible <b>{view.hidden}</b> in flight <b>{view.delayed}</b> delayed
        </p>
      </Box>
      <div class="mapping">
        <span class="arrow" aria-hidden="true">
          →
        </span>
        <p>{mapping}</p>
      </div>
      <Box area="worker" title="λ Function" name={names.functionName} view={view}>
        <p class="numbers">{worker}</p>
      </Box>
      <p class="after dead-after">
        <span aria-hidden="true">↓ </span>
        {Number.isFinite(most) ? `after ${most} receives` : 'no redrive policy'}
      </p>
      <p class="after done-after">
        <span aria-hidden="true">↓ </span>handled: deleted
      </p>
      <Box area="dead" title="Dead-letter queue" name={names.deadLetterQueueName} view={view} />
      <Box area="done" title="Deleted" name="no longer in the queue" view={view} />
      {skipped === undefined ? null : (
        <div class="skipped" aria-hidden="true">
          » {skipped}
        </div>
      )}
    </div>
  );
}

interface BoxProps {
  readonly area: Area;
  readonly title: string;
  readonly name: string;
  readonly view: View;
  readonly children?: preact.ComponentChildren;
}

function Box({ area, title, name, view, children }: BoxProps) {
  const chips = view.chips[area];
  const more = view.counts[area] - chips.length;
  return (
    <section class={`box ${area}`} data-box={area} aria-label={title}>
      <h3>
        {title} <output>{view.counts[area]}</output>
      </h3>
      <p class="name">{name}</p>
      {children}
      <ul class="chips">
        {chips.map((chip) => (
          <ChipItem key={chip.id} chip={chip} />
        ))}
        {more > 0 ? (
          <li class="more">
            {chips.length === 0 ? `${more} from before this page was opened` : `and ${more} more`}
          </li>
        ) : null}
      </ul>
    </section>
  );
}

const ringRadius = 8;
const ringLength = 2 * Math.PI * ringRadius;

function ChipItem({ chip }: { readonly chip: Chip }) {
  const { id, name, state, label, ring } = chip;
  return (
    <li
      class="chip"
      data-chip={id}
      data-message={id}
      data-place={state.place}
      data-receives={state.receiveCount}
    >
      {ring === undefined ? null : (
        <svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="10" r={ringRadius} />
          <circle
            class="left"
            cx="10"
            cy="10"
            r={ringRadius}
            stroke-dasharray={`${(ring * ringLength).toFixed(1)} ${ringLength.toFixed(1)}`}
          />
        </svg>
      )}
      <span class="name">{name}</span>
      <span class="state">
        {label} <span class="id">{id.slice(0, 8)}</span>
      </span>
    </li>
  );
}

const moveMs = 380;
const arcPx = 70;

/** Messages travel: what stands elsewhere than before glides there, and over the arc when it goes back. */
function useMotion(
  root: { readonly current: HTMLDivElement | null },
  view: View,
  isCrowded: boolean,
): void {
  const before = useRef(new Map<string, { x: number; y: number; area: string }>());
  const where = areas
    .map((area) => `${area} ${view.chips[area].map(({ id }) => id).join(' ')}`)
    .join('|');
  useLayoutEffect(() => {
    const places = new Map<string, { x: number; y: number; area: string }>();
    const still = isCrowded || matchMedia('(prefers-reduced-motion: reduce)').matches;
    const origin = root.current?.getBoundingClientRect();
    for (const element of root.current?.querySelectorAll<HTMLElement>('[data-chip]') ?? []) {
      const { x, y } = element.getBoundingClientRect();
      const area = element.closest<HTMLElement>('[data-box]')?.dataset['box'] ?? '';
      const id = element.dataset['chip'] ?? '';
      const at = { x: x - (origin?.x ?? 0), y: y - (origin?.y ?? 0), area };
      places.set(id, at);
      const from = before.current.get(id);
      if (still || (before.current.size === 0 && from === undefined)) continue;
      glide(element, from, at);
    }
    before.current = places;
  }, [where]);
}

function glide(
  element: HTMLElement,
  from: { x: number; y: number; area: string } | undefined,
  to: { x: number; y: number; area: string },
): void {
  if (from === undefined) {
    const start = { transform: 'translateY(-24px)', opacity: 0 };
    element.animate([start, { transform: 'none', opacity: 1 }], { duration: moveMs });
    return;
  }
  const [dx, dy] = [from.x - to.x, from.y - to.y];
  if (Math.abs(dx) + Math.abs(dy) < 2) return;
  const isBack = from.area === 'worker' && to.area === 'queue';
  const middle = `translate(${dx / 2}px, ${dy / 2 - arcPx}px)`;
  element.animate(
    [
      { transform: `translate(${dx}px, ${dy}px)` },
      ...(isBack ? [{ transform: middle }] : []),
      { transform: 'none' },
    ],
    { duration: moveMs, easing: 'ease-in-out' },
  );
}

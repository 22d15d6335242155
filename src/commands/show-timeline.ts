import { stampOf } from '../evidence/draw.ts';
import { holdsRun } from '../evidence/proof-names.ts';
import type { Published } from '../evidence/publish.ts';
import { timelineOf } from '../evidence/timeline.ts';
import type { Target } from '../lab/session.ts';
import { say } from '../lab/terminal.ts';
import { timelineTerminal } from '../pictures/timeline-words.ts';
import type { Timeline } from '../pictures/picture-facts.ts';

/** The run in the evidence that was just published; undefined when none holds a whole one. */
export function publishedRun(
  target: Target,
  published: Published | undefined,
): Timeline | undefined {
  const files = published?.targets.find((one) => one.target === target)?.files ?? [];
  const last = files.find(({ evidence }) => evidence !== undefined && holdsRun(evidence));
  if (last?.evidence === undefined || last.seen === undefined) return undefined;
  return timelineOf(last.evidence, last.seen, stampOf(last.evidence, ''));
}

/** Prints the timeline: the same rows as in its picture. */
export function sayTimeline(timeline: Timeline): void {
  for (const line of timelineTerminal(timeline)) say(`  ${line}`);
}

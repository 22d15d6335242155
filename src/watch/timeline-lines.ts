import type { Run } from '../evidence/timeline.ts';
import type { TimelineMessage } from '../pictures/picture-facts.ts';
import { bold, printable } from '../lab/terminal.ts';
import { sentence } from './lines.ts';
import type { View } from './lines.ts';

/** The timeline of each message, in seconds since it was sent. Fits 50 columns. */
export function timelineLines(run: Run, view: View): string[] {
  return [
    '',
    bold('  What happened to the messages, in seconds after each was sent'),
    ...run.messages.flatMap(messageLines),
    ...sentence('n or Enter continues, b goes back.', view),
  ];
}

function messageLines(message: TimelineMessage): string[] {
  const { messageId, name, sentAt, receives, end, predictedMoveAt, seenInDeadLetterQueueAt } =
    message;
  const start = sentAt ?? receives[0]?.at ?? 0;
  const event = (at: number, text: string) => `${since(at, start)}  ${text}`;
  const events = receives.map(({ at, receiveCount, outcome, batchSize }) =>
    event(
      at,
      `receive ${receiveCount} ${outcome}${batchSize === undefined ? '' : `, in a batch of ${batchSize}`}`,
    ),
  );
  if (seenInDeadLetterQueueAt !== undefined)
    events.push(event(seenInDeadLetterQueueAt, 'seen in the dead-letter queue'));
  else if (end === 'deleted') events.push(`${' '.repeat(8)}  deleted`);
  else if (predictedMoveAt !== undefined)
    events.push(event(predictedMoveAt, 'at the next receive SQS moves it'));
  return [
    `  ${printable(name).slice(0, 36)} (${messageId.slice(0, 8)})`,
    ...events.map((text) => `  ${text}`),
  ];
}

function since(at: number, start: number): string {
  return `+${((at - start) / 1000).toFixed(1)}`.padStart(8);
}

import { footText, placeOf } from './stamp.ts';
import { visible, visibleLines } from './signs.ts';
import { accountOf, isoTime, messageFacts } from './timeline-facts.ts';
import type { Account, MessageFacts } from './timeline-facts.ts';
import type { Timeline } from './picture-facts.ts';

/** `3 messages sent: 2 deleted, 1 in the dead-letter queue` */
export function timelineTitle(timeline: Timeline): string {
  const { sent, deleted, deadLettered, stillThere } = accountOf(timeline);
  const ends = [
    deleted > 0 ? `${deleted} deleted` : '',
    deadLettered > 0 ? `${deadLettered} in the dead-letter queue` : '',
    stillThere > 0 ? `${stillThere} still there` : '',
  ].filter((part) => part !== '');
  if (ends.length === 0) return 'No message was sent yet';
  return `${sent} ${sent === 1 ? 'message' : 'messages'} sent: ${ends.join(', ')}`;
}

/** `sent 3 = deleted 2 + dead-lettered 1 + still there 0` */
export function accountLine({ sent, deleted, deadLettered, stillThere }: Account): string {
  return `sent ${sent} = deleted ${deleted} + dead-lettered ${deadLettered} + still there ${stillThere}`;
}

export function settingsLine(timeline: Timeline): string {
  const { queueName, deadLetterQueueName, visibilityTimeoutSeconds, maxReceiveCount } = timeline;
  return `${queueName} → ${deadLetterQueueName} · visibility timeout ${visibilityTimeoutSeconds} s · maxReceiveCount ${maxReceiveCount}`;
}

/** When the axis begins, in absolute time. */
export function startLine(timeline: Timeline): string {
  const times = timeline.messages.flatMap(({ sentAt }) => sentAt ?? []);
  return times.length === 0
    ? 'time of sending not known'
    : `first message sent ${isoTime(Math.min(...times))
        .replace('T', ' ')
        .replace('Z', ' UTC')}`;
}

/** What a reader must know in order not to read too much into the numbers. */
export function timelineNotes(timeline: Timeline): string[] {
  const notes: string[] = [];
  const { notSeenYet, messages } = timeline;
  if (notSeenYet > 0) {
    notes.push(`${notSeenYet} of those still there: counted by the queue, in no log line yet.`);
  }
  if (messages.some(({ sentAt }) => sentAt === undefined)) {
    notes.push('Where the time of sending is not known, 0 s is the first receive.');
  }
  if (messages.some(({ seenInDeadLetterQueueAt }) => seenInDeadLetterQueueAt !== undefined)) {
    notes.push('AWS records no moment of the move. "Seen" is when a look into the queue found it.');
  }
  return notes;
}

export function timelineAlt(timeline: Timeline): string {
  const messages = messageFacts(timeline).map(
    (facts) => `${visible(facts.name)} (${visible(facts.messageId.slice(0, 8))}): ${story(facts)}`,
  );
  const head = `Timeline, ${placeOf(timeline.stamp)}: ${timelineTitle(timeline)}`;
  return visible([head, accountLine(accountOf(timeline)), ...messages].join('. ') + '.');
}

function story({ receives, end, predictedMoveSeconds, seenSeconds }: MessageFacts): string {
  return [
    ...receives.map(
      ({ receiveCount, outcome, seconds }) =>
        `receive ${receiveCount} ${outcome} at ${exact(seconds)} s`,
    ),
    ...(predictedMoveSeconds === undefined
      ? []
      : [`move predicted at ${exact(predictedMoveSeconds)} s`]),
    ...(seenSeconds === undefined
      ? []
      : [`seen in the dead-letter queue at ${exact(seenSeconds)} s`]),
    end,
  ].join(', ');
}

/** The text twin: a table, also good as a code block in Markdown. */
export function timelineText(timeline: Timeline): string {
  const facts = messageFacts(timeline);
  const rows = [
    ['message', 'event', 'predicted', 'measured', 'later by', 'batch'],
    ...facts.flatMap(messageRows),
  ];
  const sections = [
    visible(timelineTitle(timeline)),
    [accountLine(accountOf(timeline)), settingsLine(timeline), startLine(timeline)]
      .map(visible)
      .join('\n'),
    [
      'Seconds since each message was sent. Predicted: the failed receive before + visibility timeout.',
      ...timelineNotes(timeline),
    ].join('\n'),
    table(rows),
    visibleLines(footText(timeline.stamp)).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

/**
 * The same for a terminal, in 80 columns: what became of the messages, and the row of each event. Names and bodies
 * come from a log and a queue: print it as what it is, text.
 */
export function timelineTerminal(timeline: Timeline): string[] {
  const rows = [
    ['message', 'event', 'predicted', 'measured', 'later by'],
    ...messageFacts(timeline).flatMap((facts) =>
      messageRows({
        ...facts,
        name: shortened(visible(facts.name), 20),
        messageId: facts.messageId.slice(0, 8),
      }).map((row) => row.slice(0, 5)),
    ),
  ];
  return [
    visible(timelineTitle(timeline)),
    'Seconds since it was sent; predicted: the failed receive + visibility timeout',
    ...table(rows).split('\n'),
  ];
}

function shortened(text: string, most: number): string {
  const signs = Array.from(text);
  return signs.length > most ? `${signs.slice(0, most - 1).join('')}…` : text;
}

function messageRows(facts: MessageFacts): string[][] {
  const { zero, receives, end, predictedMoveSeconds: predicted, seenSeconds: seen } = facts;
  const sent = zero?.is === 'sent' ? `sent ${isoTime(zero.at).slice(11)}` : 'sent: time not known';
  const rows = [[sent, '', zero?.is === 'sent' ? exact(0) : '', '', '']];
  for (const { receiveCount, outcome, predictedSeconds, seconds, batchSize } of receives) {
    rows.push([
      `receive ${receiveCount} ${outcome}`,
      exact(predictedSeconds),
      exact(seconds),
      later(predictedSeconds, seconds),
      String(batchSize ?? '?'),
    ]);
  }
  if (predicted !== undefined || seen !== undefined) {
    rows.push(['seen in dead-letter queue', exact(predicted), exact(seen), later(predicted, seen)]);
  }
  rows.push([`end: ${end}`]);
  const names = [visible(facts.name), visible(facts.messageId)];
  return rows.map((row, at) => [names[at] ?? '', ...row]);
}

function exact(seconds: number | undefined): string {
  return seconds === undefined ? '' : seconds.toFixed(3);
}

function later(predicted: number | undefined, measured: number | undefined): string {
  if (predicted === undefined || measured === undefined) return '';
  const difference = measured - predicted;
  return `${difference < 0 ? '' : '+'}${difference.toFixed(3)}`;
}

/** Columns of words to the left, columns of numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      widths
        .map((width, column) => {
          const cell = row[column] ?? '';
          return column < 2 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

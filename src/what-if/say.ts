import { batchesText } from '../experiments/lists.ts';
import { booksLine, timelineLines } from '../experiments/report.ts';
import {
  bold,
  dim,
  duration,
  green,
  labelled,
  printable,
  red,
  say,
  yellow,
} from '../lab/terminal.ts';
import { isLoweredLater } from './run.ts';
import type { Ran } from './run.ts';
import { neverEnds, receivesWithoutEnd, workSecondsOf } from './question.ts';
import type { Question } from './question.ts';

/** The question, as it was understood, and what the rules say of it. */
export function sayQuestion(question: Question): void {
  const { settings, handlerSeconds, concurrency, fifo, handlerFile } = question;
  const does = {
    returns: 'returns the ids of failed messages',
    throws: 'throws when a message fails',
    swallows: 'catches errors and says nothing',
    'times-out': 'never comes back from a poison message',
    forEach: 'answers before the work is done',
  };
  const handler = handlerFile === undefined ? '' : `${handlerFile}, predicted as one that `;
  const limit =
    concurrency === undefined ? 'no MaximumConcurrency' : `MaximumConcurrency ${concurrency}`;
  const redrive =
    settings.maxReceiveCount === null
      ? 'no redrive policy'
      : `maxReceiveCount ${settings.maxReceiveCount}`;
  const kind = fifo ? 'FIFO, one message group' : 'standard';
  say(
    labelled(
      'Queue',
      `${kind}, visibility timeout ${settings.visibilityTimeoutSeconds} s, ${redrive}`,
    ),
  );
  say(
    labelled(
      'Mapping',
      `batch size ${settings.batchSize}, window ${settings.windowSeconds} s, ${limit}, ReportBatchItemFailures ${settings.reportFailures ? 'on' : 'off'}`,
    ),
  );
  say(
    labelled(
      'Function',
      `timeout ${settings.functionTimeoutSeconds} s; the handler works ${handlerSeconds} s for each batch and ${handler}${does[question.behaviour]}`,
    ),
  );
  say(labelled('Sent', `${question.good} good and ${question.poison} poison messages`));
  if (isLoweredLater(question)) {
    say(
      labelled(
        'Order',
        `Lambda refuses to make a mapping when the visibility timeout (${settings.visibilityTimeoutSeconds} s) is below the function timeout (${settings.functionTimeoutSeconds} s). SQS takes the lower one afterwards, unasked by Lambda (G02): so it is built in that order.`,
      ),
    );
  }
  if (neverEnds(question)) {
    say(
      labelled(
        'Until',
        `${receivesWithoutEnd} receives: without a redrive policy nothing ends a message that always comes back.`,
      ),
    );
  }
  sayRealSeconds(question);
  say();
}

/** The sandbox skips waits, and never work. */
function sayRealSeconds(question: Question): void {
  const { most, invocations } = workSecondsOf(question);
  if (most < 5) return;
  say(
    labelled(
      'Takes',
      `up to ${duration(most * 1000)} of real work in ${invocations} invocations: the sandbox skips waits, not work.`,
    ),
  );
}

/** Predicted against measured, the timeline, and why something differs. */
export function sayAnswer({ predicted, observed, comparison }: Ran): void {
  say(dim('  When the function got each message, from its first delivery on, and how that ended:'));
  for (const line of timelineLines(observed)) say(`  ${printable(line)}`);
  say(dim(`  ${booksLine(observed)}; batches of ${batchesText(observed.batchSizes)}`));
  say();
  const width = Math.max(...comparison.rows.map(({ label }) => label.length));
  say(bold(`  ${''.padEnd(width)}  predicted  measured`));
  for (const { label, ...row } of comparison.rows) {
    const same = row.predicted === row.measured;
    const numbers = `${String(row.predicted).padStart(9)}  ${String(row.measured).padStart(8)}`;
    say(`  ${label.padEnd(width)}  ${numbers}  ${same ? '' : yellow('differs')}`.trimEnd());
  }
  say();
  for (const { rule, text } of predicted.effects) say(labelled(rule, text));
  for (const { rule, text } of comparison.reasons) say(labelled('Differs', `${rule}: ${text}`));
  for (const text of comparison.unexplained) say(labelled('NOT', printable(text)));
  const rules = [...new Set(comparison.reasons.map(({ rule }) => rule))];
  say(
    comparison.unexplained.length > 0
      ? red('No rule of the exam notes explains this: a fault of the kit, or of the handler.')
      : rules.length === 0
        ? green("Measured as AWS's rules predict.")
        : yellow(
            `Measured otherwise than predicted, as ${rules.join(' and ')} ${rules.length === 1 ? 'allows' : 'allow'}.`,
          ),
  );
}

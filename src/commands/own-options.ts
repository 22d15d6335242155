import type { OwnOptions } from '../lab/options.ts';

const whatIf: OwnOptions = {
  'max-receive-count': {
    type: 'string',
    text: '--max-receive-count N|none   receives before the dead-letter queue; none: there is no redrive policy',
  },
  'visibility-timeout': {
    type: 'string',
    text: '--visibility-timeout S       of the source queue, seconds',
  },
  'function-timeout': {
    type: 'string',
    text: '--function-timeout S         of the function, seconds (default: enough for the handler)',
  },
  'handler-seconds': {
    type: 'string',
    text: '--handler-seconds S          how long one invocation works (default: 0). These seconds are real ones',
  },
  send: { type: 'string', text: '--send N                     good messages (default: 9)' },
  poison: {
    type: 'string',
    text: '--poison N                   messages that fail however often they are tried (default: 1)',
  },
  'batch-size': { type: 'string', text: '--batch-size N               of the mapping' },
  window: {
    type: 'string',
    text: '--window S                   batching window of the mapping, seconds',
  },
  concurrency: {
    type: 'string',
    text: '--concurrency N              MaximumConcurrency of the mapping (default: none)',
  },
  'report-failures': {
    type: 'string',
    text: '--report-failures on|off     ReportBatchItemFailures (default: on)',
  },
  handler: {
    type: 'string',
    text: '--handler HOW|FILE           returns, throws, swallows, times-out, or a file of yours (default: returns)',
  },
  behaves: {
    type: 'string',
    text: '--behaves HOW                as what your own file is predicted (default: returns)',
  },
  fifo: {
    type: 'boolean',
    text: '--fifo                       FIFO queues, all messages in one message group',
  },
  svg: { type: 'string', text: '--svg FILE                   draw the timeline' },
};

const drill: OwnOptions = {
  level: { type: 'string', text: '--level 1|2|3    only drills of this level' },
  list: {
    type: 'boolean',
    text: '--list           every drill by level, and which you have solved',
  },
  hint: { type: 'boolean', text: '--hint           the next of three hints' },
  check: { type: 'boolean', text: '--check          says whether the drill is solved' },
  reveal: { type: 'boolean', text: '--reveal         cause, rule, fix and experiment' },
  'give-up': {
    type: 'boolean',
    text: '--give-up        ends the drill unsolved, and restores the lab',
  },
  score: { type: 'boolean', text: '--score          what you have solved, by level and by rule' },
};

const reset: OwnOptions = {
  rebuild: { type: 'boolean', text: '--rebuild   delete the lab first, and build it anew' },
};

/** Options that only one command takes. */
export const ownOptions: Readonly<Record<string, OwnOptions>> = {
  drill,
  reset,
  'what-if': whatIf,
};

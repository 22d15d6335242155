import { LabError } from '../lab/errors.ts';
import type { Options } from '../lab/options.ts';
import { settingsOfLab } from '../experiments/copies.ts';
import { predict, startConcurrency } from '../experiments/model.ts';
import type { Behaviour, Scenario, Settings } from '../experiments/model.ts';

/** What somebody wants to know: a lab of these settings, with this handler, that is sent these messages. */
export interface Question {
  readonly settings: Settings;
  readonly behaviour: Behaviour;
  /** A file of the learner's own, relative to the checkout. */
  readonly handlerFile?: string;
  readonly handlerSeconds: number;
  readonly good: number;
  readonly poison: number;
  /** MaximumConcurrency of the mapping. */
  readonly concurrency?: number;
  readonly fifo: boolean;
}

const behaviours: readonly Behaviour[] = ['returns', 'throws', 'swallows', 'times-out'];

/** More would not fit on a screen, and makes AWS's choice of batches more important than the settings. */
const mostMessages = 100;

/** Long enough for what the sandbox runs, short enough for somebody who waits. */
const mostHandlerSeconds = 60;

/** A handler that never comes back is ended early, so that nobody waits for it. */
const hangingTimeoutSeconds = 2;

/** Receives that are looked at where nothing ever ends them. */
export const receivesWithoutEnd = 5;

/**
 * Reads the options of `lab what-if`. Says nothing about what AWS takes: `refusalOf` does.
 * @throws LabError (exit code 2) for what is no number, or no word of the option
 */
export function readQuestion(own: Options['own']): Question {
  const ofLab = settingsOfLab();
  const seconds = number(own, 'handler-seconds', 0, { most: mostHandlerSeconds });
  const handler = text(own, 'handler') ?? 'returns';
  const isOwn = !behaviours.some((one) => one === handler);
  if (isOwn && !/\.m?[jt]s$/.test(handler)) throw noWord('handler', handler, behaviours);
  const behaviour = word(own, 'behaves', isOwn ? 'returns' : (handler as Behaviour), behaviours);
  const fifo = own['fifo'] === true;
  const question: Question = {
    settings: {
      batchSize: number(own, 'batch-size', ofLab.batchSize),
      windowSeconds: number(own, 'window', fifo ? 0 : ofLab.windowSeconds),
      visibilityTimeoutSeconds: number(own, 'visibility-timeout', ofLab.visibilityTimeoutSeconds),
      maxReceiveCount:
        own['max-receive-count'] === 'none'
          ? null
          : number(own, 'max-receive-count', ofLab.maxReceiveCount ?? 3),
      functionTimeoutSeconds: number(
        own,
        'function-timeout',
        behaviour === 'times-out'
          ? Math.ceil(seconds) + hangingTimeoutSeconds
          : Math.max(ofLab.functionTimeoutSeconds, Math.ceil(seconds) + 1),
      ),
      reportFailures: word(own, 'report-failures', 'on', ['on', 'off']) === 'on',
    },
    behaviour,
    handlerSeconds: seconds,
    good: number(own, 'send', 9, { most: mostMessages }),
    poison: number(own, 'poison', 1, { most: mostMessages }),
    fifo,
    ...(isOwn ? { handlerFile: handler } : {}),
    ...(own['concurrency'] === undefined ? {} : { concurrency: number(own, 'concurrency', 2) }),
  };
  if (question.good + question.poison === 0) {
    throw new LabError('There is nothing to send: --send and --poison are both 0', {
      hint: 'npx lab what-if --send 9 --poison 1',
      exitCode: 2,
    });
  }
  return question;
}

/** Nothing ends the receives of a message: there is no redrive policy, and by the rules no invocation ever handles it. */
export function neverEnds(question: Question): boolean {
  const { settings, good, poison, handlerSeconds } = question;
  if (settings.maxReceiveCount !== null) return false;
  // Longer than it takes to work on all of them, one after the other, and then on some of them again and again.
  const visibilityTimeoutSeconds = Math.max(1, settings.visibilityTimeoutSeconds);
  const untilSeconds =
    (good + poison) * (handlerSeconds + settings.windowSeconds + 1) +
    20 * Math.max(visibilityTimeoutSeconds, settings.functionTimeoutSeconds);
  return predict({ ...endlessOf(question), visibilityTimeoutSeconds, untilSeconds }).isCutShort;
}

/** An invocation lasts a little longer than its work: when both would end at once, the timeout comes first. */
const overheadSeconds = 0.01;

function endlessOf(question: Question): Scenario {
  const { settings, behaviour, good, poison, handlerSeconds, concurrency, fifo } = question;
  return {
    ...settings,
    behaviour,
    good,
    poison,
    fifo,
    batchSeconds: handlerSeconds === 0 ? 0 : handlerSeconds + overheadSeconds,
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}

/**
 * What `predict` is asked.
 * @param receives where nothing ends: so many receives were looked at
 */
export function scenarioOf(question: Question, receives = receivesWithoutEnd): Scenario {
  if (!neverEnds(question)) return endlessOf(question);
  // Without a visibility timeout how often it is received is a matter of speed alone: it is counted, not timed.
  const visibilityTimeoutSeconds = Math.max(1, question.settings.visibilityTimeoutSeconds);
  return {
    ...endlessOf(question),
    visibilityTimeoutSeconds,
    untilSeconds: (receives - 0.5) * visibilityTimeoutSeconds,
  };
}

/** Real work of a run, in seconds, by what the rules say: the sandbox skips waits, and never work. */
export function workSecondsOf(question: Question): {
  /** Always five batches at once, or as many as MaximumConcurrency says. */
  readonly least: number;
  /** One after the other. */
  readonly most: number;
  readonly invocations: number;
} {
  const { endsAt, invocations } = predict(scenarioOf(question));
  const { settings, behaviour, handlerSeconds, concurrency = startConcurrency } = question;
  const each =
    behaviour === 'times-out'
      ? settings.functionTimeoutSeconds
      : Math.min(handlerSeconds, settings.functionTimeoutSeconds);
  const all = each * invocations;
  return { least: all / concurrency, most: Math.min(endsAt, all), invocations };
}

const text = (own: Options['own'], name: string): string | undefined => {
  const value = own[name];
  return value === true ? undefined : value;
};

function number(
  own: Options['own'],
  name: string,
  fallback: number,
  { most = Infinity }: { readonly most?: number } = {},
): number {
  const given = text(own, name);
  if (given === undefined) return fallback;
  const value = Number(given);
  const fits = name === 'handler-seconds' ? value >= 0 : Number.isInteger(value);
  if (given.trim() === '' || !Number.isFinite(value) || !fits) {
    throw new LabError(`--${name} needs a number, and "${given}" is none`, {
      hint: 'npx lab what-if --help',
      exitCode: 2,
    });
  }
  if (value > most || (most !== Infinity && value < 0)) {
    throw new LabError(`--${name} ${given}: what-if takes 0 to ${most}`, {
      hint: 'This is a limit of the kit, not of AWS.',
      exitCode: 2,
    });
  }
  return value;
}

function word<T extends string>(
  own: Options['own'],
  name: string,
  fallback: T,
  words: readonly T[],
): T {
  const given = text(own, name);
  if (given === undefined) return fallback;
  const found = words.find((one) => one === given);
  if (found === undefined) throw noWord(name, given, words);
  return found;
}

function noWord(name: string, given: string, words: readonly string[]): LabError {
  const file = name === 'handler' ? ', or a file such as src/handlers/worker.ts' : '';
  return new LabError(`--${name} "${given}": it takes ${words.join(', ')}${file}`, {
    hint: 'npx lab what-if --help',
    exitCode: 2,
  });
}

import { settings } from '../lab/settings.ts';
import type { Tried } from './try-worker.ts';

const rule =
  'Catch the error of each record, and return { batchItemFailures: [{ itemIdentifier: messageId }] } with the ids that failed.';

/** Says what is wrong with a handler, from what it did with a good record and a poison. */
export function wrongHandlerHint(tried: Tried): string {
  if ('unclear' in tried) return `The check could not run it: ${tried.reason}. ${rule}`;
  return `${'error' in tried ? wrongEnd(tried.error) : wrongAnswer(tried.answer)} ${rule}`;
}

const short = (text: string) => (text.length > 100 ? `${text.slice(0, 97)}...` : text);

function wrongEnd(error: string): string {
  if (error.includes('callback'))
    return 'It takes a callback as third parameter, which nodejs24.x refuses: nothing would be handled. Make it async, with two parameters.';
  if (error.startsWith('it throws'))
    return `An error leaves the handler (${error.replace('it throws: ', '')}): the whole batch fails, the good messages too.`;
  if (error.includes('did not answer'))
    return 'It does not answer in time: the whole batch fails, the good messages too.';
  if (error.includes('(signal: '))
    return `Its process ended before it answered: it crashes, or needs more memory than the function has (${settings.memoryMb} MB).`;
  if (error.startsWith('it ended its process'))
    return 'Its process ends before it answers: it calls process.exit(), or waits for a promise that never settles.';
  return `It cannot do its work: ${error}.`;
}

function wrongAnswer(answer: unknown): string {
  if (answer === null)
    return 'It returns nothing, which means success: Lambda deletes the poison and never tries it again.';
  if (typeof answer !== 'object')
    return `It returns ${short(JSON.stringify(answer))}, which is not a partial batch response.`;
  const { batchItemFailures: failures } = answer as { batchItemFailures?: unknown };
  if (failures === undefined) {
    const keys = Object.keys(answer).join(', ');
    return `It returns ${keys === '' ? '{}' : `the key ${short(keys)}`}, but Lambda reads only batchItemFailures: this means success, and Lambda deletes the poison.`;
  }
  if (!Array.isArray(failures)) return 'batchItemFailures is not a list.';
  return wrongFailures(failures as unknown[]);
}

function wrongFailures(failures: readonly unknown[]): string {
  if (failures.length === 0)
    return 'It returns an empty list, which means success: it catches the error without reporting it, or it returns before its work is done (forEach(async ...) waits for nothing; for ... of does).';
  const ids = failures.map(
    (failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier,
  );
  if (ids.some((id) => id === undefined))
    return 'An entry has no itemIdentifier, under exactly that name: this makes the whole batch fail.';
  if (ids.some((id) => id === '' || id === null))
    return 'An itemIdentifier is empty: this makes the whole batch fail.';
  if (ids.some((id) => id !== 'good' && id !== 'poison'))
    return `${short(JSON.stringify(ids.find((id) => id !== 'good' && id !== 'poison')))} is not a message id of the batch: this makes the whole batch fail.`;
  if (ids.includes('good'))
    return 'It reports a message that did not fail: Lambda receives this message again.';
  return 'It reports the poison more than once.';
}

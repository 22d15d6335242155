import { describe, expect, test, vi } from 'vitest';
import { CommandError } from '../errors.ts';
import { isTransient, retryTransientErrors } from './transient.ts';

const cliError = (code: string | undefined, awsMessage: string) =>
  new CommandError('a command failed', { code, command: 'aws', awsMessage });

describe('isTransient()', () => {
  test.each([
    ['throttling', cliError('RequestThrottled', 'Request is throttled.')],
    ['an HTTP 500', cliError('InternalFailure', 'The request processing has failed.')],
    [
      'a waiter of the CLI that met an HTTP 503',
      cliError(
        undefined,
        'Waiter FunctionActiveV2 failed: An error occurred (ServiceUnavailable): Service is currently unavailable.',
      ),
    ],
    [
      'a connection that broke',
      cliError(
        undefined,
        'Connection was closed before we received a valid response from endpoint URL: "http://127.0.0.1:4801/".',
      ),
    ],
    [
      'a script that met throttling',
      cliError(undefined, 'Cannot send the messages to q: RequestThrottled: Request is throttled.'),
    ],
    [
      'an SDK error with status 500',
      Object.assign(new Error('?'), { $metadata: { httpStatusCode: 500 } }),
    ],
    [
      'an SDK connection that broke',
      Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    ],
  ])('is true for %s', (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  test.each([
    [
      'a refusal',
      cliError('AccessDenied', 'User: x is not authorized to perform: sqs:createqueue'),
    ],
    ['a missing queue', cliError('AWS.SimpleQueueService.NonExistentQueue', 'does not exist')],
    [
      'a sandbox that is gone: the hint says what to do',
      cliError(undefined, 'Could not connect to the endpoint URL: "http://127.0.0.1:4801/"'),
    ],
    [
      'an SDK error with status 400',
      Object.assign(new Error('?'), { $metadata: { httpStatusCode: 400 } }),
    ],
    ['something that is no error', 'Throttling'],
  ])('is false for %s', (_, error) => {
    expect(isTransient(error)).toBe(false);
  });
});

describe('retryTransientErrors()', () => {
  const throttled = cliError('Throttling', 'Rate exceeded');

  test('tries again, and says so', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const work = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(throttled)
      .mockResolvedValue('done');
    expect(await retryTransientErrors(work, 0)).toBe('done');
    expect(write).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('AWS is busy or has a fault (Throttling): try 2 of 3'),
    );
    write.mockRestore();
  });

  test('gives up after the third time with the error of AWS', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const work = vi.fn<() => Promise<string>>().mockRejectedValue(throttled);
    await expect(retryTransientErrors(work, 0)).rejects.toBe(throttled);
    expect(work).toHaveBeenCalledTimes(3);
    write.mockRestore();
  });

  test('does not try again what AWS refused', async () => {
    const refused = cliError('AccessDenied', 'not authorized');
    const work = vi.fn<() => Promise<string>>().mockRejectedValue(refused);
    await expect(retryTransientErrors(work, 0)).rejects.toBe(refused);
    expect(work).toHaveBeenCalledTimes(1);
  });
});

import { describe, expect, test } from 'vitest';
import { commandText, parseCliError } from './command.ts';

describe('parseCliError()', () => {
  test('reads the layout of AWS CLI 2.34 and newer: prefix, message, details', () => {
    const stderr =
      '\naws: [ERROR]: An error occurred (ResourceNotFoundException) when calling the GetFunction operation: Function not found: arn:aws:lambda:us-east-1:111122223333:function:f\n\nAdditional error details:\nType: User\n';
    expect(parseCliError(stderr)).toEqual({
      code: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:111122223333:function:f',
    });
  });

  test('reads the older layout, without prefix and details', () => {
    const stderr =
      '\nAn error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation: The specified queue does not exist.\n';
    expect(parseCliError(stderr)).toEqual({
      code: 'AWS.SimpleQueueService.NonExistentQueue',
      message: 'The specified queue does not exist.',
    });
  });

  test('reads the code behind exhausted retries', () => {
    const stderr =
      'aws: [ERROR]: An error occurred (TooManyRequestsException) when calling the Invoke operation (reached max retries: 2): Rate Exceeded.\n';
    expect(parseCliError(stderr)).toEqual({
      code: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
    });
  });

  test('finds no code where AWS was not reached: the message is the first line, without the prefix', () => {
    const stderr =
      '\naws: [ERROR]: Could not connect to the endpoint URL: "http://127.0.0.1:4801/"\n';
    expect(parseCliError(stderr)).toEqual({
      code: undefined,
      message: 'Could not connect to the endpoint URL: "http://127.0.0.1:4801/"',
    });
  });

  test('passes over a warning that stands before the error of AWS', () => {
    const stderr =
      'urllib3 warning: something\nAn error occurred (NoSuchEntity) when calling the GetRole operation: gone\n';
    expect(parseCliError(stderr)).toEqual({ code: 'NoSuchEntity', message: 'gone' });
  });

  test('says so when there is no message at all', () => {
    expect(parseCliError('\n\n')).toEqual({ code: undefined, message: 'no message' });
  });
});

describe('commandText()', () => {
  const text = ({ raw }: TemplateStringsArray, ...values: (number | string)[]) =>
    commandText(raw, values);

  test('is the text as typed, with its line breaks', () => {
    expect(text`aws sqs create-queue \
  --queue-name ${'lab01-worker-queue'} \
  --attributes "file://$LAB_INFRA/a.json"`).toBe(
      'aws sqs create-queue \\\n  --queue-name lab01-worker-queue \\\n  --attributes "file://$LAB_INFRA/a.json"',
    );
  });

  test('leaves the $(…) and the "$NAME" that were typed to the shell', () => {
    expect(text`QUEUE_URL=$(aws sqs get-queue-url --queue-name ${'q'})`).toBe(
      'QUEUE_URL=$(aws sqs get-queue-url --queue-name q)',
    );
  });

  test('quotes a value that the shell would take for more than text', () => {
    expect(text`echo ${'a b; $(id)'} ${5}`).toBe("echo 'a b; $(id)' 5");
  });
});

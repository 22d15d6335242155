import type {
  EventSourceMappingConfiguration,
  FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import {
  codeInputs,
  deadLetterQueueInputs,
  functionInputs,
  mappingInputs,
  sourceQueueInputs,
} from './inputs.ts';
import { observedQueue } from '../testing/lab/checks.ts';

const attributes = {
  VisibilityTimeout: '30',
  CreatedTimestamp: '1',
  ApproximateNumberOfMessages: '0',
};
const queue = (change: Record<string, string>) => observedQueue('q', { ...attributes, ...change });

describe('a queue', () => {
  test('is the same with other counts and other times', () => {
    const later = {
      ApproximateNumberOfMessagesNotVisible: '3',
      LastModifiedTimestamp: '9',
      CreatedTimestamp: '8',
    };
    expect(sourceQueueInputs(queue(later))).toEqual(sourceQueueInputs(queue({})));
  });

  test('is another one with another attribute, with one more, or when it is gone', () => {
    const before = sourceQueueInputs(queue({}));
    expect(sourceQueueInputs(queue({ VisibilityTimeout: '31' }))).not.toEqual(before);
    expect(sourceQueueInputs(queue({ RedrivePolicy: '{}' }))).not.toEqual(before);
    expect(sourceQueueInputs(undefined)).not.toEqual(before);
  });

  test('source and dead-letter queue are two inputs', () => {
    expect(Object.keys(sourceQueueInputs(queue({})))).not.toEqual(
      Object.keys(deadLetterQueueInputs(queue({}))),
    );
  });
});

describe('a function', () => {
  const configuration: FunctionConfiguration = {
    FunctionName: 'f',
    Timeout: 5,
    CodeSha256: 'one',
    CodeSize: 10,
    State: 'Active',
    LastModified: '2026',
    RevisionId: 'r',
  };

  test('new code changes the code, and nothing else of it', () => {
    const changed = {
      ...configuration,
      CodeSha256: 'two',
      CodeSize: 11,
      LastModified: '2027',
      RevisionId: 's',
    };
    expect(functionInputs(changed)).toEqual(functionInputs(configuration));
    expect(codeInputs(changed)).not.toEqual(codeInputs(configuration));
  });

  test('a setting changes the configuration, and not the code', () => {
    const changed = { ...configuration, Timeout: 6 };
    expect(functionInputs(changed)).not.toEqual(functionInputs(configuration));
    expect(codeInputs(changed)).toEqual(codeInputs(configuration));
  });

  test('an update on its way changes nothing', () => {
    const pending: FunctionConfiguration = {
      ...configuration,
      State: 'Pending',
      LastUpdateStatus: 'InProgress',
      StateReasonCode: 'Creating',
    };
    expect(functionInputs(pending)).toEqual(functionInputs(configuration));
  });
});

describe('a mapping', () => {
  const mapping: EventSourceMappingConfiguration = { UUID: 'one', BatchSize: 10, State: 'Enabled' };

  test('is the same while it changes its state, as an SDK date or as text', () => {
    const changed = { ...mapping, State: 'Updating', LastModified: new Date(0) };
    expect(mappingInputs(changed)).toEqual(mappingInputs(mapping));
  });

  test('made anew it is another one, and so it is with another setting', () => {
    expect(mappingInputs({ ...mapping, UUID: 'two' })).not.toEqual(mappingInputs(mapping));
    expect(mappingInputs({ ...mapping, BatchSize: 1 })).not.toEqual(mappingInputs(mapping));
    expect(mappingInputs(undefined)).not.toEqual(mappingInputs(mapping));
  });
});

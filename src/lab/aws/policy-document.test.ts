import { expect, test } from 'vitest';
import { policyDocument } from './policy-document.ts';

const document = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: ['arn:1', 'arn:2'] },
    { Effect: 'Deny', Action: ['sqs:*', 'logs:*'], Resource: '*', Condition: { Bool: {} } },
  ],
};

test.each([
  ['as IAM answers it, URL-encoded', encodeURIComponent(JSON.stringify(document))],
  ['as plain JSON', JSON.stringify(document)],
])('policyDocument() reads statements %s, actions and resources always as lists', (_, text) => {
  expect(policyDocument(text)).toMatchObject([
    { Effect: 'Allow', actions: ['sqs:ReceiveMessage'], resources: ['arn:1', 'arn:2'] },
    { Effect: 'Deny', actions: ['sqs:*', 'logs:*'], resources: ['*'], Condition: { Bool: {} } },
  ]);
});

test('policyDocument() takes a statement that stands alone', () => {
  const alone = { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole' } };
  expect(policyDocument(JSON.stringify(alone))).toMatchObject([
    { Effect: 'Allow', actions: ['sts:AssumeRole'], resources: [] },
  ]);
});

test('policyDocument() finds no statement where there is no document, or none in it', () => {
  expect(policyDocument(undefined)).toEqual([]);
  expect(policyDocument('{}')).toEqual([]);
});

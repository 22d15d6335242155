import { describe, expect, test } from 'vitest';
import { AwsError } from '../../errors.ts';
import { RawResult } from '../../types.ts';
import { restJsonProtocol } from './rest-json.ts';

const protocol = restJsonProtocol([
  { operation: 'List', method: 'GET', path: '/2015-03-31/functions' },
  { operation: 'Get', method: 'GET', path: '/2015-03-31/functions/{FunctionName}' },
  {
    operation: 'Invoke',
    method: 'POST',
    path: '/2015-03-31/functions/{FunctionName}/invocations',
  },
  { operation: 'Untag', method: 'DELETE', path: '/2017-03-31/tags/{Resource}' },
]);

function requestOf(method: string, url: string, body = '', headers: Record<string, string> = {}) {
  const [path = '', query = ''] = url.split('?');
  return { method, path, query, headers, body: Buffer.from(body) };
}

test.each([
  ['GET', '/2015-03-31/functions', 'List'],
  ['GET', '/2015-03-31/functions/', 'List'],
  ['GET', '/2015-03-31/functions/f', 'Get'],
  ['POST', '/2015-03-31/functions/f', undefined],
  ['GET', '/2015-03-31/functions/f/code', undefined],
])('%s %s is %s', (method, path, operation) => {
  expect(protocol.operationOf(requestOf(method, path), Buffer.alloc(0))).toBe(operation);
});

describe('the input comes from', () => {
  test('path and query, decoded once', () => {
    const request = requestOf('GET', '/2015-03-31/functions/a%3Ab%252F?Marker=x%20y&MaxItems=3');
    expect(protocol.decode(request, 'Get')).toEqual({
      FunctionName: 'a:b%2F',
      Marker: 'x y',
      MaxItems: '3',
    });
  });

  test('the body, but the path wins', () => {
    const request = requestOf('GET', '/2015-03-31/functions/f', '{"FunctionName":"g","A":1}');
    expect(protocol.decode(request, 'Get')).toEqual({ FunctionName: 'f', A: 1 });
  });

  test('query strings that repeat', () => {
    const request = requestOf('DELETE', '/2017-03-31/tags/arn?tagKeys=a&tagKeys=b');
    expect(protocol.decode(request, 'Untag')).toEqual({ Resource: 'arn', TagKeys: ['a', 'b'] });
  });

  test('headers, and the body as it is, for Invoke', () => {
    const request = requestOf('POST', '/2015-03-31/functions/f/invocations', 'not json', {
      'x-amz-invocation-type': 'Event',
      'x-amz-log-type': 'Tail',
    });
    expect(protocol.decode(request, 'Invoke')).toEqual({
      FunctionName: 'f',
      InvocationType: 'Event',
      LogType: 'Tail',
      Payload: Buffer.from('not json'),
    });
  });

  test('no path that is not percent-encoding', () => {
    const request = requestOf('GET', '/2015-03-31/functions/%zz');
    expect(() => protocol.decode(request, 'Get')).toThrow(AwsError);
  });
});

describe('the answer', () => {
  test('has status 200 with members and 204 without', () => {
    expect(protocol.encode('Get', { A: 1 }, 'id')).toMatchObject({ status: 200, body: '{"A":1}' });
    expect(protocol.encode('Get', undefined, 'id')).toMatchObject({ status: 204, body: '' });
  });

  test('is what a RawResult says', () => {
    const raw = new RawResult(202, Buffer.from('x'), { 'X-Amz-Function-Error': 'Unhandled' });
    expect(protocol.encode('Invoke', raw, 'id')).toEqual({
      status: 202,
      headers: { 'content-type': 'application/json', 'X-Amz-Function-Error': 'Unhandled' },
      body: Buffer.from('x'),
    });
  });

  test('of an error has type header and Type, and the message under the key that the error wants', () => {
    const options = { status: 404, messageKey: 'Message', members: { Reason: 'r' } } as const;
    const answer = protocol.encodeError(new AwsError('Gone', 'no', options), 'id');
    expect(answer.headers['x-amzn-ErrorType']).toBe('Gone');
    expect(answer.body).toBe('{"Type":"User","Message":"no","Reason":"r"}');
  });
});

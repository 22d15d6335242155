import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createFunction } from '../../testing/sandbox/lambda.ts';
import { sendRaw, signedByHand } from '../../testing/sandbox/raw-requests.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

let lab: TestSandbox;
beforeAll(async () => {
  lab = await sandboxForTest();
  await createFunction(lab, 'export const handler = async () => 1;');
});
afterAll(() => lab.close());

const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
const json = { 'content-type': 'application/x-amz-json-1.1' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const [megabyte, deep, wide] = [1024 * 1024, '[', '[],'];
const functions = '/2015-03-31/functions';

const requests: readonly {
  readonly what: string;
  readonly service: string;
  readonly headers: Record<string, string>;
  readonly path?: string;
  readonly body: string;
  readonly answer: RegExp;
}[] = [
  ...[deep, wide].flatMap((piece) => {
    const value = piece.repeat((7 * megabyte) / piece.length);
    const body = `{"QueueName":${piece === deep ? value : `[${value}1]`}}`;
    const why = piece === deep ? /nested too deeply/ : /made of too many values/;
    const what = piece === deep ? 'deep' : 'wide';
    return [
      {
        what: `a ${what} SQS request`,
        service: 'sqs',
        headers: { ...json, 'x-amz-target': 'AmazonSQS.CreateQueue' },
        body,
        answer: why,
      },
      {
        what: `a ${what} Logs request`,
        service: 'logs',
        headers: { ...json, 'x-amz-target': 'Logs_20140328.CreateLogGroup' },
        body,
        answer: why,
      },
      {
        what: `a ${what} Lambda request`,
        service: 'lambda',
        headers: json,
        path: functions,
        body,
        answer: why,
      },
      {
        what: `a ${what} payload of a function`,
        service: 'lambda',
        headers: json,
        path: `${functions}/worker/invocations`,
        body: body.slice(0, 5 * megabyte),
        answer: why,
      },
    ];
  }),
  ...['iam', 'sts'].map((service) => ({
    what: `a form for ${service} of many parameters`,
    service,
    headers: form,
    body: 'Action=GetCallerIdentity&Version=2011-06-15'.padEnd(1.5 * megabyte, '&a=b'),
    answer: /too many parameters/,
  })),
];

test.each(requests)(
  '$what is refused before it is parsed',
  async ({ service, headers, path, body, answer }) => {
    const credentials = lab.sandbox.issueUser('admin', JSON.stringify(allowAll));
    const request = signedByHand(lab.endpoint, {
      service,
      credentials,
      headers,
      body,
      ...(path === undefined ? {} : { path }),
    });
    const parse = vi.spyOn(JSON, 'parse');
    const parameters = vi.spyOn(URLSearchParams.prototype, 'get');
    const { status, body: said } = await sendRaw(lab.endpoint, request).finally(() => {
      expect(
        parse.mock.calls.map(([text]) => text.length).filter((size) => size > megabyte),
      ).toEqual([]);
      expect(
        parameters.mock.contexts.filter((all) => (all as URLSearchParams).size > 20_000),
      ).toEqual([]);
      parse.mockRestore();
      parameters.mockRestore();
    });
    expect(status).toBe(400);
    expect(said).toMatch(answer);
  },
);

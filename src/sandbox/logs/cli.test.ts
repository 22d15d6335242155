import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

/** The real AWS CLI v2, where there is one. */
const cli = process.env['LAB_AWS_CLI'] ?? '';
const group = '/aws/lambda/worker';
const stream = '2026/11/23/[$LATEST]0123';

async function labWithGroup(): Promise<TestSandbox> {
  const lab = await sandboxForTest();
  await lab.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  await lab.logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }));
  return lab;
}

async function put(lab: TestSandbox, message: string): Promise<void> {
  const logEvents = [{ timestamp: lab.clock.now(), message }];
  await lab.logs.send(
    new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents }),
  );
}

function environment(lab: TestSandbox) {
  const policy = {
    Version: '2012-10-17',
    // What `aws logs tail` needs, and nothing else.
    Statement: [{ Effect: 'Allow', Action: 'logs:FilterLogEvents', Resource: '*' }],
  };
  const { accessKeyId, secretAccessKey } = lab.sandbox.issueUser('tail', JSON.stringify(policy));
  return {
    HOME: '/nowhere',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: lab.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
}

test.skipIf(cli === '')('aws logs tail prints time, stream and message', async () => {
  await using lab = await labWithGroup();
  await put(lab, 'START RequestId: 1\n');
  const env = environment(lab);
  const { stdout } = await promisify(execFile)(cli, ['logs', 'tail', group], { env });
  expect(stdout).toMatch(
    /^\d{4}-\d\d-\d\dT\S+ 2026\/11\/23\/\[\$LATEST\]0123 START RequestId: 1\n/,
  );
});

test.skipIf(cli === '')(
  'aws logs tail --follow goes on with what comes later, without repeating itself',
  async () => {
    await using lab = await labWithGroup();
    await put(lab, 'first\n');
    const child = spawn(cli, ['logs', 'tail', group, '--follow', '--format', 'short', '--debug'], {
      env: environment(lab),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = text(child.stdout);
    // Into a pipe the CLI prints at its end only, but its debug output shows each answer at once.
    const answers: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      if (!line.startsWith('b\'{"events":')) continue;
      answers.push(line);
      if (answers.length === 1) await put(lab, 'second\n');
      if (answers.length === 3) child.kill('SIGINT');
    }
    const lines = (await printed).split('\n').filter((line) => line.trim() !== '');
    expect(lines.map((line) => line.split(' ').slice(1).join(' '))).toEqual(['first', 'second']);
  },
);

test.skipIf(cli === '')('aws logs tail of a group that is missing ends with 254', async () => {
  await using lab = await sandboxForTest();
  const env = environment(lab);
  await expect(promisify(execFile)(cli, ['logs', 'tail', group], { env })).rejects.toMatchObject({
    code: 254,
    stderr: expect.stringContaining(
      'An error occurred (ResourceNotFoundException) when calling the FilterLogEvents operation: The specified log group does not exist.',
    ),
  });
});

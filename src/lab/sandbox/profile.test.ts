import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import { sandboxProfile } from '../session.ts';
import { temporaryFolder } from '../../testing/lab/checkout.ts';

/** The real AWS CLI v2, where there is one. */
const cli = process.env['LAB_AWS_CLI'] ?? '';
const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

test.skipIf(cli === '')(
  'with the profile of the sandbox, live tail is said to be not in the sandbox, not a fault of the network',
  async () => {
    await using lab = await sandboxForTest();
    await using folder = await temporaryFolder();
    const { accessKeyId, secretAccessKey } = lab.sandbox.issueUser(
      'tail',
      JSON.stringify(allowAll),
    );
    const config = join(folder.path, 'config');
    await writeFile(config, sandboxProfile('lab-dev', 'us-east-1', lab.endpoint));
    const group = 'arn:aws:logs:us-east-1:111122223333:log-group:x';
    const command = ['logs', 'start-live-tail', '--log-group-identifiers', group];
    const env = {
      HOME: folder.path,
      AWS_CONFIG_FILE: config,
      AWS_PROFILE: 'lab-dev',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    const { stderr } = await promisify(execFile)(cli, [...command, '--mode', 'print-only'], {
      env,
    }).catch((error: { stderr: string }) => error);
    expect(stderr).toContain('StartLiveTail is not in the sandbox');
  },
);

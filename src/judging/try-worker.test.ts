import { spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { isRunning } from '../testing/sandbox/lambda.ts';
import { sandboxForTest } from '../testing/sandbox/sandbox-for-test.ts';
import { allowedWays, thief } from '../testing/sandbox/thief.ts';
import { namesOf, root } from '../lab/settings.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { rightAnswer, tryWorker } from './try-worker.ts';
import type { Trial } from './try-worker.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

async function tried(source: string, trial: Partial<Trial> = {}) {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'handler.ts'), source);
  await symlink(join(root, 'node_modules'), join(folder.path, 'node_modules'), 'junction');
  return await tryWorker({ lab: anyLab, checkout: folder.path, file: 'handler.ts', ...trial });
}

test('the worker of the lab names the poison and prints nothing that we would take for an answer', async () => {
  expect(await tryWorker({ lab: anyLab, checkout: root, file: 'src/handlers/worker.ts' })).toEqual({
    answer: rightAnswer,
  });
});

test.each([
  [
    'throws',
    'export const handler = async () => { throw new TypeError("no"); };',
    'it throws: TypeError: no',
  ],
  [
    'has a syntax error',
    'export const handler = async () => {',
    'it cannot be bundled: Unexpected end of file (handler.ts:1)',
  ],
  [
    'imports what is not there',
    'import "./missing.ts"; export const handler = 1;',
    'it cannot be bundled: Could not resolve "./missing.ts" (handler.ts:1)',
  ],
  [
    'fails while it is loaded',
    'throw new Error("at once"); export const handler = 1;',
    'it cannot be loaded: Error: at once',
  ],
  ['exports nothing', 'export const other = 1;', 'it exports no function named handler'],
  [
    'takes a callback',
    'export const handler = (e: any, c: any, cb: any) => cb(null, {});',
    'it takes a callback, which nodejs24.x refuses',
  ],
  [
    'ends the process',
    'export const handler = async () => process.exit(0);',
    'it ended its process before it answered',
  ],
  [
    'waits for a promise that nothing settles',
    'export const handler = () => new Promise(() => {});',
    'it ended its process before it answered',
  ],
  [
    'answers more than 6 MB',
    'export const handler = async () => "x".repeat(7_000_000);',
    'Lambda does not accept its answer: Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  ],
])('a handler that %s is told as an error', async (_, source, error) => {
  expect(await tried(source)).toEqual({ error });
});

const loop = 'export const handler = async () => { for (;;); };';

test.each([
  ['loops', loop],
  [
    'waits too long',
    'export const handler = () => new Promise((resolve) => setTimeout(resolve, 3_600_000));',
  ],
])('a handler that %s is given up after its time', async (_, source) => {
  expect(await tried(source, { limitSeconds: 1 })).toEqual({
    error: 'it did not answer within 1 s',
  });
});

test.skipIf(process.platform !== 'linux')(
  'a handler that takes all memory ends its trial, not the machine',
  async () => {
    const source = `const kept: Buffer[] = [];
      export const handler = async () => {
        for (;;) {
          kept.push(Buffer.alloc(4_000_000, 1));
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };`;
    expect(await tried(source)).toEqual({
      error: 'it ended its process before it answered (signal: killed)',
    });
  },
);

test.skipIf(process.platform === 'win32')(
  'a trial ends with the process that began it, also when that is killed',
  async () => {
    await using folder = await temporaryFolder();
    const heard = Promise.withResolvers<number>();
    const server = createServer((request, response) => {
      heard.resolve(Number(request.url?.slice(1)));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const source = `export const handler = async () => {
      await fetch('http://127.0.0.1:${port}/' + process.pid);
      for (;;);
    };`;
    await writeFile(join(folder.path, 'handler.ts'), source);
    const module = pathToFileURL(join(root, 'src', 'judging', 'try-worker.ts')).href;
    const trial = {
      lab: namesOf(''),
      checkout: folder.path,
      file: 'handler.ts',
      limitSeconds: 3600,
    };
    const program = `const { tryWorker } = await import('${module}'); await tryWorker(${JSON.stringify(trial)});`;
    const args = ['--input-type=module', '--eval', program];
    const trying = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    const worker = await heard.promise;
    expect(isRunning(worker)).toBe(true);
    trying.kill('SIGKILL');
    await expect.poll(() => isRunning(worker)).toBe(false);
    server.close();
  },
);

test('a handler that got no time of the machine is not judged', async () => {
  // As on a machine that is busy with other things all the time.
  let waited = 0;
  const clocks = { now: () => performance.now(), waitedForCpuMs: () => (waited += 1_000) };
  expect(await tried(loop, { limitSeconds: 0.1, clocks })).toMatchObject({
    unclear: 'machine too busy',
  });
});

test('a handler that returns nothing has answered nothing', async () => {
  expect(await tried('export const handler = async () => {};')).toEqual({ answer: null });
});

test.skipIf(process.platform === 'win32')(
  'the process that tries a worker cannot be debugged by a signal of it',
  async () => {
    await using folder = await temporaryFolder();
    const server = createServer((request, response) => {
      if (request.url === '/1') trying.kill('SIGUSR1');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const source = `export const handler = async () => {
      for (let call = 1; call < 20; call += 1) await fetch('http://127.0.0.1:${port}/' + call);
    };`;
    await writeFile(join(folder.path, 'handler.ts'), source);
    const module = pathToFileURL(join(root, 'src', 'judging', 'try-worker.ts')).href;
    const trial = { lab: namesOf(''), checkout: folder.path, file: 'handler.ts' };
    const program = `const { tryWorker } = await import('${module}');
      const { url } = await import('node:inspector');
      const tried = await tryWorker(${JSON.stringify(trial)});
      console.log(JSON.stringify({ tried, debugger: String(url()) }));`;
    const args = ['--inspect-port=0', '--input-type=module', '--eval', program];
    const trying = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(JSON.parse(await text(trying.stdout))).toEqual({
      tried: { answer: null },
      debugger: 'undefined',
    });
    server.close();
  },
);

test('a worker finds records as SQS sends them', async () => {
  const source = `export const handler = async ({ Records }) => {
    const [first] = Records;
    return [first.eventSourceARN.split(':').length, first.awsRegion, Object.keys(first).length];
  };`;
  expect(await tried(source, { region: 'eu-central-1' })).toEqual({
    answer: [6, 'eu-central-1', 9],
  });
});

describe('a worker that looks for the secrets of the learner', () => {
  test('finds none: it sees neither their environment nor their files', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'credentials');
    await writeFile(file, 'canary-in-a-file');
    process.env['AWS_SECRET_ACCESS_KEY'] = 'canary-in-the-environment';
    const source = thief
      .replace('pid = process.ppid', `pid = ${process.pid}`)
      .replace(/file = [^,]*/, `file = ${JSON.stringify(file)}`);
    const found = await tried(source).finally(() => delete process.env['AWS_SECRET_ACCESS_KEY']);
    expect(JSON.stringify(found)).not.toContain('canary');
    const { stolen } = (found as { answer: { stolen: Record<string, string> } }).answer;
    const given = Object.entries(stolen).filter(
      ([, what]) => !/^(E[A-Z]+|ERR_\w+|MODULE_NOT_FOUND)$/.test(what),
    );
    expect(given.map(([way]) => way)).toEqual(allowedWays);
  });

  test.each([
    ['as text', 'text'],
    ['as bytes', 'bytes'],
  ])('cannot have a file outside of the checkout bundled %s', async (_, type) => {
    await using outside = await temporaryFolder();
    const file = join(outside.path, 'environ');
    await writeFile(file, 'canary');
    const source = `import stolen from ${JSON.stringify(file)} with { type: '${type}' };
      export const handler = async () => String(stolen);`;
    expect(await tried(source)).toEqual({
      error: expect.stringMatching(
        /^it cannot be bundled: .*environ is not a file of the checkout/,
      ),
    });
  });

  test.each(['.git/config', '.lab/aws/credentials', '.env.local', '.npmrc', 'src/.secret/key.txt'])(
    'cannot have %s of the checkout bundled',
    async (name) => {
      await using own = await temporaryFolder();
      await mkdir(dirname(join(own.path, name)), { recursive: true });
      await writeFile(join(own.path, name), 'canary');
      const source = `import stolen from './${name}' with { type: 'text' };
        export const handler = async () => String(stolen);`;
      await writeFile(join(own.path, 'handler.ts'), source);
      expect(await tryWorker({ lab: anyLab, checkout: own.path, file: 'handler.ts' })).toEqual({
        error: expect.stringMatching(
          /^it cannot be bundled: \S+ is hidden \(a "\." begins its name or that of its folder\) and may hold credentials: it is never part of the zip/,
        ),
      });
    },
  );

  test.skipIf(process.platform === 'win32')(
    'cannot have it bundled through a link either, but may import its own text',
    async () => {
      await using outside = await temporaryFolder();
      await using own = await temporaryFolder();
      await writeFile(join(outside.path, 'secret.json'), '{"secret":"canary"}');
      await symlink(join(outside.path, 'secret.json'), join(own.path, 'link.json'));
      await mkdir(join(own.path, 'texts'));
      await writeFile(join(own.path, 'texts', 'own.txt'), 'own text');
      const answer = async (file: string) => {
        const source = `import text from './${file}'; export const handler = async () => text;`;
        await writeFile(join(own.path, 'handler.ts'), source);
        return await tryWorker({ lab: anyLab, checkout: own.path, file: 'handler.ts' });
      };
      expect(await answer('link.json')).toMatchObject({
        error: expect.stringContaining('is not a file of the checkout'),
      });
      expect(await answer('texts/own.txt')).toEqual({ answer: 'own text' });
    },
  );
});

describe('a worker that calls AWS', () => {
  const source = (queueUrl: string) => `
    import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
    const client = new SQSClient({ useQueueUrlAsEndpoint: false });
    export const handler = async ({ Records }) => {
      const batchItemFailures = [];
      for (const { body, messageId } of Records) {
        try {
          if (body.includes('FAIL')) throw new Error(body);
          await client.send(new SendMessageCommand({ QueueUrl: '${queueUrl}', MessageBody: body }));
        } catch (error) {
          batchItemFailures.push({ itemIdentifier: messageId });
        }
      }
      return { batchItemFailures };
    };`;

  test('reaches the sandbox, with the keys of a user of the sandbox', async () => {
    await using lab = await sandboxForTest();
    const { QueueUrl = '' } = await lab.sqs.send(new CreateQueueCommand({ QueueName: 'results' }));
    const keys = lab.sandbox.issueUser('learner', JSON.stringify(mayDoAll));
    const trial = { region: 'eu-central-1', sandbox: { endpoint: lab.endpoint, ...keys } };
    expect(await tried(source(QueueUrl), trial)).toEqual({ answer: rightAnswer });
    const received = await lab.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(received.Messages?.map(({ Body }) => Body)).toEqual(['hello']);
  });

  test('reaches nothing elsewhere, and is not called wrong for that', async () => {
    expect(await tried(source('https://sqs.eu-central-1.amazonaws.com/1/q'))).toEqual({
      unclear: 'needs AWS',
      reason: 'the worker calls AWS (AmazonSQS.SendMessage), but the check runs it without AWS',
    });
  });
});

const mayDoAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { LabClock } from '../../clock.ts';
import { sandboxForTest } from '../../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../../testing/sandbox/sandbox-for-test.ts';
import { allowedWays, thief } from '../../../testing/sandbox/thief.ts';
import { createFunction, createRole, invoke, monday } from '../../../testing/sandbox/lambda.ts';
import { nodeOptionFlags, refusedNodeOption } from './confinement.ts';

const canary = 'canary-4f1d9c';

describe('a function that looks for the secrets of whoever started the sandbox', () => {
  let home: string;
  let stolen: Record<string, string>;

  /** What a Node.js process prints whose environment and home hold the canary. */
  const printedWithSecrets = async (...args: string[]) => {
    const child = spawn(process.execPath, args, {
      env: {
        PATH: process.env['PATH'],
        SystemRoot: process.env['SystemRoot'],
        HOME: home,
        AWS_SECRET_ACCESS_KEY: canary,
        AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(await text(child.stdout)) as { stolen: Record<string, string> };
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'thief-home-'));
    await writeFile(join(home, 'credentials'), `AWS_SECRET_ACCESS_KEY=${canary}\n`);
    await writeFile(join(home, 'thief.mjs'), thief);
    const fixture = fileURLToPath(new URL('thief.fixture.ts', import.meta.url));
    ({ stolen } = await printedWithSecrets(fixture));
  });
  afterAll(() => rm(home, { recursive: true }));

  test('would get them where nothing is confined', async () => {
    const only = ['credentials file', 'credentials file in a stream', 'credentials file as a blob'];
    if (process.platform === 'linux')
      only.push('environment of a process', 'up from the code', 'every process', 'a command');
    const program = `const { handler } = await import(${JSON.stringify(pathToFileURL(join(home, 'thief.mjs')).href)});
      const file = process.env.AWS_SHARED_CREDENTIALS_FILE;
      const only = ${JSON.stringify(only)};
      console.log(JSON.stringify(await handler({ pid: process.pid, file, only })));`;
    const unconfined = await printedWithSecrets('--input-type=module', '--eval', program);
    const got = Object.entries(unconfined.stolen).filter(([, what]) => what.includes(canary));
    expect(got.map(([way]) => way).toSorted()).toEqual(only.toSorted());
  });

  test('gets none of them, whatever it tries', () => {
    expect(JSON.stringify(stolen)).not.toContain(canary);
    expect(Object.keys(stolen).length).toBeGreaterThan(30);
  });

  test('is refused each way that leads out of its environment', () => {
    const given = Object.entries(stolen).filter(
      ([, what]) => !/^(E[A-Z]+|ERR_\w+|MODULE_NOT_FOUND)$/.test(what),
    );
    expect(given.map(([way]) => way)).toEqual(allowedWays);
  });
});

describe('the folders of a function', () => {
  let lab: TestSandbox;
  let Role: string;
  beforeAll(async () => {
    lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday, skipping: false }) });
    Role = await createRole(lab);
  });
  afterAll(() => lab.close());

  const answerOf = async (FunctionName: string, body: string, event: unknown = {}) => {
    const code = `import fs, { existsSync, readFileSync, writeFileSync } from 'node:fs';
      import * as promises from 'node:fs/promises';
      const tried = async (work) => { try { return await work(); } catch (error) {
        return { code: error.code, syscall: error.syscall, message: error.message };
      } };
      export const handler = async (event) => { ${body} };`;
    await createFunction(lab, code, { Role, FunctionName, Timeout: 60 });
    return (await invoke(lab, event, FunctionName)).payload;
  };

  test('the code is read-only: EROFS, whatever call would change it', async () => {
    const answer = await answerOf(
      'changes-itself',
      `const file = process.env.LAMBDA_TASK_ROOT + '/index.mjs';
       const ways = [
         () => writeFileSync(file, 'x'),
         () => promises.writeFile(file, 'x'),
         () => new Promise((resolve, reject) => fs.writeFile(file, 'x', (e) => (e ? reject(e) : resolve()))),
         () => new Promise((resolve, reject) => fs.createWriteStream(file).on('error', reject).on('open', resolve)),
         () => fs.appendFileSync('/var/task/index.mjs', 'x'),
         () => fs.rmSync(file),
         () => fs.renameSync(file, '/tmp/index.mjs'),
         () => fs.mkdirSync('/var/task/new'),
         () => fs.chmodSync(file, 0o777),
         () => fs.truncateSync(file),
       ];
       const answers = [];
       for (const way of ways) answers.push((await tried(way))?.code ?? 'done');
       return { answers, first: await tried(ways[0]), whole: readFileSync(file, 'utf8').length > 100 };`,
    );
    expect(answer).toEqual({
      answers: Array.from({ length: 10 }, () => 'EROFS'),
      first: {
        code: 'EROFS',
        syscall: 'open',
        message: expect.stringMatching(/^EROFS: read-only file system, open '.*index\.mjs'$/),
      },
      whole: true,
    });
  });

  test('/tmp is the own one of each environment, under that name and as TMPDIR', async () => {
    const body = `
      const before = existsSync('/tmp/mark') && readFileSync('/tmp/mark', 'utf8');
      writeFileSync('/tmp/mark', event.name);
      await new Promise((resolve) => setTimeout(resolve, event.ms));
      return { before, now: readFileSync(process.env.TMPDIR + '/mark', 'utf8'), list: fs.readdirSync('/tmp') };`;
    expect(await answerOf('has-tmp', body, { name: 'first', ms: 0 })).toEqual({
      before: false,
      now: 'first',
      list: ['mark'],
    });
    const both = await Promise.all(
      ['second', 'third'].map((name) => invoke(lab, { name, ms: 500 }, 'has-tmp')),
    );
    const seen = both.map(({ payload }) => payload as { before: false | string; now: string });
    expect(seen.map(({ now }) => now)).toEqual(['second', 'third']);
    // One of the two environments is the warm one.
    expect(new Set(seen.map(({ before }) => before))).toEqual(new Set([false, 'first']));
  });

  test('what is not its own is not there, or not to be read: EACCES', async () => {
    const answer = await answerOf(
      'looks-around',
      `return { there: existsSync('/etc/passwd'), read: await tried(() => promises.readFile('/etc/passwd')),
         missing: (await tried(() => readFileSync('/tmp/nothing'))).code,
         stat: (await tried(() => fs.statSync('/etc'))).code,
         write: (await tried(() => writeFileSync('/etc/own', 'x'))).code };`,
    );
    expect(answer).toEqual({
      there: false,
      read: {
        code: 'EACCES',
        syscall: 'open',
        message:
          "EACCES: permission denied, open '/etc/passwd' (in the sandbox a function sees its own code and /tmp only)",
      },
      missing: 'ENOENT',
      stat: 'EACCES',
      write: 'EROFS',
    });
  });

  test.skipIf(process.platform === 'win32')(
    'a file that only its owner may read is not readable at run time: EACCES',
    async () => {
      const zip = new ZipFile();
      const code = `import { readFileSync } from 'node:fs';
        import { open, readFile } from 'node:fs/promises';
        const tried = async (work) => { try { return await work(); } catch (error) { return error.code; } };
        // A location that is another one once its path has been looked at.
        const changing = (first, then) => {
          const url = new URL(first, import.meta.url);
          let count = 0;
          const pathname = { get: () => new URL(count++ === 0 ? first : then, import.meta.url).pathname };
          return Object.defineProperty(url, 'pathname', pathname);
        };
        export const handler = async () => [
          await tried(() => readFileSync(process.env.LAMBDA_TASK_ROOT + '/secret.txt', 'utf8')),
          await tried(() => readFile('/var/task/secret.txt', 'utf8')),
          await tried(async () => { await using file = await open('/var/task/secret.txt'); return 1; }),
          await tried(() => import('./secret.mjs')),
          await tried(() => readFileSync(changing('public.txt', 'secret.txt'), 'utf8')),
          await tried(() => readFileSync('/var/task/public.txt', 'utf8')),
        ];`;
      zip.addBuffer(Buffer.from(code), 'index.mjs');
      zip.addBuffer(Buffer.from('x'), 'secret.txt', { mode: 0o100600 });
      zip.addBuffer(Buffer.from('export {}'), 'secret.mjs', { mode: 0o100600 });
      zip.addBuffer(Buffer.from('public'), 'public.txt', { mode: 0o100644 });
      zip.end();
      const content = await buffer(zip.outputStream);
      await createFunction(lab, '', { Role, FunctionName: 'modes', Code: { ZipFile: content } });
      const { payload } = await invoke(lab, {}, 'modes');
      expect(payload).toEqual(['EACCES', 'EACCES', 'EACCES', 'EACCES', 'public', 'public']);
    },
  );

  test.skipIf(process.platform === 'win32')(
    'a handler that only its owner may read fails the init: EACCES',
    async () => {
      const zip = new ZipFile();
      zip.addBuffer(Buffer.from(''), 'index.mjs', { mode: 0o100600 });
      zip.end();
      const content = await buffer(zip.outputStream);
      await createFunction(lab, '', { Role, FunctionName: 'mode', Code: { ZipFile: content } });
      expect((await invoke(lab, {}, 'mode')).payload).toMatchObject({
        errorType: 'Error',
        errorMessage: "EACCES: permission denied, open '/var/task/index.mjs'",
      });
    },
  );

  test('a function may signal itself, and serve and call over the network', async () => {
    const answer = await answerOf(
      'calls-itself',
      `const http = await import('node:http');
       const server = http.createServer((_, response) => response.end('served'));
       await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
       const answered = await (await fetch('http://127.0.0.1:' + server.address().port)).text();
       server.close();
       return { answered, alive: process.kill(process.pid, 0) };`,
    );
    expect(answer).toEqual({ answered: 'served', alive: true });
  });
});

test('what a function is told of its user does not come from whoever runs the sandbox', async () => {
  await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
  const code = `import { homedir, userInfo } from 'node:os';
    export const handler = async () => [homedir(), userInfo(), String(userInfo({ encoding: 'buffer' }).homedir)];`;
  await createFunction(lab, code);
  const [username, homedir] = ['sbx_user1051', '/home/sbx_user1051'];
  expect((await invoke(lab)).payload).toEqual([
    homedir,
    { uid: 993, gid: 990, username, homedir, shell: '/sbin/nologin' },
    homedir,
  ]);
});

describe('NODE_OPTIONS', () => {
  test.each([
    '--allow-fs-read=*',
    '"--allow-fs-read=*"',
    '--allow_fs_read=*',
    '--experimental-require-module --allow-child-process',
    '--no-permission',
    '--permission-audit',
    '--require=/tmp/code.cjs',
    '--import ./code.mjs',
    '--redirect-warnings=/etc/file',
    '--enable-source-maps\t--allow-worker',
    '--stack-trace-limit=10,--allow-worker',
  ])('%s is not taken', (options) => {
    expect(refusedNodeOption(options)).toBeDefined();
    expect(nodeOptionFlags(options).join(' ')).not.toMatch(
      /allow|permission|import |require=|redirect/,
    );
  });

  test('of nodejs22.x can switch on the require() of ES modules', async () => {
    await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
    const files = {
      'index.js': "exports.handler = async () => require('./other.mjs').value;",
      'other.mjs': "export const value = 'required';",
    };
    const Runtime = 'nodejs22.x';
    await createFunction(lab, files, { Runtime });
    expect((await invoke(lab)).payload).toMatchObject({ errorType: 'Error' });
    const Variables = { NODE_OPTIONS: '--experimental-require-module' };
    await createFunction(lab, files, { Runtime, FunctionName: 'on', Environment: { Variables } });
    expect((await invoke(lab, {}, 'on')).payload).toBe('required');
  });

  test('that the sandbox does not take are refused at creation, by name', async () => {
    await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
    const Variables = { NODE_OPTIONS: '--enable-source-maps --import=./x.mjs' };
    await expect(createFunction(lab, '', { Environment: { Variables } })).rejects.toThrow(
      'NODE_OPTIONS with --import=./x.mjs is not in the sandbox',
    );
  });
});

test.skipIf(process.platform !== 'linux')(
  'variables of the function are set only once it is confined: LD_PRELOAD loads nothing',
  async () => {
    await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
    const { readFile } = await import('node:fs/promises');
    const code =
      'export const handler = async () => ({ pid: process.pid, value: process.env.LD_PRELOAD });';
    const Variables = { LD_PRELOAD: '/var/task/own.so' };
    await createFunction(lab, code, { Environment: { Variables } });
    const { pid, value } = (await invoke(lab)).payload as { pid: number; value: string };
    expect(value).toBe('/var/task/own.so');
    const atStart = await readFile(`/proc/${pid}/environ`, 'utf8');
    expect(atStart).toContain('LAMBDA_TASK_ROOT=');
    expect(atStart).not.toContain('LD_PRELOAD');
  },
);

test('response streaming is said to be not in the sandbox', async () => {
  await using lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
  await createFunction(lab, 'export const handler = awslambda.streamifyResponse(async () => {});');
  expect((await invoke(lab)).payload).toMatchObject({
    errorType: 'Sandbox.NotInSandbox',
    errorMessage:
      'awslambda.streamifyResponse is not in the sandbox: a handler answers with the value that it returns.',
  });
});

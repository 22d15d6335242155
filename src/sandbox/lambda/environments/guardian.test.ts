import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isRunning } from '../../../testing/sandbox/lambda.ts';

const child = fileURLToPath(new URL('kill-nine.fixture.ts', import.meta.url));

test.skipIf(process.platform === 'win32')(
  'kill -9 of the sandbox leaves no runtime process, running or frozen, and no folder',
  async () => {
    const sandbox = spawn(process.execPath, [child], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output = new Promise<string>((resolve, reject) => {
      let text = '';
      sandbox.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('\n')) resolve(text);
      });
      sandbox.on('exit', () => reject(new Error(`The sandbox ended: ${text}`)));
    });
    const { idle, busy, folder } = JSON.parse(await output) as {
      idle: number;
      busy: number;
      folder: string;
    };
    expect([isRunning(idle), isRunning(busy), existsSync(folder)]).toEqual([true, true, true]);
    sandbox.removeAllListeners('exit');
    sandbox.kill('SIGKILL');
    await expect
      .poll(() => [isRunning(idle), isRunning(busy), existsSync(folder)])
      .toEqual([false, false, false]);
  },
);

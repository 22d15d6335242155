import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Checkout } from './checkout.ts';

const run = promisify(execFile);

/** Git without the settings of whoever runs the tests. */
async function git({ root }: Pick<Checkout, 'root'>, ...words: string[]): Promise<string> {
  const nobody = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const env = { ...nobody, PATH: process.env['PATH'] ?? '', HOME: root };
  return (await run('git', words, { cwd: root, env })).stdout;
}

/** Makes a checkout what a clone is: all that it has so far is in git. */
export async function commitAll(checkout: Pick<Checkout, 'root'>): Promise<void> {
  await git(checkout, 'init', '--quiet');
  await git(checkout, 'add', '--all');
  const who = ['-c', 'user.name=A Learner', '-c', 'user.email=learner@example.com'];
  await git(checkout, ...who, 'commit', '--quiet', '--message', 'As cloned');
}

/** The lines of `git status --porcelain`: ` M` changed, ` D` deleted, `??` new. */
export async function gitStatus(checkout: Pick<Checkout, 'root'>): Promise<string[]> {
  return (await git(checkout, 'status', '--porcelain')).split('\n').filter((line) => line !== '');
}

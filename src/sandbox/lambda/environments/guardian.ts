import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/**
 * A few lines of shell that outlive the sandbox: when its pipe to them closes, however the sandbox
 * ended, they end every process group they were told of and remove the folder of unpacked code.
 */
const script = `
groups=
while read -r verb group; do
  rest=
  for each in $groups; do [ "$each" = "$group" ] || rest="$rest $each"; done
  groups=$rest
  [ "$verb" = watch ] && groups="$groups $group"
done
for each in $groups; do kill -s KILL -- "-$each"; done
rm -rf -- "$1"
`;

export interface Guardian {
  /** `group` is the id of a child that leads a process group of its own. */
  watch(group: number): void;
  forget(group: number): void;
  close(): void;
}

/**
 * On Windows there is none: libuv keeps children in a job object that ends with their parent.
 * @param folder removed at the end
 */
export function startGuardian(folder: string): Guardian | undefined {
  if (process.platform === 'win32') return undefined;
  const shell: ChildProcess = spawn('/bin/sh', ['-c', script, 'sh', folder], {
    // A session of its own: Ctrl-C in the terminal is not for it.
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell the runtimes still end by themselves when they next wait for an invocation.
  shell.on('error', () => {});
  shell.stdin?.on('error', () => {});
  shell.unref();
  const tell = (line: string) => {
    if (shell.stdin?.writable === true) shell.stdin.write(`${line}\n`);
  };
  return {
    watch: (group) => tell(`watch ${group}`),
    forget: (group) => tell(`forget ${group}`),
    close: () => shell.stdin?.end(),
  };
}

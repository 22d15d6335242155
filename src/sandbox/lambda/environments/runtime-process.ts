import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { confinementFlags, nodeOptionFlags } from './confinement.ts';
import { BadFrameError, encodeFrame, FrameReader } from './frames.ts';
import type { Frame } from './frames.ts';
import type { Guardian } from './guardian.ts';
import { ignoreDebuggerSignal } from './no-debugger.ts';

const runtimeFolder = fileURLToPath(new URL('../runtime', import.meta.url));
const bootstrap = join(runtimeFolder, 'bootstrap.mjs');

/** After its end, a process's output must arrive within this time. */
const pipesOpenMs = 1000;

/** How a runtime process ended: `exit status 1` or `signal: killed`, as Lambda words it. */
export interface ProcessEnd {
  readonly reason: string | undefined;
}

export interface RuntimeProcessOptions {
  /** What Lambda itself sets. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The function's own. They are set once the process is confined: as variables of the process itself, some would
   * lift that (`LD_PRELOAD`, `NODE_OPTIONS`).
   */
  readonly variables: Readonly<Record<string, string>>;
  /** Read-only for the function. */
  readonly codeFolder: string;
  /** Its `/tmp`; must be there already. */
  readonly tempFolder: string;
  /** What the runtime adds to its own clock to get lab time. */
  readonly offsetMs: number;
  readonly memorySizeMb: number;
  readonly guardian: Guardian | undefined;
  /** Log events and raw output, in the order in which the runtime wrote them. */
  readonly onOutput: (text: string, time: number | undefined) => void;
}

/** One Node.js process with the runtime in it. */
export class RuntimeProcess {
  readonly #child: ChildProcess;
  readonly #toChild: Writable;
  readonly #onOutput: RuntimeProcessOptions['onOutput'];
  readonly #unread: Frame[] = [];
  readonly ended: Promise<ProcessEnd>;
  #deliver: ((frame: Frame | undefined) => void) | undefined;
  #alive = true;

  constructor(options: RuntimeProcessOptions) {
    ignoreDebuggerSignal();
    this.#onOutput = options.onOutput;
    this.#child = spawn(process.execPath, [...nodeFlags(options), bootstrap], {
      cwd: options.codeFolder,
      env: { ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      // Leads a process group, so that a timeout also ends what the function itself started.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#toChild = this.#child.stdio[3] as Writable;
    // Pipes of a process that just died: its end is reported by `ended`.
    for (const stream of this.#child.stdio) stream?.on('error', () => {});
    const { variables, codeFolder: taskRoot, tempFolder, offsetMs } = options;
    this.send({ variables, taskRoot, tempFolder, offsetMs });
    const reader = new FrameReader();
    const fromChild = this.#child.stdio[4] as Readable;
    fromChild.on('data', (chunk: Buffer) => {
      try {
        for (const frame of reader.read(chunk)) this.#accept(frame);
      } catch (error) {
        if (!(error instanceof BadFrameError)) throw error;
        // Nothing that comes after it can be understood.
        fromChild.destroy();
        this.kill();
      }
    });
    this.#readLines(this.#child.stdout);
    this.#readLines(this.#child.stderr);

    const { pid } = this.#child;
    if (pid !== undefined) options.guardian?.watch(pid);
    this.ended = new Promise((resolve) => {
      const end = (reason: string | undefined) => {
        this.#alive = false;
        this.#deliver?.(undefined);
        this.#deliver = undefined;
        if (pid !== undefined) options.guardian?.forget(pid);
        resolve({ reason });
      };
      this.#child.on('error', (error) => end(error.message));
      // `close` comes after the last output.
      this.#child.on('close', (code, signal) => end(endReason(code, signal)));
      // What the function started may hold the pipes open for ever.
      this.#child.on('exit', () => {
        this.kill();
        setTimeout(() => this.#closePipes(), pipesOpenMs).unref();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  send(meta: Frame['meta'], body?: Buffer): void {
    this.#toChild.write(encodeFrame(meta, body));
  }

  /**
   * The next frame that is no output; undefined when the process has ended. Whoever raced this against
   * `ended` would leave something behind there with each invocation.
   */
  next(): Promise<Frame | undefined> {
    const frame = this.#unread.shift();
    if (frame !== undefined || !this.#alive) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.#deliver = resolve;
    });
  }

  /** Ends the whole process group, at once. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child.kill('SIGKILL');
      else process.kill(-pid, 'SIGKILL');
    } catch {
      // Nobody of the group is left.
    }
  }

  /** For what left the process group and so survived it. */
  #closePipes(): void {
    for (const stream of this.#child.stdio) stream?.destroy();
  }

  #accept(frame: Frame): void {
    const time = typeof frame.meta['time'] === 'number' ? frame.meta['time'] : undefined;
    if (frame.meta['type'] === 'log') {
      this.#onOutput(frame.body.toString('utf8'), time);
    } else if (frame.meta['type'] === 'raw') {
      for (const line of linesOf(frame.body.toString('utf8'))) this.#onOutput(line, time);
    } else if (this.#deliver === undefined) {
      this.#unread.push(frame);
    } else {
      this.#deliver(frame);
      this.#deliver = undefined;
    }
  }

  /** Output past the runtime: of processes that the function started, or of Node.js when it dies. */
  #readLines(stream: Readable | null): void {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const end = (rest + text).lastIndexOf('\n') + 1;
      for (const line of linesOf((rest + text).slice(0, end))) this.#onOutput(line, undefined);
      rest = (rest + text).slice(end);
    });
    stream?.on('end', () => {
      for (const line of linesOf(rest)) this.#onOutput(line, undefined);
    });
  }
}

/** The shares are those of Lambda's own start script for Node.js. */
function nodeFlags(options: RuntimeProcessOptions): string[] {
  const { memorySizeMb, codeFolder, tempFolder, variables } = options;
  return [
    ...confinementFlags({
      // Beside the code lies the package.json at which the search for the nearest one ends.
      read: [runtimeFolder, codeFolder, join(dirname(codeFolder), 'package.json'), tempFolder],
      write: [tempFolder],
    }),
    `--max-old-space-size=${Math.floor(memorySizeMb * 0.9)}`,
    `--max-semi-space-size=${Math.max(1, Math.floor(memorySizeMb * 0.05))}`,
    // `.js` is CommonJS unless package.json says otherwise; with one of the two flags alone,
    // Node.js still runs or misreports ES module syntax in it.
    '--no-experimental-detect-module',
    '--no-experimental-require-module',
    // Last, so that they win: Lambda too removes its flag when NODE_OPTIONS has the opposite one.
    ...nodeOptionFlags(variables['NODE_OPTIONS']),
  ];
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

const signalNames: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGABRT: 'aborted',
  SIGILL: 'illegal instruction',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

function endReason(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  if (signal !== null) return `signal: ${signalNames[signal] ?? signal}`;
  return code === 0 || code === null ? undefined : `exit status ${code}`;
}

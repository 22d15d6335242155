import { appendFileSync } from 'node:fs';
import { LabError, reasonOf } from './errors.ts';

/** Time in which at least one of something was under way: overlapping ones count once. */
export class Stopwatch {
  milliseconds = 0;
  count = 0;
  #underWay = 0;
  #since = 0;

  async time<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay === 0) this.#since = performance.now();
    this.#underWay += 1;
    this.count += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.milliseconds += performance.now() - this.#since;
    }
  }
}

/** Inside commands (the AWS CLI, the scripts): what a person typing would wait for too. */
export const commandTime = new Stopwatch();

/** Pauses between two looks, while one of AWS's clocks runs. */
export const waitTime = new Stopwatch();

/**
 * With LAB_TRACE=FILE every command and every step leaves a line of JSON there, for `npm run bench`.
 * @throws LabError (exit code 2) when the file cannot be written
 */
export function trace(event: Readonly<Record<string, unknown>>): void {
  append(`${JSON.stringify(event)}\n`);
}

// Tried at once: a wrong name must not be told after the first command has built something.
append('');

function append(text: string): void {
  const file = process.env['LAB_TRACE'];
  if (file === undefined || file === '') return;
  try {
    appendFileSync(file, text);
  } catch (cause) {
    throw new LabError(`LAB_TRACE ${file} cannot be written: ${reasonOf(cause)}`, {
      hint: 'Name a file in a folder that is there, or leave LAB_TRACE out.',
      exitCode: 2,
      cause,
    });
  }
}

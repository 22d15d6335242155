import { appendFileSync } from 'node:fs';

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

/** With LAB_TRACE=FILE every command and every step leaves a line of JSON there, for `npm run bench`. */
export function trace(event: Readonly<Record<string, unknown>>): void {
  const file = process.env['LAB_TRACE'];
  if (file !== undefined && file !== '') appendFileSync(file, `${JSON.stringify(event)}\n`);
}

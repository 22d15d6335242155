import { closeSync, fdatasync, openSync } from 'node:fs';

/** `fs.fdatasync`, or what a test puts in its place. */
export type Fdatasync = (fd: number, done: (error: Error | null) => void) => void;

/**
 * Brings what was written to the write-ahead log to the disk, without keeping anybody waiting who does not ask: the
 * event loop reads the next requests meanwhile. One `fdatasync` serves all who ask while another one is under way.
 */
export class LogSync {
  readonly #file: string;
  readonly #fdatasync: Fdatasync;
  #fd: number | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** After one failure nobody knows any more what is on disk: there is no success after it. */
  #failure: unknown;
  #isClosed = false;

  constructor(file: string, sync: Fdatasync = fdatasync) {
    this.#file = file;
    this.#fdatasync = sync;
  }

  /** Resolves when everything that was written before this call is on disk. */
  sync(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return this.#next;
  }

  /** What was asked for last and is under way; undefined when all is on disk. */
  get pending(): Promise<void> | undefined {
    return this.#next ?? this.#running;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#running === undefined) this.#closeFile();
  }

  #start(): Promise<void> {
    this.#running = this.#flush().finally(() => {
      this.#running = undefined;
      if (this.#isClosed) this.#closeFile();
    });
    return this.#running;
  }

  async #flush(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    // SQLite closed its file, and synced it before.
    if (this.#isClosed) return;
    try {
      const fd = (this.#fd ??= openSync(this.#file, 'r+'));
      await new Promise<void>((resolve, reject) => {
        this.#fdatasync(fd, (error) => (error === null ? resolve() : reject(error)));
      });
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #closeFile(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

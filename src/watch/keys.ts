import { createInterface } from 'node:readline';
import type { ReadStream } from 'node:tty';

/** What a person at the terminal pressed. */
export type Press =
  | { readonly kind: 'key'; readonly key: string }
  /** More than one letter at once: a command, pasted into the wrong terminal. */
  | { readonly kind: 'pasted' }
  /** Ctrl-C, Ctrl-D, or nobody is there any more. */
  | { readonly kind: 'quit' };

/** Reads what a terminal in raw mode sends at once. */
export function pressesOf(chunk: string): Press[] {
  if (chunk.startsWith('\u001B')) return [{ kind: 'key', key: 'Esc' }];
  const keys = Array.from(chunk);
  if (keys.some((key) => key === '\u0003' || key === '\u0004') || chunk === 'q')
    return [{ kind: 'quit' }];
  if (new Set(keys).size > 1) return [{ kind: 'pasted' }];
  return keys.map((key) => ({ kind: 'key', key: key === '\r' || key === '\n' ? 'Enter' : key }));
}

/** Reads a line, as it is typed with `--manual`: its first letter, or Enter alone. */
export function pressOfLine(line: string): Press {
  const [word = ''] = line.trim().split(/\s+/);
  if (word === '') return { kind: 'key', key: 'Enter' };
  return line.trim().length > 1 && !commandWords.has(line.trim())
    ? { kind: 'pasted' }
    : { kind: 'key', key: word.slice(0, 1) };
}

/** Full words that count as their key, the first letter. */
const commandWords = new Set([
  'all',
  'back',
  'hint',
  'list',
  'next',
  'no',
  'quit',
  'reset',
  'solution',
  'yes',
]);

/** Listens until `stop()`, which restores the terminal. */
export interface Keyboard {
  stop(): void;
}

const ctrlZ = '\u001A';

/** In raw mode the terminal does not do this by itself. The whole job stops: npm, too. */
function suspend(input: ReadStream): void {
  if (process.platform === 'win32') return;
  input.setRawMode(false);
  process.kill(0, 'SIGTSTP');
}

/** @param parse what the terminal sends at once, as presses */
export function rawKeyboard(
  input: ReadStream,
  tell: (press: Press) => void,
  parse: (chunk: string) => readonly Press[] = pressesOf,
): Keyboard {
  const hear = (chunk: string) => {
    if (chunk === ctrlZ) return suspend(input);
    for (const press of parse(chunk)) tell(press);
  };
  const end = () => tell({ kind: 'quit' });
  const listen = () => {
    input.setRawMode(true);
    input.resume();
  };
  // After Ctrl-Z and `fg` the shell has set the terminal back.
  process.on('SIGCONT', listen);
  input.setEncoding('utf8').on('data', hear).once('end', end).once('error', end);
  listen();
  return {
    stop() {
      process.off('SIGCONT', listen);
      input.off('data', hear).off('end', end).off('error', end);
      if (!input.destroyed) input.setRawMode(false);
      input.pause();
    },
  };
}

/** @param parse a line, as presses */
export function lineKeyboard(
  input: ReadStream,
  tell: (press: Press) => void,
  parse: (line: string) => readonly Press[] = (line) => [pressOfLine(line)],
): Keyboard {
  const lines = createInterface({ input, terminal: false });
  lines.on('line', (line) => {
    for (const press of parse(line)) tell(press);
  });
  lines.once('close', () => tell({ kind: 'quit' }));
  return { stop: () => lines.close() };
}

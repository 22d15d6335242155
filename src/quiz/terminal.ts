/** The terminal of a quiz: lines go up, one line below them is rewritten, keys come in. */
import { lineKeyboard, rawKeyboard } from '../watch/keys.ts';
import type { Press } from '../watch/keys.ts';
import { mailbox } from '../watch/mailbox.ts';
import { createScreen } from '../watch/screen.ts';

export interface Terminal {
  /** How wide a text may be, in columns. */
  width(): number;
  print(lines: readonly string[]): void;
  /** The line below everything else: the next one takes its place. */
  rewrite(text: string): void;
  clear(): void;
  /** The next key, undefined when none came in time. */
  press(waitMs?: number): Promise<Press | undefined>;
  close(): void;
}

/** @param manual whole lines are read: a letter or several, then Enter */
export function openTerminal({ manual }: { readonly manual: boolean }): Terminal {
  const rewrites = process.stdout.isTTY && process.env['TERM'] !== 'dumb' && !manual;
  const screen = createScreen(process.stdout, { manual, rewrites });
  const inbox = mailbox<Press>();
  const tell = (press: Press) => inbox.put(press);
  const keyboard = manual
    ? lineKeyboard(process.stdin, tell, keysOfLine)
    : rawKeyboard(process.stdin, tell, keysOf);
  return {
    width: () => screen.view().width,
    print: (lines) => screen.print(lines),
    rewrite: (text) => screen.rewrite(text),
    clear: () => screen.clear(),
    press: (waitMs) => inbox.next(waitMs),
    close() {
      keyboard.stop();
      screen.close();
    },
  };
}

const arrows: Readonly<Record<string, string>> = { '\u001B[C': 'n', '\u001B[D': 'p' };

/** As many keys as fast fingers send at once; more is a text that was pasted. */
const mostAtOnce = 8;

/** What a terminal in raw mode sends at once: letters, Enter, arrows, Ctrl-C. */
export function keysOf(chunk: string): Press[] {
  if (chunk.startsWith('\u001B')) {
    const key = arrows[chunk];
    return key === undefined ? [] : [{ kind: 'key', key }];
  }
  const keys = Array.from(chunk);
  if (keys.length > mostAtOnce) return [{ kind: 'pasted' }];
  return keys.map((key) => keyOf(key));
}

/** A line that was typed: its letters, then Enter. A single command letter needs no Enter after it. */
export function keysOfLine(line: string): Press[] {
  const letters = Array.from(line.replaceAll(/[\s,]+/g, ''));
  if (letters.length > mostAtOnce) return [{ kind: 'pasted' }];
  const presses = letters.map((key) => keyOf(key));
  const isCommand = letters.length === 1 && /^[gnphq]$/i.test(letters[0] ?? '');
  return isCommand ? presses : [...presses, { kind: 'key', key: 'Enter' }];
}

function keyOf(key: string): Press {
  if (key === '\u0003' || key === '\u0004' || key.toLowerCase() === 'q') return { kind: 'quit' };
  return { kind: 'key', key: key === '\r' || key === '\n' ? 'Enter' : key.toLowerCase() };
}

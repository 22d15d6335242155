import type { WriteStream } from 'node:tty';
import { dim, printable, withOwnColours } from '../lab/terminal.ts';
import { clip, textWidth } from './fold.ts';
import type { View } from './lines.ts';

/** Appends lines, and keeps one line below them that is rewritten in place. */
export interface Screen {
  view(): View;
  print(lines: readonly string[]): void;
  /** The waiting line; the next one takes its place. */
  rewrite(text: string): void;
  /** Takes the waiting line away: somebody else is about to write. */
  clear(): void;
  /** Nothing is written any more. */
  close(): void;
}

const clearLine = '\r\u001B[2K';

/**
 * @param rewrites false: no cursor is moved, as in a pipe or with TERM=dumb; a waiting line is then
 * printed when more than its numbers have changed
 */
export function createScreen(
  output: WriteStream,
  { manual, rewrites }: { readonly manual: boolean; readonly rewrites: boolean },
): Screen {
  let shown = '';
  let closed = false;
  const take = () => (rewrites && shown !== '' ? clearLine : '');
  const drawn = () => {
    const room = (output.columns ?? 80) - 1;
    return rewrites && shown !== '' ? dim(clip(shown, room)) : '';
  };
  const clear = () => {
    output.write(take());
    if (rewrites) shown = '';
  };
  const resized = () => {
    if (!rewrites || shown === '') return;
    // A narrower terminal has broken the line: all of its rows go.
    const rows = Math.ceil(Math.min(shown.length, before - 1) / (output.columns ?? 80));
    before = output.columns ?? 80;
    output.write(`${clearLine}${'\u001B[1A\u001B[2K'.repeat(Math.max(rows - 1, 0))}${drawn()}`);
  };
  let before = output.columns ?? 80;
  output.on('resize', resized);
  return {
    view: () => ({ width: textWidth(output.columns), manual }),
    print(lines) {
      if (lines.length > 0 && !closed)
        output.write(`${take()}${withOwnColours(lines.join('\n'))}\n${drawn()}`);
    },
    rewrite(given) {
      if (closed) return;
      const text = printable(given);
      const last = shown;
      shown = text;
      if (rewrites) output.write(`${clearLine}${drawn()}`);
      else if (manual || withoutNumbers(last) !== withoutNumbers(text)) output.write(`${text}\n`);
    },
    clear,
    close() {
      clear();
      closed = true;
      output.off('resize', resized);
    },
  };
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+/g, '');
}

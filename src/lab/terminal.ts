import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';

/** Colours only where the terminal supports them (TTY, NO_COLOR, FORCE_COLOR): no meaning depends on them. */
export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);
export const green = (text: string) => styleText('green', text);
export const red = (text: string) => styleText('red', text);
export const yellow = (text: string) => styleText('yellow', text);
export const cyan = (text: string) => styleText('cyan', text);

/** Characters that act on a terminal instead of being seen: control characters, and those that change the writing direction. */
const acting = String.raw`[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]`;
const everyActing = new RegExp(acting, 'g');
/** The colours above begin and end with these. */
const ownColour = String.raw`\u001B\[(?:1|2|22|31|32|33|36|39)m`;
const ownColourOrActing = new RegExp(`${ownColour}|${acting}`, 'g');

const asSeen = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Text from outside (an error of the worker, a line of the log, a body, an answer of AWS) as it may be printed:
 * what would act on the terminal is written as JSON writes it, `\u001b`. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(everyActing, asSeen);
}

/** Everything printed passes here: of all control characters only our own colours get through. */
export function withOwnColours(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(ownColourOrActing, (found) => (found.length > 1 ? found : asSeen(found)));
}

/** Takes away what is rewritten in place at the moment. There is one terminal, so there is one of these. */
let takeRewrittenAway: (() => void) | undefined;

export function say(line = ''): void {
  takeRewrittenAway?.();
  process.stdout.write(`${withOwnColours(line)}\n`);
}

/** To stderr, for everything that is not the answer: warnings and announcements. */
export function complain(line: string): void {
  takeRewrittenAway?.();
  process.stderr.write(`${withOwnColours(line)}\n`);
}

export function indent(text: string, by = '  '): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : by + line))
    .join('\n');
}

/** How wide a text is printed: as the terminal is, at most 96 columns, and 96 where there is no terminal. */
export function lineWidth(columns = process.stdout.columns || 96): number {
  return Math.min(Math.max(columns, 30), 96);
}

/** A text that is rewritten in place, and goes at the end. */
export interface RewrittenText {
  show(text: string): void;
  end(): void;
}

/**
 * Below everything printed, on stderr: what is printed meanwhile takes its place until it is shown again. It takes as many rows as it needs: a row wider than the terminal could not be
 * rewritten.
 * @returns undefined where no cursor can be moved or nobody watches: in a pipe, in CI, with TERM=dumb, with NO_COLOR
 */
export function rewrittenText(
  output: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'> = process.stderr,
  { CI, TERM, NO_COLOR = '' }: NodeJS.ProcessEnv = process.env,
): RewrittenText | undefined {
  if (!output.isTTY || CI !== undefined || TERM === 'dumb' || NO_COLOR !== '') return undefined;
  let rows = 0;
  const erased = () => (rows === 0 ? '' : `\r\u001B[2K${'\u001B[1A\u001B[2K'.repeat(rows - 1)}`);
  const end = () => {
    output.write(erased());
    rows = 0;
    takeRewrittenAway = undefined;
  };
  return {
    show(text) {
      const lines = wrapped(printable(text), Math.max((output.columns || 80) - 5, 20), {
        cut: true,
      });
      output.write(erased() + lines.map((line) => `    ${line}`).join('\n'));
      rows = lines.length;
      takeRewrittenAway = end;
    },
    end,
  };
}

/** `Why    One sentence …`, wrapped under itself. */
export function labelled(label: string, text: string, width = lineWidth()): string {
  const start = label.padEnd(9);
  const lines = wrapped(text, width - start.length);
  return dim(start) + lines.join(`\n${' '.repeat(start.length)}`);
}

/**
 * Lines of whole words, none wider than this if its words allow it.
 * @param options `cut`: a word that is wider is cut up; otherwise it stays whole, so that it can be copied
 */
export function wrapped(text: string, width: number, { cut = false } = {}): string[] {
  return wrapAnsi(text.replaceAll(/\s+/g, ' ').trim(), width, { hard: cut }).split('\n');
}

/** A text of one line in a pipe, folded on a terminal. */
export function sayFolded(text: string): void {
  const width = process.stdout.isTTY ? lineWidth() : Infinity;
  for (const line of wrapped(text, width)) say(line);
}

/** What is said beside the matter: dim and indented, one line in a pipe, and folded on a terminal. */
export function sayAside(text: string): void {
  const width = process.stdout.isTTY ? lineWidth() - 4 : Infinity;
  for (const line of wrapped(text, width)) say(dim(`    ${line}`));
}

/** The first (or last) lines of a long answer; says how many are left out. */
export function trimmed(text: string, most = 14, part: 'first' | 'last' = 'first'): string {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= most) return lines.join('\n');
  const leftOut = lines.length - most;
  if (part === 'last') {
    return [dim(`... (${leftOut} earlier lines)`), ...lines.slice(-most)].join('\n');
  }
  return [...lines.slice(0, most), dim(`... (${leftOut} more lines)`)].join('\n');
}

/** `1.4 s`, `95 s`, `3 min 20 s` */
export function duration(milliseconds: number): string {
  // Rounded first, so that 9.96 s is not "10.0 s" and 239.7 s not "3 min 60 s".
  const tenths = Math.round(milliseconds / 100) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

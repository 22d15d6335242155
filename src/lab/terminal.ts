import { styleText } from 'node:util';

/** Colours only where the terminal wants them (TTY, NO_COLOR, FORCE_COLOR): no meaning hangs on them. */
export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);
export const green = (text: string) => styleText('green', text);
export const red = (text: string) => styleText('red', text);
export const yellow = (text: string) => styleText('yellow', text);
export const cyan = (text: string) => styleText('cyan', text);

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

export function indent(text: string, by = '  '): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : by + line))
    .join('\n');
}

/** `Why    One sentence …`, wrapped under itself. */
export function labelled(label: string, text: string, width = 96): string {
  const start = label.padEnd(9);
  const lines = wrapped(text, width - start.length);
  return dim(start) + lines.join(`\n${' '.repeat(start.length)}`);
}

/** Lines of whole words, none wider than this if its words allow it. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
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

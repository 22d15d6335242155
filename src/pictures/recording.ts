import { escapeHtml } from '../lab/html.ts';
import { grounds, inks } from './colours.ts';
import type { Ink } from './colours.ts';

/** A line of a terminal, with its colours, and when it came. */
export interface RecordedLine {
  readonly atMs: number;
  readonly text: string;
}

const columns = 100;
const rows = 32;
const lineHeight = 18;
const letterWidth = 8.43;
const margin = 16;

/** No pause of the recording is shown longer. */
const longestPauseMs = 1200;
/** The last lines stay, before it begins again. */
const restMs = 6000;

/**
 * A terminal as an animated SVG: all lines below each other, moved up behind a window as they came. Readers who want no
 * motion see the end of it. The same lines give the same bytes.
 */
export function recordingSvg(lines: readonly RecordedLine[], title: string): string {
  const shown = lines.flatMap(({ atMs, text }) =>
    folded(text).map((piece) => ({ atMs, text: piece })),
  );
  const times = playedAt(shown.map(({ atMs }) => atMs));
  const wholeMs = (times.at(-1) ?? 0) + restMs;
  const [width, height] = [2 * margin + columns * letterWidth, 2 * margin + rows * lineHeight];
  const top = (visible: number) => (rows - visible) * lineHeight;
  const frames = times.map((time, i) => [time, Math.min(0, top(i + 1))] as const);
  const keyframes = frames
    .filter(([, y], i) => i === 0 || y !== frames[i - 1]?.[1])
    .map(([time, y]) => `${((100 * time) / wholeMs).toFixed(3)}%{transform:translateY(${y}px)}`);
  const end = top(Math.max(rows, shown.length));
  // What has not come yet: a cover as high as all lines, moved down with each.
  const covers = frames.map(
    ([time], i) =>
      `${((100 * time) / wholeMs).toFixed(3)}%{transform:translateY(${(i + 1) * lineHeight}px)}`,
  );
  const timing = `${(wholeMs / 1000).toFixed(2)}s step-end infinite`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" role="img" aria-labelledby="t">
<title id="t">${escapeHtml(title)}</title>
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.lines{transform:translateY(${end}px)}.cover{visibility:hidden}
@media (prefers-reduced-motion:no-preference){
.lines{animation:up ${timing}}.cover{visibility:visible;animation:show ${timing}}
@keyframes up{0%{transform:translateY(0)}${keyframes.join('')}100%{transform:translateY(${end}px)}}
@keyframes show{0%{transform:translateY(0)}${covers.join('')}100%{transform:translateY(${shown.length * lineHeight}px)}}
}
</style>
<rect width="100%" height="100%" rx="10" fill="${grounds.panel}"/>
<svg x="${margin}" y="${margin}" width="${(columns * letterWidth).toFixed(0)}" height="${rows * lineHeight}">
<g class="lines">
${shown.map(({ text }, i) => lineSvg(text, (i + 1) * lineHeight - 5)).join('\n')}
<rect class="cover" width="100%" height="${shown.length * lineHeight}" fill="${grounds.panel}"/>
</g>
</svg>
</svg>
`;
}

/** The same as text: what was printed, without colours. */
export function recordingText(lines: readonly RecordedLine[]): string {
  return `${lines.map(({ text }) => plain(text)).join('\n')}\n`;
}

/** When each line is shown: as it came, but for long pauses. */
function playedAt(times: readonly number[]): number[] {
  let [now, last] = [0, times[0] ?? 0];
  return times.map((time) => {
    now += Math.min(longestPauseMs, Math.max(0, time - last));
    last = time;
    return now;
  });
}

// oxlint-disable-next-line no-control-regex
const colourCode = /\u001b\[([\d;]*)m/g;

const inkOf: Readonly<Record<string, Ink>> = {
  '2': inks.quiet,
  '31': inks.red,
  '32': inks.green,
  '33': inks.amber,
  '36': inks.blue,
};

function plain(text: string): string {
  return text.replaceAll(colourCode, '');
}

/** A line wider than the terminal goes on in the next one; its colours end with it. */
function folded(text: string): string[] {
  const letters = plain(text);
  if (letters.length <= columns) return [text];
  const pieces: string[] = [];
  for (let i = 0; i < letters.length; i += columns) pieces.push(letters.slice(i, i + columns));
  return pieces;
}

function lineSvg(text: string, y: number): string {
  let [ink, weight, last] = [inks.text as Ink, '', 0];
  const spans: string[] = [];
  const add = (piece: string) => {
    if (piece !== '') spans.push(`<tspan fill="${ink}"${weight}>${escapeHtml(piece)}</tspan>`);
  };
  for (const match of text.matchAll(colourCode)) {
    add(text.slice(last, match.index));
    last = match.index + match[0].length;
    for (const code of (match[1] ?? '').split(';')) {
      if (code === '1') weight = ' font-weight="bold"';
      else if (['', '0', '22'].includes(code)) [ink, weight] = [inks.text, ''];
      else ink = inkOf[code] ?? inks.text;
    }
  }
  add(text.slice(last));
  return spans.length === 0 ? '' : `<text xml:space="preserve" y="${y}">${spans.join('')}</text>`;
}

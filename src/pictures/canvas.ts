import { createHash } from 'node:crypto';
import { advance, glyph, unitsPerEm } from './fonts.ts';
import type { Glyph } from './fonts.ts';
import { drawable, visible } from './signs.ts';
import { areas, edge, grounds, themed } from './colours.ts';
import type { Theme } from './colours.ts';

/** Where something readable stands; tests hold these apart from each other and inside the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

export interface Pen {
  readonly size: number;
  readonly colour: string;
  readonly weight?: 'bold' | 'regular';
}

export interface ColouredCell {
  readonly sign: string;
  readonly colour: string;
  readonly weight?: 'bold' | 'regular';
}

export interface Shape {
  readonly fill?: string;
  readonly stroke?: string;
  readonly strokeWidth?: number;
  readonly dash?: string;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius?: number;
}

/** Rise of a line's box above its baseline, and its height, as parts of the type size. */
const ascent = 0.95;
const lineBox = 1.2;

/** How wide so many signs are in this size. */
export function textWidth(columns: number, size: number): number {
  return (columns * size * advance) / unitsPerEm;
}

/** How many signs of this size have room. */
export function columnsIn(width: number, size: number): number {
  return Math.max(1, Math.floor((width * unitsPerEm) / (size * advance) + 1e-6));
}

/** Signs of one colour and weight that stand together. */
interface Word {
  /** The same for the same signs in every picture. */
  readonly id: string;
  readonly column: number;
  readonly colour: string;
  readonly glyphs: readonly Glyph[];
}

/** A line of text. */
interface Line {
  readonly transform: string;
  readonly groups: ReadonlyMap<string, readonly Word[]>;
}

type Element = Line | string;

/** Splits a line into names, numbers and single signs: ARNs and names stand in a picture again and again. */
function wordsOf(cells: readonly ColouredCell[], weight: 'bold' | 'regular'): Word[] {
  const words: { id: string; column: number; colour: string; glyphs: Glyph[] }[] = [];
  let before: ColouredCell | undefined;
  for (const [column, cell] of cells.entries()) {
    if (cell.sign !== ' ') {
      const one = glyph(cell.sign, cell.weight ?? weight);
      const joins =
        before !== undefined &&
        isNameSign(before.sign) &&
        isNameSign(cell.sign) &&
        before.colour === cell.colour &&
        before.weight === cell.weight;
      const last = words.at(-1);
      if (joins && last !== undefined) {
        last.glyphs.push(one);
        last.id += `.${one.id}`;
      } else words.push({ id: one.id, column, colour: cell.colour, glyphs: [one] });
    }
    before = cell;
  }
  return words.map((word) => ({ ...word, id: word.glyphs.length === 1 ? word.id : idOf(word.id) }));
}

const isNameSign = (sign: string) => /^[\w]$/.test(sign);

function idOf(signs: string): string {
  return `w${createHash('sha256').update(signs).digest('hex').slice(0, 6)}`;
}

/** Words that are written more than once, by id: each of them is drawn once and used from there. */
function repeatedWords(elements: readonly Element[]): Map<string, Word> {
  const seen = new Map<string, Word>();
  const repeated = new Map<string, Word>();
  for (const element of elements) {
    if (typeof element === 'string') continue;
    for (const word of [...element.groups.values()].flat()) {
      if (word.glyphs.length < 3) continue;
      if (seen.has(word.id)) repeated.set(word.id, word);
      seen.set(word.id, word);
    }
  }
  return new Map([...repeated].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function glyphUses(glyphs: readonly Glyph[], column: number): string {
  return glyphs.map(({ id }, at) => use(id, column + at)).join('');
}

function use(id: string, column: number): string {
  return `<use href="#${id}"${column === 0 ? '' : ` x="${column * advance}"`}/>`;
}

function textElement({ transform, groups }: Line, repeated: ReadonlyMap<string, Word>): string {
  const inner = [...groups].map(([colour, words]) => {
    const uses = words.map(({ id, column, glyphs }) =>
      repeated.has(id) ? use(id, column) : glyphUses(glyphs, column),
    );
    return `<g fill="${colour}">${uses.join('')}</g>`;
  });
  return `<g transform="${transform}">${inner.join('')}</g>`;
}

/** A drawing in the making: its elements, the glyphs that they use and the boxes of its text. */
export class Canvas {
  readonly width: number;
  readonly boxes: Box[] = [];
  /** Badges, panels and bars: text stands in one of them or beside it, never on its edge. */
  readonly rectangles: Rectangle[] = [];
  readonly #elements: Element[] = [];
  readonly #glyphs = new Map<string, string>();

  constructor(width: number) {
    this.width = width;
  }

  /** Writes one line from x on, on its baseline y. Signs that cannot be drawn are replaced, visibly. */
  write(text: string, at: { readonly x: number; readonly y: number }, pen: Pen): void {
    const cells = drawable(text).map((sign) => ({ sign, colour: pen.colour }));
    this.writeCells(cells, at, pen);
  }

  /** As `write`, with a colour of its own for each sign, all of them drawable. */
  writeCells(
    cells: readonly ColouredCell[],
    { x, y }: { readonly x: number; readonly y: number },
    { size, weight = 'regular' }: Omit<Pen, 'colour'>,
  ): void {
    const text = cells.map(({ sign }) => sign).join('');
    const written = text.trimEnd();
    if (written === '') return;
    this.boxes.push({
      x,
      y: y - size * ascent,
      width: textWidth(Array.from(written).length, size),
      height: size * lineBox,
      text: written,
    });
    const groups = new Map<string, Word[]>();
    for (const word of wordsOf(cells, weight)) {
      for (const { id, outline } of word.glyphs) this.#glyphs.set(id, outline);
      groups.set(word.colour, [...(groups.get(word.colour) ?? []), word]);
    }
    const transform = `translate(${short(x)} ${short(y)})scale(${short(size / unitsPerEm)})`;
    this.#elements.push({ transform, groups });
  }

  rectangle(rectangle: Rectangle, shape: Shape): void {
    const { x, y, width, height, radius = 0 } = rectangle;
    this.rectangles.push(rectangle);
    this.#elements.push(
      `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="${short(radius)}"${paint(shape)}/>`,
    );
  }

  /** @param d SVG path data */
  path(d: string, shape: Shape): void {
    this.#elements.push(`<path d="${d}"${paint(shape)}/>`);
  }

  /** The whole picture: a card of this height, with its name and its words for a screen reader. */
  svg({
    height,
    title,
    description,
    theme = 'dark',
  }: {
    readonly height: number;
    readonly title: string;
    readonly description: string;
    readonly theme?: Theme;
  }): string {
    const glyphs = [...this.#glyphs].sort(([a], [b]) => (a < b ? -1 : 1));
    const repeated = repeatedWords(this.#elements);
    const elements = this.#elements.map((element) =>
      typeof element === 'string' ? element : textElement(element, repeated),
    );
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${this.width}" height="${height}" viewBox="0 0 ${this.width} ${height}">`,
      `<title>${escapeXml(title)}</title>`,
      `<desc>${escapeXml(description)}</desc>`,
      '<defs>',
      themed(hatch, theme),
      ...glyphs.map(([id, outline]) => `<path id="${id}" d="${outline}"/>`),
      ...[...repeated.values()].map(
        (word) => `<g id="${word.id}">${glyphUses(word.glyphs, 0)}</g>`,
      ),
      '</defs>',
      ...[
        `<rect x="1" y="1" width="${this.width - 2}" height="${height - 2}" rx="15" fill="${grounds.card}"/>`,
        ...elements,
        `<rect x="1" y="1" width="${this.width - 2}" height="${height - 2}" rx="15" fill="none" stroke="${edge}" stroke-width="2"/>`,
      ].map((element) => themed(element, theme)),
      '</svg>\n',
    ].join('\n');
  }
}

/** Stripes that say "hidden"; fill with `url(#hatch)`. */
const hatch =
  '<pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  `<rect width="9" height="9" fill="${areas.hatch}"/><rect width="4" height="9" fill="${areas.hatchLine}"/></pattern>`;

function paint({ fill = 'none', stroke, strokeWidth = 1, dash }: Shape): string {
  const line =
    stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${short(strokeWidth)}"`;
  return ` fill="${fill}"${line}${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}`;
}

/** At most three digits after the point: enough for the eye, the same on every machine. */
export function short(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** The same text with every sign that nobody could see made visible; line ends stay. */
export function visibleText(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

export function escapeXml(text: string): string {
  return visibleText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

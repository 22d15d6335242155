import { advance, glyph, unitsPerEm } from './fonts.ts';
import { drawable, visible } from './signs.ts';
import { edge, grounds } from './colours.ts';

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

/** A drawing in the making: its elements, the glyphs that they use and the boxes of its text. */
export class Canvas {
  readonly width: number;
  readonly boxes: Box[] = [];
  /** Badges, panels and bars: text stands in one of them or beside it, never on its edge. */
  readonly rectangles: Rectangle[] = [];
  readonly #elements: string[] = [];
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
    const groups = new Map<string, string>();
    for (const [column, cell] of cells.entries()) {
      if (cell.sign === ' ') continue;
      const { id, outline } = glyph(cell.sign, cell.weight ?? weight);
      this.#glyphs.set(id, outline);
      const use = `<use href="#${id}" x="${column * advance}"/>`;
      groups.set(cell.colour, (groups.get(cell.colour) ?? '') + use);
    }
    const transform = `translate(${short(x)} ${short(y)})scale(${short(size / unitsPerEm)})`;
    const inner = [...groups].map(([colour, uses]) => `<g fill="${colour}">${uses}</g>`).join('');
    this.#elements.push(`<g transform="${transform}">${inner}</g>`);
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
  }: {
    readonly height: number;
    readonly title: string;
    readonly description: string;
  }): string {
    const glyphs = [...this.#glyphs].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${this.width}" height="${height}" viewBox="0 0 ${this.width} ${height}">`,
      `<title>${escapeXml(title)}</title>`,
      `<desc>${escapeXml(description)}</desc>`,
      '<defs>',
      hatch,
      ...glyphs.map(([id, outline]) => `<path id="${id}" d="${outline}"/>`),
      '</defs>',
      `<rect x="1" y="1" width="${this.width - 2}" height="${height - 2}" rx="15" fill="${grounds.card}"/>`,
      ...this.#elements,
      `<rect x="1" y="1" width="${this.width - 2}" height="${height - 2}" rx="15" fill="none" stroke="${edge}" stroke-width="2"/>`,
      '</svg>\n',
    ].join('\n');
  }
}

/** Stripes that say "hidden"; fill with `url(#hatch)`. */
const hatch =
  '<pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="9" height="9" fill="#22406a"/><rect width="4" height="9" fill="#315a8f"/></pattern>';

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

import { visibleText } from './canvas.ts';
import type { Canvas } from './canvas.ts';
import { rasterise } from './raster.ts';

/** One picture in all its forms. The same input gives the same bytes. */
export interface Picture {
  /** Outlines only: no font, no script, nothing to load. `title` and `desc` are for screen readers. */
  readonly svg: string;
  /** The same for dark pages. */
  readonly svgDark: string;
  /** The light one at twice the size. Drawn when it is first read: that takes a tenth of a second. */
  readonly png: Uint8Array;
  /** The text twin: everything that the picture says, whole. */
  readonly txt: string;
  /** The alternative text: one line. */
  readonly alt: string;
  /** Nominal size, in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** A finished layout; tests look at the boxes on its canvas. */
export interface Layout {
  readonly canvas: Canvas;
  readonly height: number;
}

export function finish(
  { canvas, height }: Layout,
  words: { readonly title: string; readonly alt: string; readonly txt: string },
): Picture {
  const { title, txt } = words;
  // As a reader of the SVG gets it.
  const alt = visibleText(words.alt);
  const svg = canvas.svg({ height, title, description: alt, theme: 'light' });
  let png: Uint8Array | undefined;
  return {
    svg,
    svgDark: canvas.svg({ height, title, description: alt, theme: 'dark' }),
    get png() {
      return (png ??= rasterise(svg));
    },
    txt,
    alt,
    width: canvas.width,
    height,
  };
}

import type { Canvas } from './canvas.ts';
import { rasterise } from './raster.ts';

/** One picture in all its forms. The same input gives the same bytes. */
export interface Picture {
  /** Outlines only: no font, no script, nothing to load. `title` and `desc` are for screen readers. */
  readonly svg: string;
  /** The same at twice the size. */
  readonly png: Uint8Array;
  /** The text twin: everything that the picture says, whole. */
  readonly txt: string;
  /** The alternative text: one line. */
  readonly alt: string;
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
  const svg = canvas.svg({ height, title: words.title, description: words.alt });
  return { svg, png: rasterise(svg), txt: words.txt, alt: words.alt };
}

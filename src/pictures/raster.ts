import { createRequire } from 'node:module';
import type * as ResvgModule from '@resvg/resvg-js';
import { palettePng } from './palette-png.ts';

const require = createRequire(import.meta.url);

/** The picture at twice its nominal size, for sharp screens. */
export function rasterise(svg: string): Uint8Array {
  const { Resvg } = require('@resvg/resvg-js') as typeof ResvgModule;
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    // There is no text in our SVGs, so a look through the fonts of the machine would be lost time.
    font: { loadSystemFonts: false },
  }).render();
  return palettePng({ width: image.width, height: image.height, data: image.pixels });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pageCss } from '../page/page-css.ts';

const folder = join(import.meta.dirname, 'browser');

export interface Asset {
  readonly type: string;
  readonly content: Buffer | string;
}

/** Everything that the page loads, by path. Made anew for each board: it is one file, in some milliseconds. */
export async function boardAssets(): Promise<ReadonlyMap<string, Asset>> {
  const [script, css] = await Promise.all([
    bundleBoard(),
    readFile(join(folder, 'board.css'), 'utf8'),
  ]);
  return new Map<string, Asset>([
    ['/', { type: 'text/html; charset=utf-8', content: page }],
    ['/board.js', { type: 'text/javascript; charset=utf-8', content: script }],
    ['/board.css', { type: 'text/css; charset=utf-8', content: `${pageCss}\n${css}` }],
  ]);
}

/** The browser's part, as one script. */
export async function bundleBoard(): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.tsx')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2024',
    charset: 'utf8',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    absWorkingDir: folder,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/board.css">
<title>Lab board</title>
</head>
<body>
<div id="board"><main><h1>Lab board</h1><p>The board needs JavaScript. Without it: npx lab watch shows the same in the terminal.</p></main></div>
<script src="/board.js"></script>
</body>
</html>
`;

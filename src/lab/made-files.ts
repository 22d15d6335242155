import { join } from 'node:path';
import { root } from './settings.ts';

/** The pages that a run makes in a `docs` folder, beside `evidence/` and `screenshots/`. Nobody writes them by hand. */
export const madePages = {
  html: 'index.html',
  markdown: 'proofs.md',
  measured: 'measured.md',
} as const;

/** Where the runs of this checkout write: their evidence, pictures and pages are in git only when their owner adds them. */
export const ownDocs = join(root, 'docs');

/** The sample run that ships with the kit, in git, in the shape of a `docs` folder. No run writes there. */
export const sampleDocs = join(root, 'docs', 'sample');

/** Whether a path, relative to a `docs` folder, is of a run: of one's own, or of the sample. */
export function isOfARun(path: string): boolean {
  const inside = path.replaceAll('\\', '/').replace(/^sample\//, '');
  return (
    /^(?:evidence|screenshots)\//.test(inside) || Object.values<string>(madePages).includes(inside)
  );
}

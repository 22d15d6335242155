import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readingReasonOf } from '../lab/errors.ts';
import { readHandIn } from '../portfolio/read-hand-in.ts';
import type { ReadHandIn } from '../portfolio/read-hand-in.ts';
import { judgeCollected, unlessTouched } from './collected.ts';
import type { Titles } from './collected.ts';
import type { Looked } from './judge-learner.ts';
import { printable } from './printable.ts';

/**
 * Judges a file that `lab hand-in` has made, as a folder of collected evidence. Never throws: what is no hand-in, or a
 * hostile one, is "not judged", with the reason.
 */
export async function judgeHandIn(file: string, titles: Titles): Promise<Looked> {
  let read: ReadHandIn;
  try {
    read = await readHandIn(file);
  } catch (error) {
    return refused(basename(file).replace(/\.zip$/i, ''), readingReasonOf(error));
  }
  const folder = await mkdtemp(join(tmpdir(), 'lab01-hand-in-'));
  try {
    // Its paths are those of a run, and of nothing else.
    for (const [path, content] of read.files) {
      await mkdir(dirname(join(folder, 'learner', path)), { recursive: true });
      await writeFile(join(folder, 'learner', path), content);
    }
    return asHandedIn(await judgeCollected(folder, 'learner', titles), read);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function refused(name: string, why: string): Looked {
  const reason = printable(`the hand-in was not read: ${why}`);
  const unjudged = { state: 'not judged', failing: 0, reason, remarks: [], checks: [] } as const;
  return { report: { name: printable(name), ...unjudged }, observations: [] };
}

function asHandedIn(looked: Looked, { about, touched }: ReadHandIn): Looked {
  const { collected, remarks } = looked.report;
  const since = touched.length === 0 ? [] : [`changed since it was packed: ${touched.join(', ')}`];
  const report = {
    ...looked.report,
    ...unlessTouched(looked.report, touched),
    name: printable(about.name),
    remarks: [...remarks, ...since.map((remark) => printable(remark))],
    ...(collected && {
      collected: {
        ...collected,
        whole: collected.whole && touched.length === 0,
        packed: about.time,
      },
    }),
  };
  return { ...looked, report };
}

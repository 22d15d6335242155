import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Target } from '../../lab/session.ts';
import { sampleDocs } from '../../lab/made-files.ts';
import { enterFiles, targetOf } from '../../evidence/manifest.ts';
import { publish } from '../../evidence/publish.ts';
import { readEvidence } from '../../evidence/read-evidence.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { temporaryFolder } from '../lab/checkout.ts';

type Edit = (evidence: Evidence) => object;

/** The whole run that ships with the kit: the sample. */
export async function wholeRun(): Promise<ReadonlyMap<string, Evidence>> {
  const run = new Map<string, Evidence>();
  for (const { path, evidence } of await readEvidence(sampleDocs, 'sandbox')) {
    if (evidence === undefined) throw new Error(`${path} cannot be read`);
    run.set(path, evidence);
  }
  return run;
}

export const textOf = (evidence: object): string => `${JSON.stringify(evidence, null, 2)}\n`;

/** A `docs` folder with that run, as the kit makes it: what is drawn already need not be drawn again. */
export async function runDocs() {
  const folder = await temporaryFolder();
  await cp(sampleDocs, folder.path, { recursive: true });
  await publish(folder.path);
  return folder;
}

/**
 * A `docs` folder with the evidence of that run and its manifest, and nothing that is made of it.
 * @param edit changes each file of evidence before
 * @param target whose folder it goes to
 */
export async function recordedDocs(
  edit: Edit = (evidence) => evidence,
  target: Target = 'sandbox',
) {
  const folder = await temporaryFolder();
  for (const [path, evidence] of await wholeRun())
    await forge(folder.path, path.replace('/sandbox/', `/${target}/`), () =>
      textOf(edit(evidence)),
    );
  return folder;
}

/** Changes a file and its entry in the manifest: what somebody does who knows the kit. */
export async function forge(
  docs: string,
  path: string,
  edit: (content: Buffer) => Buffer | string,
): Promise<void> {
  const content = edit(await readFile(join(docs, path)).catch(() => Buffer.from('')));
  await mkdir(dirname(join(docs, path)), { recursive: true });
  await writeFile(join(docs, path), content);
  const target = targetOf(path);
  if (target !== undefined) await enterFiles(docs, target, new Map([[path, content]]));
}

import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Target } from '../../lab/session.ts';
import { sampleDocs } from '../../lab/made-files.ts';
import { enterFiles, readManifest, targetOf } from '../../evidence/manifest.ts';
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

/**
 * A `docs` folder with that run and one experiment, as the kit makes it: what is drawn already need not be drawn again. All
 * experiments are alike, and what changes each file in turn would take minutes.
 */
export async function runDocs() {
  const folder = await temporaryFolder();
  await cp(sampleDocs, folder.path, { recursive: true });
  await keepOneExperiment(folder.path);
  await publish(folder.path);
  return folder;
}

/** A folder of a test's own with the same in it. */
export async function copyOf({ path }: Awaited<ReturnType<typeof runDocs>>) {
  const folder = await temporaryFolder();
  await cp(path, folder.path, { recursive: true });
  return folder;
}

async function keepOneExperiment(docs: string): Promise<void> {
  const { files } = (await readManifest(docs, 'sandbox')) ?? { files: {} };
  const others = Object.keys(files).filter((path) => /\/experiments\/(?!20-)/.test(path));
  for (const path of others) await rm(join(docs, path), { force: true });
  await enterFiles(docs, 'sandbox', new Map(), others);
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

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { judgeTargets, readSources } from '../evidence/derive.ts';
import { foldersOf, sha256 } from '../evidence/manifest.ts';
import { kitVersion } from '../evidence/record.ts';
import { targetsIn } from '../evidence/read-evidence.ts';
import { LabError } from '../lab/errors.ts';
import type { Target } from '../lab/session.ts';
import { assertClean } from '../redaction/redact.ts';
import type { Memory } from '../redaction/memory.ts';
import { handInEntry, handInLimits, isHandInPath } from './hand-in-format.ts';
import type { HandIn } from './hand-in-format.ts';
import { filesIn } from './sums.ts';

export interface PackedHandIn {
  readonly zip: Buffer;
  readonly targets: readonly { readonly target: Target; readonly proofs: number }[];
  readonly files: number;
}

/**
 * Packs one's own evidence with its pictures and manifests, as it is: whole or not, the class says which.
 * @param docs one's own `docs` folder
 * @throws LabError: exit code 2 when there is nothing to pack, 1 for evidence of the sample, for what no run writes, and
 *   when a file still holds a secret
 */
export async function packHandIn(
  docs: string,
  name: string,
  memory: Memory,
): Promise<PackedHandIn> {
  const targets = await targetsIn(docs);
  if (targets.length === 0)
    throw new LabError('There is no evidence of yours to hand in in docs/evidence/', {
      hint: 'npm start records a whole run, npx lab check what passes now.',
      exitCode: 2,
    });
  const proofs = await ownProofs(docs);
  const files = await filesOf(docs, targets);
  for (const [path, content] of files) assertClean(content, path, memory);
  const about: HandIn = {
    schema: 1,
    name,
    time: new Date().toISOString(),
    kit: await kitVersion(),
    files: Object.fromEntries([...files].map(([path, content]) => [path, sha256(content)])),
  };
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(`${JSON.stringify(about, null, 2)}\n`), handInEntry);
  for (const [path, content] of files) zip.addBuffer(content, path);
  zip.end();
  return { zip: await buffer(zip.outputStream), targets: proofs, files: files.size };
}

/** How many proofs each target has. Nobody hands in the sample. */
async function ownProofs(docs: string): Promise<PackedHandIn['targets']> {
  const judged = await judgeTargets(await readSources(docs));
  const samples = judged.flatMap((one) =>
    one.files.flatMap(({ path, evidence }) =>
      evidence !== undefined && one.samples.has(evidence) ? [`docs/${path}`] : [],
    ),
  );
  if (samples.length > 0)
    throw new LabError(
      `Nothing was packed: ${samples.length} files are of the sample run that ships with the kit, and nobody’s own: ${samples.slice(0, 3).join(', ')}${samples.length > 3 ? ', …' : ''}`,
      { hint: 'Delete them, then record your own run: npm start', exitCode: 1 },
    );
  return judged.map(({ target, files }) => ({
    target,
    proofs: files.reduce((sum, { evidence }) => sum + (evidence?.proofs.length ?? 0), 0),
  }));
}

async function filesOf(docs: string, targets: readonly Target[]): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const folder of targets.flatMap((target) => foldersOf(target))) {
    for (const name of await filesIn(join(docs, folder)).catch(() => [])) {
      const path = `docs/${folder}/${name}`;
      if (!isHandInPath(path) || files.size >= handInLimits.files)
        throw new LabError(`Nothing was packed: no run writes ${path}`, {
          hint: 'Move it out of docs/evidence and docs/screenshots, then run the command again.',
          exitCode: 1,
        });
      files.set(path, await readFile(join(docs, folder, name)));
    }
  }
  return files;
}

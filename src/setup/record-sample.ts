/**
 * `npm run sample`: records the sample run of docs/sample/ anew, in a checkout of its own, and lists its identifiers, so that
 * it does not count as a learner's own run. With `--draw` it records nothing: it draws pictures and pages again from the
 * recorded evidence, for when the drawing has changed or `npm run record` has filmed anew. With `--experiments` it records
 * only the experiments, with numbers behind it (`--experiments 22 33`) only these.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { enterFiles, readManifest } from '../evidence/manifest.ts';
import { publish } from '../evidence/publish.ts';
import type { ExperimentRecord } from '../evidence/experiment-record.ts';
import { readExperiments } from '../evidence/judge-experiment.ts';
import { digestsOfRecord, sampleFile, sampleOf } from '../evidence/sample.ts';
import type { Sample } from '../evidence/sample.ts';
import { screens } from '../evidence/unexpected.ts';
import { ownDocs, sampleDocs } from '../lab/made-files.ts';
import { architecturePicture } from '../pictures/architecture.ts';
import { temporaryCheckout } from '../testing/lab/checkout.ts';

const folder = 'evidence/sandbox';

const experiments = `${folder}/experiments`;

/** Every experiment in a row, or those of these numbers. */
async function recordExperiments(numbers: readonly string[]): Promise<void> {
  await using checkout = await temporaryCheckout();
  const made = join(checkout.root, 'docs', experiments);
  for (const number of numbers) {
    const { code, stdout, stderr } = await checkout.lab(['experiment', number, '--no-ask']);
    if (code !== 0)
      throw new Error(`lab experiment ${number} ended with exit code ${code}\n${stdout}${stderr}`);
  }
  if (numbers.length > 0) return cp(made, join(sampleDocs, experiments), { recursive: true });
  const { code, stdout, stderr } = await checkout.lab(['experiments']);
  if (code !== 0)
    throw new Error(`lab experiments ended with exit code ${code}\n${stdout}${stderr}`);
  await rm(join(sampleDocs, experiments), { recursive: true, force: true });
  await cp(made, join(sampleDocs, experiments), { recursive: true });
}

/** A whole run; only its evidence is taken over, all else is derived from it. */
async function recordAnew(): Promise<void> {
  await using checkout = await temporaryCheckout();
  const { code, stdout, stderr } = await checkout.lab(['run']);
  if (code !== 0) throw new Error(`lab run ended with exit code ${code}\n${stdout}${stderr}`);
  for (const made of ['evidence', 'screenshots'])
    await rm(join(sampleDocs, made), { recursive: true, force: true });
  await cp(join(checkout.root, 'docs', folder), join(sampleDocs, folder), { recursive: true });
  // The manifest of the checkout names pictures that do not say SAMPLE; it is written anew with them.
  await rm(join(sampleDocs, folder, 'manifest.json'));
}

async function textsOf(docs: string, paths: readonly string[]): Promise<Map<string, string>> {
  const texts = paths.map(
    async (path) => [path, await readFile(join(docs, path), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}

async function evidenceTexts(): Promise<Map<string, string>> {
  const names = await readdir(join(sampleDocs, folder));
  const evidence = names.filter((name) => /^\d\d-.*\.json$/.test(name)).toSorted();
  return textsOf(
    sampleDocs,
    evidence.map((name) => `${folder}/${name}`),
  );
}

async function experimentRecords(): Promise<ExperimentRecord[]> {
  const files = await readExperiments(sampleDocs, 'sandbox');
  return files.map(({ path, record, problem }) => {
    if (record === undefined) throw new Error(`${path}: ${problem}`);
    return record;
  });
}

async function writeKnown(): Promise<void> {
  const before = JSON.parse(await readFile(sampleFile, 'utf8')) as Sample;
  const texts = await evidenceTexts();
  const { files } = sampleOf(texts);
  // What learners may still have of an earlier kit stays known.
  const { identities, rhythms } = before;
  const earlier = isDeepStrictEqual(files, before.files)
    ? before.earlier
    : [...before.earlier, { identities, rhythms }];
  const records = await experimentRecords();
  const sample = sampleOf(texts, await textsOf(ownDocs, screens), {
    earlier,
    experiments: [
      ...new Set([...before.experiments, ...records.flatMap((one) => digestsOfRecord(one))]),
    ],
  });
  await writeFile(sampleFile, `${JSON.stringify(sample, null, 2)}\n`);
  console.log(`${sample.identities.length} identifiers that only the sample has.`);
}

/** The manifest knows every recorded file; what is made of them it learns when that is drawn. */
async function enterEvidence(): Promise<void> {
  const names = await readdir(join(sampleDocs, folder), { recursive: true });
  const recorded = names
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((path) => /\/\d\d-[^/]*\.json$/.test(path));
  const contents = recorded.map(
    async (path) => [path, await readFile(join(sampleDocs, path))] as const,
  );
  const known = Object.keys((await readManifest(sampleDocs, 'sandbox'))?.files ?? {});
  const gone = known.filter((path) => /\.json$/.test(path) && !recorded.includes(path));
  await enterFiles(sampleDocs, 'sandbox', new Map(await Promise.all(contents)), gone);
}

/** The kit's own picture, for README.md and docs/architecture/: a run leaves it alone. */
async function drawImages(): Promise<void> {
  const { svg, svgDark, txt } = architecturePicture();
  const image = join(ownDocs, 'images', 'architecture');
  await mkdir(dirname(image), { recursive: true });
  await writeFile(`${image}.svg`, svg);
  await writeFile(`${image}-dark.svg`, svgDark);
  await writeFile(`${image}.txt`, txt);
}

const only = (part: string) => process.argv.includes(`--${part}`);
if (!only('draw') && !only('experiments')) await recordAnew();
const numbers = process.argv.filter((argument) => /^\d\d$/.test(argument));
if (!only('draw')) await recordExperiments(only('experiments') ? numbers : []);
// Before anything is drawn: the pictures say SAMPLE because of it.
await writeKnown();
await drawImages();
await enterEvidence();
const { warnings, derived } = await publish(sampleDocs, { redraw: true });
for (const warning of warnings) console.error(`Warning: ${warning}`);
console.log(`${derived.length} files in docs/sample/. They hold: npx lab verify docs/sample`);
process.exitCode = warnings.length === 0 ? 0 : 1;

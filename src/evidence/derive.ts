import { architecturePicture } from '../pictures/architecture.ts';
import { experimentPicture } from '../pictures/experiment.ts';
import type { Page } from '../page/page-facts.ts';
import type { Picture } from '../pictures/picture.ts';
import type { Target } from '../lab/session.ts';
import { allProofs } from './all-proofs.ts';
import { drawEvidence } from './draw.ts';
import type { Pictures } from './draw.ts';
import {
  drawnExperiment,
  experimentPicturePath,
  experimentTranscript,
  judgeExperiment,
  readExperiments,
} from './judge-experiment.ts';
import type { ExperimentFile } from './judge-experiment.ts';
import { madePages } from '../lab/made-files.ts';
import { measuredMarkdown } from './measured-page.ts';
import { judgeRecorded, seenThen } from './judge-recorded.ts';
import type { Recorded } from './measured.ts';
import { consoleScreenshots } from './console.ts';
import type { ConsoleScreenshot } from './console.ts';
import { isInItsPlace } from './proof-names.ts';
import { pageFiles, pageOf } from './page-of.ts';
import type { Deriving, PageSources } from './page-of.ts';
import { readEvidence, targetsIn } from './read-evidence.ts';
import type { EvidenceFile, ReadText } from './read-evidence.ts';
import type { RecordedProof } from './evidence.ts';
import { countingAmong, samplesAmong } from './sample.ts';
import { staleAmong } from './stale.ts';
import type { DatedInputs } from './stale.ts';
import { transcript } from './transcript.ts';
import type { JudgedFile, JudgedTarget } from './judged-target.ts';

/** All that the files of a `docs` folder are made of, each file read once. */
export interface Sources {
  readonly targets: readonly {
    readonly target: Target;
    readonly files: readonly EvidenceFile[];
    readonly experiments?: readonly ExperimentFile[];
  }[];
  /** The learner's own screenshots, which the page shows. */
  readonly console?: readonly ConsoleScreenshot[];
}

/** A file, and what is wrong with it. */
export interface Finding {
  readonly path: string;
  readonly problem: string;
}

/** A text; or the picture whose PNG it is, which is drawn when somebody reads it. */
export type DerivedFile = Picture | string;

export interface Derived {
  /** Everything that the evidence gives, by path relative to `docs/`. */
  readonly files: ReadonlyMap<string, DerivedFile>;
  /** What could not be made, and why. */
  readonly unmade: readonly Finding[];
  /** What the pages say; undefined when nothing is recorded. */
  readonly page?: Page | undefined;
}

/** Reads what everything else in a `docs` folder is derived from. */
export async function readSources(docs: string, read?: ReadText): Promise<Sources> {
  const targets = (await targetsIn(docs)).map(async (target) => ({
    target,
    files: await readEvidence(docs, target, read),
    experiments: await readExperiments(docs, target, read),
  }));
  return { targets: await Promise.all(targets), console: await consoleScreenshots(docs) };
}

/** Judges every file of evidence, once. Asks nobody. */
export async function judgeTargets(
  { targets }: Pick<Sources, 'targets'>,
  judge: typeof judgeRecorded = judgeRecorded,
): Promise<JudgedTarget[]> {
  const judged: JudgedTarget[] = [];
  for (const { target, files: read, experiments: records = [] } of targets) {
    const files: JudgedFile[] = [];
    for (const file of read) files.push(await judgeFile(file, target, judge));
    const samples = samplesAmong(files.flatMap(({ evidence }) => evidence ?? []));
    const counting = countingAmong(files, samples);
    const proofs = counting.flatMap((file) => datedInputs(file));
    const experiments = await Promise.all(records.map((file) => judgeExperiment(file, target)));
    const stale = staleAmong(proofs);
    judged.push({ target, files, samples, counting, experiments, proofs, stale });
  }
  return judged;
}

async function judgeFile(
  file: EvidenceFile,
  target: Target,
  judge: typeof judgeRecorded,
): Promise<JudgedFile> {
  const { evidence } = file;
  const nothing = { ...file, again: undefined, unjudged: undefined, seen: undefined };
  if (evidence === undefined || evidence.target.toLowerCase() !== target) return nothing;
  const seen = await seenThen(evidence);
  try {
    return { ...nothing, again: await judge(evidence), seen };
  } catch (error) {
    return { ...nothing, unjudged: reasonIn(error), seen };
  }
}

function datedInputs({ evidence, again }: JudgedFile): DatedInputs[] {
  if (evidence === undefined || again === undefined) return [];
  const { time, proofs } = evidence;
  return proofs.map(({ number, title }) => ({
    number,
    title,
    time,
    inputs: again.inputs.get(number) ?? {},
  }));
}

/**
 * Makes every other file of `docs/` from the evidence: text twins, pictures, timeline, page and what was measured. The
 * same evidence gives the same bytes, no evidence gives nothing; nothing is asked, read or written.
 */
export async function derive(
  targets: readonly JudgedTarget[],
  deriving: Deriving = {},
): Promise<Derived> {
  const made: Made = { files: new Map(), unmade: [] };
  const pictures: Pictures = new Map();
  for (const judged of targets)
    for (const [name, picture] of await drawTarget(judged, made)) pictures.set(name, picture);
  if (targets.some(({ files }) => files.length > 0))
    pictures.set('screenshots/architecture', architecturePicture());
  for (const [name, picture] of pictures) {
    made.files.set(`${name}.svg`, picture.svg);
    made.files.set(`${name}-dark.svg`, picture.svgDark);
    made.files.set(`${name}.png`, picture);
    made.files.set(`${name}.txt`, picture.txt);
  }
  const shown = shownAmong(targets);
  await addPage({ targets: shown, pictures, deriving }, made);
  if (deriving.edition !== 'portfolio') addMeasured(shown, made);
  return made;
}

/** The bytes of a derived file. */
export function contentOf(path: string, file: DerivedFile): string | Uint8Array {
  if (typeof file === 'string') return file;
  try {
    return file.png;
  } catch (error) {
    // Its renderer is a program for this kind of machine.
    throw new Error(`${path} cannot be drawn: ${reasonIn(error)}`, { cause: error });
  }
}

interface Made {
  readonly files: Map<string, DerivedFile>;
  readonly unmade: Finding[];
  page?: Page | undefined;
}

/** Adds the text twins of a target's evidence; returns its pictures. */
async function drawTarget(judged: JudgedTarget, made: Made): Promise<Pictures> {
  const pictures: Pictures = new Map();
  for (const file of judged.files) {
    const { path, evidence, seen, text, problem = '' } = file;
    if (evidence === undefined)
      made.unmade.push({ path, problem: `it cannot be drawn: ${problem}` });
    if (evidence === undefined || seen === undefined || !isInItsPlace(path, evidence)) continue;
    try {
      const sample = judged.samples.has(evidence);
      const drawn = await drawEvidence(
        { evidence, text, sample },
        seen,
        proofsBeside(file, judged),
      );
      made.files.set(path.replace(/\.json$/, '.txt'), transcript(evidence, sample));
      for (const [name, picture] of drawn) pictures.set(name, picture);
    } catch (error) {
      made.unmade.push({ path, problem: `it cannot be drawn: ${reasonIn(error)}` });
    }
  }
  for (const [name, picture] of drawExperiments(judged, made)) pictures.set(name, picture);
  return pictures;
}

/** As `drawTarget`, for its experiments. */
function drawExperiments({ experiments }: JudgedTarget, { files, unmade }: Made): Pictures {
  const pictures: Pictures = new Map();
  for (const file of experiments) {
    const drawn = drawnExperiment(file);
    if (drawn === undefined || file.record === undefined) {
      unmade.push({ path: file.path, problem: `it cannot be drawn: ${file.problem ?? ''}` });
      continue;
    }
    const picture = experimentPicture(drawn);
    pictures.set(experimentPicturePath(file.path), picture);
    files.set(file.path.replace(/\.json$/, '.txt'), experimentTranscript(picture.txt, file.record));
  }
  return pictures;
}

/** The proofs that are told together with those of a file: one's own, or those of the sample, never both. */
function proofsBeside(file: JudgedFile, { files, counting }: JudgedTarget): RecordedProof[] {
  const counts = counting.includes(file);
  return files
    .filter((one) => counting.includes(one) === counts)
    .flatMap(({ path, evidence }) =>
      evidence !== undefined && isInItsPlace(path, evidence) ? evidence.proofs : [],
    );
}

/** What counts of a target is the sample: nothing of it is anybody's own. */
const showsSample = ({ counting, samples }: JudgedTarget): boolean =>
  counting.some(({ evidence }) => evidence !== undefined && samples.has(evidence));

/** Beside anything of one's own, of whatever target, the sample is not shown. */
function shownAmong(targets: readonly JudgedTarget[]): readonly JudgedTarget[] {
  const recorded = targets.filter(({ counting }) => counting.length > 0);
  const own = recorded.filter((one) => !showsSample(one));
  return own.length > 0 ? own : recorded;
}

async function addPage(shown: Omit<PageSources, 'known'>, made: Made): Promise<void> {
  try {
    made.page = pageOf({ ...shown, known: await allProofs() });
    if (made.page === undefined) return;
    for (const [path, text] of pageFiles(made.page)) made.files.set(path, text);
  } catch (error) {
    made.unmade.push({ path: madePages.html, problem: `it was not made: ${reasonIn(error)}` });
  }
}

function addMeasured(targets: readonly JudgedTarget[], { files, unmade }: Made): void {
  const recorded = targets.map(({ counting }) =>
    counting.flatMap(({ evidence, seen }): Recorded[] =>
      evidence === undefined || seen === undefined ? [] : [{ evidence, seen }],
    ),
  );
  if (recorded.every((one) => one.length === 0)) return;
  try {
    files.set(madePages.measured, measuredMarkdown(recorded, targets.some(showsSample)));
  } catch (error) {
    unmade.push({ path: madePages.measured, problem: `it was not made: ${reasonIn(error)}` });
  }
}

function reasonIn(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

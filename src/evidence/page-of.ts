import { madePages } from '../lab/made-files.ts';
import { pageHtml } from '../page/page-html.ts';
import { pageMarkdown } from '../page/page-markdown.ts';
import type { Edition, Figure, Page, PageExperiment, PageProof } from '../page/page-facts.ts';
import type { JudgedTarget } from './judged-target.ts';
import { pictureData } from './draw.ts';
import type { EvidenceText, Pictures } from './draw.ts';
import { drawnExperiment, experimentPicturePath } from './judge-experiment.ts';
import type { JudgedExperiment } from './judge-experiment.ts';
import type { SeenThen } from './judge-recorded.ts';
import { holdsRun, isInItsPlace, pictureFolder, pictureName } from './proof-names.ts';
import type { Evidence, RecordedProof } from './evidence.ts';
import type { KnownProof } from './all-proofs.ts';
import type { ConsoleScreenshot } from './console.ts';
import { replayOf } from './replay-of.ts';

/** What a page shows that no evidence gives, and for whom it is made. */
export interface Deriving {
  readonly console?: readonly ConsoleScreenshot[] | undefined;
  /** A portfolio has the web page alone: the others are for who works with the kit. */
  readonly edition?: Edition | undefined;
}

/** All that a page is made of. */
export interface PageSources {
  /** The best first. */
  readonly targets: readonly JudgedTarget[];
  /** Of their proofs. */
  readonly pictures: Pictures;
  /** The proofs of a whole run: the page says which are missing. */
  readonly known: readonly KnownProof[];
  readonly deriving?: Deriving;
}

/**
 * The page to publish, as HTML and, in the kit, as Markdown: of AWS when there is evidence of it, else of the sandbox.
 * @returns content by path relative to `docs/`
 */
export function pageFiles(page: Page): ReadonlyMap<string, string> {
  const html = [madePages.html, pageHtml(page)] as const;
  return page.edition === 'portfolio'
    ? new Map([html])
    : new Map([html, [madePages.markdown, pageMarkdown(page)]]);
}

/** @returns undefined when nothing is recorded */
export function pageOf({ targets, pictures, known, deriving = {} }: PageSources): Page | undefined {
  const shown = targets
    .map((one) => ({
      target: one.target,
      stale: one.stale,
      experiments: one.experiments,
      files: shownAmong(one),
    }))
    .find(({ files }) => files.length > 0);
  if (shown === undefined) return undefined;
  const { target, files, stale, experiments } = shown;
  const newest = files
    .map(({ evidence }) => evidence)
    .toSorted(byTime)
    .at(-1) as Evidence;
  const figure = (path: string) => figureOf(path, pictures);
  const all = files.flatMap(({ evidence }) => evidence.proofs);
  const consoleOf = ({ number }: RecordedProof) =>
    deriving.console?.filter((one) => one.number === number) ?? [];
  const proofs = files.flatMap((source) =>
    source.evidence.proofs.flatMap((proof): PageProof[] => {
      const drawn = figure(`${pictureFolder(target)}/${pictureName(proof)}`);
      const changed = stale.find(({ number }) => number === proof.number)?.changed ?? [];
      return drawn === undefined
        ? []
        : [
            {
              ...pageProof(source, proof, { figure: drawn, changed, all }),
              console: consoleOf(proof),
            },
          ];
    }),
  );
  const run = files.find(({ evidence }) => holdsRun(evidence));
  const timeline = run === undefined ? undefined : figure(`${pictureFolder(target)}/timeline`);
  return {
    target: newest.target,
    sample: files.some(({ sample }) => sample),
    edition: deriving.edition ?? 'kit',
    region: newest.region,
    kit: newest.versions.kit,
    awsCli: newest.versions.awsCli,
    proofs: proofs.toSorted((a, b) => a.picture.number - b.picture.number),
    missing: known.filter(({ number }) => proofs.every(({ picture }) => picture.number !== number)),
    runs: files.map(({ evidence }) => runOf(evidence)),
    experiments: experiments.flatMap((file) => pageExperiment(file)),
    timeline,
    replay: run?.seen === undefined ? undefined : replayOf(run.evidence, run.seen),
    architecture: figure('screenshots/architecture'),
  };
}

/** Evidence that says another target than its folder is on no page: nobody shall take a sandbox for AWS. */
function shownAmong({ counting, samples }: JudgedTarget): Shown[] {
  return counting.flatMap(({ path, evidence, text, seen }) =>
    evidence !== undefined && isInItsPlace(path, evidence)
      ? [{ evidence, text, seen, sample: samples.has(evidence) }]
      : [],
  );
}

interface Shown extends EvidenceText {
  readonly sample: boolean;
  readonly seen: SeenThen | undefined;
}

function byTime(a: Evidence, b: Evidence): number {
  return a.time < b.time ? -1 : 1;
}

function pageProof(
  source: EvidenceText,
  proof: RecordedProof,
  {
    figure,
    changed,
    all,
  }: {
    readonly figure: Figure;
    readonly changed: readonly string[];
    readonly all: readonly RecordedProof[];
  },
): PageProof {
  const { check, title } = source.evidence;
  return {
    picture: pictureData(source, proof, all),
    figure,
    output: proof.output,
    check: `check ${check}: ${title}`,
    stale: changed,
  };
}

function pageExperiment(file: JudgedExperiment): PageExperiment[] {
  const drawn = drawnExperiment(file);
  if (drawn === undefined) return [];
  const { number, title, headline, stamp } = drawn;
  const rows = drawn.rows.filter(({ open }) => !open);
  return [
    {
      number,
      title,
      headline: headline.map(({ title: side, label, value }) => ({
        what: side === '' ? label : `${label}, ${side}`,
        value,
      })),
      passed: rows.filter(({ holds }) => holds).length,
      numbers: rows.length,
      time: stamp.time,
      file: experimentPicturePath(file.path),
    },
  ];
}

function runOf({ check, title, time, expectations }: Evidence) {
  const passed = expectations.filter(({ outcome }) => outcome === 'pass').length;
  return { step: check, title, time, passed, expectations: expectations.length };
}

function figureOf(file: string, pictures: Pictures): Figure | undefined {
  const picture = pictures.get(file);
  if (picture === undefined) return undefined;
  const { alt, width, height, txt } = picture;
  return { file, alt, width, height, txt };
}

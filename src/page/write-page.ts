import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureData } from '../evidence/draw.ts';
import type { EvidenceText } from '../evidence/draw.ts';
import { pictureFolder, pictureName, timelineCheck } from '../evidence/names.ts';
import { readEvidence } from '../evidence/read-evidence.ts';
import type { Evidence, RecordedProof } from '../evidence/record.ts';
import { countingAmong, isSample } from '../evidence/sample.ts';
import type { StaleProof } from '../evidence/stale.ts';
import { staleIn, targetsIn } from '../evidence/verify.ts';
import { reasonOf } from '../lab/errors.ts';
import { unescapeHtml } from '../lab/html.ts';
import { oneAtATime } from '../lab/one-at-a-time.ts';
import { assertClean } from '../redaction/redact.ts';
import { writeWhole } from '../lab/write-whole.ts';
import { pageHtml } from './page-html.ts';
import { pageMarkdown } from './page-markdown.ts';
import type { Figure, Page, PageProof } from './types.ts';

/**
 * Writes `docs/index.html` and `docs/README.md` from the recorded evidence and its pictures: of AWS when there is
 * any, else of the sandbox. The same files give the same bytes.
 * @param docs the `docs` folder
 * @returns one warning for each file that could not be written
 */
export function writePage(docs: string): Promise<string[]> {
  return oneAtATime('docs', () => writeBoth(docs));
}

/** The page in both forms, by path relative to `docs/`: the same evidence and pictures give the same bytes. */
export async function pageFiles(docs: string): Promise<ReadonlyMap<string, string>> {
  const page = await pageOf(docs);
  return page === undefined
    ? new Map()
    : new Map([
        ['index.html', pageHtml(page)],
        ['README.md', pageMarkdown(page)],
      ]);
}

async function writeBoth(docs: string): Promise<string[]> {
  const warnings: string[] = [];
  for (const [name, content] of await pageFiles(docs)) {
    try {
      assertClean(content, name);
      await writeWhole(join(docs, name), content);
    } catch (error) {
      warnings.push(`docs/${name} could not be written: ${reasonOf(error)}`);
    }
  }
  return warnings;
}

/** @returns undefined when nothing is recorded */
export async function pageOf(docs: string): Promise<Page | undefined> {
  const [target] = await targetsIn(docs);
  if (target === undefined) return undefined;
  const files = countingAmong(await readEvidence(docs, target));
  const stale = await staleIn(files, target);
  const recorded: EvidenceText[] = [];
  for (const { evidence, text } of files) {
    if (evidence !== undefined) recorded.push({ evidence, text });
  }
  const newest = recorded
    .map(({ evidence }) => evidence)
    .toSorted(byTime)
    .at(-1);
  if (newest === undefined) return undefined;
  const proofs = await Promise.all(
    recorded.flatMap((source) =>
      source.evidence.proofs.map((proof) => pageProof(docs, source, { proof, stale })),
    ),
  );
  return {
    target: newest.target,
    sample: isSample(newest),
    region: newest.region,
    kit: newest.versions.kit,
    awsCli: newest.versions.awsCli,
    proofs: proofs
      .filter((proof) => proof !== undefined)
      .toSorted((a, b) => a.picture.number - b.picture.number),
    runs: recorded.map(({ evidence }) => runOf(evidence)),
    timeline: recorded.some(({ evidence }) => evidence.check === timelineCheck)
      ? await figureAt(docs, `${pictureFolder(target)}/timeline`)
      : undefined,
    architecture: await figureAt(docs, 'screenshots/architecture'),
  };
}

function byTime(a: Evidence, b: Evidence): number {
  return a.time < b.time ? -1 : 1;
}

async function pageProof(
  docs: string,
  source: EvidenceText,
  { proof, stale }: { proof: RecordedProof; stale: readonly StaleProof[] },
): Promise<PageProof | undefined> {
  const { check, title, target } = source.evidence;
  const figure = await figureAt(docs, `${pictureFolder(target)}/${pictureName(proof)}`);
  return figure === undefined
    ? undefined
    : {
        picture: pictureData(source, proof),
        figure,
        output: proof.output,
        check: `check ${check}: ${title}`,
        stale: stale.find(({ number }) => number === proof.number)?.changed ?? [],
      };
}

function runOf({ check, title, time, expectations }: Evidence) {
  const passed = expectations.filter(({ outcome }) => outcome === 'pass').length;
  return { step: check, title, time, passed, expectations: expectations.length };
}

/** A picture as it is on the disk; undefined when it was not drawn. */
async function figureAt(docs: string, file: string): Promise<Figure | undefined> {
  const [svg, txt] = await Promise.all(
    ['svg', 'txt'].map((ending) =>
      readFile(join(docs, `${file}.${ending}`), 'utf8').catch(() => undefined),
    ),
  );
  if (svg === undefined || txt === undefined) return undefined;
  const head = /<svg[^>]*>/.exec(svg)?.[0] ?? '';
  const size = (side: string) => Number(new RegExp(` ${side}="([\\d.]+)"`).exec(head)?.[1] ?? 0);
  const alt = unescapeHtml(/<desc[^>]*>([^<]*)<\/desc>/.exec(svg)?.[1] ?? '');
  return { file, alt, width: size('width'), height: size('height'), txt };
}

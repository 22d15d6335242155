import { join, relative, resolve } from 'node:path';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { sayNext } from '../lab/next.ts';
import type { Next } from '../lab/next.ts';
import { findSandbox } from '../lab/sandbox/handle.ts';
import type { Target } from '../lab/session.ts';
import { root } from '../lab/settings.ts';
import { bold, dim, green, labelled, red, say, yellow } from '../lab/terminal.ts';
import { pageFiles } from '../page/write-page.ts';
import { architectureFiles, differingAmong } from '../evidence/derived.ts';
import { filledNotes } from '../evidence/exam-notes.ts';
import { liveInputs, staleAgainst } from '../evidence/stale.ts';
import type { StaleProof } from '../evidence/stale.ts';
import { targetsIn, verifyEvidence } from '../evidence/verify.ts';
import type { Verification } from '../evidence/verify.ts';

const cannotProve =
  'This detects accidental edits, not forgery: whoever can write these files can write a new manifest. It does not prove who ran the lab, or when. A commit that was pushed at the time, a look at the lab while it is up, or a run before witnesses does.';

/**
 * `lab verify [DIR]`: DIR is a `docs` folder, by default the one of this checkout, which is also held against the
 * lab as it is now, when one is up.
 * @returns 0 when all holds, 1 when something was edited, is missing, extra, stale, or has another verdict, 2 when there is
 *   nothing but the sample that ships with the kit
 */
export async function verifyCommand(lab: Lab, words: readonly string[]): Promise<number> {
  if (words.length > 1)
    throw new LabError('"verify" takes one folder, or none for docs/', {
      hint: 'npx lab verify, or: npx lab verify DIR',
      exitCode: 2,
    });
  const docs = resolve(words[0] ?? join(root, 'docs'));
  const targets = await targetsIn(docs);
  if (targets.length === 0) {
    throw new LabError(`There is no evidence in ${docs}`, {
      hint: 'Make some with npm start, or name a folder that holds evidence/.',
      exitCode: 2,
    });
  }
  const reports = [];
  for (const target of targets) {
    const verification = await verifyEvidence(docs, target, { draw: true });
    const live = words.length === 0 ? await compareWithLab(lab, verification) : notCompared;
    reports.push({ verification, live });
  }
  const onlySample = reports.every(
    ({ verification: { evidence, sample } }) => sample.length === evidence.length,
  );
  const pages = await differingPages(docs);
  const good =
    pages.length === 0 &&
    reports.every(({ verification, live }) => holds(verification, live.stale));
  if (lab.options.json) {
    const list = reports.map(
      ({
        verification: {
          target,
          evidence,
          files,
          judged,
          drawn,
          differing,
          sample,
          findings,
          stale,
        },
        live,
      }) => ({
        target,
        files,
        judged,
        drawn,
        differing,
        sample,
        findings,
        stale,
        evidence: evidence.map(({ check, time, region }) => ({ check, time, region })),
        lab: live,
      }),
    );
    say(JSON.stringify({ schema: 1, good, targets: list, pages }, null, 2));
  } else {
    for (const { verification, live } of reports) print(verification, live, docs);
    line(
      pages.length === 0,
      'the page, the exam notes and the architecture picture are what the evidence gives',
    );
    for (const path of pages) say(`      differs  ${path}`);
    if (pages.length > 0) say(labelled('Next', 'Write them anew: npx lab pictures'));
    say();
    say(labelled('Note', cannotProve));
    if (words.length === 0) sayNext(lab, onlySample ? own : good ? publish : again);
  }
  if (!good) return 1;
  return onlySample ? 2 : 0;
}

/** Files of no single check that are not what the evidence gives; what is not there says nothing wrong. */
async function differingPages(docs: string): Promise<string[]> {
  const files = new Map([...architectureFiles(), ...(await pageFiles(docs))]);
  const differing = await differingAmong(docs, files);
  const notes = await filledNotes(docs).catch(() => undefined);
  if (notes !== undefined && notes.text !== notes.filled) differing.push('exam-notes.md');
  return differing;
}
const own: Next = { command: 'npm start', why: 'Records a run of your own.' };

const publish: Next = {
  command: 'npx lab redaction',
  why: 'Is anything secret left in docs/? Ask before you publish it.',
};

const again: Next = {
  command: 'npx lab check',
  why: 'Records anew what passes, while the lab is up. Without a lab: npm start',
};

interface Live {
  readonly note: string;
  readonly stale: readonly StaleProof[];
}

const notCompared: Live = {
  note: 'not held against a lab: this folder is somebody else’s',
  stale: [],
};

/** A verification starts nothing: it looks at a sandbox that runs, or at the account that it was given. */
async function compareWithLab(lab: Lab, { target, evidence, proofs }: Verification): Promise<Live> {
  const prefix = evidence[0]?.prefix;
  if (prefix === undefined) return { note: 'there is nothing to hold against a lab', stale: [] };
  const reachable: Record<Target, () => Promise<boolean>> = {
    aws: async () => lab.target() === 'aws',
    sandbox: async () => lab.target() === 'sandbox' && (await findSandbox()) !== undefined,
  };
  if (!(await reachable[target]())) {
    const how = target === 'aws' ? 'add --profile NAME to look' : 'no sandbox runs';
    return { note: `not held against the lab as it is now: ${how}`, stale: [] };
  }
  const live = await liveInputs(lab, prefix);
  return live === undefined
    ? {
        note: 'the lab has been cleaned up: there is nothing to hold the proofs against',
        stale: [],
      }
    : { note: 'held against the lab as it is now', stale: staleAgainst(proofs, live) };
}

function holds(
  { files, findings, stale, differing }: Verification,
  live: readonly StaleProof[],
): boolean {
  const { edited, missing, extra } = files;
  return [edited, missing, extra, differing, findings, stale, live].every(
    (list) => list.length === 0,
  );
}

function print(verification: Verification, live: Live, docs: string): void {
  const { target, evidence, files, judged, findings, drawn, differing, sample } = verification;
  const times = evidence.map(({ time }) => time).toSorted();
  const when = times.length === 0 ? '' : `  recorded ${times[0]} to ${times.at(-1)}`;
  say(
    `${bold(`Evidence in ${relative(process.cwd(), docs) || '.'}`)}  [${labels[target]}]${dim(when)}`,
  );
  const { checked, edited, missing, extra } = files;
  const changes = { edited, missing, extra };
  const intact = checked - edited.length - missing.length;
  if (checked > 0)
    line(intact === checked, `${intact} of ${checked} files are as the kit wrote them`);
  for (const [what, paths] of Object.entries(changes)) {
    for (const path of paths) say(`      ${what.padEnd(8)} ${path}`);
  }
  line(
    differing.length === 0,
    `${drawn - differing.length} of ${drawn} pictures and text twins are what the evidence gives, drawn again`,
  );
  for (const path of differing) say(`      differs  ${path}`);
  const reached = `${judged} of ${evidence.length} verdicts reached again from the recorded outputs`;
  line(findings.length === 0 && judged === evidence.length, reached);
  for (const { path, problem } of findings) say(`      ${path}: ${problem}`);
  const stale = [
    ...new Map([...verification.stale, ...live.stale].map((one) => [one.number, one])).values(),
  ];
  line(
    stale.length === 0,
    `${stale.length === 0 ? 'no proof is' : `${stale.length} proofs are`} stale ${dim(`(${live.note})`)}`,
  );
  for (const { number, title, changed } of stale.toSorted((a, b) => a.number - b.number)) {
    say(
      `      ${yellow('stale')}    proof ${number}, ${title}: changed since: ${changed.join(', ')}`,
    );
  }
  if (sample.length > 0) {
    const all = sample.length === evidence.length;
    const what = all ? 'This' : `${sample.length} of ${evidence.length}`;
    say(
      `  ${yellow('–')} ${what} is the sample run that ships with the kit: it is whole, and it proves nothing of yours`,
    );
  }
  say();
}

const labels: Record<Target, string> = { aws: yellow('AWS'), sandbox: green('SANDBOX') };

function line(good: boolean, text: string): void {
  say(`  ${good ? green('✓') : red('✗')} ${text}`);
}

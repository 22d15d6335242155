import { join } from 'node:path';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { sayNext } from '../lab/next.ts';
import { writePage } from '../page/write-page.ts';
import type { Target } from '../lab/session.ts';
import { root } from '../lab/settings.ts';
import { complain, green, say, yellow } from '../lab/terminal.ts';
import { architectureFiles } from '../evidence/derived.ts';
import { drawEvidence } from '../evidence/draw.ts';
import { fillExamNotes } from '../evidence/exam-notes.ts';
import { readEvidence } from '../evidence/read-evidence.ts';
import { targetsIn } from '../evidence/verify.ts';
import { writeFiles } from '../evidence/write-files.ts';
import type { Files } from '../evidence/write-files.ts';

/**
 * `lab pictures`: draws every picture again from the recorded evidence, fills in the exam notes and writes the page. Asks nobody;
 * the same evidence gives the same files.
 * @returns 0, or 1 when some evidence cannot be read or a file cannot be written
 */
export async function picturesCommand(lab: Lab, words: readonly string[]): Promise<number> {
  if (words.length > 0) {
    throw new LabError('"pictures" takes no arguments', {
      hint: 'npx lab pictures',
      exitCode: 2,
    });
  }
  const docs = join(root, 'docs');
  const targets = await targetsIn(docs);
  if (targets.length === 0) {
    throw new LabError('There is no evidence to draw', {
      hint: 'npm start makes some.',
      exitCode: 2,
    });
  }
  const warnings: string[] = [];
  for (const target of targets) {
    const files = await drawTarget(docs, target, warnings);
    warnings.push(...(await writeFiles(docs, target, files)));
    const count = [...files.keys()].filter((name) => name.endsWith('.png')).length;
    const label = target === 'sandbox' ? green('SANDBOX') : yellow('AWS');
    say(`${count} pictures in docs/screenshots/${target}/ [${label}]`);
  }
  warnings.push(...(await writeFiles(docs, undefined, architectureFiles())));
  warnings.push(...(await fillExamNotes(docs)), ...(await writePage(docs)));
  for (const warning of warnings) complain(`Warning: ${warning}`);
  const why = 'Holds the pictures and the evidence against their record. To read: docs/README.md';
  sayNext(lab, { command: 'npx lab verify', why });
  return warnings.length === 0 ? 0 : 1;
}

/** @param warnings gets one for each evidence that cannot be drawn */
async function drawTarget(docs: string, target: Target, warnings: string[]): Promise<Files> {
  const files = new Map<string, string | Uint8Array>();
  for (const { path, evidence, text, problem } of await readEvidence(docs, target)) {
    try {
      if (evidence === undefined) throw new Error(problem);
      for (const [name, content] of await drawEvidence({ evidence, text }))
        files.set(name, content);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      warnings.push(`docs/${path} cannot be drawn: ${reason}`);
    }
  }
  return files;
}

import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { LabError, reasonOf } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { ownDocs } from '../lab/made-files.ts';
import { sayNext } from '../lab/next.ts';
import { targetLabel } from '../lab/target-name.ts';
import { printable, say } from '../lab/terminal.ts';
import { writeWhole } from '../lab/write-whole.ts';
import { packHandIn } from '../portfolio/hand-in.ts';
import { handInFileName, nameProblem } from '../portfolio/hand-in-format.ts';
import { openMemory } from '../redaction/kept-memory.ts';

/**
 * `lab hand-in`: packs one's own evidence into one file that is named after the learner. Asks nobody but the learner, for the
 * name; running it again writes the file anew.
 * @returns 0; exit code 1 (LabError) for evidence of the sample, 2 when there is none, or no name
 */
export async function handInCommand(lab: Lab, words: readonly string[]): Promise<number> {
  if (words.length > 0) {
    throw new LabError('"hand-in" takes no arguments', {
      hint: 'npx lab hand-in --name "Ada Lovelace"',
      exitCode: 2,
    });
  }
  const name = (lab.options.name ?? (await askName())).trim();
  const problem = nameProblem(name);
  if (problem !== undefined)
    throw new LabError(
      `Cannot use ${JSON.stringify(name.slice(0, 100))} as your name: ${problem}`,
      {
        hint: 'npx lab hand-in --name "Ada Lovelace"',
        exitCode: 2,
      },
    );
  const { zip, targets, files } = await packHandIn(ownDocs, name, await openMemory([]));
  const folder = resolve(lab.options.out ?? '.');
  const file = join(folder, handInFileName(name));
  try {
    await mkdir(folder, { recursive: true });
    await writeWhole(file, zip);
  } catch (cause) {
    throw new LabError(`Cannot write ${file}: ${reasonOf(cause)}`, {
      hint: 'Choose another folder: --out DIR',
      exitCode: 2,
      cause,
    });
  }
  if (lab.options.json) {
    say(JSON.stringify({ file, name, targets, files }, null, 2));
    return 0;
  }
  const holds = targets.map(
    ({ target, proofs }) => `${proofs} of 15 proofs [${targetLabel(target)}]`,
  );
  say(`${printable(relative(process.cwd(), file))}: ${holds.join(', ')}, ${files} files`);
  sayNext(lab, {
    command: 'npx lab verify',
    why: 'Says whether your evidence holds. Then give the file to your instructor, who reads it with "npx lab class --evidence".',
  });
  return 0;
}

async function askName(): Promise<string> {
  if (!process.stdin.isTTY)
    throw new LabError('"hand-in" needs your name', {
      hint: 'npx lab hand-in --name "Ada Lovelace"',
      exitCode: 2,
    });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await asking.question('Your name, as your instructor knows it: ');
  } finally {
    asking.close();
  }
}

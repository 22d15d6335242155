import { relative } from 'node:path';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { ownDocs } from '../lab/made-files.ts';
import { sayNext } from '../lab/next.ts';
import { targetLabel } from '../lab/target-name.ts';
import { complain, labelled, say } from '../lab/terminal.ts';
import { destinationAt, writePortfolio } from '../portfolio/destination.ts';
import { wholeOwnRun } from '../portfolio/own-run.ts';
import { portfolioFiles } from '../portfolio/portfolio.ts';
import { verifyCommands } from '../portfolio/readme.ts';
import { openMemory } from '../redaction/kept-memory.ts';

/**
 * `lab portfolio DIR`: exports one whole run of one's own as a repository to publish, which verifies itself without the kit.
 * Asks nobody and starts nothing; running it again updates the folder.
 * @returns 0; exit code 1 (LabError) when the run is not one's own, not whole or does not verify, 2 when DIR cannot be used
 */
export async function portfolioCommand(lab: Lab, words: readonly string[]): Promise<number> {
  const [name, ...more] = words;
  if (name === undefined || more.length > 0) {
    throw new LabError('"portfolio" takes one folder', {
      hint: 'npx lab portfolio ../my-portfolio',
      exitCode: 2,
    });
  }
  const destination = await destinationAt(name);
  const run = await wholeOwnRun(ownDocs);
  const files = await portfolioFiles(ownDocs, run, { memory: await openMemory([]) });
  const { written, removed } = await writePortfolio(destination, files);
  const folder = relative(process.cwd(), destination.folder) || '.';
  if (lab.options.json) {
    say(
      JSON.stringify(
        {
          folder: destination.folder,
          target: run.target,
          files: [...files.keys()],
          written,
          removed,
        },
        null,
        2,
      ),
    );
    return 0;
  }
  const gone = removed === 0 ? '' : `, ${removed} removed`;
  say(
    `Portfolio in ${folder} [${targetLabel(run.target)}]: ${files.size} files, ${written} written${gone}`,
  );
  for (const remark of run.remarks) complain(`Not exported: ${remark}`);
  const screenshots = [...files.keys()].filter((path) => path.includes('/screenshots/console/'));
  if (screenshots.length > 0)
    say(
      labelled(
        'Look',
        `${screenshots.length} console screenshots are in it. Redaction reads the text in a PNG's metadata, not its pixels: look for account id, user name and mail address yourself before you publish.`,
      ),
    );
  say(labelled('Verify', `In that folder: ${verifyCommands.join(' && ')}`));
  sayNext(lab, {
    command: `cd ${folder} && git init -b main && git add -A && git commit -m "Lab 01"`,
    why: 'Then push it to a repository of yours. Settings, Pages, Source "GitHub Actions" publishes the page.',
  });
  return 0;
}

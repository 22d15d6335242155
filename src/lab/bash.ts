import { constants } from 'node:fs/promises';
import { LabError } from './errors.ts';
import { findOnPath } from './on-path.ts';

/**
 * The bash that the commands of the lab are run with: the first one on the PATH.
 * @throws LabError that says where it comes from
 */
export async function findBash(): Promise<string> {
  const name = process.platform === 'win32' ? 'bash.exe' : 'bash';
  const [bash] = await findOnPath([name], constants.X_OK);
  if (bash !== undefined) return bash;
  throw new LabError('Cannot run the commands of the lab: there is no bash on the PATH', {
    hint:
      process.platform === 'win32'
        ? 'Install Git for Windows, which brings bash, and start the kit from its terminal.'
        : 'Install bash (a package "bash" of your system), then run the command again.',
  });
}

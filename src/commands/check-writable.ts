import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LabError, reasonOf } from '../lab/errors.ts';

/**
 * Before work that takes long: that its result can be written to the file that somebody named. Makes nothing.
 * @param file relative to the working folder; undefined: none is written
 * @param option that named it: `--svg`
 * @throws LabError (exit code 2) when its folder is not there, or it cannot be written
 */
export async function checkFileWritable(file: string | undefined, option: string): Promise<void> {
  if (file === undefined) return;
  const folder = dirname(resolve(file));
  const isFolder = async (path: string) =>
    (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (!(await isFolder(folder)))
    throw notWritable(file, option, `there is no folder ${dirname(file)}`);
  if (await isFolder(resolve(file))) throw notWritable(file, option, 'it is a folder');
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw notWritable(file, option, reasonOf(cause));
  });
}

/**
 * As above, of a folder; where it is not there yet, it can be made.
 * @throws LabError (exit code 2)
 */
export async function checkFolderWritable(folder: string, option: string): Promise<void> {
  const found = await nearestFound(folder);
  if (!(await stat(found)).isDirectory()) throw notWritable(folder, option, `${found} is a file`);
  await access(found, constants.W_OK).catch((cause: unknown) => {
    throw notWritable(folder, option, reasonOf(cause));
  });
}

/** The path itself, or the first folder above it that is there. */
async function nearestFound(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearestFound(dirname(path));
}

function notWritable(path: string, option: string, why: string): LabError {
  return new LabError(`Cannot write to ${path}: ${why}`, {
    hint: `Nothing was done yet. Name another place: ${option} PATH`,
    exitCode: 2,
  });
}

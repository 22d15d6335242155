import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Whether the file exists and allows this access. */
export function isThere(path: string, mode: number = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** The files of these names in the folders of the PATH, in their order. */
export async function findOnPath(
  names: readonly string[],
  mode: number = constants.F_OK,
): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const present = await Promise.all(paths.map((path) => isThere(path, mode)));
  return paths.filter((_, i) => present[i]);
}

import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where learners put the screenshots that they take of the AWS console, relative to `docs/`. The kit writes nothing there. */
export const consoleFolder = 'screenshots/console';

/** A learner's own screenshot of the console, which stands beside the drawn proof. It is no evidence: nobody can judge it. */
export interface ConsoleScreenshot {
  /** Of its proof: the two digits at the beginning of its name. */
  readonly number: number;
  /** Relative to `docs/`. */
  readonly file: string;
  /** Pixels, as the PNG says. */
  readonly width: number;
  readonly height: number;
}

const named = /^(\d\d)-[\w.-]*\.png$/;
const signature = '89504e470d0a1a0a';
const headBytes = 24;

/**
 * The PNGs named `NN-*.png` in `screenshots/console/`, by name. What is named otherwise, is a link or is no PNG is left out.
 * @param docs a `docs` folder
 */
export async function consoleScreenshots(docs: string): Promise<ConsoleScreenshot[]> {
  const folder = join(docs, consoleFolder);
  const there = await lstat(folder).catch(() => undefined);
  // A link may lead to the screenshots of somebody else.
  if (there?.isDirectory() !== true) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((one) => one.isFile() && named.test(one.name))
    .map((one) => one.name);
  const found = names.toSorted().map(async (name): Promise<ConsoleScreenshot[]> => {
    const size = await sizeOf(join(folder, name)).catch(() => undefined);
    const number = Number(name.slice(0, 2));
    return size === undefined ? [] : [{ number, file: `${consoleFolder}/${name}`, ...size }];
  });
  return (await Promise.all(found)).flat();
}

/** @returns undefined when it is no PNG */
async function sizeOf(path: string) {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    if (bytesRead < headBytes || buffer.toString('hex', 0, 8) !== signature) return undefined;
    return { width: buffer.readUInt32BE(16), height: buffer.readUInt32BE(20) };
  } finally {
    await file.close();
  }
}

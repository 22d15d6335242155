import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { extractArchive } from './archive.ts';
import type { Workspace } from './environments/workspace.ts';

/** Unpacked code, one folder for each zip. */
export interface CodeFolders {
  /** Unpacks when first asked for. */
  folderOf(codeSha256: string): Promise<string>;
  /** Where the zip itself can be had; a `file:` URL, unlike the presigned one of AWS. */
  zipUrlOf(codeSha256: string): Promise<string>;
  /** @throws AwsError when `zip` is not what Lambda takes */
  add(zip: Buffer): Promise<void>;
  forget(codeSha256: string): Promise<void>;
}

export function createCodeFolders(
  openWorkspace: () => Workspace,
  zipOf: (codeSha256: string) => Buffer,
): CodeFolders {
  const unpacked = new Map<string, Promise<string>>();
  const zips = new Map<string, Promise<string>>();

  const inWorkspace = (name: string) => join(openWorkspace().folder, name);

  async function unpack(zip: Buffer, sha256: string): Promise<string> {
    // A new folder each time: one that is being removed must not be filled again.
    const folder = await mkdtemp(inWorkspace(`code-${hexOf(sha256)}-`));
    await extractArchive(zip, folder).catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    return folder;
  }

  function folderOf(sha256: string, zip?: Buffer): Promise<string> {
    const known = unpacked.get(sha256);
    if (known !== undefined) return known;
    const folder = unpack(zip ?? zipOf(sha256), sha256);
    unpacked.set(sha256, folder);
    folder.catch(() => unpacked.delete(sha256));
    return folder;
  }

  async function writeZip(sha256: string): Promise<string> {
    const file = inWorkspace(`${hexOf(sha256)}.zip`);
    await writeFile(file, zipOf(sha256));
    return pathToFileURL(file).href;
  }

  return {
    folderOf: (sha256) => folderOf(sha256),
    zipUrlOf(sha256) {
      const url = zips.get(sha256) ?? writeZip(sha256);
      zips.set(sha256, url);
      return url;
    },
    async add(zip) {
      await folderOf(sha256Of(zip), zip);
    },
    async forget(sha256) {
      const [folder, url] = [unpacked.get(sha256), zips.get(sha256)];
      unpacked.delete(sha256);
      zips.delete(sha256);
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
      if (url !== undefined) await rm(new URL(await url), { force: true });
    },
  };
}

export function sha256Of(zip: Buffer): string {
  return createHash('sha256').update(zip).digest('base64');
}

function hexOf(sha256: string): string {
  return Buffer.from(sha256, 'base64').toString('hex').slice(0, 16);
}

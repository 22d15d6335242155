import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuardian } from './guardian.ts';
import type { Guardian } from './guardian.ts';

/** The sandbox's own temporary folder for code and `/tmp`s, and who cleans up after a sudden end. */
export interface Workspace {
  readonly folder: string;
  readonly guardian: Guardian | undefined;
}

/** Made when a function first needs it: most sandboxes start without one. */
export function lazyWorkspace(): { open(): Workspace; close(): Promise<void> } {
  let workspace: Workspace | undefined;
  return {
    open() {
      if (workspace !== undefined) return workspace;
      // The real path, as Node.js writes it into traces.
      const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-lambda-')));
      // Ends Node.js's search for the nearest package.json here.
      writeFileSync(join(folder, 'package.json'), '{}\n');
      workspace = { folder, guardian: startGuardian(folder) };
      return workspace;
    },
    async close() {
      if (workspace === undefined) return;
      workspace.guardian?.close();
      await rm(workspace.folder, { recursive: true, force: true });
    },
  };
}

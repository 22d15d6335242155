import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runChild, temporaryCheckout } from './testing.ts';
import type { Checkout, Ended } from './testing.ts';

const minutes = (count: number) => count * 60_000;

/** The commands of the manual pages, as a person pastes them into a shell of their own. */
async function commandsOfPages(checkout: Checkout, from: string, to: string): Promise<string> {
  const folder = join(checkout.root, 'docs', 'manual');
  const pages = (await readdir(folder)).filter((name) => /^\d\d-/.test(name)).toSorted();
  const wanted = pages.filter((name) => name.slice(0, 2) >= from && name.slice(0, 2) <= to);
  const texts = await Promise.all(wanted.map((name) => readFile(join(folder, name), 'utf8')));
  return texts
    .flatMap((text) => [...text.matchAll(/^```bash\n(.*?)^```/gms)].map((match) => match[1]))
    .join('\n');
}

function paste(checkout: Checkout, commands: string) {
  const script = `set -eu\ncd '${checkout.root}'\neval "$('${process.execPath}' src/cli.ts env)"\n${commands}`;
  return runChild('bash', ['-c', script], {
    cwd: checkout.root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root },
  });
}

/** What was written to stderr, without the kit's own notice of a port that another sandbox holds. */
function complaints({ stderr }: Ended): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('lab: port'));
}

describe('the commands of docs/manual', () => {
  it(
    'pasted into a shell build the lab that the checks accept, and delete it again',
    async () => {
      await using checkout = await temporaryCheckout();
      const built = await paste(checkout, await commandsOfPages(checkout, '00', '08'));
      expect(complaints(built)).toEqual([]);
      expect(built.code).toBe(0);

      // The clock of a person who reads on while the poison is retried: the sandbox skips it.
      expect((await checkout.lab(['step', '9'])).code).toBe(0);
      const looked = await paste(checkout, await commandsOfPages(checkout, '09', '10'));
      expect(looked.code).toBe(0);
      expect(looked.stdout).toContain('FAIL-please-retry-me');
      const check = await checkout.lab(['check']);
      expect(check.stdout).toContain('11 of 11 checks passed');
      expect(check.code).toBe(0);

      const deleted = await paste(checkout, await commandsOfPages(checkout, '11', '11'));
      expect(complaints(deleted)).toEqual([]);
      const certificate = await checkout.lab(['check', '11']);
      expect(certificate.stdout).toContain('PASS');
    },
    minutes(4),
  );
});

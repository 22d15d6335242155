import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../judging/report-json.ts';
import { runChild, temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout, Ended } from '../lab/checkout.ts';

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

const bySteps = { LAB_PREFIX: 'steps-' };

async function runSteps(checkout: Checkout, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    const { code, stderr } = await checkout.lab(['step', String(number)], bySteps);
    expect(`${code} ${stderr}`).toMatch(/^0 /);
  }
}

/** What `lab check` of the lab built by the steps would say. Its evidence takes long and is not the point. */
function judgeWithoutRecording(checkout: Checkout): Promise<Ended> {
  const program = `
const { ownLab } = await import('./src/lab/lab.ts');
const { plainOptions } = await import('./src/lab/options.ts');
const { judgeSteps } = await import('./src/judging/judge-steps.ts');
const judged = await judgeSteps(ownLab(plainOptions));
console.log(JSON.stringify({ checks: judged.map(({ result }) => result) }));`;
  return runChild(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: checkout.root,
    environment: { PATH: process.env['PATH'] ?? '', HOME: checkout.root, ...bySteps },
  });
}

/** All that a check says of a lab but for its prefix, and the seconds that were measured. */
function verdictsOf({ stdout }: Ended) {
  const { checks } = JSON.parse(stdout.replaceAll(bySteps.LAB_PREFIX, '')) as Pick<
    Report,
    'checks'
  >;
  return checks.flatMap(({ step, title, expectations }) =>
    expectations.map(({ actual, ...rest }) => {
      const measured = rest.id === 'one-visibility-timeout-apart';
      return { step, title, ...rest, actual: measured ? 'seconds' : actual };
    }),
  );
}

describe('the commands of docs/manual', () => {
  it('pasted into a shell build the lab that the checks accept, in the same words as that of the steps, and delete it again', async () => {
    await using checkout = await temporaryCheckout();
    expect((await checkout.lab(['sandbox', 'start'])).code).toBe(0);
    // Beside it, under a prefix, the same lab built by the steps; from the zip on they share the checkout's files.
    const [built] = await Promise.all([
      paste(checkout, await commandsOfPages(checkout, '00', '08')),
      runSteps(checkout, [1, 2, 3, 4]),
    ]);
    expect(complaints(built)).toEqual([]);
    expect(built.code).toBe(0);
    await runSteps(checkout, [5, 6, 7, 8]);

    // The clock of a person who reads on while the poison is retried: the sandbox skips it.
    expect((await checkout.lab(['step', '9'])).code).toBe(0);
    await runSteps(checkout, [9]);
    const looked = await paste(checkout, await commandsOfPages(checkout, '09', '10'));
    expect(looked.code).toBe(0);
    expect(looked.stdout).toContain('FAIL-please-retry-me');

    const byHand = verdictsOf(await checkout.lab(['check', '--json']));
    expect(byHand.length).toBeGreaterThan(55);
    expect(new Set(byHand.map(({ outcome }) => outcome))).toEqual(new Set(['pass']));
    expect(verdictsOf(await judgeWithoutRecording(checkout))).toEqual(byHand);

    const deleted = await paste(checkout, await commandsOfPages(checkout, '11', '11'));
    expect(complaints(deleted)).toEqual([]);
    const certificate = await checkout.lab(['check', '11']);
    expect(certificate.stdout).toContain('PASS');
  });
});

import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleDocs } from '../../lab/made-files.ts';
import { temporaryCheckout } from '../lab/checkout.ts';
import type { Checkout } from '../lab/checkout.ts';

/**
 * A checkout whose owner has recorded a whole run: the sample, in a kit that does not know it for one. In everything else it
 * is the kit as it is.
 */
export async function ownCheckout(): Promise<Checkout> {
  const checkout = await temporaryCheckout();
  const unknown = { files: {}, identities: [], rhythms: [], earlier: [], screens: {} };
  await writeFile(join(checkout.root, 'src/evidence/sample.json'), `${JSON.stringify(unknown)}\n`);
  await rm(join(checkout.root, 'docs', 'sample'), { recursive: true });
  for (const folder of ['evidence', 'screenshots'])
    await cp(join(sampleDocs, folder), join(checkout.root, 'docs', folder), { recursive: true });
  // The pictures of the sample say so: one's own are drawn anew.
  const drawn = await checkout.lab(['pictures']);
  if (drawn.code !== 0) throw new Error(drawn.stderr);
  return checkout;
}

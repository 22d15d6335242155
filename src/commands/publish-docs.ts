import { join } from 'node:path';
import { publish } from '../evidence/publish.ts';
import type { Published } from '../evidence/publish.ts';
import { reasonOf } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { root } from '../lab/settings.ts';
import { complain } from '../lab/terminal.ts';
import { openMemory } from '../redaction/kept-memory.ts';
import { redactor } from '../redaction/redact.ts';

/**
 * Publishes what the evidence in `docs/` gives, without any name that this checkout has met since it was recorded.
 * It warns and never throws: verdicts stand.
 * @returns undefined when nothing could be published
 */
export async function publishDocs(lab: Lab): Promise<Published | undefined> {
  try {
    const { accountId } = await lab.session();
    const redact = redactor(await openMemory([accountId]));
    const published = await publish(join(root, 'docs'), { redact });
    for (const warning of published.warnings) complain(`Warning: ${warning}`);
    return published;
  } catch (error) {
    complain(`Warning: docs/ was not published: ${reasonOf(error)}`);
    return undefined;
  }
}

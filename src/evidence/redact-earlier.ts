import { derivedFrom } from './derived.ts';
import type { Memory } from '../redaction/memory.ts';
import { redactor } from '../redaction/redact.ts';
import { readEvidence } from './read-evidence.ts';
import type { Evidence } from './record.ts';
import { targetsIn } from './verify.ts';
import { writeFiles } from './write-files.ts';

/**
 * What one file has told is hidden in every file: evidence that was recorded before a name was known to be one is
 * written anew without it, with all that is drawn from it.
 * @returns warnings, as `writeFiles` does
 */
export async function redactEarlier(docs: string, memory: Memory): Promise<string[]> {
  const redact = redactor(memory);
  const warnings: string[] = [];
  for (const target of await targetsIn(docs)) {
    for (const { path, text, evidence } of await readEvidence(docs, target)) {
      const clean = evidence === undefined ? text : redact(text);
      if (clean === text) continue;
      const source = { evidence: JSON.parse(clean) as Evidence, text: clean };
      const files = new Map<string, string | Uint8Array>([
        [path, clean],
        ...(await derivedFrom(source, path)),
      ]);
      warnings.push(...(await writeFiles(docs, target, files)));
    }
  }
  return warnings;
}

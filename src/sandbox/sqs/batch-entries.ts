import { structuresIn, textIn } from '../constraints/values.ts';
import { AwsError } from '../errors.ts';
import type { WireObject } from '../types.ts';
import {
  batchEntryIdsNotDistinct,
  emptyBatchRequest,
  invalidBatchEntryId,
  tooManyEntries,
} from './errors.ts';

/** The rules for the batch as a whole: breaking one fails the request. */
export function readEntries(input: WireObject, entryType: string): readonly WireObject[] {
  const entries = structuresIn(input, 'Entries');
  if (entries.length === 0) throw emptyBatchRequest(entryType);
  if (entries.length > 10) throw tooManyEntries(entries.length);
  const ids = entries.map((entry) => textIn(entry, 'Id') ?? '');
  if (!ids.every((id) => /^[A-Za-z0-9_-]{1,80}$/.test(id))) throw invalidBatchEntryId();
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw batchEntryIdsNotDistinct(repeated);
  return entries;
}

/** Does the work for each entry; what fails with an error of AWS fails alone. */
export function forEachEntry(
  entries: readonly WireObject[],
  work: (entry: WireObject) => WireObject,
): WireObject {
  const successful: WireObject[] = [];
  const failed: WireObject[] = [];
  for (const entry of entries) {
    try {
      successful.push({ Id: entry['Id'], ...work(entry) });
    } catch (error) {
      // What cannot be read at all is no entry that could fail alone.
      if (!(error instanceof AwsError) || error.code === 'SerializationException') throw error;
      const code = error.queryErrorCode ?? error.code;
      failed.push({ Id: entry['Id'], Code: code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful: successful, ...(failed.length > 0 && { Failed: failed }) };
}

import type { DecidedCall } from '../gateway/authorize.ts';

/** More than a whole run of the lab makes; what comes after that is counted, not kept. */
const most = 20_000;

export type CallRecord = ReturnType<typeof createCallRecord>;

/**
 * The calls that were made while somebody wanted to know: who asked for what, and what IAM said. It is how the
 * policies of people are proven to be neither too narrow nor too wide. In memory only; off until it is asked for.
 */
export function createCallRecord() {
  let calls: DecidedCall[] = [];
  let dropped = 0;
  let recording = false;
  return {
    /** Starts an empty record, or ends recording and keeps what there is. */
    record(wanted: boolean): void {
      recording = wanted;
      if (wanted) [calls, dropped] = [[], 0];
    },
    add(call: DecidedCall): void {
      if (!recording) return;
      if (calls.length < most) calls.push(call);
      else dropped += 1;
    },
    get all(): { readonly calls: readonly DecidedCall[]; readonly dropped: number } {
      return { calls, dropped };
    },
  };
}

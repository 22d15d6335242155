import { escapeAround } from './encodings.ts';
import type { View } from './encodings.ts';

/** A secret in a text: where it stands, what it is, and what is shown in its place. */
export interface Found {
  readonly kind: string;
  readonly alias: string;
  readonly start: number;
  readonly end: number;
  /** The secret itself, its escapes undone. */
  readonly secret: string;
}

/** Found in a view of the text, whose own places these are. */
export type Hit = Omit<Found, 'secret'>;

const hidden =
  /^(?:~|\?signature-hidden|request-[0-9a-f]{12}|(?:AWSReservedSSO-|[A-Z]{4}-)?hidden)$/;
const hiddenThing =
  /^(?:alias|base64|host|ip|key|mac|mail|organization|private-key|receipt-handle|secret|secret-key|signature|sso|temp|text|phone|token|FAIL|trace|vpc|subnet|sg|eni|igw|rtb|nat|vpce|acl|eipalloc|i|vol|snap|ami|lt)-hidden$/;

/** What stands in the place of a secret is none. */
export function isHidden(text: string): boolean {
  return hidden.test(text) || hiddenThing.test(text);
}

export function replaceSecrets(text: string, found: readonly Found[]): string {
  let [result, last] = ['', 0];
  for (const { start, end, alias } of found) {
    result += text.slice(last, start) + alias;
    last = end;
  }
  return result + text.slice(last);
}

/**
 * One after the other: where two overlap, the span of both with the alias of the longer one.
 * @param deepest tells which characters are one escape: `\nada@example.com` is no mail to "nada"
 */
export function merged(found: readonly Found[], deepest: View | undefined): Found[] {
  const result: Found[] = [];
  const whole = found.map((one) =>
    deepest === undefined ? one : { ...one, ...withoutHalfEscapes(one, deepest) },
  );
  for (const next of whole.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (next.start >= next.end) continue;
    if (last === undefined || next.start >= last.end) {
      result.push(next);
    } else if (next.end > last.end) {
      const longer = next.end - next.start > last.end - last.start ? next : last;
      result[result.length - 1] = { ...longer, start: last.start, end: next.end };
    }
  }
  return result;
}

function withoutHalfEscapes({ start, end }: Found, deepest: View): { start: number; end: number } {
  return {
    start: escapeAround(start, deepest)?.end ?? start,
    end: escapeAround(end, deepest)?.end ?? end,
  };
}

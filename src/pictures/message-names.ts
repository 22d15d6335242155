/** A message of a run: when it was sent, or first seen where that is not known. */
export interface Named {
  readonly messageId: string;
  readonly failed: boolean;
  readonly start: number;
}

/** In the order in which they were sent; what was sent in one moment has no order, and goes by its id. */
export function inSendOrder<T extends { readonly messageId: string }>(
  messages: readonly T[],
  startOf: (message: T) => number,
): T[] {
  return messages.toSorted(
    (a, b) => startOf(a) - startOf(b) || (a.messageId < b.messageId ? -1 : 1),
  );
}

/**
 * What each message is called: its body where that is recorded (a dead letter has one), else a number in the order of
 * sending, since the log of the worker has no bodies.
 * @param bodies by message id
 */
export function messageNames(
  messages: readonly Named[],
  bodies: ReadonlyMap<string, string>,
): Map<string, string> {
  const counts = { good: 0, failing: 0 };
  const names = new Map<string, string>();
  for (const { messageId, failed } of inSendOrder(messages, ({ start }) => start)) {
    if (names.has(messageId)) continue;
    const body = bodies.get(messageId);
    const kind = failed ? 'failing' : 'good';
    if (body === undefined) counts[kind] += 1;
    names.set(messageId, body ?? `${kind} ${counts[kind]}`);
  }
  return names;
}

/** What a command printed, and how to pick from it what a picture shows. */

/**
 * The JSON in the output of a proof's command: the document, a list of them when there are several, undefined
 * when there is none. The CLI indents, so a document begins at the start of a line and nothing in it does.
 */
export function printedJson(output: string): unknown {
  const documents = output
    .trim()
    .split(/\n(?=[[{])/)
    .flatMap((text) => parsed(text));
  return documents.length > 1 ? documents : documents[0];
}

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

/** `pick(printed, 'Attributes', 'QueueArn')`: undefined when it was not printed. */
export function pick(printed: unknown, ...path: readonly (number | string)[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<number | string, unknown>)[key]
        : undefined,
    printed,
  );
}

/** A list that was printed; one that was not, or is no list, is empty. */
export function pickList(printed: unknown, ...path: readonly (number | string)[]): unknown[] {
  const value = path.length === 0 ? printed : pick(printed, ...path);
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** A number with its unit; undefined stays undefined, so that what was not printed is seen as such. */
export function withUnit(value: unknown, unit: string): string | undefined {
  return isScalar(value) ? `${value} ${unit}` : undefined;
}

/** `1209600` -> `14 days (1209600 s)` */
export function days(seconds: unknown): string | undefined {
  return isScalar(seconds) ? `${Number(seconds) / 86_400} days (${seconds} s)` : undefined;
}

function isScalar(value: unknown): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}

/** A value in one line: texts as they are. */
export function shortJson(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

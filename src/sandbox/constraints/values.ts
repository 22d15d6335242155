import type { WireObject } from '../types.ts';
import { isWireObject } from '../wire.ts';

// What stands in an input that the reader has found to be as the model says. Anything else is as good as missing.

export function textIn(input: WireObject, member: string): string | undefined {
  const value = input[member];
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(input: WireObject, member: string): number | undefined {
  const value = input[member];
  return typeof value === 'number' ? value : undefined;
}

export function flagIn(input: WireObject, member: string): boolean | undefined {
  const value = input[member];
  return typeof value === 'boolean' ? value : undefined;
}

/** A list of texts; undefined when there is none. */
export function textsIn(input: WireObject, member: string): readonly string[] | undefined {
  const value = input[member];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

export function structuresIn(input: WireObject, member: string): readonly WireObject[] {
  const value = input[member];
  return Array.isArray(value) ? value.filter((item) => isWireObject(item)) : [];
}

/** A map of texts: tags, attributes. */
export function textMapIn(input: WireObject, member: string): Readonly<Record<string, string>> {
  const value = input[member];
  if (!isWireObject(value)) return {};
  const entries = Object.entries(value).flatMap(([key, text]) =>
    typeof text === 'string' ? [[key, text] as const] : [],
  );
  return Object.fromEntries(entries);
}

export function structureMapIn(
  input: WireObject,
  member: string,
): Readonly<Record<string, WireObject>> {
  const value = input[member];
  if (!isWireObject(value)) return {};
  const entries = Object.entries(value).flatMap(([key, item]) =>
    isWireObject(item) ? [[key, item] as const] : [],
  );
  return Object.fromEntries(entries);
}

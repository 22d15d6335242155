import type { WireObject } from '../types.ts';
import { missingParameter, wrongType } from './errors.ts';

// Reads members of a request. Absent and null mean the same; another type is refused.

export function optionalString(input: WireObject, member: string): string | undefined {
  const value = input[member] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw wrongType(member, 'a String');
  return value;
}

/** @throws MissingParameter when absent or empty */
export function requiredString(input: WireObject, member: string): string {
  const value = optionalString(input, member);
  if (value === undefined || value === '') throw missingParameter(member);
  return value;
}

export function optionalInteger(input: WireObject, member: string): number | undefined {
  const value = input[member] ?? undefined;
  if (value !== undefined && !Number.isSafeInteger(value)) throw wrongType(member, 'an Integer');
  return value as number | undefined;
}

export function stringList(input: WireObject, member: string): readonly string[] {
  const value = input[member] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw wrongType(member, 'a list of String');
  }
  return value;
}

export function stringMap(input: WireObject, member: string): Readonly<Record<string, string>> {
  const value = objectOf(input[member] ?? {}, member);
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'string') throw wrongType(`${member}.${key}`, 'a String');
  }
  return value as Record<string, string>;
}

export function objectMap(input: WireObject, member: string): Readonly<Record<string, WireObject>> {
  const value = objectOf(input[member] ?? {}, member);
  for (const [key, item] of Object.entries(value)) objectOf(item, `${member}.${key}`);
  return value as Record<string, WireObject>;
}

export function objectList(input: WireObject, member: string): readonly WireObject[] {
  const value = input[member] ?? [];
  if (!Array.isArray(value)) throw wrongType(member, 'a list');
  return value.map((item: unknown) => objectOf(item, member));
}

function objectOf(value: unknown, member: string): WireObject {
  if (!isObject(value)) throw wrongType(member, 'a structure');
  return value;
}

export function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { isWireObject } from '../wire.ts';
import type { Shape } from './table.ts';

/** One rule of a shape, as AWS words it. */
export interface Rule {
  readonly rule: 'enum' | 'max' | 'min' | 'pattern';
  readonly text: string;
  readonly holds: (value: unknown) => boolean;
}

/** The value as the shape has it; undefined when it is of another type. */
export function valueOf({ type }: Shape, value: unknown, isText: boolean): unknown {
  switch (type) {
    case 'structure':
    case 'map':
      return isWireObject(value) ? value : undefined;
    case 'list':
      if (isText && value === '') return [];
      return Array.isArray(value) ? value : undefined;
    case 'blob':
      return typeof value === 'string' || Buffer.isBuffer(value) ? value : undefined;
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'boolean':
      return booleanOf(value, isText);
    case 'timestamp':
      return typeof value === 'object' ? undefined : value;
    default:
      return numberOf(type, value, isText);
  }
}

function booleanOf(value: unknown, isText: boolean): boolean | undefined {
  if (isText && (value === 'true' || value === 'false')) return value === 'true';
  return typeof value === 'boolean' ? value : undefined;
}

function numberOf(type: string, value: unknown, isText: boolean): number | undefined {
  const isWritten = isText && typeof value === 'string' && value.trim() !== '';
  const number = isWritten ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  const isWhole = type === 'integer' || type === 'long';
  return isWhole && !Number.isSafeInteger(number) ? undefined : number;
}

/** The texts are those of the JSON protocol; Query has one of its own for all. */
export function wrongType({ type }: Shape, value: unknown): string {
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (typeof value === 'object') return 'Start of structure or map found where not expected.';
  if (type === 'list' || type === 'structure' || type === 'map') return `Expected ${type} or null`;
  const token = typeof value === 'boolean' ? String(value) : typeof value;
  const wanted = `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  return `${token.toUpperCase()}_VALUE cannot be converted to ${wanted}`;
}

/** Longest first, then shortest, as AWS lists them. */
export function rulesOf(shape: Shape): Rule[] {
  const { min, max, pattern, enum: values } = shape;
  const isNumber = ['double', 'float', 'integer', 'long'].includes(shape.type);
  const what = isNumber ? 'value' : 'length';
  const rules: Rule[] = [];
  if (max !== undefined) {
    const text = `Member must have ${what} less than or equal to ${numberText(shape, max)}`;
    rules.push({ rule: 'max', text, holds: (value) => sizeOf(value) <= max });
  }
  if (min !== undefined) {
    const text = `Member must have ${what} greater than or equal to ${numberText(shape, min)}`;
    rules.push({ rule: 'min', text, holds: (value) => sizeOf(value) >= min });
  }
  if (pattern !== undefined) {
    const text = `Member must satisfy regular expression pattern: ${pattern}`;
    rules.push({
      rule: 'pattern',
      text,
      holds: (value) => patternOf(pattern).test(String(value)),
    });
  }
  if (values !== undefined) {
    const text = `Member must satisfy enum value set: [${values.join(', ')}]`;
    rules.push({ rule: 'enum', text, holds: (value) => values.includes(String(value)) });
  }
  return rules;
}

/** As Java prints it: a double always has a fraction. */
export function numberText({ type }: Pick<Shape, 'type'>, value: number): string {
  const hasFraction = type === 'double' || type === 'float';
  return hasFraction && Number.isInteger(value) ? `${value}.0` : String(value);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return isWireObject(value) ? Object.keys(value).length : 0;
}

const patterns = new Map<string, RegExp>();

/** Matched against the whole value, as Java does. */
export function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(`^(?:${source})$`, 'u');
    patterns.set(source, pattern);
  }
  return pattern;
}

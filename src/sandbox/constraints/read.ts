import { isWireObject } from '../wire.ts';
import type { WireObject } from '../types.ts';
import type { ServiceConstraints, Shape } from './table.ts';

/** One way in which an input is not what the service model says. */
export interface Violation {
  /** The member as AWS's errors name it: `tags.1.member.key`, `loggingConfig.logFormat`. */
  readonly member: string;
  readonly rule: 'enum' | 'max' | 'min' | 'pattern' | 'required' | 'type';
  /** The model's name of the shape: `roleNameType`. */
  readonly shape: string;
  /** As AWS words it: `Value 'x' at 'roleName' failed to satisfy constraint: …`. */
  readonly text: string;
}

/** What differs between protocols, and between a model and its service. */
export interface ReaderOptions {
  /** Query: every value is a text, and an empty text is the empty list. */
  readonly protocol: 'json' | 'query';
  /** By shape name: where a service is known to ask for something else than its model says. */
  readonly corrections?: Readonly<Record<string, Partial<Shape>>>;
}

/** Gives what is wrong with an input of an operation; nothing for one that the model allows. */
export type ConstraintReader = (operation: string, input: WireObject) => Violation[];

/** Reads inputs as the service model describes them; the order of the errors is AWS's as far as recorded. */
export function constraintReader(
  service: ServiceConstraints,
  { protocol, corrections = {} }: ReaderOptions,
): ConstraintReader {
  const shapeOf = (name: string): Shape => {
    const shape = service.shapes[name];
    if (shape === undefined) throw new Error(`The table of constraints has no shape ${name}`);
    return { ...shape, ...corrections[name] };
  };

  /** As Java prints it: `[a, b]`, `{key=value}`, `2.0`. */
  function javaText(value: unknown, shape: Shape | undefined): string {
    const inner = shape?.member ?? shape?.value;
    const shapeInside = inner === undefined ? undefined : shapeOf(inner);
    const text = (one: unknown) => javaText(one, shapeInside);
    if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
    if (isWireObject(value)) {
      const pairs = Object.entries(value).map(([key, one]) => `${key}=${text(one)}`);
      return `{${pairs.join(', ')}}`;
    }
    const isWhole = typeof value === 'number' && Number.isInteger(value);
    return isWhole && shape?.type === 'double' ? `${value}.0` : String(value);
  }

  function failed(shape: Shape, value: unknown, member: string, rule: string): string {
    const shown = shape.sensitive === true ? '' : ` '${javaText(value, shape)}'`;
    return `Value${shown} at '${member}' failed to satisfy constraint: ${rule}`;
  }

  function violationsIn(
    name: string,
    value: unknown,
    member: string,
    isText: boolean,
  ): Violation[] {
    const shape = shapeOf(name);
    const read = valueOf(shape, value, isText);
    if (read === undefined) {
      return [{ member, rule: 'type', shape: name, text: wrongType(shape, value) }];
    }
    const found = brokenRules(shape, read).map(({ rule, text }) => ({
      member,
      rule,
      shape: name,
      text: failed(shape, read, member, text),
    }));
    return [...found, ...violationsInside(shape, read, { name, member, isText })];
  }

  function violationsInside(
    shape: Shape,
    value: unknown,
    { name, member, isText }: { name: string; member: string; isText: boolean },
  ): Violation[] {
    if (isWireObject(value) && shape.type === 'structure') {
      return structureViolations(shape, value, { name, member, isText });
    }
    if (Array.isArray(value) && shape.member !== undefined) {
      return listViolations(shape, value, { name, member, isText });
    }
    return isWireObject(value) && shape.type === 'map'
      ? mapViolations(shape, value, { name, member, isText })
      : [];
  }

  function structureViolations(
    shape: Shape,
    value: WireObject,
    { name, member, isText }: { name: string; member: string; isText: boolean },
  ): Violation[] {
    const named = (key: string) =>
      member === '' ? lowerFirst(key) : `${member}.${lowerFirst(key)}`;
    // As recorded: what stands in the path is told last.
    const inPath = (key: string) => shape.locations?.[key] === 'uri';
    const members = Object.entries(shape.members ?? {});
    const ordered = [
      ...members.filter(([key]) => !inPath(key)),
      ...members.filter(([key]) => inPath(key)),
    ];
    return ordered.flatMap(([key, inner]): Violation[] => {
      const given = value[key];
      if (given !== undefined && given !== null) {
        const outside = shape.locations?.[key] !== undefined;
        return violationsIn(inner, given, named(key), isText || outside);
      }
      if (shape.required?.includes(key) !== true) return [];
      const text = `Value null at '${named(key)}' failed to satisfy constraint: Member must not be null`;
      return [{ member: named(key), rule: 'required', shape: name, text }];
    });
  }

  /** What is wrong with texts of a list is told once, of the list; structures are told one by one. */
  function listViolations(
    shape: Shape,
    value: readonly unknown[],
    { member, isText }: { name: string; member: string; isText: boolean },
  ): Violation[] {
    const inner = shape.member ?? '';
    const innerShape = shapeOf(inner);
    const each = value.map((item, i) =>
      violationsIn(inner, item, `${member}.${i + 1}.member`, isText),
    );
    if (innerShape.type === 'structure') return each.flat();
    const [first] = each.flat();
    if (first === undefined || first.rule === 'type') return first === undefined ? [] : [first];
    const rules = [...rulesOf(innerShape), 'Member must not be null'].join(', ');
    const text = failed(shape, value, member, `Member must satisfy constraint: [${rules}]`);
    return [{ ...first, member, text }];
  }

  function mapViolations(
    shape: Shape,
    value: WireObject,
    { member, isText }: { name: string; member: string; isText: boolean },
  ): Violation[] {
    const [keyName = '', valueName = ''] = [shape.key, shape.value];
    const keys = Object.keys(value).flatMap((key) => violationsIn(keyName, key, member, true));
    const values = Object.values(value).flatMap((one) =>
      violationsIn(valueName, one, member, isText),
    );
    const wrongTypes = [...keys, ...values].filter(({ rule }) => rule === 'type');
    if (wrongTypes.length > 0) return wrongTypes.slice(0, 1);
    const told = (violations: readonly Violation[], words: string, rules: readonly string[]) =>
      violations.slice(0, 1).map((violation) => ({
        ...violation,
        member,
        text: failed(
          shape,
          value,
          member,
          `${words} must satisfy constraint: [${rules.join(', ')}]`,
        ),
      }));
    return [
      ...told(keys, 'Map keys', rulesOf(shapeOf(keyName))),
      ...told(values, 'Map value', [...rulesOf(shapeOf(valueName)), 'Member must not be null']),
    ];
  }

  return (operation, input) => {
    const name = service.operations[operation];
    if (name === undefined)
      throw new Error(`The table of constraints has no operation ${operation}`);
    if (name === null) return [];
    const violations = violationsIn(name, input, '', protocol === 'query');
    // A value of another type ends the reading: nothing else is said of the input.
    const wrongType = violations.find(({ rule }) => rule === 'type');
    return wrongType === undefined ? violations : [wrongType];
  };
}

/** The value as the shape has it; undefined when it is of another type. */
function valueOf({ type }: Shape, value: unknown, isText: boolean): unknown {
  if (type === 'structure' || type === 'map') return isWireObject(value) ? value : undefined;
  if (type === 'list') {
    if (isText && value === '') return [];
    return Array.isArray(value) ? value : undefined;
  }
  if (type === 'blob')
    return typeof value === 'string' || Buffer.isBuffer(value) ? value : undefined;
  if (type === 'string') return typeof value === 'string' ? value : undefined;
  if (type === 'boolean') {
    if (isText && typeof value === 'string') return { true: true, false: false }[value];
    return typeof value === 'boolean' ? value : undefined;
  }
  if (type === 'timestamp') return typeof value === 'object' ? undefined : value;
  return numberOf(type, value, isText);
}

function numberOf(type: string, value: unknown, isText: boolean): number | undefined {
  const isWritten = isText && typeof value === 'string' && value.trim() !== '';
  const number = isWritten ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  const isWhole = type === 'integer' || type === 'long';
  return isWhole && !Number.isSafeInteger(number) ? undefined : number;
}

/** The texts are those of the JSON protocol; Query has one of its own for all. */
function wrongType({ type }: Shape, value: unknown): string {
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (typeof value === 'object') return 'Start of structure or map found where not expected.';
  if (type === 'list') return 'Expected list or null';
  if (type === 'structure' || type === 'map') return `Expected ${type} or null`;
  const token = `${typeof value === 'boolean' ? String(value).toUpperCase() : (typeof value).toUpperCase()}_VALUE`;
  return `${token} cannot be converted to ${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

interface Rule {
  readonly rule: Violation['rule'];
  readonly text: string;
  readonly holds: (value: unknown) => boolean;
}

/** Longest first, then shortest, as AWS lists them. */
function rulesFor(shape: Shape): Rule[] {
  const { min, max, pattern } = shape;
  const isNumber = ['double', 'float', 'integer', 'long'].includes(shape.type);
  const what = isNumber ? 'value' : 'length';
  const shown = (limit: number) =>
    ['double', 'float'].includes(shape.type) && Number.isInteger(limit) ? `${limit}.0` : limit;
  return [
    max === undefined
      ? undefined
      : {
          rule: 'max' as const,
          text: `Member must have ${what} less than or equal to ${shown(max)}`,
          holds: (value: unknown) => sizeOf(value) <= max,
        },
    min === undefined
      ? undefined
      : {
          rule: 'min' as const,
          text: `Member must have ${what} greater than or equal to ${shown(min)}`,
          holds: (value: unknown) => sizeOf(value) >= min,
        },
    pattern === undefined
      ? undefined
      : {
          rule: 'pattern' as const,
          text: `Member must satisfy regular expression pattern: ${pattern}`,
          holds: (value: unknown) => patternOf(pattern).test(String(value)),
        },
    shape.enum === undefined
      ? undefined
      : {
          rule: 'enum' as const,
          text: `Member must satisfy enum value set: [${shape.enum.join(', ')}]`,
          holds: (value: unknown) => shape.enum?.includes(String(value)) === true,
        },
  ].filter((rule) => rule !== undefined);
}

function rulesOf(shape: Shape): string[] {
  return rulesFor(shape).map(({ text }) => text);
}

function brokenRules(shape: Shape, value: unknown): Rule[] {
  return rulesFor(shape).filter(({ holds }) => !holds(value));
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

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

import { isWireObject } from '../wire.ts';
import type { WireObject } from '../types.ts';
import { numberText, rulesOf, valueOf, wrongType } from './rules.ts';
import type { Rule } from './rules.ts';
import type { ServiceConstraints, Shape } from './table.ts';

/** One way in which an input is not what the service model says. */
export interface Violation {
  /** The member as AWS's errors name it: `tags.1.member.key`, `loggingConfig.logFormat`. */
  readonly member: string;
  readonly rule: Rule['rule'] | 'required' | 'type';
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

/** Where in an input a value stands. */
interface Place {
  readonly member: string;
  /** Everything there is a text: Query, and what stands in paths, query strings and headers. */
  readonly isText: boolean;
}

/**
 * Reads inputs as the service model describes them. Rules and their order are worded as AWS was recorded
 * to word them.
 */
export function constraintReader(
  service: ServiceConstraints,
  { protocol, corrections = {} }: ReaderOptions,
): ConstraintReader {
  const shapeOf = (name: string): Shape => {
    const shape = service.shapes[name];
    if (shape === undefined) throw new Error(`The table of constraints has no shape ${name}`);
    return { ...shape, ...corrections[name] };
  };

  function violationsIn(name: string, value: unknown, place: Place): Violation[] {
    const shape = shapeOf(name);
    const { member } = place;
    if (value === null) return [missing(name, member)];
    const read = valueOf(shape, value, place.isText);
    if (read === undefined) {
      return [{ member, rule: 'type', shape: name, text: wrongType(shape, value) }];
    }
    const broken = rulesOf(shape).filter(({ holds }) => !holds(read));
    return [
      ...broken.map(({ rule, text }) => ({
        member,
        rule,
        shape: name,
        text: failed(shape, read, member, text),
      })),
      ...violationsInside(shape, read, { name, ...place }),
    ];
  }

  function violationsInside(
    shape: Shape,
    value: unknown,
    place: Place & { readonly name: string },
  ): Violation[] {
    if (Array.isArray(value)) return listViolations(shape, value, place);
    if (!isWireObject(value)) return [];
    if (shape.type === 'structure') return structureViolations(shape, value, place);
    return shape.type === 'map' ? mapViolations(shape, value, place) : [];
  }

  function structureViolations(
    shape: Shape,
    value: WireObject,
    { name, member, isText }: Place & { readonly name: string },
  ): Violation[] {
    const prefix = member === '' ? '' : `${member}.`;
    const inPath = ([key]: [string, string]) => shape.locations?.[key] === 'uri';
    const members = Object.entries(shape.members ?? {});
    // What stands in the path is told last.
    const ordered = [...members.filter((one) => !inPath(one)), ...members.filter(inPath)];
    return ordered.flatMap(([key, inner]): Violation[] => {
      const at = prefix + lowerFirst(key);
      const given = value[key];
      if (given === undefined || given === null) {
        return shape.required?.includes(key) === true ? [missing(name, at)] : [];
      }
      const isOutside = shape.locations?.[key] !== undefined;
      return violationsIn(inner, given, { member: at, isText: isText || isOutside });
    });
  }

  /** What is wrong with texts of a list is told once, of the list; structures are told one by one. */
  function listViolations(
    shape: Shape,
    value: readonly unknown[],
    { member, isText }: Place,
  ): Violation[] {
    const inner = shape.member ?? '';
    const each = value.flatMap((item, i) =>
      violationsIn(inner, item, { member: `${member}.${i + 1}.member`, isText }),
    );
    if (shapeOf(inner).type === 'structure') return each;
    return toldOnce(each, { shape, value, member }, { words: 'Member', inner, nullable: false });
  }

  function mapViolations(shape: Shape, value: WireObject, { member, isText }: Place): Violation[] {
    const { key = '', value: inner = '' } = shape;
    const whole = { shape, value, member };
    const keys = Object.keys(value).flatMap((one) =>
      violationsIn(key, one, { member, isText: true }),
    );
    const values = Object.values(value).flatMap((one) =>
      violationsIn(inner, one, { member, isText }),
    );
    return [
      ...toldOnce(keys, whole, { words: 'Map keys', inner: key, nullable: true }),
      ...toldOnce(values, whole, { words: 'Map value', inner, nullable: false }),
    ];
  }

  /** All rules of what is inside, told of the whole. */
  function toldOnce(
    violations: readonly Violation[],
    { shape, value, member }: { shape: Shape; value: unknown; member: string },
    { words, inner, nullable }: { words: string; inner: string; nullable: boolean },
  ): Violation[] {
    const first = violations.find(({ rule }) => rule === 'type') ?? violations[0];
    if (first === undefined || first.rule === 'type') return first === undefined ? [] : [first];
    const rules = [
      ...rulesOf(shapeOf(inner)).map(({ text }) => text),
      ...(nullable ? [] : ['Member must not be null']),
    ].join(', ');
    const text = failed(shape, value, member, `${words} must satisfy constraint: [${rules}]`);
    return [{ ...first, member, text }];
  }

  function failed(shape: Shape, value: unknown, member: string, rule: string): string {
    const shown = shape.sensitive === true ? '' : ` '${javaText(value, shape)}'`;
    return `Value${shown} at '${member}' failed to satisfy constraint: ${rule}`;
  }

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
    if (typeof value === 'number' && shape !== undefined) return numberText(shape, value);
    return String(value);
  }

  return (operation, input) => {
    const name = service.operations[operation];
    if (name === undefined) {
      throw new Error(`The table of constraints has no operation ${operation}`);
    }
    if (name === null) return [];
    const violations = violationsIn(name, input, { member: '', isText: protocol === 'query' });
    // A value of another type ends the reading: nothing else is said of the input.
    const ofAnotherType = violations.find(({ rule }) => rule === 'type');
    return ofAnotherType === undefined ? violations : [ofAnotherType];
  };
}

function missing(shape: string, member: string): Violation {
  const text = `Value null at '${member}' failed to satisfy constraint: Member must not be null`;
  return { member, rule: 'required', shape, text };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

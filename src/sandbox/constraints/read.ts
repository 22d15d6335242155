import { isWireObject } from '../wire.ts';
import type { WireObject } from '../types.ts';
import { numberText, rulesOf, valueOf, wrongType } from './rules.ts';
import type { Rule } from './rules.ts';
import type { ServiceConstraints, Shape } from './table.ts';

/** One way in which an input is not what the service model says. */
export interface Violation {
  /** The member as AWS's errors name it: `tags.1.member.key`, `loggingConfig.logFormat`. */
  readonly member: string;
  /** The same in the model's own names, positions from 0: `['Tags', 0, 'Key']`. */
  readonly path: Path;
  /** Null in a list or a map, undefined for a member that is not there. */
  readonly value: unknown;
  readonly rule: Rule['rule'] | 'required' | 'type';
  /** The model's name of the shape, `roleNameType`; or the place where it has a correction of its own. */
  readonly shape: string;
  /** `string`, `integer`, `list`, …: what the value should be. */
  readonly type: string;
  /** As AWS words it: `Value 'x' at 'roleName' failed to satisfy constraint: …`. */
  readonly text: string;
}

type Path = readonly (number | string)[];

/** What differs between protocols, and between a model and its service. */
export interface ReaderOptions {
  /** Query: every value is a text, and an empty text is the empty list. */
  readonly protocol: 'json' | 'query';
  /**
   * Where a service is known to ask for something else than its model says: by the name of a shape, or, for
   * one member alone, of its structure and the member: `ReceiveMessageRequest.MaxNumberOfMessages`.
   */
  readonly corrections?: Readonly<Record<string, Partial<Shape>>>;
  /** A required member that is there and empty is missing. */
  readonly emptyIsMissing?: boolean;
}

/** Tells what is wrong with an input; nothing for one that the model allows. */
export interface ConstraintReader {
  /** The whole input of an operation. */
  input(operation: string, input: WireObject): Violation[];
  /** One member of it alone. */
  member(operation: string, input: WireObject, member: string): Violation[];
  /** A structure that stands for itself: one entry of a batch. */
  structure(shape: string, value: WireObject): Violation[];
}

/** A shape with its corrections and rules, made once for each place that has its own. */
interface Checked {
  readonly name: string;
  readonly shape: Shape;
  readonly rules: readonly Rule[];
  /** Of a structure, in the order in which AWS tells of them. */
  readonly members: readonly MemberOf[];
}

interface MemberOf {
  readonly key: string;
  readonly checked: () => Checked;
  readonly isRequired: boolean;
  /** Travels outside of the body, where everything is a text. */
  readonly isOutside: boolean;
}

/** Where in an input a value stands. */
interface Place {
  readonly path: Path;
  /** Everything there is a text: Query, and what stands in paths, query strings and headers. */
  readonly isText: boolean;
}

/**
 * Reads inputs as the service model describes them. Rules and their order are worded as AWS was recorded
 * to word them.
 */
export function constraintReader(
  service: ServiceConstraints,
  { protocol, corrections = {}, emptyIsMissing = false }: ReaderOptions,
): ConstraintReader {
  const made = new Map<string, Checked>();
  const isText = protocol === 'query';

  /** @param at the structure and the member, for corrections of this member alone */
  function checkedOf(name: string, at = ''): Checked {
    const correction = corrections[at];
    const key = correction === undefined ? name : at;
    let checked = made.get(key);
    if (checked === undefined) {
      const inTable = service.shapes[name];
      if (inTable === undefined) throw new Error(`The table of constraints has no shape ${name}`);
      const shape = { ...inTable, ...corrections[name], ...correction };
      checked = { name: key, shape, rules: rulesOf(shape), members: membersOf(name, shape) };
      made.set(key, checked);
    }
    return checked;
  }

  function membersOf(name: string, shape: Shape): MemberOf[] {
    const isInPath = (key: string) => shape.locations?.[key] === 'uri';
    const keys = Object.keys(shape.members ?? {});
    // What stands in the path is told last.
    return [...keys.filter((key) => !isInPath(key)), ...keys.filter(isInPath)].map((key) => ({
      key,
      checked: () => checkedOf(shape.members?.[key] ?? '', `${name}.${key}`),
      isRequired: shape.required?.includes(key) ?? false,
      isOutside: shape.locations?.[key] !== undefined,
    }));
  }

  function violationsIn(checked: Checked, value: unknown, place: Place): Violation[] {
    const { shape, rules } = checked;
    if (value === null) return [missing(checked, place.path, null)];
    const read = valueOf(shape, value, place.isText);
    if (read === undefined) {
      return [
        violation(checked, place.path, { rule: 'type', value, text: wrongType(shape, value) }),
      ];
    }
    const inside = violationsInside(checked, read, place);
    const broken = rules.filter(({ holds }) => !holds(read));
    if (broken.length === 0) return inside;
    return [
      ...broken.map(({ rule, text }) =>
        violation(checked, place.path, {
          rule,
          value: read,
          text: failed(shape, read, place.path, text),
        }),
      ),
      ...inside,
    ];
  }

  function violationsInside(checked: Checked, value: unknown, place: Place): Violation[] {
    if (Array.isArray(value)) return listViolations(checked, value, place);
    if (!isWireObject(value)) return [];
    const { type } = checked.shape;
    if (type === 'structure') {
      return checked.members.flatMap((member) => memberViolations(checked, value, member, place));
    }
    return type === 'map' ? mapViolations(checked, value, place) : [];
  }

  function memberViolations(
    within: Checked,
    value: WireObject,
    { key, checked, isRequired, isOutside }: MemberOf,
    place: Place,
  ): Violation[] {
    const given = value[key];
    const path = [...place.path, key];
    if (given === undefined || given === null) {
      return isRequired ? [missing(within, path, undefined)] : [];
    }
    const found = violationsIn(checked(), given, { path, isText: place.isText || isOutside });
    const isAsGoodAsMissing = emptyIsMissing && isRequired && found.length === 0 && isEmpty(given);
    return isAsGoodAsMissing ? [missing(within, path, undefined)] : found;
  }

  /** What is wrong with texts of a list is told once, of the list; structures are told one by one. */
  function listViolations(
    checked: Checked,
    value: readonly unknown[],
    { path, isText }: Place,
  ): Violation[] {
    const inner = checkedOf(checked.shape.member ?? '');
    const each = value.flatMap((item, i) =>
      violationsIn(inner, item, { path: [...path, i], isText }),
    );
    if (inner.shape.type === 'structure' || each.length === 0) return each;
    return toldOnce(each, { checked, value, path }, { words: 'Member', inner, nullable: false });
  }

  function mapViolations(
    checked: Checked,
    value: WireObject,
    { path, isText }: Place,
  ): Violation[] {
    const [key, inner] = [checkedOf(checked.shape.key ?? ''), checkedOf(checked.shape.value ?? '')];
    const whole = { checked, value, path };
    const keys = Object.keys(value).flatMap((one) =>
      violationsIn(key, one, { path, isText: true }),
    );
    const values = Object.entries(value).flatMap(([name, one]) =>
      violationsIn(inner, one, { path: [...path, name], isText }),
    );
    return [
      ...toldOnce(keys, whole, { words: 'Map keys', inner: key, nullable: true }),
      ...toldOnce(values, whole, { words: 'Map value', inner, nullable: false }),
    ];
  }

  /** All rules of what is inside, told of the whole. */
  function toldOnce(
    violations: readonly Violation[],
    { checked, value, path }: { checked: Checked; value: unknown; path: Path },
    { words, inner, nullable }: { words: string; inner: Checked; nullable: boolean },
  ): Violation[] {
    const first = violations.find(({ rule }) => rule === 'type') ?? violations[0];
    if (first === undefined || first.rule === 'type') return first === undefined ? [] : [first];
    const rules = [
      ...inner.rules.map(({ text }) => text),
      ...(nullable ? [] : ['Member must not be null']),
    ].join(', ');
    const rule = `${words} must satisfy constraint: [${rules}]`;
    return [{ ...first, member: memberName(path), text: failed(checked.shape, value, path, rule) }];
  }

  function failed(shape: Shape, value: unknown, path: Path, rule: string): string {
    const shown = shape.sensitive === true ? '' : ` '${javaText(value, shape)}'`;
    return `Value${shown} at '${memberName(path)}' failed to satisfy constraint: ${rule}`;
  }

  /** As Java prints it: `[a, b]`, `{key=value}`, `2.0`. */
  function javaText(value: unknown, shape: Shape | undefined): string {
    const inner = shape?.member ?? shape?.value;
    const shapeInside = inner === undefined ? undefined : checkedOf(inner).shape;
    const text = (one: unknown) => javaText(one, shapeInside);
    if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
    if (isWireObject(value)) {
      const pairs = Object.entries(value).map(([key, one]) => `${key}=${text(one)}`);
      return `{${pairs.join(', ')}}`;
    }
    if (typeof value === 'number' && shape !== undefined) return numberText(shape, value);
    return String(value);
  }

  function inputShape(operation: string): Checked | undefined {
    const name = service.operations[operation];
    if (name === undefined) {
      throw new Error(`The table of constraints has no operation ${operation}`);
    }
    return name === null ? undefined : checkedOf(name);
  }

  /** A value of another type ends the reading: nothing else is said of the input. */
  function typeAlone(violations: Violation[]): Violation[] {
    const ofAnotherType = violations.find(({ rule }) => rule === 'type');
    return ofAnotherType === undefined ? violations : [ofAnotherType];
  }

  const top: Place = { path: [], isText };
  return {
    input(operation, input) {
      const shape = inputShape(operation);
      return shape === undefined ? [] : typeAlone(violationsIn(shape, input, top));
    },
    member(operation, input, name) {
      const shape = inputShape(operation);
      const member = shape?.members.find(({ key }) => key === name);
      if (shape === undefined || member === undefined) return [];
      return typeAlone(memberViolations(shape, input, member, top));
    },
    structure: (shape, value) => typeAlone(violationsIn(checkedOf(shape), value, top)),
  };
}

function violation(
  { name, shape }: Checked,
  path: Path,
  what: Pick<Violation, 'rule' | 'text' | 'value'>,
): Violation {
  return { member: memberName(path), path, shape: name, type: shape.type, ...what };
}

function missing(within: Checked, path: Path, value: null | undefined): Violation {
  const text = `Value null at '${memberName(path)}' failed to satisfy constraint: Member must not be null`;
  return violation(within, path, { rule: 'required', value, text });
}

/** As Java's beans are called, lists from 1: `tags.1.member.key`. */
function memberName(path: Path): string {
  const parts = path.map((part) =>
    typeof part === 'number' ? `${part + 1}.member` : lowerFirst(part),
  );
  return parts.join('.');
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 0;
  return isWireObject(value) && Object.keys(value).length === 0;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

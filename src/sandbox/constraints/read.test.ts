import { describe, expect, test } from 'vitest';
import { LabClock } from '../clock.ts';
import { createServices } from '../services.ts';
import { Store } from '../store.ts';
import { noFaults } from '../types.ts';
import { constraintReader } from './read.ts';
import { patternOf } from './rules.ts';
import { constraintTable } from './table.ts';
import type { ServiceConstraints } from './table.ts';

const service: ServiceConstraints = {
  apiVersion: '2026-01-01',
  operations: { Do: 'DoRequest', Nothing: null },
  shapes: {
    DoRequest: {
      type: 'structure',
      required: ['Name'],
      members: {
        Id: 'Count',
        Name: 'Name',
        Count: 'Count',
        Kinds: 'Kinds',
        Items: 'Items',
        Labels: 'Labels',
        Secret: 'Secret',
        Flag: 'Flag',
      },
      locations: { Id: 'uri', Flag: 'querystring' },
    },
    Name: { type: 'string', min: 2, max: 4, pattern: '[a-z]+|[0-9]+' },
    Count: { type: 'integer', min: 1, max: 9 },
    Kinds: { type: 'list', member: 'Kind', max: 2 },
    Kind: { type: 'string', enum: ['a', 'b'] },
    Items: { type: 'list', member: 'Item' },
    Item: { type: 'structure', required: ['Key'], members: { Key: 'Name' } },
    Labels: { type: 'map', key: 'Name', value: 'Share' },
    Share: { type: 'double', max: 1 },
    Secret: { type: 'string', max: 1, sensitive: true },
    Flag: { type: 'boolean' },
  },
};
const json = constraintReader(service, { protocol: 'json' });
const query = constraintReader(service, { protocol: 'query' });
const texts = (input: object) => json.input('Do', { Name: 'ok', ...input }).map(({ text }) => text);
const failed = 'failed to satisfy constraint: Member must';

describe('what an input breaks is told as AWS words it', () => {
  test.each<[string, object, string[]]>([
    ['nothing', {}, []],
    ['null is missing', { Count: null }, []],
    ['a required member', { Name: undefined }, [`Value null at 'name' ${failed} not be null`]],
    [
      'length and pattern of one value, both',
      { Name: 'ABCDE' },
      [
        `Value 'ABCDE' at 'name' ${failed} have length less than or equal to 4`,
        `Value 'ABCDE' at 'name' ${failed} satisfy regular expression pattern: [a-z]+|[0-9]+`,
      ],
    ],
    [
      'a pattern counts for the whole value',
      { Name: 'ab1' },
      [`Value 'ab1' at 'name' ${failed} satisfy regular expression pattern: [a-z]+|[0-9]+`],
    ],
    [
      'a number',
      { Count: 0 },
      [`Value '0' at 'count' ${failed} have value greater than or equal to 1`],
    ],
    [
      'a list that is too long',
      { Kinds: ['a', 'b', 'a'] },
      [`Value '[a, b, a]' at 'kinds' ${failed} have length less than or equal to 2`],
    ],
    [
      'texts of a list, all in one',
      { Kinds: ['x', 'y'] },
      [
        `Value '[x, y]' at 'kinds' ${failed} satisfy constraint: [Member must satisfy enum value set: [a, b], Member must not be null]`,
      ],
    ],
    [
      'structures of a list, one by one',
      { Items: [{ Key: 'ok' }, {}, { Key: 'a' }] },
      [
        `Value null at 'items.2.member.key' ${failed} not be null`,
        `Value 'a' at 'items.3.member.key' ${failed} have length greater than or equal to 2`,
      ],
    ],
    [
      'keys and values of a map',
      { Labels: { X: 2 } },
      [
        "Value '{X=2.0}' at 'labels' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 4, Member must have length greater than or equal to 2, Member must satisfy regular expression pattern: [a-z]+|[0-9]+]",
        "Value '{X=2.0}' at 'labels' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must not be null]",
      ],
    ],
    [
      'null in a list',
      { Kinds: ['a', null] },
      [
        `Value '[a, null]' at 'kinds' ${failed} satisfy constraint: [Member must satisfy enum value set: [a, b], Member must not be null]`,
      ],
    ],
    [
      'null in a map',
      { Labels: { ok: null } },
      [
        "Value '{ok=null}' at 'labels' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must not be null]",
      ],
    ],
    ['another type in a list', { Kinds: ['x', 1] }, ['NUMBER_VALUE cannot be converted to String']],
    [
      'a name of JavaScript for a boolean',
      { Flag: 'constructor' },
      ['STRING_VALUE cannot be converted to Boolean'],
    ],
    [
      'a sensitive value, unsaid',
      { Secret: 'abc' },
      [`Value at 'secret' ${failed} have length less than or equal to 1`],
    ],
    [
      'what is in the path comes last',
      { Id: 99, Name: 'x' },
      [
        `Value 'x' at 'name' ${failed} have length greater than or equal to 2`,
        `Value '99' at 'id' ${failed} have value less than or equal to 9`,
      ],
    ],
    ['a text outside of the body stands for a boolean', { Flag: 'true' }, []],
    [
      'a text outside of the body that is no boolean',
      { Flag: 'x' },
      ['STRING_VALUE cannot be converted to Boolean'],
    ],
    ['a text for a number', { Count: '1' }, ['STRING_VALUE cannot be converted to Integer']],
    ['a number for a text', { Name: 1 }, ['NUMBER_VALUE cannot be converted to String']],
    ['a fraction', { Count: 1.5 }, ['NUMBER_VALUE cannot be converted to Integer']],
    ['a list for a text', { Name: ['ok'] }, ['Start of list found where not expected']],
    ['a text for a list', { Kinds: 'a' }, ['Expected list or null']],
    [
      'another type says nothing else',
      { Count: 0, Name: {} },
      ['Start of structure or map found where not expected.'],
    ],
  ])('%s', (_what, input, expected) => {
    expect(texts(input)).toEqual(expected);
  });

  test('an operation without input', () => {
    expect(json.input('Nothing', { anything: 1 })).toEqual([]);
  });

  test('over Query every value is a text, and an empty text an empty list', () => {
    expect(query.input('Do', { Name: 'ok', Count: '9', Flag: 'false', Kinds: '' })).toEqual([]);
    expect(query.input('Do', { Name: 'ok', Count: 'x' })).toMatchObject([
      { rule: 'type', member: 'count' },
    ]);
  });

  test('a service may ask for less than its model, or for more', () => {
    const read = constraintReader(service, {
      protocol: 'json',
      corrections: { Count: { max: 3 }, Name: { pattern: undefined } },
    });
    expect(read.input('Do', { Name: 'AB', Count: 4 })).toMatchObject([
      { member: 'count', rule: 'max' },
    ]);
  });

  test('a member may be corrected in one structure alone', () => {
    const corrections = { 'DoRequest.Count': { max: 3 } };
    const read = constraintReader(service, { protocol: 'json', corrections });
    expect(read.input('Do', { Name: 'ok', Id: 9, Count: 4 })).toMatchObject([
      { path: ['Count'], rule: 'max', shape: 'DoRequest.Count', value: 4 },
    ]);
  });

  test('where empty is missing, it is so for required members of the right type', () => {
    const items = { Do: 'DoRequest' };
    const shapes = { ...service.shapes, Name: { type: 'string' } };
    const options = { protocol: 'json', emptyIsMissing: true } as const;
    const read = constraintReader({ ...service, operations: items, shapes }, options);
    expect(read.input('Do', { Name: '', Kinds: [] })).toMatchObject([
      { rule: 'required', path: ['Name'] },
    ]);
    expect(read.input('Do', { Name: [] })).toMatchObject([{ rule: 'type', path: ['Name'] }]);
  });

  test('one member, and one structure, can be read alone', () => {
    expect(json.member('Do', { Count: 0 }, 'Name')).toMatchObject([{ rule: 'required' }]);
    expect(json.structure('Item', { Key: 'x' })).toMatchObject([{ rule: 'min', path: ['Key'] }]);
  });
});

describe('the table', () => {
  const world = {
    store: new Store(':memory:'),
    clock: new LabClock({ standingAt: 0 }),
    accountId: '111122223333',
    faults: { ...noFaults },
  };
  const services = createServices(world).all.filter(({ name }) => name in constraintTable.services);

  test('has every operation that is served: after a change run src/setup/generate-constraints.ts', () => {
    for (const { name, operations } of services) {
      const table = constraintTable.services[name as keyof typeof constraintTable.services];
      expect(Object.keys(table.operations)).toEqual(Object.keys(operations).toSorted());
    }
    expect(services).toHaveLength(6);
  });

  test('says from which models it was made, and when', () => {
    expect(constraintTable.models).toMatch(/^AWS CLI \d+\.\d+\.\d+$/);
    expect(constraintTable.generated).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  test('has only patterns that can be matched', () => {
    const shapes = Object.values(constraintTable.services).flatMap((one) =>
      Object.values(one.shapes),
    );
    const patterns = shapes.flatMap(({ pattern }) => pattern ?? []);
    expect(patterns.length).toBeGreaterThan(20);
    for (const pattern of patterns) expect(patternOf(pattern).test('')).toBeTypeOf('boolean');
  });
});

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { constraintsOf, endpointPrefixes, readModel } from './service-models.ts';

const model = {
  metadata: { apiVersion: '2015-03-31', endpointPrefix: 'lambda' },
  operations: {
    Do: { input: { shape: 'DoRequest' } },
    Ask: {},
    Other: { input: { shape: 'Big' } },
  },
  shapes: {
    DoRequest: {
      type: 'structure',
      required: ['Name'],
      members: {
        Name: { shape: 'Name', location: 'uri', locationName: 'Name' },
        Inner: { shape: 'DoRequest', documentation: 'A circle.' },
        Tags: { shape: 'Tags' },
      },
      documentation: 'Does.',
    },
    Name: { type: 'string', min: 1, max: 64, pattern: '[a-z]+', sensitive: true },
    Tags: { type: 'map', key: { shape: 'Name' }, value: { shape: 'Kind' } },
    Kind: { type: 'string', enum: ['a', 'b'] },
    Big: { type: 'structure', members: {} },
  },
};
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-test-'));
  const put = async (name: string, content: string | Buffer) => {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  await put('plain/2014-01-01/service-2.json', JSON.stringify({ metadata: {} }));
  await put('plain/2015-03-31/service-2.json', JSON.stringify(model));
  await put('zipped/2015-03-31/service-2.json.gz', gzipSync(JSON.stringify(model)));
  await put('endpoints.json', '{}');
});
afterAll(() => rm(folder, { recursive: true }));

test('the newest version of a model is read, gzipped or not', () => {
  expect(readModel(folder, 'plain')).toEqual(model);
  expect(readModel(folder, 'zipped')).toEqual(model);
});

test('a service without a model is named', () => {
  expect(() => readModel(folder, 'nothing')).toThrow('nothing');
});

test('the table takes the shapes of the operations asked for, without their prose', () => {
  const table = constraintsOf(readModel(folder, 'plain'), ['Do', 'Ask']);
  expect(JSON.parse(JSON.stringify(table))).toEqual({
    apiVersion: '2015-03-31',
    operations: { Ask: null, Do: 'DoRequest' },
    shapes: {
      DoRequest: {
        type: 'structure',
        required: ['Name'],
        members: { Name: 'Name', Inner: 'DoRequest', Tags: 'Tags' },
        locations: { Name: 'uri' },
      },
      Kind: { type: 'string', enum: ['a', 'b'] },
      Name: { type: 'string', min: 1, max: 64, pattern: '[a-z]+', sensitive: true },
      Tags: { type: 'map', key: 'Name', value: 'Kind' },
    },
  });
});

test('an operation that no model has is named', () => {
  expect(() => constraintsOf(readModel(folder, 'plain'), ['Fly'])).toThrow('no operation Fly');
});

test('endpoint prefixes are those of all services', () => {
  expect(endpointPrefixes(folder)).toEqual(['lambda']);
});

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { sampleDocs } from '../lab/made-files.ts';
import { readEvidence } from './read-evidence.ts';
import type { Evidence } from './evidence.ts';
import { readExperiments } from './judge-experiment.ts';
import {
  countingAmong,
  isSample,
  isSampleRecord,
  sampleFile,
  sampleOf,
  samplesAmong,
} from './sample.ts';
import type { Sample } from './sample.ts';
import { sha256 } from './manifest.ts';

const sample = JSON.parse(await readFile(sampleFile, 'utf8')) as Sample;
const present = (await readEvidence(sampleDocs, 'sandbox')).flatMap(({ path, text, evidence }) =>
  evidence === undefined ? [] : [{ path, text, evidence }],
);

/** Evidence that nobody has recorded but this test. */
const own: Evidence = {
  schema: 1,
  target: 'SANDBOX',
  check: '01',
  title: 'x',
  verdict: 'pass',
  time: '2031-01-01T00:00:00.001Z',
  region: 'us-east-1',
  accountId: '123456789012',
  prefix: '',
  versions: { kit: '1', node: '24', awsCli: '2' },
  observations: [],
  expectations: [],
  proofs: [],
};

test('the sample is known by its requests, revisions, mapping, messages, streams and times', () => {
  expect(Object.keys(sample.files)).toHaveLength(12);
  expect(sample.identities.length).toBeGreaterThan(40);
});

test('samples that earlier versions came with stay known', () => {
  expect(sample.earlier.length).toBeGreaterThan(0);
  for (const { identities, rhythms } of [sample, ...sample.earlier]) {
    expect(identities.length).toBeGreaterThan(40);
    expect(rhythms.length).toBeGreaterThan(5);
  }
});

describe('the sample in docs/sample/', () => {
  test('is the one whose digests ship with the kit', () => {
    const digests = present.map(({ path, text }) => [path, sha256(text)]);
    expect(Object.fromEntries(digests)).toEqual(sample.files);
  });

  test('is known by what is written down of it', () => {
    const texts = new Map(present.map(({ path, text }) => [path, text]));
    const { identities } = sampleOf(texts);
    expect(identities.filter((one) => !sample.identities.includes(one))).toEqual([]);
  });

  test('is the sample, each of its files, also after an edit', () => {
    for (const { evidence } of present) {
      expect(isSample(evidence)).toBe(true);
      expect(isSample({ ...evidence, prefix: 'ada-', accountId: '444455556666' })).toBe(true);
    }
  });

  test('is the sample, each of its files, when every identifier is gone and all times are moved', () => {
    const moved = present.map(({ evidence }) => ({
      ...evidence,
      time: new Date(Date.parse(evidence.time) + 86_400_123).toISOString(),
      observations: [],
    }));
    expect(moved.filter((one) => isSample(one))).toEqual([]);
    expect(samplesAmong([...moved, own])).toEqual(new Set(moved));
  });

  test('counts as nothing beside evidence of one’s own, and is shown where there is none', () => {
    const all = present.map(({ evidence }) => evidence);
    expect([...all, own].filter((one) => !isSample(one))).toEqual([own]);
    const files = [...all, own].map((evidence) => ({ evidence }));
    expect(countingAmong(files)).toEqual([{ evidence: own }]);
    expect(countingAmong(files.slice(0, -1))).toHaveLength(all.length);
  });
});

test('a run of one’s own is not the sample', () => {
  expect(isSample(own)).toBe(false);
});

test('the records of experiments in the sample are known as its own, also after an edit', async () => {
  const records = (await readExperiments(sampleDocs, 'sandbox')).flatMap(
    ({ record }) => record ?? [],
  );
  expect(records.length).toBeGreaterThan(20);
  for (const record of records) {
    expect(isSampleRecord(record)).toBe(true);
    const moved = { ...record, time: '2031-01-01T00:00:00.001Z' };
    const hasSent = Object.values(record.sides).some(({ sent }) => sent.length > 0);
    expect([record.experiment, isSampleRecord(moved)]).toEqual([record.experiment, hasSent]);
    expect(isSampleRecord({ ...moved, sides: {} })).toBe(false);
  }
});

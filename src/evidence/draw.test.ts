import { describe, expect, test } from 'vitest';
import { drawEvidence, pictureData } from './draw.ts';
import { escapeXml } from '../pictures/canvas.ts';
import { sha256 } from './manifest.ts';
import { seenThen } from './judge-recorded.ts';
import { pictureName } from './proof-names.ts';
import type { Evidence, RecordedProof } from './evidence.ts';
import { sampleEvidence } from '../testing/evidence/sample-evidence.fixture.ts';

const sample = (check: string, target: Evidence['target'] = 'SANDBOX') =>
  sampleEvidence(target).find((one) => one.check === check) as Evidence;
const source = (evidence: Evidence) => ({ evidence, text: JSON.stringify(evidence) });
const drawn = async (evidence: Evidence) =>
  drawEvidence(source(evidence), await seenThen(evidence));

test('every proof of the evidence has its picture, and check 10 the timeline', async () => {
  for (const check of ['00', '01', '04', '10']) {
    const names = sample(check).proofs.map((proof) => pictureName(proof));
    if (check === '10') names.push('timeline');
    expect([...(await drawn(sample(check))).keys()]).toEqual(
      names.map((name) => `screenshots/sandbox/${name}`),
    );
  }
});

test('the same evidence gives the same bytes', async () => {
  const [one, other] = [await drawn(sample('10')), await drawn(sample('10'))];
  const forms = (pictures: typeof one) =>
    [...pictures].map(([path, { svg, svgDark, png, txt, alt }]) => ({
      path,
      svg,
      svgDark,
      png,
      txt,
      alt,
    }));
  expect(forms(other)).toEqual(forms(one));
});

test('a picture says its own size and words, as its SVG does', async () => {
  for (const { svg, width, height, alt } of (await drawn(sample('10'))).values()) {
    expect(svg).toContain(`width="${width}" height="${height}"`);
    expect(svg).toContain(`<desc>${escapeXml(alt)}</desc>`);
  }
});

test('pictures of the sandbox and of a real account never lie in one folder', async () => {
  const folders = async (target: Evidence['target']) =>
    new Set([...(await drawn(sample('01', target))).keys()].map((path) => path.split('/')[1]));
  expect(await folders('AWS')).toEqual(new Set(['aws']));
  expect(await folders('SANDBOX')).toEqual(new Set(['sandbox']));
});

describe('a picture', () => {
  const { text, evidence } = source(sample('01'));
  const [proof] = evidence.proofs;
  if (proof === undefined) throw new Error('the sample has no proof 1');

  test('carries the digest of its evidence file, byte by byte', () => {
    expect(pictureData({ evidence, text }, proof).stamp.digest).toBe(sha256(text));
    expect(pictureData({ evidence, text: `${text}\n` }, proof).stamp.digest).not.toBe(sha256(text));
  });

  test('shows the rules that it stands for, as they were judged', () => {
    expect(pictureData({ evidence, text }, proof).rules).toMatchObject([
      { text: 'Check 01 holds', outcome: 'pass' },
    ]);
    expect(pictureData({ evidence, text }, { ...proof, rules: [] }).rules).toEqual([]);
  });
});

describe('a tie', () => {
  const { evidence, text } = source(sample('01'));
  const arn = { label: 'ARN', value: 'arn:a', tie: true };
  const proofOf = (number: number, ...values: RecordedProof['values']) =>
    ({ ...evidence.proofs[0], number, values }) as RecordedProof;
  const sameIn = (proof: RecordedProof, ...others: readonly RecordedProof[]) =>
    pictureData({ evidence, text }, proof, others).values.map((value) => value.sameIn);

  test('names the other proofs that show the same tie, in order, also among the values of a list', () => {
    const list = proofOf(9, { ...arn, value: 'arn:b, arn:a' });
    expect(sameIn(proofOf(1, arn), list, proofOf(4, arn), proofOf(1, arn))).toEqual([[4, 9]]);
    expect(sameIn(list, proofOf(4, arn))).toEqual([[4]]);
  });

  test('is none when no other proof shows it, or either value is not a tie', () => {
    const plain = { label: 'ARN', value: 'arn:a' };
    expect(sameIn(proofOf(1, arn), proofOf(4, plain))).toEqual([undefined]);
    expect(sameIn(proofOf(1, plain), proofOf(4, arn))).toEqual([undefined]);
    expect(sameIn(proofOf(1, arn), proofOf(4, { ...arn, value: 'arn:c' }))).toEqual([undefined]);
  });
});

test('evidence of another version of the kit is not drawn', async () => {
  const old = { ...sample('01'), schema: undefined } as unknown as Evidence;
  await expect(drawn(old)).rejects.toThrow('another version of the kit');
});

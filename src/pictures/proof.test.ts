import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Canvas } from './canvas.ts';
import { proofLayout, proofPicture } from './proof.ts';
import { chunksOf } from '../testing/pictures/testing-png.ts';
import { layoutFaults, nastyProof, sampleProof, writtenText } from '../testing/pictures/testing.ts';
import { visible } from './signs.ts';

// Made once: drawing is most of the time of these tests, and nothing changes a picture.
const sample = proofPicture(sampleProof);
const nasty = proofPicture(nastyProof);

const digest = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

test('layoutFaults() finds text outside, text on text and text over an edge', () => {
  const canvas = new Canvas(300);
  const pen = { size: 20, colour: '#ffffff' };
  canvas.write('first', { x: 40, y: 50 }, pen);
  canvas.write('second', { x: 60, y: 55 }, pen);
  canvas.write('too far right', { x: 200, y: 100 }, pen);
  canvas.rectangle({ x: 50, y: 130, width: 40, height: 40 }, {});
  canvas.write('edge', { x: 60, y: 155 }, pen);
  expect(layoutFaults({ canvas, height: 200 })).toEqual([
    'outside: too far right',
    'overlap: first / second',
    'on the edge of the panel at 50, 130: edge',
  ]);
});

test('a proof picture has nothing outside, overlapping or cut', () => {
  for (const proof of [sampleProof, nastyProof]) {
    expect(layoutFaults(proofLayout(proof))).toEqual([]);
  }
});

test.each(Array.from({ length: 15 }, (_, at) => at + 1))(
  'proof %i has none of these faults either when its output is not as expected',
  (number) => {
    for (const output of [
      nastyProof.output,
      '',
      '{}',
      '{"Messages":[{"Body":1}],"events":[null]}',
    ]) {
      const odd = { ...nastyProof, number, output };
      expect(layoutFaults(proofLayout(odd))).toEqual([]);
      expect(proofPicture(odd).txt).toContain('1 of 4 rules hold');
    }
  },
);

test('a proof picture shows claim, command, output, values, verdict and stamp whole', () => {
  const text = writtenText(proofLayout(sampleProof));
  const { claim, command, output, values, stamp } = sampleProof;
  for (const part of [
    claim,
    command,
    ...output.split('\n'),
    ...values.flatMap(({ label, value }) => [label, value]),
    'same in proofs 4, 12',
    '✓ PASS2 of 2 rules hold',
    `${stamp.target} ${stamp.region}`,
    `2026-11-23 12:51:35 UTC · kit 1.0.0 · aws-cli 2.36.12 · evidence ${stamp.digest.slice(0, 12)}`,
  ]) {
    expect(text).toContain(part.replaceAll(/\s/g, ''));
  }
});

test('rules that hold are one line in the picture and named in the text; one that does not is named in both', () => {
  const [first, second] = sampleProof.rules;
  if (first === undefined || second === undefined) throw new Error('the sample has two rules');
  const broken = { ...sampleProof, rules: [first, { ...second, outcome: 'fail' as const }] };
  const text = writtenText(proofLayout(broken));
  expect(text).toContain('✗FAIL1of2ruleshold');
  expect(text).toContain(`✗FAIL${second.text}`.replaceAll(' ', ''));
  expect(text).not.toContain(first.text.replaceAll(' ', ''));
  for (const { text: rule } of broken.rules) expect(proofPicture(broken).txt).toContain(rule);
});

test('a proof picture cuts neither 200 signs of a value nor a command of 30 lines', () => {
  const text = writtenText(proofLayout(nastyProof));
  expect(text).toContain('v'.repeat(200));
  expect(text).toContain('z'.repeat(400));
  expect(text).toContain('r'.repeat(300));
  expect(text).toContain(String.raw`--last\u{1b}[31mred\tevil\u{202e}\u{d800}end`);
  expect(text).toContain('(empty)');
  expect(text).toContain('▯asignthatcannotbedrawn');
  for (let option = 0; option < 30; option += 1) expect(text).toContain(`--option-${option}value`);
});

test('the verdict is the worst of the rules, and none without rules', () => {
  const verdict = (outcomes: readonly ('fail' | 'not judged' | 'pass')[]): string[] => {
    const rules = outcomes.map((outcome) => ({ id: 'rule', text: 'a rule', outcome }));
    const texts = proofLayout({ ...sampleProof, rules }).canvas.boxes.map(({ text }) => text);
    const at = texts.findIndex((text) => /^\d of \d rules? hold/.test(text));
    return texts.slice(at - 1, at + 1);
  };
  expect(verdict(['pass', 'pass'])).toEqual(['✓ PASS', '2 of 2 rules hold']);
  expect(verdict(['pass', 'not judged'])).toEqual(['– NOT JUDGED', '1 of 2 rules hold']);
  expect(verdict(['pass', 'fail', 'not judged'])).toEqual(['✗ FAIL', '1 of 3 rules hold']);
  expect(verdict([])).toEqual(['– NOT JUDGED', '0 of 0 rules hold']);
  expect(verdict(['pass'])).toEqual(['✓ PASS', '1 of 1 rule holds']);
});

test('a tie says in which other proofs the same value stands, and only when there are some', () => {
  const written = (sameIn: readonly number[]): string =>
    writtenText(proofLayout({ ...sampleProof, values: [{ label: 'a', value: 'b', sameIn }] }));
  expect(written([3])).toContain('sameinproof3');
  expect(written([3, 12])).toContain('sameinproofs3,12');
  expect(written([])).not.toContain('samein');
});

test('the text twin has every value whole, and signs that cannot be drawn', () => {
  const { txt } = nasty;
  for (const { label, value } of nastyProof.values) {
    expect(txt).toContain(visible(label));
    for (const line of value.split('\n')) expect(txt).toContain(visible(line));
  }
  expect(txt).toContain('😀, שלום, \\u{7} and <b>&"\'');
  expect(txt.split('\n').map(visible).join('\n')).toBe(txt);
  expect(txt).toContain('FAIL, 1 of 4 rules hold');
});

test('the text twin reads like a terminal', () => {
  expect(sample.txt).toMatchInlineSnapshot(`
    "Proof 2: After 3 failed receives, SQS moves a message to the dead-letter queue
    PASS, 2 of 2 rules hold

    lab01-worker-queue → lab01-worker-dlq, after 3 receives (maxReceiveCount)

    $ aws sqs get-queue-attributes \\
      --queue-url "$QUEUE_URL" \\
      --attribute-names All

    Output, all 7 lines
      {
          "Attributes": {
    >         "QueueArn": "arn:aws:sqs:us-east-1:111122223333:lab01-worker-queue",
      # the source queue
    >         "VisibilityTimeout": "30",
      # hidden 30 s after each receive
    >         "RedrivePolicy": "{\\"deadLetterTargetArn\\":\\"arn:aws:sqs:us-east-1:111122223333:lab01-worker-dlq\\",\\"maxReceiveCount\\":3}"
      #   RedrivePolicy, unfolded:
      #   {
      #       "deadLetterTargetArn": "arn:aws:sqs:us-east-1:111122223333:lab01-worker-dlq",  ← where it goes
      #       "maxReceiveCount": 3  ← so many receives, then it is moved
      #   }
          }
      }

    Values
      Queue ARN (same in proofs 4, 12): arn:aws:sqs:us-east-1:111122223333:lab01-worker-queue
      maxReceiveCount: 3
      Actions: sqs:ReceiveMessage
        sqs:DeleteMessage

    Rules
      ✓ PASS  It has a redrive policy
      ✓ PASS  What fails goes to lab01-worker-dlq

    SANDBOX us-east-1, 2026-11-23 12:51:35 UTC on the sandbox clock, kit 1.0.0, aws-cli 2.36.12
    evidence 9f3c8d0b7f7e7c0c0b5b7c9a2f1d6e4a9f3c8d0b7f7e7c0c0b5b7c9a2f1d6e4a
    "
  `);
});

test('the alternative text is one line with claim, verdict, target and values', () => {
  expect(sample.alt).toMatchInlineSnapshot(
    `"Proof 2, PASS, 2 of 2 rules hold: After 3 failed receives, SQS moves a message to the dead-letter queue. SANDBOX us-east-1. Queue ARN: arn:aws:sqs:us-east-1:111122223333:lab01-worker-queue. maxReceiveCount: 3. Actions: sqs:ReceiveMessage, sqs:DeleteMessage."`,
  );
  expect(nasty.alt).not.toContain('\n');
});

test('the SVG is well-formed, loads nothing, runs nothing and needs no font', () => {
  // The PNG is made by a strict XML parser: a broken file would have thrown.
  for (const svg of [sample, nasty].flatMap((picture) => [picture.svg, picture.svgDark])) {
    expect(svg).not.toMatch(/<text|<script|<style|<image|<foreignObject|font|\son\w+=|@import/i);
    const links = [...svg.matchAll(/(?:href|src|url)\s*[=(]\s*"?([^")\s]+)/g)].map(([, to]) => to);
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter((to) => !to?.startsWith('#'))).toEqual([]);
    const ids = new Set([...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => `#${id}`));
    expect(links.filter((to) => !ids.has(to ?? ''))).toEqual([]);
  }
});

test('the dark one differs from the light one in colours alone', () => {
  const shape = (svg: string) => svg.replaceAll(/"#[0-9a-f]{6}"/g, '"colour"');
  expect(sample.svgDark).not.toBe(sample.svg);
  expect(shape(sample.svgDark)).toBe(shape(sample.svg));
});

test('the SVG has its words for a screen reader', () => {
  const { svg, alt } = sample;
  expect(svg).toMatch(/^<svg [^>]*role="img"/);
  expect(svg).toContain(`<title>${sampleProof.claim}</title>`);
  expect(svg).toContain(`<desc>${alt}</desc>`);
  expect(nasty.svg).toContain('\\u{7} and &lt;b&gt;&amp;&quot;');
});

test('the PNG is twice the size of the SVG, small, and holds nothing but the picture', () => {
  const { svg, png } = sample;
  const chunks = chunksOf(png);
  expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
  const [width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)?.slice(1).map(Number) ?? [];
  expect(chunks[0]?.content.readUInt32BE(0)).toBe(2 * (width ?? 0));
  expect(chunks[0]?.content.readUInt32BE(4)).toBe(2 * (height ?? 0));
  expect(png.length).toBeLessThan(110_000);
});

test('the same proof gives the same bytes, also in another time zone and language', () => {
  expect(proofPicture(structuredClone(sampleProof))).toEqual(sample);
  const elsewhere = execFileSync(
    process.execPath,
    [
      '--input-type=module-typescript',
      '--eval',
      `import { createHash } from 'node:crypto';
       import { proofPicture } from './proof.ts';
       import { sampleProof } from '../testing/pictures/testing.ts';
       const { svg, svgDark, png, txt, alt } = proofPicture(sampleProof);
       const digests = [svg, svgDark, png, txt, alt].map((part) => createHash('sha256').update(part).digest('hex'));
       console.log(JSON.stringify([new Date(0).getHours(), digests]));`,
    ],
    {
      cwd: import.meta.dirname,
      env: { ...process.env, TZ: 'Asia/Tokyo', LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' },
      encoding: 'utf8',
    },
  );
  const parts = [sample.svg, sample.svgDark, sample.png, sample.txt, sample.alt];
  expect(JSON.parse(elsewhere)).toEqual([9, parts.map(digest)]);
});

import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { copyOf, forge, recordedDocs, runDocs, textOf } from '../testing/evidence/run-docs.ts';
import { enterFiles } from './manifest.ts';
import { publish } from './publish.ts';
import type { Evidence } from './evidence.ts';
import { verifyEvidence } from './verify.ts';

const first = 'evidence/sandbox/01-create-dead-letter-queue.json';

let whole: Awaited<ReturnType<typeof runDocs>>;

beforeAll(async () => {
  whole = await runDocs();
});

afterAll(() => whole.remove());

const ownRun = () => copyOf(whole);

/** Changes evidence and its entry in the manifest: nothing but the evidence can tell. */
async function forgeEvidence(docs: string, path: string, edit: (evidence: Evidence) => object) {
  await forge(docs, path, (content) => textOf(edit(JSON.parse(content.toString()) as Evidence)));
}

const judged = (docs: string) => verifyEvidence(docs, 'sandbox');

test('without a manifest, with an empty one and with a broken one, that is what is said', async () => {
  await using folder = await ownRun();
  const file = join(folder.path, 'evidence/sandbox/manifest.json');
  await rm(file);
  expect((await judged(folder.path)).manifestProblem).toBe('There is no manifest');
  await enterFiles(folder.path, 'sandbox', new Map());
  expect((await judged(folder.path)).manifestProblem).toBe('The manifest names no file');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"schema": 1', '"schema": 2'));
  expect((await judged(folder.path)).manifestProblem).toBe(
    'The manifest cannot be used: its seal does not fit',
  );
});

const edited = (from: string, to: string) => (evidence: Evidence) => {
  const text = JSON.stringify(evidence);
  if (!text.includes(from)) throw new Error(`there is no ${from}`);
  return JSON.parse(text.replaceAll(from, to)) as object;
};

type Forgery = [what: string, edit: (evidence: Evidence) => object, problem: string];

describe('evidence that its own outputs do not give, with a manifest that fits it', () => {
  test.each<Forgery>([
    [
      'another recorded answer',
      (one: Evidence) => ({
        ...one,
        observations: one.observations.map((seen) =>
          'question' in seen && seen.question.operation === 'GetQueueAttributes'
            ? (JSON.parse(JSON.stringify(seen).replaceAll('1209600', '345600')) as object)
            : seen,
        ),
        proofs: [],
      }),
      '"It keeps messages for 14 days" was recorded as pass, and its outputs say fail',
    ],
    [
      'another printed output',
      (one: Evidence) => ({
        ...one,
        proofs: one.proofs.map((proof) => ({
          ...proof,
          output: proof.output.replaceAll('1209600', '345600'),
        })),
      }),
      '"It keeps messages for 14 days" was recorded as pass, and its outputs say fail',
    ],
    [
      'another shown value',
      edited('"value":"14 days', '"value":"99 days'),
      'the "values" of proof 1 is not what its outputs give',
    ],
    [
      'another command',
      edited('--attribute-names All"', '--attribute-names QueueArn"'),
      'the "command" of proof 1 is not what its outputs give',
    ],
    [
      'another claim of a rule',
      edited('"claim":"It keeps messages for 14 days"', '"claim":"It keeps messages for ever"'),
      'the "claim" of rule "retention" is not what its outputs give',
    ],
    [
      'another value that is expected',
      edited('"expected":"a queue"', '"expected":"two queues"'),
      'the "expected" of rule "exists" is not what its outputs give',
    ],
    [
      'another value that was found',
      edited('"actual":"a queue"', '"actual":"two queues"'),
      'the "actual" of rule "exists" is not what its outputs give',
    ],
    [
      'fewer rules behind a proof',
      (one: Evidence) => ({ ...one, proofs: one.proofs.map((proof) => ({ ...proof, rules: [] })) }),
      'the "rules" of proof 1 is not what its outputs give',
    ],
    [
      'a proof that the check does not have',
      (one: Evidence) => ({
        ...one,
        proofs: [...one.proofs, { ...one.proofs[0], number: 77, name: 'mine' }],
      }),
      'it holds the proofs 1, 77, and check 01 has 1',
    ],
    [
      'a time before its answers',
      (one: Evidence) => ({ ...one, time: '2020-01-01T00:00:00.000Z' }),
      'it says that it was recorded at 2020-01-01T00:00:00.000Z, and its answers are of',
    ],
    ...['today', '2026-11-23', 'Mon, 23 Nov 2026 10:00:00 GMT', '+020261-11-23T10:00:00.000Z'].map(
      (time): Forgery => [
        `the time "${time}"`,
        (one: Evidence) => ({ ...one, time }),
        `its time "${time}" is not an ISO time in UTC`,
      ],
    ),
    [
      'a rule that the check does not know',
      (one: Evidence) => ({
        ...one,
        expectations: [...one.expectations, { ...one.expectations[0], id: 'mine' }],
      }),
      'it claims "mine", which check 01 does not judge',
    ],
    [
      'no answers',
      (one: Evidence) => ({ ...one, observations: [] }),
      'its verdict cannot be reached again: not in the recorded answers: sqs GetQueueUrl',
    ],
    [
      'a proof that is not there',
      (one: Evidence) => ({ ...one, proofs: [] }),
      'it holds the proofs none, and check 01 has 1',
    ],
    ...(
      [
        ['screenshot', (one) => ({ ...one, screenshot: 'aws.png' })],
        ['versions.cloud', (one) => ({ ...one, versions: { ...one.versions, cloud: 'AWS' } })],
        ['proofs.note', (one) => ({ ...one, proofs: one.proofs.map((p) => ({ ...p, note: '' })) })],
        [
          'expectations.note',
          (one) => ({ ...one, expectations: one.expectations.map((e) => ({ ...e, note: '' })) }),
        ],
        [
          'observations.note',
          (one) => ({ ...one, observations: one.observations.map((o) => ({ ...o, note: '' })) }),
        ],
        [
          'values.note',
          (one) => ({
            ...one,
            proofs: one.proofs.map((p) => ({
              ...p,
              values: p.values.map((v) => ({ ...v, note: '' })),
            })),
          }),
        ],
      ] satisfies [string, (one: Evidence) => object][]
    ).map(([name, edit]): Forgery => [
      `the member ${name}`,
      edit,
      `it has "${name}", which the kit does not write`,
    ]),
    [
      'an answer that its proof contradicts, in what no rule judges',
      (one: Evidence) => ({
        ...one,
        proofs: one.proofs.map((proof) => ({
          ...proof,
          output: proof.output.replace(/"MaximumMessageSize": "\d+"/, '"MaximumMessageSize": "7"'),
        })),
      }),
      'the recorded answer of GetQueueAttributes says Attributes.MaximumMessageSize: "',
    ],
    [
      'a time years after its answers',
      (one: Evidence) => ({ ...one, time: '2031-01-01T00:00:00.000Z' }),
      'it says that it was recorded at 2031-01-01T00:00:00.000Z, and its answers are of 20',
    ],
    ['another shape', () => ({ check: '../../etc' }), 'it has not the shape of evidence'],
    ['a target that is no text', () => ({ check: '01', target: 7 }), 'the shape of evidence'],
    [
      'the name of a proof that leads elsewhere',
      edited('"name":"dlq-configuration"', '"name":"../../dlq"'),
      'it has not the shape of evidence',
    ],
  ])('%s is named', async (_, edit, problem) => {
    await using folder = await ownRun();
    await forgeEvidence(folder.path, first, edit);
    const { manifest, findings } = await judged(folder.path);
    expect(manifest.edited).toEqual([]);
    expect(findings.map(({ path }) => path)).toEqual(findings.map(() => first));
    expect(findings.map((finding) => finding.problem).join('\n')).toContain(problem);
  });

  test('a verdict that the outputs do not give, and a file that cannot be read, are not counted as reached', async () => {
    await using folder = await ownRun();
    await forge(folder.path, first, (content) =>
      content.toString().replaceAll('1209600', '345600'),
    );
    const other = 'evidence/sandbox/02-create-source-queue.json';
    await writeFile(join(folder.path, other), '{');
    const { files, reached } = await judged(folder.path);
    expect({ files: files.length, reached }).toEqual({ files: 12, reached: 10 });
  });

  test('evidence of one check under the name of another is named', async () => {
    await using folder = await ownRun();
    const text = await readFile(join(folder.path, first));
    const other = 'evidence/sandbox/02-create-source-queue.json';
    await forge(folder.path, other, () => text);
    expect((await judged(folder.path)).findings).toEqual([
      { path: other, problem: `it holds evidence of check 01, whose file is ${first}` },
    ]);
  });

  test('a link in the place of a file is named and not followed', async () => {
    await using folder = await ownRun();
    await rm(join(folder.path, first));
    await symlink('/dev/zero', join(folder.path, first));
    const { findings, manifest } = await judged(folder.path);
    expect(findings).toEqual([
      { path: first, problem: 'it cannot be read: it is not a plain file' },
    ]);
    expect(manifest.edited).toEqual([first]);
  });
});

describe('whose evidence it is', () => {
  test('evidence of the sandbox that calls itself AWS is named by the addresses in it', async () => {
    await using folder = await recordedDocs((one) => ({ ...one, target: 'AWS' }), 'aws');
    const { findings } = await verifyEvidence(folder.path, 'aws');
    expect(findings).toContainEqual({
      path: 'evidence/aws/01-create-dead-letter-queue.json',
      problem: 'it says AWS, and its answers come from an address of this machine (the sandbox)',
    });
  });

  test('evidence of the sandbox in the folder of AWS is named, and on no page', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'evidence'));
    await cp(join(whole.path, 'evidence/sandbox'), join(folder.path, 'evidence/aws'), {
      recursive: true,
    });
    const { findings, reached } = await verifyEvidence(folder.path, 'aws');
    expect(reached).toBe(0);
    expect(new Set(findings.map(({ problem }) => problem))).toEqual(
      new Set(['it says SANDBOX in the folder of aws']),
    );
    await publish(folder.path);
    await expect(readFile(join(folder.path, 'index.html'))).rejects.toThrow('ENOENT');
  });

  test.each(['evidence/sandbox', 'evidence', 'screenshots'])(
    'a link in the place of %s is named',
    async (place) => {
      await using folder = await ownRun();
      await using elsewhere = await temporaryFolder();
      await rename(join(folder.path, place), join(elsewhere.path, 'moved'));
      await symlink(join(elsewhere.path, 'moved'), join(folder.path, place), 'junction');
      const { findings } = await judged(folder.path);
      expect(findings).toContainEqual({ path: place, problem: 'it is a link' });
    },
  );

  test.each([
    [
      'prefix',
      (text: string) =>
        text.replaceAll('lab01-', 'ada-lab01-').replace('"prefix": ""', '"prefix": "ada-"'),
    ],
    ['Region', (text: string) => text.replaceAll('us-east-1', 'eu-central-1')],
    ['account', (text: string) => text.replaceAll('123456789012', '210987654321')],
  ])('evidence of another %s in the same folder is named', async (_, edit) => {
    await using folder = await ownRun();
    await forge(folder.path, first, (content) => edit(content.toString()));
    const { others } = await judged(folder.path);
    expect(others).toEqual([
      {
        path: first,
        kind: 'another lab',
        problem: expect.stringMatching(/^it is of another lab \(the lab with/),
      },
    ]);
  });

  test('a certificate of an earlier clean-up is named: the lab was built again since', async () => {
    await using folder = await ownRun();
    const certificate = 'evidence/sandbox/11-clean-up.json';
    await forgeEvidence(folder.path, certificate, (one) => ({
      ...one,
      time: '2020-01-01T00:00:00.000Z',
    }));
    const { findings, others } = await judged(folder.path);
    expect(findings).toEqual([]);
    expect(others).toEqual([
      {
        path: certificate,
        kind: 'earlier clean-up',
        problem: expect.stringMatching(
          /^it certifies an earlier clean-up: check \d\d found the lab again at 2/,
        ),
      },
    ]);
  });

  test('evidence of AWS from the future is named', async () => {
    const later = new Date(Date.now() + 86_400_000).toISOString();
    const edit = (one: Evidence) => ({ ...one, target: 'AWS', time: later });
    await using folder = await recordedDocs(edit, 'aws');
    expect((await verifyEvidence(folder.path, 'aws')).findings).toContainEqual({
      path: 'evidence/aws/00-preflight.json',
      problem: `it says that it was recorded in the future, at ${later}`,
    });
  });

  test('a time of the sandbox that is years away is named, also where no answer has a time', async () => {
    await using folder = await recordedDocs((one) => ({
      ...one,
      time: '2099-01-01T00:00:00.000Z',
    }));
    expect((await judged(folder.path)).findings).toContainEqual({
      path: 'evidence/sandbox/00-preflight.json',
      problem: 'it says that it was recorded in the future, at 2099-01-01T00:00:00.000Z',
    });
  });

  test('what changes by itself between an answer and its proof is no contradiction', async () => {
    await using folder = await ownRun();
    await forgeEvidence(folder.path, first, (one) => ({
      ...one,
      proofs: one.proofs.map((proof) => ({
        ...proof,
        output: proof.output.replace(
          /"ApproximateNumberOfMessagesDelayed": "\d+"/,
          '"ApproximateNumberOfMessagesDelayed": "7"',
        ),
      })),
    }));
    expect((await judged(folder.path)).findings).toEqual([]);
  });

  test('evidence of another version of the kit is named, and its words are not held', async () => {
    await using folder = await ownRun();
    await forgeEvidence(folder.path, first, (one) => ({
      ...edited('"claim":"It keeps messages for 14 days"', '"claim":"In other words"')(one),
      versions: { ...one.versions, kit: '0.9.0' },
    }));
    const { findings, otherKits } = await judged(folder.path);
    expect({ findings, otherKits }).toEqual({ findings: [], otherKits: ['0.9.0'] });
  });
});

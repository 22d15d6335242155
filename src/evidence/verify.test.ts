import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { cliCommand } from '../lab/aws/ask.ts';
import { questions } from '../lab/aws/observe.ts';
import { temporaryFolder } from '../testing/lab/checkout.ts';
import { derivedFrom } from './derived.ts';
import { judgeRecorded } from './judge-recorded.ts';
import { enterFiles } from './manifest.ts';
import type { Evidence } from './record.ts';
import { targetsIn, verifyEvidence } from './verify.ts';
import { anyLab } from '../testing/lab/any-lab.ts';

const url = `https://sqs.us-east-1.amazonaws.com/123456789012/${anyLab.deadLetterQueueName}`;
const attributes = {
  QueueArn: `arn:aws:sqs:us-east-1:123456789012:${anyLab.deadLetterQueueName}`,
  MessageRetentionPeriod: '1209600',
  VisibilityTimeout: '30',
};

/** Evidence of check 01 as it is recorded, with the answers of a right queue. */
async function evidence(): Promise<Evidence> {
  const bare = {
    target: 'SANDBOX',
    check: '01',
    title: 'Dead-letter queue',
    verdict: 'pass',
    time: '2026-11-23T10:00:00.000Z',
    region: 'us-east-1',
    accountId: '123456789012',
    prefix: '',
    observations: [
      { question: questions.queueUrl(anyLab.deadLetterQueueName), output: { QueueUrl: url } },
      { question: questions.queueAttributes(url), output: { Attributes: attributes } },
    ],
    expectations: [],
    proofs: [
      {
        number: 1,
        name: 'dlq-configuration',
        title: 'DLQ configuration',
        command: cliCommand(questions.queueAttributes(url)),
        output: JSON.stringify({ Attributes: attributes }),
      },
    ],
  } as unknown as Evidence;
  const { result, values } = await judgeRecorded(bare);
  const proofs = bare.proofs.map((proof) => ({ ...proof, values: values.get(proof.number) ?? [] }));
  return { ...bare, proofs, expectations: result.expectations };
}

/** A docs folder with this file as evidence, entered in a manifest that fits: an edit with a forged manifest. */
async function docsWith(content: string) {
  const folder = await temporaryFolder();
  const path = 'evidence/sandbox/01-dead-letter-queue.json';
  await mkdir(join(folder.path, 'evidence', 'sandbox'), { recursive: true });
  await writeFile(join(folder.path, path), content);
  await enterFiles(folder.path, 'sandbox', new Map([[path, content]]));
  return folder;
}

test('recorded evidence gives the verdict that it says', async () => {
  await using folder = await docsWith(JSON.stringify(await evidence()));
  expect(await targetsIn(folder.path)).toEqual(['sandbox']);
  const { files, judged, findings, stale } = await verifyEvidence(folder.path, 'sandbox');
  expect({ files, judged, findings, stale }).toEqual({
    files: { checked: 1, edited: [], missing: [], extra: [] },
    judged: 1,
    findings: [],
    stale: [],
  });
});

const other = { ...attributes, MessageRetentionPeriod: '345600' };

test.each([
  [
    'recorded answers',
    (whole: Evidence) => ({
      ...whole,
      observations: whole.observations.map((one) =>
        'question' in one && one.question.operation === 'GetQueueAttributes'
          ? { ...one, output: { Attributes: other } }
          : one,
      ),
      proofs: [],
    }),
    [],
  ],
  [
    'printed output',
    (whole: Evidence) => ({
      ...whole,
      proofs: whole.proofs.map((one) => ({
        ...one,
        output: JSON.stringify({ Attributes: other }),
      })),
    }),
    ['proof 1 shows other values than its command printed'],
  ],
])(
  'a value changed in the %s gives another verdict, also when the manifest was made to fit',
  async (_, edit, alsoShown) => {
    await using folder = await docsWith(JSON.stringify(edit(await evidence())));
    const { files, findings, judged } = await verifyEvidence(folder.path, 'sandbox');
    expect(files.edited).toEqual([]);
    expect(judged, 'verdicts reached again').toBe(0);
    const problems = [
      '"It keeps messages for 14 days" was recorded as pass, and its outputs say fail',
      ...alsoShown,
    ];
    expect(findings).toEqual(
      problems.map((problem) => ({ path: 'evidence/sandbox/01-dead-letter-queue.json', problem })),
    );
  },
);

test.each([
  ['no JSON', '{', 'it cannot be read'],
  ['a target that is no text', '{"check":"01","target":7}', 'it has not the shape of evidence'],
  ['another shape', '{"check":"01"}', 'it has not the shape of evidence'],
  ['a path for a check', '{"check":"../../etc"}', 'it has not the shape of evidence'],
])('%s is named and not fatal', async (_, content, problem) => {
  await using folder = await docsWith(content);
  const { findings } = await verifyEvidence(folder.path, 'sandbox');
  expect(findings).toEqual([
    {
      path: 'evidence/sandbox/01-dead-letter-queue.json',
      problem: expect.stringContaining(problem),
    },
  ]);
});

test('evidence that lacks an answer which the check needs is named', async () => {
  const whole = await evidence();
  await using folder = await docsWith(JSON.stringify({ ...whole, observations: [] }));
  const { findings } = await verifyEvidence(folder.path, 'sandbox');
  expect(findings[0]?.problem).toMatch(
    /cannot be reached again: not in the recorded answers: sqs GetQueueUrl/,
  );
});

test('sandbox evidence in the folder of AWS is named', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'evidence', 'aws'), { recursive: true });
  await writeFile(join(folder.path, 'evidence/aws/01-x.json'), JSON.stringify(await evidence()));
  const { findings } = await verifyEvidence(folder.path, 'aws');
  expect(findings.map(({ problem }) => problem)).toEqual([
    'there is no manifest: no file can be checked',
    'it says SANDBOX in the folder of aws',
  ]);
});

/** Evidence as recorded, with its pictures and its text twin, and a manifest that fits all of it. */
async function drawnDocs(whole: Evidence) {
  const folder = await temporaryFolder();
  const path = 'evidence/sandbox/01-dead-letter-queue.json';
  const text = JSON.stringify(whole);
  const files = new Map<string, string | Uint8Array>([
    [path, text],
    ...(await derivedFrom({ evidence: whole, text }, path)),
  ]);
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), content);
  }
  await enterFiles(folder.path, 'sandbox', files);
  return folder;
}

/** As `drawEvidence` needs it. */
async function drawable(): Promise<Evidence> {
  const whole = await evidence();
  const rules = whole.expectations.map(({ id }) => id);
  const proofs = whole.proofs.map((proof) => ({ ...proof, claim: 'It keeps messages', rules }));
  const versions = { kit: '1.0.0', node: 'v24.0.0', awsCli: '2.36.12' };
  return { ...whole, schema: 1, versions, proofs };
}

test('pictures and text twins are drawn again: a swapped one is named, also when the manifest was made to fit', async () => {
  await using folder = await drawnDocs(await drawable());
  const good = await verifyEvidence(folder.path, 'sandbox', { draw: true });
  expect({ drawn: good.drawn, differing: good.differing, findings: good.findings }).toEqual({
    drawn: 4,
    differing: [],
    findings: [],
  });
  const swapped = 'screenshots/sandbox/01-dlq-configuration.svg';
  await writeFile(join(folder.path, swapped), '<svg>PASS</svg>');
  await enterFiles(folder.path, 'sandbox', new Map([[swapped, '<svg>PASS</svg>']]));
  const { files, differing } = await verifyEvidence(folder.path, 'sandbox', { draw: true });
  expect(files.edited).toEqual([]);
  expect(differing).toEqual([swapped]);
});

test.each([
  [
    'sandbox evidence that was made to say AWS',
    (whole: Evidence): Evidence => ({
      ...whole,
      target: 'AWS',
      proofs: whole.proofs.map((proof) => ({
        ...proof,
        output: proof.output.replaceAll('}', ',"Url":"http://127.0.0.1:4801/1/q"}'),
      })),
    }),
    'aws',
    /says AWS, and its answers come from an address of this machine/,
  ],
  [
    'a time before what it shows happened',
    (whole: Evidence): Evidence => ({
      ...whole,
      observations: [
        ...whole.observations,
        {
          question: questions.workerLog(anyLab),
          output: { events: [{ timestamp: Date.parse('2026-11-24T10:00:00Z'), message: 'x' }] },
        },
      ],
    }),
    'sandbox',
    /recorded at 2026-11-23T10:00:00.000Z, and its answers are of 2026-11-24T10:00:00.000Z/,
  ],
  [
    'a shown value that nothing printed',
    (whole: Evidence): Evidence => ({
      ...whole,
      proofs: whole.proofs.map((proof) => ({
        ...proof,
        values: [{ label: 'Retention', value: '99 days' }],
      })),
    }),
    'sandbox',
    /proof 1 shows other values than its command printed/,
  ],
] as const)('%s is named', async (_, edit, target, problem) => {
  await using folder = await temporaryFolder();
  const path = `evidence/${target}/01-dead-letter-queue.json`;
  const content = JSON.stringify(edit(await evidence()));
  await mkdir(join(folder.path, 'evidence', target), { recursive: true });
  await writeFile(join(folder.path, path), content);
  await enterFiles(folder.path, target, new Map([[path, content]]));
  const { findings } = await verifyEvidence(folder.path, target);
  expect(findings.map((finding) => finding.problem)).toContainEqual(expect.stringMatching(problem));
});

test('a folder of evidence that is a link is named', async () => {
  await using real = await docsWith(JSON.stringify(await evidence()));
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'evidence'));
  await symlink(
    join(real.path, 'evidence', 'sandbox'),
    join(folder.path, 'evidence', 'sandbox'),
    'junction',
  );
  const { findings } = await verifyEvidence(folder.path, 'sandbox');
  expect(findings).toContainEqual({ path: 'evidence/sandbox', problem: 'it is a link' });
});

import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { UpdateAssumeRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observeMappings, observeQueue } from '../lab/aws/observe.ts';
import { buildLab } from '../testing/lab/lab-building.ts';
import { temporaryCheckout } from '../testing/lab/checkout.ts';
import type { Checkout, Ended } from '../testing/lab/checkout.ts';
import type { Answers } from '../lab/look.ts';
import { handIn, openClassroom, wholeLab } from '../testing/class/testing-class.ts';
import type { ClassMember, Classroom } from '../testing/class/testing-class.ts';
import type { ClassReport } from './class-report.ts';
import { aFewAtATime } from './time-limit.ts';
import type { Lab } from '../lab/lab.ts';

/** What somebody did wrong, and what must be said of it. */
interface Broken {
  readonly name: string;
  readonly prefix: string;
  readonly at: string;
  readonly wrong: RegExp;
  readonly breakIt: (room: Classroom, lab: Lab) => Promise<unknown>;
}

const statement = (parts: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...parts }] });

const broken: readonly Broken[] = [
  {
    name: 'Vera',
    prefix: 'vera-',
    at: '02/visibility-timeout',
    wrong: /30.*5/,
    breakIt: async ({ aws }, lab) => {
      const queue = await observeQueue(lab.look, lab.queueName);
      const Attributes = { VisibilityTimeout: '5' };
      await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue?.url, Attributes }));
    },
  },
  {
    name: 'Tess',
    prefix: 'tess-',
    at: '03/trusted-principals',
    wrong: /ec2\.amazonaws\.com/,
    breakIt: ({ aws }, lab) =>
      aws.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: lab.roleName,
          PolicyDocument: statement({
            Principal: { Service: 'ec2.amazonaws.com' },
            Action: 'sts:AssumeRole',
          }),
        }),
      ),
  },
  {
    name: 'Wanda',
    prefix: 'wanda-',
    at: '04/queue-actions',
    wrong: /sqs:\*/,
    breakIt: async ({ aws }, lab) => {
      const queue = await observeQueue(lab.look, lab.queueName);
      await aws.iam.send(
        new PutRolePolicyCommand({
          RoleName: lab.roleName,
          PolicyName: lab.policyName,
          PolicyDocument: statement({
            Action: 'sqs:*',
            Resource: queue?.attributes['QueueArn'],
          }),
        }),
      );
    },
  },
  {
    name: 'Max',
    prefix: 'max-',
    at: '07/report-batch-item-failures',
    wrong: /ReportBatchItemFailures/,
    breakIt: async ({ aws }, lab) => {
      const { mappings } = await observeMappings(lab.look);
      const UUID = mappings[0]?.UUID;
      await aws.lambda.send(
        new UpdateEventSourceMappingCommand({ UUID, FunctionResponseTypes: [] }),
      );
    },
  },
  // Never sent anything: see below.
  { name: 'Nora', prefix: 'nora-', at: '08/sent', wrong: /0/, breakIt: async () => undefined },
];

/** Names as they may stand in a roster. */
const odd = ['=HYPERLINK("http://example.com")', '<script>alert(1)</script>', 'Zoë 漢字 Łukasz'];
const well = Array.from({ length: 22 }, (_, i) => ({
  name: odd[i] ?? `Learner ${i + 1}`,
  prefix: `well-${i + 1}-`,
}));

let checkout: Checkout;
let room: Classroom;

beforeAll(async () => {
  checkout = await temporaryCheckout();
  room = await openClassroom(checkout);
  const members = [...well, ...broken, { prefix: 'kim-' }].map(({ prefix }) => room.member(prefix));
  await aFewAtATime(members, 6, (member) =>
    member.prefix === 'nora-' ? buildLab(room.aws, member) : wholeLab(room, member),
  );
  for (const { prefix, breakIt } of broken) await breakIt(room, room.member(prefix));
});

afterAll(async () => {
  room[Symbol.dispose]();
  await checkout.remove();
});

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

async function reportIn(folder: string): Promise<ClassReport> {
  return JSON.parse(
    await readFile(join(checkout.root, folder, 'report.json'), 'utf8'),
  ) as ClassReport;
}

const namesOf = ({ learners }: ClassReport, state: string) =>
  learners.filter((learner) => learner.state === state).map(({ name }) => name);

describe('lab class, with 30 learners on one sandbox', () => {
  let ended: Ended;
  let report: ClassReport;

  beforeAll(async () => {
    const roster = [
      'name,profile,region,prefix',
      ...well.map(({ name, prefix }) => `${quoted(name)},,,${prefix}`),
      ...broken.map(({ name, prefix }) => `${name},instructor,us-east-1,${prefix}`),
      'Kim,,,kim-',
      'Lou,,,kim-',
      'Far,elsewhere,,far-',
      'Bad,,,Not_A_Prefix',
    ];
    await writeFile(join(checkout.root, 'roster.csv'), roster.join('\r\n'));
    ended = await checkout.lab(['class', 'roster.csv', '--out', 'report']);
    report = await reportIn('report');
  });

  test('finds everyone who is done, and nobody else', () => {
    expect(report.learners).toHaveLength(30);
    expect(namesOf(report, 'done')).toEqual([...well.map(({ name }) => name), 'Kim', 'Lou']);
    expect(namesOf(report, 'at work')).toEqual(broken.map(({ name }) => name));
    expect(namesOf(report, 'not judged')).toEqual(['Far']);
    expect(ended.code).toBe(1);
  });

  test.each(broken)('says of $name what is wrong: $at', ({ name, at, wrong }) => {
    const learner = report.learners.find((one) => one.name === name);
    expect(learner).toMatchObject({
      failing: 1,
      at: { id: at, wrong: expect.stringMatching(wrong) },
    });
  });

  test('does not judge who cannot be reached, and says why', () => {
    const far = report.learners.find(({ name }) => name === 'Far');
    expect(far).toMatchObject({
      failing: 0,
      checks: [],
      reason: expect.stringContaining('"elsewhere"'),
    });
  });

  test('names those who show the same mapping and messages', () => {
    expect(new Set(report.copies.flatMap(({ learners }) => learners))).toEqual(
      new Set(['Kim', 'Lou']),
    );
    expect(new Set(report.copies.map(({ what }) => what))).toEqual(
      new Set(['mapping UUID', 'message id', 'revision id', 'log stream', 'millisecond']),
    );
  });

  test('names bad rows and rows for the same lab', () => {
    expect(report.remarks).toEqual([
      'line 30: the same lab as "Kim" in line 29',
      expect.stringMatching(/^line 32: prefix "Not_A_Prefix" .* row skipped$/),
    ]);
  });

  test('says the same in the terminal, in 80 columns', () => {
    const text = stripVTControlCharacters(ended.stdout);
    expect(text).toContain('Class of 30 learners  [SANDBOX]');
    expect(text).toContain('24 done, 5 at work, 1 not judged');
    for (const { name, at } of broken)
      expect(text).toMatch(new RegExp(`^${name} .*✗.*${at}$`, 'm'));
    expect(text).toMatch(/^Far {17}( {2}-){9} {2}not judged$/m);
    expect(text).toContain('  Kim, Lou: the same mapping UUID and the same 3 message ids');
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('says the same in the CSV, without formulas', async () => {
    const csv = await readFile(join(checkout.root, 'report', 'report.csv'), 'utf8');
    const rows: Record<string, string>[] = parse(csv, { bom: true, columns: true });
    expect(rows.map(({ state }) => state)).toEqual(report.learners.map(({ state }) => state));
    expect(rows.find(({ name }) => name === 'Vera')).toMatchObject({
      at: '02/visibility-timeout',
      'check 01': 'pass',
      'check 02': 'fail',
      'check 09': 'not judged',
    });
    expect(rows[0]?.['name']).toBe(`'${odd[0]}`);
    expect(
      rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+@-]/.test(cell)),
    ).toEqual([]);
  });

  test('says the same in the page, where names are text', async () => {
    const html = await readFile(join(checkout.root, 'report', 'report.html'), 'utf8');
    expect(html).toContain('24 done, 5 at work, 1 not judged');
    for (const { at } of broken) expect(html).toContain(at);
    expect(html).toContain('Zoë 漢字 Łukasz');
    expect(html).not.toContain('<script');
  });

  test('keeps what it writes to its owner', async () => {
    for (const name of ['', 'report.html', 'report.csv', 'report.json']) {
      const { mode } = await stat(join(checkout.root, 'report', name));
      expect(mode & 0o077).toBe(0);
    }
  });

  test('prints the report as JSON, and nothing else', async () => {
    await writeFile(join(checkout.root, 'one.csv'), 'name,prefix\nVera,vera-\n');
    const { stdout, code } = await checkout.lab([
      'class',
      'one.csv',
      '--json',
      '--out',
      'report-1',
    ]);
    expect(JSON.parse(stdout)).toEqual(await reportIn('report-1'));
    expect(code).toBe(1);
  });

  test.each([
    [['class'], /takes either a roster or --evidence/],
    [['class', 'roster.csv', '--evidence', '.'], /takes either a roster or --evidence/],
    [['class', 'nowhere.csv'], /Cannot read the roster nowhere\.csv/],
    [['class', '--evidence', 'nowhere'], /Cannot read the folder nowhere/],
    [['class', 'package.json'], /must begin with a header row/],
  ])('%j is told what is wrong, exit code 2', async (words, problem) => {
    const { stderr, code } = await checkout.lab(words);
    expect(stderr).toMatch(problem);
    expect(code).toBe(2);
  });

  test('tells where it looks before it looks, and asks nothing', () => {
    expect(ended.stderr).toMatch(/^SANDBOX {2}account \d{12}, us-east-1, profile instructor/m);
  });
});

describe('lab class --evidence, with what 30 learners handed in', () => {
  let ended: Ended;
  let report: ClassReport;

  const folderOf = (name: string) => join(checkout.root, 'handed-in', name);

  beforeAll(async () => {
    const facts: Answers = new Map();
    const members: (readonly [string, ClassMember])[] = [
      ...well.map(({ prefix }) => [prefix, room.member(prefix)] as const),
      ...broken.map(({ name, prefix }) => [name, room.member(prefix)] as const),
      ['kim', room.member('kim-')],
    ];
    const status = await checkout.lab(['sandbox', 'status', '--json']);
    const { now } = (JSON.parse(status.stdout) as { clock: { now: number } }).clock;
    for (const [name, member] of members)
      await handIn(member, { docs: join(folderOf(name), 'docs'), facts, now });
    await cp(folderOf('kim'), folderOf('lou'), { recursive: true });
    // Has typed another answer into the file.
    const dishonest = join(
      folderOf('well-1-'),
      'docs/evidence/sandbox/02-create-source-queue.json',
    );
    const text = await readFile(dishonest, 'utf8');
    const other = text.replaceAll(/(maxReceiveCount\\+":)3/g, (_, before: string) => `${before}4`);
    await writeFile(dishonest, other);
    await mkdir(folderOf('empty'));
    // What this one hands in came with the kit.
    const own = join(checkout.root, 'docs');
    await rm(join(own, 'evidence'), { recursive: true, force: true });
    await cp(join(folderOf('well-2-'), 'docs'), own, { recursive: true });
    ended = await checkout.lab(['class', '--evidence', 'handed-in', '--out', 'report-2']);
    report = await reportIn('report-2');
  });

  test('judges again from what was recorded, without asking AWS', () => {
    expect(report.learners).toHaveLength(30);
    console.log(
      JSON.stringify(
        report.learners
          .filter(({ state }) => state !== 'done')
          .map(({ name, state, reason, remarks }) => ({ name, state, reason, remarks })),
      ).slice(0, 3000),
    );
    expect(report.from).toBe('evidence');
    expect(namesOf(report, 'done').toSorted()).toEqual(
      [...well.slice(1).map(({ prefix }) => prefix), 'kim', 'lou'].toSorted(),
    );
    expect(ended.code).toBe(1);
  });

  test('sees evidence that was edited, and what it says now', () => {
    const learner = report.learners.find(({ name }) => name === 'well-1-');
    expect(learner).toMatchObject({ state: 'at work', at: { id: '02/max-receive-count' } });
    expect(learner?.remarks.join('\n')).toContain('edited since it was recorded');
  });

  test('names the learners whose evidence is the same', () => {
    expect(new Set(report.copies.map(({ learners }) => learners.join(', ')))).toEqual(
      new Set(['kim, lou', 'well-2-, docs/ of this kit']),
    );
  });

  test.each(broken)('does not judge the check that $name has no evidence of', ({ name, at }) => {
    const learner = report.learners.find((one) => one.name === name);
    expect(learner).toMatchObject({ state: 'not judged', at: { step: at.slice(0, 2) } });
  });

  test('names a folder that holds none', () => {
    const learner = report.learners.find(({ name }) => name === 'empty');
    expect(learner).toMatchObject({
      state: 'not judged',
      reason: 'the folder contains no evidence',
    });
  });
});

import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { twoOfFive } from '../../testing/quiz.ts';
import { loadQuestions, rightOf } from '../question.ts';
import type { Question } from '../question.ts';
import { askedOnPaper, letterOf } from '../screens.ts';
import { nothingShown, readShown } from '../shown.ts';
import type { Shown } from '../shown.ts';
import { deckName, fieldNames } from './cards.ts';
import { contentOf, formatOf, writeExport } from './write.ts';

const modified = new Date('2026-11-28T08:00:00.000Z');
let questions: Question[];
let shown: Shown;
beforeAll(async () => {
  questions = await loadQuestions();
  shown = await readShown(questions.map(({ rule }) => rule));
});

/** Everything that is in a zip, by name. */
async function unzipped(zipped: Buffer): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(zipped, { lazyEntries: true });
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry())
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return files;
}

/**
 * The columns of Anki's own schema of version 11, copied name by name.
 * https://github.com/ankitects/anki/blob/main/rslib/src/storage/schema11.sql as of 2026-08-22
 */
const ankiColumns = {
  col: 'id crt mod scm ver dty usn ls conf models decks dconf tags',
  notes: 'id guid mid mod usn tags flds sfld csum flags data',
  cards: 'id nid did ord mod usn type queue due ivl factor reps lapses left odue odid flags data',
  revlog: 'id cid usn ease ivl lastIvl factor time type',
  graves: 'usn oid type',
};

const sorted = (texts: readonly string[]) => texts.toSorted((a, b) => a.localeCompare(b));

type Row = Readonly<Record<string, number | string>>;

describe('the Anki package', () => {
  let folder: string;
  let files: Map<string, Buffer>;
  let database: DatabaseSync;
  const rows = (sql: string) => database.prepare(sql).all() as Row[];
  const json = (column: string): unknown =>
    JSON.parse(String(rows(`SELECT ${column} FROM col`)[0]?.[column]));

  beforeAll(async () => {
    const zipped = await contentOf('.apkg', { questions, exam: 'C03', shown }, modified);
    files = await unzipped(Buffer.from(zipped as Uint8Array));
    folder = await mkdtemp(join(tmpdir(), 'lab-apkg-'));
    const file = join(folder, 'collection.anki2');
    await writeFile(file, files.get('collection.anki2') ?? '');
    database = new DatabaseSync(file, { readOnly: true });
  });
  afterAll(async () => {
    database.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('holds a whole SQLite database with the tables and columns of Anki', () => {
    expect(rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    for (const [table, columns] of Object.entries(ankiColumns)) {
      const found = rows(`PRAGMA table_info(${table})`).map(({ name }) => name);
      expect([table, found.join(' ')]).toEqual([table, columns]);
    }
    expect(rows('SELECT ver, crt, mod FROM col')).toEqual([
      { ver: 11, crt: modified.getTime() / 1000, mod: modified.getTime() },
    ]);
  });

  test('has a note and a card for each question, in the deck, with the note type', () => {
    const decks = json('decks') as Record<string, { id: number; name: string }>;
    const models = json('models') as Record<string, { id: number; flds: { name: string }[] }>;
    const deck = Object.values(decks).find(({ name }) => name === deckName);
    const [model] = Object.values(models);
    expect(model?.flds.map(({ name }) => name)).toEqual(fieldNames);
    expect(rows(`SELECT count(*) AS n FROM notes WHERE mid = ${model?.id}`)).toEqual([
      { n: questions.length },
    ]);
    const joined = `SELECT count(*) AS n FROM cards JOIN notes ON notes.id = cards.nid WHERE did = ${deck?.id} AND ord = 0 AND type = 0 AND queue = 0`;
    expect(rows(joined)).toEqual([{ n: questions.length }]);
    expect(rows('SELECT DISTINCT due FROM cards')).toHaveLength(questions.length);
    // A deck below another one needs that one, too.
    expect(Object.values(decks).map(({ name }) => name)).toContain(deckName.split('::')[0]);
  });

  test('has in each note as many fields as the note type, the checksum of the first one, and a guid of its own', () => {
    const notes = rows('SELECT guid, flds, sfld, csum, tags FROM notes ORDER BY id');
    expect(new Set(notes.map(({ guid }) => guid)).size).toBe(questions.length);
    for (const { flds, sfld, csum } of notes) {
      const fields = String(flds).split('\u001F');
      const sha1 = createHash('sha1')
        .update(fields[0] ?? '')
        .digest('hex');
      expect(fields).toHaveLength(fieldNames.length);
      expect([sfld, csum]).toEqual([fields[0], Number.parseInt(sha1.slice(0, 8), 16)]);
    }
    expect(String(notes[0]?.['tags'])).toMatch(/^ aws G01 DVA-C03::1\.1\.3 .*$/);
  });

  test('asks on the front, answers on the back, and each answer is right', () => {
    const [model] = Object.values(json('models') as Record<string, { tmpls: Row[] }>);
    const { qfmt = '', afmt = '' } = model?.tmpls[0] ?? {};
    const named = (text: unknown) =>
      [...String(text).matchAll(/\{\{[#/]?([^}]+)\}\}/g)].map(([, name]) => name);
    expect(named(qfmt)).toEqual(['Question', 'Options']);
    const known = new Set<string | undefined>([...fieldNames, 'FrontSide']);
    expect(named(afmt).filter((name) => !known.has(name))).toEqual([]);
    const answers = rows('SELECT flds FROM notes ORDER BY id').map(({ flds }) => {
      const fields = String(flds).split('\u001F');
      const options = [...(fields[1] ?? '').matchAll(/<li>(.*?)<\/li>/g)].map(([, text]) => text);
      const letters = (fields[2] ?? '').split(', ');
      return sorted(letters.map((letter) => options['ABCDE'.indexOf(letter)] ?? ''));
    });
    const escaped = (text = '') =>
      text
        .replaceAll('"', '&quot;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll("'", '&apos;');
    expect(answers).toEqual(
      questions.map((question) =>
        sorted(rightOf(question).map((place) => escaped(question.options[place]?.text))),
      ),
    );
  });

  test('brings the pictures of the proofs, each one that a note shows and no other', async () => {
    const media = JSON.parse(String(files.get('media'))) as Record<string, string>;
    const names = Object.values(media);
    expect(names.length).toBeGreaterThan(3);
    const shownPictures = rows('SELECT flds FROM notes').flatMap(
      ({ flds }) => /<img src="([^"]+)">/.exec(String(flds))?.[1] ?? [],
    );
    expect([...new Set(shownPictures)].toSorted()).toEqual(names.toSorted());
    for (const number of Object.keys(media)) {
      expect(files.get(number)?.subarray(1, 4).toString()).toBe('PNG');
    }
    expect([...files.keys()].toSorted()).toEqual(
      ['collection.anki2', 'media', ...Object.keys(media)].toSorted(),
    );
  });

  test('of a part of the questions has the same notes, so that a second import changes and adds', async () => {
    const some = questions.slice(20, 23);
    const zipped = await contentOf('.apkg', { questions: some, exam: 'C02', shown }, modified);
    const part = await unzipped(Buffer.from(zipped as Uint8Array));
    const file = join(folder, 'part.anki2');
    await writeFile(file, part.get('collection.anki2') ?? '');
    const other = new DatabaseSync(file, { readOnly: true });
    const ids =
      'SELECT notes.id, guid, mid, cards.id AS card FROM notes JOIN cards ON nid = notes.id';
    const [found, all] = [other.prepare(ids).all(), rows(ids)];
    other.close();
    expect(found).toHaveLength(3);
    for (const row of found) expect(all).toContainEqual(row);
  });
});

test('the text for Anki has the header lines of its manual, and gives back every field', async () => {
  const text = String(await contentOf('.txt', { questions, exam: 'C03', shown }));
  const lines = text.split('\n');
  const header = lines.filter((line) => line.startsWith('#'));
  expect(header).toEqual([
    '#separator:tab',
    '#html:true',
    '#notetype:SQS and Lambda quiz',
    `#deck:${deckName}`,
    `#columns:${['Guid', ...fieldNames, 'Tags'].join('\t')}`,
    '#guid column:1',
    `#tags column:${fieldNames.length + 2}`,
  ]);
  const records: string[][] = parse(lines.slice(header.length).join('\n'), { delimiter: '\t' });
  expect(records).toHaveLength(questions.length);
  for (const [i, record] of records.entries()) {
    expect(record).toHaveLength(fieldNames.length + 2);
    expect(record[0]).toBe(`sqs-lambda-${questions[i]?.id}`);
    // The pictures are not in a text.
    expect(record.join(' ')).not.toContain('<img');
  }
});

test('on paper all answers stand behind the last question, and Markdown signs are escaped', async () => {
  const text = String(await contentOf('.md', { questions, exam: 'C03', shown }));
  const [asking = '', answers = ''] = text.split('\n## Answers\n');
  for (const question of questions) {
    const letters = rightOf(question)
      .map((place) => letterOf(askedOnPaper(question), place))
      .toSorted()
      .join(', ');
    expect(asking).toContain(`. ${question.id}\n`);
    expect(answers).toContain(`. ${question.id}: ${letters}\n`);
  }
  expect(asking).not.toMatch(/Why it tempts|Source:/);
  const signs = {
    ...twoOfFive('G06', 'Q07'),
    explanation: 'Use *, <b> and sqs_url: https://a.b/c_d',
  };
  const escaped = await contentOf('.md', { questions: [signs], exam: 'C03', shown: nothingShown });
  expect(String(escaped)).toContain('Use \\*, \\<b\\> and sqs\\_url: <https://a.b/c_d>');
});

test('options on paper do not always have the right one at the same letter', () => {
  const letters = questions.map((question) =>
    letterOf(askedOnPaper(question), rightOf(question)[0] ?? 0),
  );
  for (const letter of 'ABCD')
    expect(letters.filter((one) => one === letter).length).toBeGreaterThan(questions.length / 10);
});

test.each(['quiz', 'quiz.pdf', '.apkg'])('"%s" names no format', (file) => {
  expect(() => formatOf(file)).toThrow(/its ending says no format/);
});

test('a file of the repository is what its picture is', async () => {
  const [path = ''] = shown.measured.get('G06')?.pictures ?? [];
  const bytes = await readFile(join(import.meta.dirname, '../../../docs', path));
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
});

test('a folder that is not there is not made: a mistyped path is said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lab01-quiz-'));
  const what = { questions: [], exam: 'C03', shown: nothingShown } as const;
  await expect(writeExport(join(folder, 'nowhere', 'quiz.md'), what)).rejects.toThrow(
    `there is no folder ${join(folder, 'nowhere')}`,
  );
  await writeExport(join(folder, 'quiz.md'), what);
  expect(await readdir(folder)).toEqual(['quiz.md']);
  await rm(folder, { recursive: true });
});

/**
 * A deck as an Anki package: a zip of an SQLite collection, a list of media, and the media files 0, 1, ... It has the
 * schema of version 11, which every Anki from 2.1 on imports.
 * @see https://github.com/ankitects/anki/blob/main/rslib/src/storage/schema11.sql
 * @see https://github.com/ankidroid/Anki-Android/wiki/Database-Structure
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { deckName, fieldNames, noteTypeName } from './cards.ts';
import type { Note } from './cards.ts';

export interface Media {
  /** As `<img src="...">` names it. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Fixed, so that a second import finds the deck and the note type of the first. */
const deckId = 1_795_824_000_001;
const noteTypeId = 1_795_824_000_002;

/** The tables of the format: columns are whole numbers, except for those marked as text. */
const tables: Readonly<Record<string, string>> = {
  col: 'id crt mod scm ver dty usn ls conf:text models:text decks:text dconf:text tags:text',
  notes: 'id guid:text mid mod usn tags:text flds:text sfld csum flags data:text',
  cards:
    'id nid did ord mod usn type queue due ivl factor reps lapses left odue odid flags data:text',
  revlog: 'id cid usn ease ivl lastIvl factor time type',
  graves: 'usn oid type',
};

/** The indexes, by name: a table and its columns. */
const indexes: Readonly<Record<string, string>> = {
  ix_notes_usn: 'notes (usn)',
  ix_cards_usn: 'cards (usn)',
  ix_revlog_usn: 'revlog (usn)',
  ix_cards_nid: 'cards (nid)',
  ix_cards_sched: 'cards (did, queue, due)',
  ix_revlog_cid: 'revlog (cid)',
  ix_notes_csum: 'notes (csum)',
};

/** The statements that make an empty collection. */
function schema(): string {
  const column = (text: string) => {
    const [name = '', type = 'integer'] = text.split(':');
    return `${name} ${type} ${name === 'id' ? 'PRIMARY KEY' : 'NOT NULL'}`;
  };
  const statements = [
    ...Object.entries(tables).map(
      ([name, columns]) => `CREATE TABLE ${name} (${columns.split(' ').map(column).join(', ')})`,
    ),
    ...Object.entries(indexes).map(([name, on]) => `CREATE INDEX ${name} ON ${on}`),
  ];
  return `${statements.join(';\n')};`;
}

/**
 * The bytes of an `.apkg` file.
 * @param modified when the questions were exported
 */
export async function ankiPackage(
  notes: readonly Note[],
  media: readonly Media[],
  modified: Date,
): Promise<Buffer> {
  const zip = new ZipFile();
  const at = { mtime: modified };
  zip.addBuffer(await collectionOf(notes, modified), 'collection.anki2', at);
  const names = Object.fromEntries(media.map(({ name }, i) => [String(i), name]));
  zip.addBuffer(Buffer.from(JSON.stringify(names)), 'media', at);
  for (const [i, { bytes }] of media.entries())
    zip.addBuffer(Buffer.from(bytes), String(i), { ...at, compress: false });
  zip.end();
  return buffer(zip.outputStream);
}

async function collectionOf(notes: readonly Note[], modified: Date): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-anki-'));
  const file = join(folder, 'collection.anki2');
  try {
    const database = new DatabaseSync(file);
    try {
      database.exec('BEGIN');
      database.exec(schema());
      addCollection(database, modified);
      for (const [i, note] of notes.entries()) addNote(database, note, i + 1, modified);
      database.exec('COMMIT');
    } finally {
      database.close();
    }
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

function addCollection(database: DatabaseSync, modified: Date): void {
  const conf = {
    curDeck: 1,
    curModel: String(noteTypeId),
    nextPos: 1,
    activeDecks: [1],
    sortType: 'noteFld',
    timeLim: 0,
    sortBackwards: false,
    addToCur: true,
    newSpread: 0,
    dueCounts: true,
    collapseTime: 1200,
    estTimes: true,
  };
  const json = [conf, noteTypes(modified), decks(modified), deckOptions, {}].map((one) =>
    JSON.stringify(one),
  );
  database
    .prepare('INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, ?)')
    .run(seconds(modified), modified.getTime(), modified.getTime(), ...json);
}

/** @param position among the new cards, from 1 */
function addNote(database: DatabaseSync, note: Note, position: number, modified: Date): void {
  const fields = fieldNames.map((name) => note.fields[name]);
  // Ids are times in milliseconds in Anki; a question has the same ones in every export.
  const number = Number(note.fields.Id.replace(/\D/g, ''));
  const [noteId, cardId] = [noteTypeId + 1000 + number, noteTypeId + 100_000 + number];
  const first = fields[0] ?? '';
  const tags = ` ${note.tags.join(' ')} `;
  database
    .prepare("INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')")
    .run(
      noteId,
      note.guid,
      noteTypeId,
      seconds(modified),
      tags,
      fields.join('\u001F'),
      first,
      checksum(first),
    );
  database
    .prepare("INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')")
    .run(cardId, noteId, deckId, seconds(modified), position);
}

/** The first 8 digits of SHA-1 of the first field, as a number: by it Anki finds notes that are the same. */
export function checksum(field: string): number {
  return Number.parseInt(createHash('sha1').update(field).digest('hex').slice(0, 8), 16);
}

function decks(modified: Date) {
  const deck = (id: number, name: string) => ({
    id,
    name,
    mod: seconds(modified),
    usn: -1,
    lrnToday: [0, 0],
    revToday: [0, 0],
    newToday: [0, 0],
    timeToday: [0, 0],
    collapsed: false,
    browserCollapsed: false,
    desc: '',
    dyn: 0,
    conf: 1,
    extendNew: 0,
    extendRev: 0,
  });
  const [parent = ''] = deckName.split('::');
  return {
    '1': deck(1, 'Default'),
    [deckId]: deck(deckId, deckName),
    [deckId - 1]: deck(deckId - 1, parent),
  };
}

const deckOptions = {
  '1': {
    id: 1,
    name: 'Default',
    mod: 0,
    usn: 0,
    maxTaken: 60,
    autoplay: true,
    timer: 0,
    replayq: true,
    dyn: false,
    new: {
      bury: true,
      delays: [1, 10],
      initialFactor: 2500,
      ints: [1, 4, 7],
      order: 1,
      perDay: 20,
      separate: true,
    },
    rev: {
      bury: true,
      ease4: 1.3,
      fuzz: 0.05,
      ivlFct: 1,
      maxIvl: 36500,
      minSpace: 1,
      perDay: 100,
      hardFactor: 1.2,
    },
    lapse: { delays: [10], leechAction: 0, leechFails: 8, minInt: 1, mult: 0 },
  },
};

function noteTypes(modified: Date) {
  const field = (name: string, ord: number) => ({
    name,
    ord,
    sticky: false,
    rtl: false,
    font: 'Arial',
    size: 20,
    media: [],
  });
  return {
    [noteTypeId]: {
      id: noteTypeId,
      name: noteTypeName,
      type: 0,
      mod: seconds(modified),
      usn: -1,
      sortf: 0,
      did: deckId,
      vers: [],
      tags: [],
      flds: fieldNames.map((name, i) => field(name, i)),
      tmpls: [
        { name: 'Question', ord: 0, qfmt: front, afmt: back, bqfmt: '', bafmt: '', did: null },
      ],
      css: style,
      latexPre: '',
      latexPost: '',
      req: [[0, 'any', [0]]],
    },
  };
}

const front = `<div class="question">{{Question}}</div>
{{Options}}`;

const back = `{{FrontSide}}
<hr id="answer">
<div class="answer">{{Answer}}</div>
<p>{{Explanation}}</p>
<h4>The other options</h4>
{{Wrong options}}
<p class="small">{{Source}}</p>
<p class="small">{{Shown by}}</p>
{{#Picture}}<div class="picture">{{Picture}}</div>{{/Picture}}
<p class="small">{{Id}} · {{Skills}}</p>`;

const style = `.card { font-family: Arial, sans-serif; font-size: 18px; line-height: 1.4; text-align: left; max-width: 42em; margin: 0 auto; }
.question { font-weight: bold; }
.answer { font-size: 150%; font-weight: bold; }
.small { font-size: 80%; }
.picture img { max-width: 100%; }
li { margin: 0.3em 0; }`;

/** Writes questions to a file, in the format that its ending names. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { LabError, reasonOf } from '../../lab/errors.ts';
import { quote } from '../../lab/quote.ts';
import { root } from '../../lab/settings.ts';
import { writeWhole } from '../../lab/write-whole.ts';
import type { Exam } from '../../exam/rules.ts';
import type { Question } from '../question.ts';
import { askedOnPaper } from '../screens.ts';
import type { Asked } from '../screens.ts';
import type { Shown } from '../shown.ts';
import { ankiPackage } from './apkg.ts';
import type { Media } from './apkg.ts';
import { noteOf } from './cards.ts';
import { quizMarkdown } from './markdown.ts';
import { notesText } from './text.ts';

const formats = ['.apkg', '.md', '.txt'] as const;
export type Format = (typeof formats)[number];

/** @throws LabError (exit code 2) when the ending of the file names none */
export function formatOf(file: string): Format {
  const format = formats.find((one) => one === extname(file).toLowerCase());
  if (format !== undefined) return format;
  throw new LabError(`Cannot export to "${file}": its ending says no format`, {
    hint: 'Anki package: quiz.apkg. To print: quiz.md. Text that Anki imports: quiz.txt',
    exitCode: 2,
  });
}

export interface Exported {
  readonly questions: readonly Question[];
  readonly exam: Exam;
  readonly shown: Shown;
}

/** @throws LabError when the file cannot be written */
export async function writeExport(given: string, what: Exported): Promise<void> {
  const file = resolve(given);
  const content = await contentOf(formatOf(given), what);
  // A folder that was mistyped is not made.
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    throw new LabError(`Cannot write ${given}: there is no folder ${dirname(given)}`, {
      hint: `mkdir -p ${quote(dirname(given))}   or choose another file`,
      exitCode: 2,
    });
  }
  try {
    await writeWhole(file, content);
  } catch (cause) {
    throw new LabError(`Cannot write ${given}: ${reasonOf(cause)}`, {
      hint: 'Choose another file.',
      cause,
    });
  }
}

/** @param modified when the questions are exported */
export async function contentOf(
  format: Format,
  { questions, exam, shown }: Exported,
  modified = new Date(),
): Promise<string | Uint8Array> {
  const asked = questions.map((question) => askedOnPaper(question));
  if (format === '.md') return quizMarkdown({ asked, exam, shown });
  const pictures = format === '.apkg' ? await readPictures(asked, shown) : new Map<string, Media>();
  const notes = asked.map((one) => {
    const picture = pictures.get(pictureOf(one, shown) ?? '')?.name;
    return noteOf(one, { exam, shown, picture });
  });
  return format === '.txt'
    ? notesText(notes)
    : ankiPackage(notes, [...pictures.values()], modified);
}

/** The picture of the last proof that shows the rule. */
const pictureOf = ({ question }: Asked, { measured }: Shown): string | undefined =>
  measured.get(question.rule)?.pictures.at(-1);

/** The pictures of the proofs, by path relative to `docs/`; one that cannot be read is left out. */
async function readPictures(asked: readonly Asked[], shown: Shown): Promise<Map<string, Media>> {
  const paths = new Set(asked.flatMap((one) => pictureOf(one, shown) ?? []));
  const media = await Promise.all(
    [...paths].map(async (path) => {
      const bytes = await readFile(join(root, 'docs', path)).catch(() => undefined);
      // Anki has one folder for the media of all decks.
      const name = `sqs-lambda-${path.split('/').slice(-2).join('-')}`;
      return bytes === undefined ? [] : [[path, { name, bytes }] as const];
    }),
  );
  return new Map(media.flat());
}

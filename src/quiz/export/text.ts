/**
 * Notes as text that Anki imports: File > Import, the first lines say how.
 * @see https://docs.ankiweb.net/importing/text-files.html
 */
import { deckName, fieldNames, noteTypeName } from './cards.ts';
import type { Note } from './cards.ts';

/** Tab separated: guid, the fields, tags. */
export function notesText(notes: readonly Note[]): string {
  const columns = ['Guid', ...fieldNames, 'Tags'];
  return [
    '#separator:tab',
    '#html:true',
    `#notetype:${noteTypeName}`,
    `#deck:${deckName}`,
    `#columns:${columns.join('\t')}`,
    '#guid column:1',
    `#tags column:${columns.length}`,
    ...notes.map(({ guid, fields, tags }) =>
      [guid, ...fieldNames.map((name) => fields[name]), tags.join(' ')].map(quoted).join('\t'),
    ),
    '',
  ].join('\n');
}

/** As in CSV: a field with a quote, a tab or a line break stands in quotes, and its quotes are doubled. */
const quoted = (text: string): string =>
  /["\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

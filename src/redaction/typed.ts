import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lab/settings.ts';

/**
 * What a person typed into AWS and AWS answers with: values of environment variables, of tags, of message attributes,
 * descriptions, and bodies of messages that are not the lab's. No look tells what they hold, so none is shown.
 */
export interface Typed {
  readonly kind: string;
  readonly alias: string;
  readonly start: number;
  readonly end: number;
  /** True: it is hidden wherever else it stands, as in a log line of the function that read it. */
  readonly everywhere: boolean;
}

/** Objects whose members people name as they like: every value in them was typed. */
const objects = /(["'])(Variables|Tags|TagList)\1\s{0,40}:\s{0,40}[[{]/gi;
const attributeValue = /(["'])(?:StringValue|BinaryValue)\1\s{0,40}:\s{0,40}/gi;
const description = /(["'])Description\1\s{0,40}:\s{0,40}/gi;
const messageBody = /(["'])(?:Message)?Body\1\s{0,40}:\s{0,40}/gi;

const aString = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;
/** Of an object, which ends with its first "}", and of a list of objects, which ends with its first "]". */
const memberOf = {
  '{': /[\s,]{0,400}(["'])((?:(?!\1)[^\\]|\\.)*)\1\s{0,40}:\s{0,40}/y,
  '[': /[\s,{}]{0,400}(["'])((?:(?!\1)[^\\]|\\.)*)\1\s{0,40}:\s{0,40}/y,
};

export function typedTexts(text: string): Typed[] {
  return [
    ...members(text),
    ...strings(text, attributeValue, 'message attribute'),
    ...strings(text, description, 'description').filter(
      ({ start, end }) => !ownDescriptions.includes(text.slice(start, end)),
    ),
    ...strings(text, messageBody, 'message body').filter(
      ({ start, end }) => !ownBody.test(text.slice(start, end)),
    ),
  ].map((typed) => ({ ...typed, alias: aliasOf(typed, text) }));
}

/** A poison message stays known for one. */
function aliasOf({ kind, start, end }: Omit<Typed, 'alias'>, text: string): string {
  const poison = kind === 'message body' && text.slice(start, end).includes('FAIL');
  return poison ? 'FAIL-hidden' : 'text-hidden';
}

/** The descriptions and tags that the kit's own commands set, and those of AWS's own policies. */
const ownDescriptions = [
  (
    JSON.parse(readFileSync(join(root, 'infra', 'create-function.json'), 'utf8')) as {
      Description: string;
    }
  ).Description,
  'Provides write permissions to CloudWatch Logs.',
  '',
];
const ownTag = 'lab01';

/** As the lab sends them: `hello-1`, `FAIL-please-retry-me`. */
export const ownBody = /^(?:(?:hello|FAIL)[\w-]{0,40})?$/;

function strings(text: string, before: RegExp, kind: string): Omit<Typed, 'alias'>[] {
  return [...text.matchAll(before)].flatMap((match) => {
    const value = stringAt(text, match.index + match[0].length);
    return value === undefined ? [] : [{ ...value, kind, everywhere: false }];
  });
}

function members(text: string): Omit<Typed, 'alias'>[] {
  return [...text.matchAll(objects)].flatMap(({ 0: opening, 2: name, index }) => {
    const everywhere = /^variables$/i.test(name ?? '');
    const kind = everywhere ? 'environment variable' : 'tag';
    const member = memberOf[opening.endsWith('{') ? '{' : '['];
    const found: Omit<Typed, 'alias'>[] = [];
    member.lastIndex = index + opening.length;
    for (let match = member.exec(text); match !== null; match = member.exec(text)) {
      const value = stringAt(text, member.lastIndex);
      if (value === undefined) break;
      // A tag of IAM is an object of its own: { "Key": "Owner", "Value": "ada" }.
      const shown = !everywhere && (/^key$/i.test(match[2] ?? '') || isOwnTag(text, value));
      if (!shown && value.end > value.start) found.push({ ...value, kind, everywhere });
      member.lastIndex = value.end + 1;
    }
    return found;
  });
}

function isOwnTag(text: string, { start, end }: { start: number; end: number }): boolean {
  return text.slice(start, end).toLowerCase() === ownTag;
}

/** The inside of the string that begins at this place. */
function stringAt(text: string, at: number): { start: number; end: number } | undefined {
  aString.lastIndex = at;
  return aString.test(text) ? { start: at + 1, end: aString.lastIndex - 1 } : undefined;
}

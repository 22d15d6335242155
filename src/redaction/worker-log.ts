import { isHidden } from './found.ts';
import type { Hit } from './found.ts';
import { ownBody } from './typed.ts';

/**
 * Lines that the worker wrote into its log. A worker that somebody changed may log anything: bodies, events, its variables.
 * Evidence is what the lab's own line holds, so nothing else of a line is shown.
 */
export function loggedTexts(text: string): Hit[] {
  return [...inAnswers(text), ...inLines(text)];
}

/** What the lab's own line holds: `src/handlers/worker.ts`. */
const ownMembers = new Set([
  'messageId',
  'receiveCount',
  'outcome',
  'requestId',
  'batchSize',
  'sentAt',
  'firstReceivedAt',
  'error',
]);

/**
 * What the handlers of experiments log beside it is called `xReturned`, `xElapsedMs`: a number, or one short word. Nobody
 * gives such a name to a body by accident.
 */
const experimentMember = /^x[A-Z]\w{0,30}$/;
const experimentValue = /^(?:-?\d{1,14}(?:\.\d{1,6})?|"[a-z][a-z-]{0,30}"|true|false|null)$/;

const level = '(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)';
const kind = 'text of the worker’s log';

/** Behind the time and the request id. The runtime itself says "Invoke Error". */
const lineOfWorker = new RegExp(
  String.raw`(?<=\t)${level}\t(?!Invoke Error|Unhandled Promise)`,
  'gi',
);

/** JSON in a line of the log; of any other text, what stands before it. */
function inLines(text: string): Hit[] {
  return [...text.matchAll(lineOfWorker)].flatMap(({ 0: before, index }) => {
    const start = index + before.length;
    const [plain = ''] = /^[^"\n{]{0,10000}/.exec(text.slice(start, start + 10_000)) ?? [];
    const hits = textHit(text, start, start + plain.trimEnd().length);
    const at = start + plain.length;
    return text[at] === '{' ? [...hits, ...values(text, at)] : hits;
  });
}

/** The message of an event as CloudWatch Logs answers with it: its end is known, whatever it holds. */
const message = /"message"\s{0,40}:\s{0,40}"((?:[^"\\]|\\[^])*)"/gi;
const plainLine = new RegExp(
  String.raw`\\t${level}\\t(?!Invoke Error|Unhandled Promise)(?=[^{\\])`,
  'i',
);

function inAnswers(text: string): Hit[] {
  return [...text.matchAll(message)].flatMap(({ 0: whole, 1: value = '', index }) => {
    const found = plainLine.exec(value);
    if (found === null) return [];
    const start = index + whole.length - value.length - 1 + found.index + found[0].length;
    const end = index + whole.length - 1 - (/(?:\\[nrt])+$/.exec(value)?.[0].length ?? 0);
    return textHit(text, start, end);
  });
}

function textHit(text: string, start: number, end: number): Hit[] {
  const said = text.slice(start, end);
  return said === '' || isHidden(said) ? [] : [{ kind, alias: 'text-hidden', start, end }];
}

const token = /"((?:[^"\\\n]|\\.)*)"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;
const space = /\s*/y;

/** Every value in the object that begins here, but for the lab's own members; up to what is no JSON, such as a line that a picture wraps. */
function values(text: string, at: number): Hit[] {
  const hits: Hit[] = [];
  let [depth, name, before, next] = [0, '', '{', at];
  do {
    token.lastIndex = next;
    const match = token.exec(text);
    if (match === null) break;
    const [found, inside] = match;
    const end = token.lastIndex;
    next = behindSpace(text, end);
    if (found === '{' || found === '[') depth += 1;
    else if (found === '}' || found === ']') depth -= 1;
    else if (inside !== undefined && before !== ':' && text[next] === ':') {
      name = depth === 1 ? inside : '';
    } else if (!/^[,:]$/.test(found)) {
      if (!/[,}\]]/.test(text[next] ?? '')) break;
      if (depth > 1 || !isShown(name, found)) hits.push(...valueHit(text, match.index, end));
    }
    before = found;
  } while (depth > 0);
  return hits;
}

const isShown = (name: string, value: string): boolean =>
  ownMembers.has(name) || (experimentMember.test(name) && experimentValue.test(value));

function behindSpace(text: string, at: number): number {
  space.lastIndex = at;
  space.exec(text);
  return space.lastIndex;
}

/** A number stays one, so that JSON stays JSON. */
function valueHit(text: string, start: number, end: number): Hit[] {
  const value = text.slice(start, end);
  if (/^-?\d/.test(value)) return value === '0' ? [] : [{ kind, alias: '0', start, end }];
  if (!value.startsWith('"') || value.length < 3) return [];
  const inside = value.slice(1, -1);
  if (ownBody.test(inside) || isHidden(inside)) return [];
  const alias = inside.includes('FAIL') ? 'FAIL-hidden' : 'text-hidden';
  return [{ kind, alias, start: start + 1, end: end - 1 }];
}

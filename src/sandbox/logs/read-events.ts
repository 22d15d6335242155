import type { Operation, WireObject } from '../types.ts';
import { parseFilterPattern } from './filter-pattern.ts';
import { flagIn, numberIn, textIn, textsIn } from '../constraints/values.ts';
import { invalid } from './input.ts';
import { groupAccess, groupOfAnyInput, requireGroup, streamNameIn } from './log-names.ts';
import type { EventQuery, Group, LogStore, Position, StoredEvent } from './log-store.ts';
import { onStream } from './streams.ts';
import { decodeToken, encodeToken } from './tokens.ts';

const pageEvents = 10_000;
const pageBytes = 1_048_576;
/** A page that has looked at so many events, or at so much text, ends, even if it is empty, so that others get a turn. */
const pageLooks = 50_000;
const pageCharacters = 8 * 1_048_576;

export function readOperations(store: LogStore): Record<string, Operation> {
  return {
    FilterLogEvents: {
      access: (input, context) => [groupAccess('FilterLogEvents', context, groupOfAnyInput(input))],
      run: (input, { region }) => filterEvents(store, region, input),
    },
    GetLogEvents: onStream('GetLogEvents', (input, { region }) => getEvents(store, region, input)),
  };
}

function filterEvents(store: LogStore, region: string, input: WireObject): WireObject {
  const groupName = requireGroup(input);
  const from = numberIn(input, 'startTime');
  const to = numberIn(input, 'endTime');
  const limit = numberIn(input, 'limit') ?? pageEvents;
  const token = textIn(input, 'nextToken');
  // Results are always interleaved, as AWS says of the old parameter `interleaved`.
  const forward = flagIn(input, 'startFromHead') ?? true;
  const matches = readFilter(input);
  const [direction = forward ? 'forward' : 'backward', after] = readPosition(token, 'filter');
  const group = store.group(region, groupName);
  const streamIds = chosenStreams(store, group, input);
  const backward = direction === 'backward';
  const page = readPage(store, { group, streamIds, from, to, after, backward }, { limit, matches });
  return {
    events: page.events.map((event) => ({
      logStreamName: event.stream,
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: event.ingestedAt,
      eventId: eventId(event),
    })),
    searchedLogStreams: [],
    ...(page.endedAt === undefined
      ? {}
      : { nextToken: writePosition('filter', direction, page.endedAt) }),
  };
}

/** One stream, in pages that can be turned both ways. The same token again: nothing more there. */
function getEvents(store: LogStore, region: string, input: WireObject): WireObject {
  const groupName = requireGroup(input);
  const streamName = streamNameIn(input);
  const from = numberIn(input, 'startTime');
  const end = numberIn(input, 'endTime');
  const limit = numberIn(input, 'limit') ?? pageEvents;
  const token = textIn(input, 'nextToken');
  const fromHead = flagIn(input, 'startFromHead') ?? false;
  const [direction = fromHead ? 'forward' : 'backward', after] = readPosition(token, 'get');
  const group = store.group(region, groupName);
  const stream = store.stream(group, streamName);
  const backward = direction === 'backward';
  // Here the end of the range is exclusive.
  const to = end === undefined ? undefined : end - 1;
  const query = { group, streamIds: [stream.id], from, to, after, backward };
  const { events } = readPage(store, query, { limit, matches: () => true });
  if (backward) events.reverse();
  const start = after ?? { timestamp: 0, id: 0 };
  return {
    events: events.map(({ timestamp, message, ingestedAt }) => ({
      timestamp,
      message,
      ingestionTime: ingestedAt,
    })),
    nextForwardToken: writePosition('get', 'forward', events.at(-1) ?? start),
    nextBackwardToken: writePosition('get', 'backward', events[0] ?? start),
  };
}

/** @returns the events, and the last one looked at when there may be more */
function readPage(
  store: LogStore,
  query: EventQuery,
  { limit, matches }: { limit: number; matches: (message: string) => boolean },
): { events: StoredEvent[]; endedAt: Position | undefined } {
  const events: StoredEvent[] = [];
  let [looks, characters, bytes] = [0, 0, 0];
  let last: StoredEvent | undefined;
  for (const event of store.events(query)) {
    const isEnough = looks === pageLooks || characters >= pageCharacters;
    const found = !isEnough && matches(event.message);
    const size = found ? Buffer.byteLength(event.message) : 0;
    const full = isEnough || events.length === limit || bytes + size > pageBytes;
    if (full && last !== undefined) return { events, endedAt: last };
    if (found) events.push(event);
    bytes += size;
    looks += 1;
    characters += event.message.length;
    last = event;
  }
  return { events, endedAt: undefined };
}

function readFilter(input: WireObject): (message: string) => boolean {
  const pattern = textIn(input, 'filterPattern') ?? '';
  return pattern === '' ? () => true : parseFilterPattern(pattern);
}

function chosenStreams(
  store: LogStore,
  group: Group,
  input: WireObject,
): readonly number[] | undefined {
  const names = textsIn(input, 'logStreamNames');
  const prefix = textIn(input, 'logStreamNamePrefix');
  if (names !== undefined && prefix !== undefined) {
    throw invalid('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
  }
  if (names !== undefined) return names.map((name) => store.stream(group, name).id);
  if (prefix === undefined) return undefined;
  return store
    .streamsOf(group)
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ id }) => id);
}

/** 56 digits that grow with time, as CloudWatch Logs writes them. */
function eventId({ timestamp, id }: StoredEvent): string {
  return String(timestamp).padStart(20, '0') + String(id).padStart(36, '0');
}

function writePosition(kind: string, direction: string, { timestamp, id }: Position): string {
  return encodeToken(kind, `${direction} ${timestamp} ${id}`);
}

function readPosition(
  token: string | undefined,
  kind: string,
): [direction?: string, position?: Position] {
  const [direction, timestamp, id] = decodeToken(token, kind)?.split(' ') ?? [];
  if (direction === undefined) return [];
  return [direction, { timestamp: Number(timestamp), id: Number(id) }];
}

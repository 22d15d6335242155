import type { IamApi, LogEvent, LogsApi, Operation, WireObject, World } from '../types.ts';
import { numberIn, structuresIn, textIn } from '../constraints/values.ts';
import { invalid } from './input.ts';
import { groupAccess, groupNameIn, streamAccess, streamNameIn } from './log-names.ts';
import type { LogStore } from './log-store.ts';
import { onStream, sequenceToken } from './streams.ts';

const batchBytes = 1_048_576;
/** What CloudWatch Logs adds to each message. */
const eventOverheadBytes = 26;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function putOperation(world: World, store: LogStore): Record<string, Operation> {
  return {
    PutLogEvents: onStream('PutLogEvents', (input, { region }) => {
      const events = eventsIn(input);
      const group = store.group(region, groupNameIn(input));
      const stream = store.stream(group, streamNameIn(input));
      const now = world.clock.now();
      const tooOld = events.filter(({ timestamp }) => timestamp < now - 14 * dayMs).length;
      const expired = events.filter(({ timestamp }) => timestamp < store.expiry(group)).length;
      const inTime = events.filter(({ timestamp }) => timestamp <= now + 2 * hourMs).length;
      const rejected = {
        ...(inTime < events.length ? { tooNewLogEventStartIndex: inTime } : {}),
        ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
        ...(expired > 0 ? { expiredLogEventEndIndex: expired } : {}),
      };
      const kept = events.slice(Math.max(tooOld, expired), inTime);
      const lastId = world.store.transaction(() => store.addEvents(group, stream, kept));
      return {
        nextSequenceToken: sequenceToken(lastId),
        ...(Object.keys(rejected).length === 0 ? {} : { rejectedLogEventsInfo: rejected }),
      };
    }),
  };
}

/** How the sandbox's Lambda logs: under the execution role, silently nothing without its permissions. */
export function logsApi({
  world,
  store,
  iam,
}: {
  world: World;
  store: LogStore;
  iam: IamApi;
}): LogsApi {
  return {
    write({ writer, region, group: groupName, stream: streamName, events }) {
      const place = { region, accountId: world.accountId };
      const names = { place, group: groupName, stream: streamName };
      const may = (action: string) => iam.decide(writer, streamAccess(action, names)).allowed;
      world.store.transaction(() => {
        const mayCreate = iam.decide(
          writer,
          groupAccess('CreateLogGroup', place, groupName),
        ).allowed;
        const group =
          store.findGroup(region, groupName) ??
          (mayCreate ? store.addGroup({ region, name: groupName }) : undefined);
        if (group === undefined) return;
        const stream =
          store.findStream(group, streamName) ??
          (may('CreateLogStream') ? store.addStream(group, streamName) : undefined);
        if (stream === undefined || !may('PutLogEvents')) return;
        const kept = events.filter(({ message }) => message !== '');
        store.addEvents(group, stream, kept.map(shortened));
      });
    },
  };
}

/** @throws AwsError `InvalidParameterException` for what the events must be together */
function eventsIn(input: WireObject): LogEvent[] {
  const events = structuresIn(input, 'logEvents').map((event) => ({
    timestamp: numberIn(event, 'timestamp') ?? 0,
    message: textIn(event, 'message') ?? '',
  }));
  const bytes = events.reduce((sum, { message }) => sum + sizeOf(message), 0);
  if (bytes > batchBytes) {
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${batchBytes}`);
  }
  if (events.some(({ timestamp }, i) => timestamp < (events[i - 1]?.timestamp ?? 0))) {
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > dayMs) {
    throw invalid(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
  return events;
}

function sizeOf(message: string): number {
  return Buffer.byteLength(message) + eventOverheadBytes;
}

/** One event holds at most 1 MB. */
function shortened({ timestamp, message }: LogEvent): LogEvent {
  const most = batchBytes - eventOverheadBytes;
  if (Buffer.byteLength(message) <= most) return { timestamp, message };
  return { timestamp, message: Buffer.from(message).subarray(0, most).toString() };
}

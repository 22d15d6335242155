import { AwsError } from '../errors.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import { flagIn, numberIn, textIn } from '../constraints/values.ts';
import { invalid } from './input.ts';
import {
  groupAccess,
  groupNameIn,
  groupOfAnyInput,
  requireGroup,
  streamAccess,
  streamArn,
  streamNameIn,
  streamOfAnyInput,
} from './log-names.ts';
import type { Group, LogStore, Stream } from './log-store.ts';
import { decodeToken, encodeToken } from './tokens.ts';

const pageMax = 50;

export function streamOperations(store: LogStore): Record<string, Operation> {
  return {
    CreateLogStream: onStream('CreateLogStream', (input, { region }) => {
      const name = streamNameIn(input);
      const group = store.group(region, groupNameIn(input));
      if (store.findStream(group, name) !== undefined) {
        throw new AwsError(
          'ResourceAlreadyExistsException',
          'The specified log stream already exists',
        );
      }
      store.addStream(group, name);
      return undefined;
    }),

    DeleteLogStream: onStream('DeleteLogStream', (input, { region }) => {
      const group = store.group(region, groupNameIn(input));
      store.deleteStream(store.stream(group, streamNameIn(input)));
      return undefined;
    }),

    DescribeLogStreams: {
      access: (input, context) => [
        groupAccess('DescribeLogStreams', context, groupOfAnyInput(input)),
      ],
      run: (input, context) => describeStreams(store, input, context),
    },
  };
}

/** An operation that is allowed per log stream. */
export function onStream(action: string, run: Operation['run']): Operation {
  return {
    access: (input, place) => {
      const [group, stream] = [groupOfAnyInput(input), streamOfAnyInput(input)];
      return [streamAccess(action, { place, group, stream })];
    },
    run,
  };
}

function describeStreams(store: LogStore, input: WireObject, context: CallContext): WireObject {
  const groupName = requireGroup(input);
  const prefix = textIn(input, 'logStreamNamePrefix');
  const orderBy = textIn(input, 'orderBy');
  const descending = flagIn(input, 'descending') ?? false;
  const limit = numberIn(input, 'limit') ?? pageMax;
  const start = Number(decodeToken(textIn(input, 'nextToken'), 'streams') ?? 0);
  if (orderBy === 'LastEventTime' && prefix !== undefined) {
    throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const group = store.group(context.region, groupName);
  const streams = store
    .streamsOf(group)
    .filter(({ name }) => name.startsWith(prefix ?? ''))
    .map((stream) => describe(store, { group, stream, context }));
  const ordered =
    orderBy === 'LastEventTime'
      ? streams.toSorted((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0))
      : streams;
  if (descending) ordered.reverse();
  const end = start + limit;
  return {
    logStreams: ordered.slice(start, end),
    ...(end < ordered.length ? { nextToken: encodeToken('streams', String(end)) } : {}),
  };
}

function describe(
  store: LogStore,
  { group, stream, context }: { group: Group; stream: Stream; context: CallContext },
) {
  const span = store.spanOf(group, stream);
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    ...(span === undefined
      ? {}
      : {
          firstEventTimestamp: span.first,
          lastEventTimestamp: span.last,
          lastIngestionTime: span.ingestedAt,
          uploadSequenceToken: sequenceToken(span.lastId),
        }),
    arn: streamArn(context, group.name, stream.name),
    storedBytes: 0,
  };
}

/** Nobody has to send it back any more, but CloudWatch Logs still hands it out. */
export function sequenceToken(lastEventId: number): string {
  return `49${String(lastEventId).padStart(54, '0')}`;
}

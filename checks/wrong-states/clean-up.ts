import type { LabNames } from '../../src/judging/index.ts';
import type { WrongState } from '../../src/testing/lab/wrong-states.ts';
import { secondFunction } from './mapping.ts';

const left = (
  leaves: NonNullable<WrongState['leaves']>,
  what: string,
  says: RegExp,
): WrongState => ({
  id: `left-${leaves.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  what: `Cleaned up, but left ${what}`,
  leaves,
  fails: `11/${leaves}`,
  says,
});

export const cleanUp = (lab: LabNames): readonly WrongState[] => [
  left('mapping', 'the mapping, which goes on polling', /step 11|delete-event-source-mapping/),
  {
    ...left(
      'otherMapping',
      'a mapping of another function, which goes on polling the source queue',
      /Mappings that still exist: from \S+ to \S*lab01-second\..*delete-event-source-mapping/s,
    ),
    make: secondFunction(lab, '--enabled'),
    fails: '11/mapping',
  },
  left('function', 'the function', /step 11|delete-function/),
  left('role', 'the execution role', /step 11|delete-role/),
  left('queue', 'the source queue', /step 11|delete-queue/),
  left('deadLetterQueue', 'the dead-letter queue', /step 11|delete-queue/),
  left('logGroup', 'the log group, which costs money for ever', /step 11|delete-log-group/),
  left('zip', 'the zip', /step 11|rm /),
];

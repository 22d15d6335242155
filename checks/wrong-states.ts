/** The catalogue of wrong states: what learners get wrong, and which expectation must say so. */
import type { LabNames } from '../src/judging/index.ts';
import type { WrongState } from '../src/testing/lab/wrong-states.ts';
import { cleanUp } from './wrong-states/clean-up.ts';
import { lambdaFunction } from './wrong-states/function.ts';
import { mapping } from './wrong-states/mapping.ts';
import { messages, poison, quiet, retries } from './wrong-states/messages.ts';
import { permissions } from './wrong-states/permissions.ts';
import { preflight } from './wrong-states/preflight.ts';
import { deadLetterQueue, sourceQueue } from './wrong-states/queues.ts';
import { role } from './wrong-states/role.ts';
import { bundle, workers } from './wrong-states/worker.ts';

/** A function, as the checks are: its commands carry the names of the learner. */
export const wrongStates = (lab: LabNames): readonly WrongState[] => [
  ...preflight(),
  ...deadLetterQueue(lab),
  ...sourceQueue(lab),
  ...role(lab),
  ...permissions(lab),
  ...bundle(),
  ...workers(),
  ...lambdaFunction(lab),
  ...mapping(lab),
  ...messages(),
  ...quiet(),
  ...retries(lab),
  ...poison(),
  ...cleanUp(lab),
];

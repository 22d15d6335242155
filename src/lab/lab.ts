import { askAws } from './aws/ask.ts';
import type { Answer, Question } from './aws/ask.ts';
import { LabError } from './errors.ts';
import { plainOptions } from './options.ts';
import type { Options } from './options.ts';
import { openSession, targetOf } from './session.ts';
import type { Opening, Session, Target } from './session.ts';
import { checkBoundary, namesOf, ownPrefix, root } from './settings.ts';
import type { LabNames } from './settings.ts';

/** Where the resources of a lab are: with its names, enough to say every ARN of it. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** A lab: its names, its place, and how to reach it. Every function that acts on a lab or looks at one takes it as an argument. */
export interface Lab extends LabNames {
  readonly options: Options;
  /** @throws LabError (exit code 2) when LAB_TARGET and the options contradict each other */
  readonly target: () => Target;
  readonly place: () => Promise<Place>;
  /** Opened once, when first needed. @throws Error where recorded answers are judged: then nothing may be asked */
  readonly session: () => Promise<Session>;
  /** Folder of the zip and the source of the worker; undefined when they are on another machine. */
  readonly checkout: string | undefined;
  /** Asks AWS itself, and looks at this machine. */
  readonly look: Look;
}

/** How a check looks: every question to AWS, and every fact of a machine, goes through here. */
export interface Look {
  readonly lab: Lab;
  readonly ask: <T>(question: Question) => Promise<Answer<T>>;
  /** A fact of this machine that a check judges by: the digest of a file, what the worker answers. JSON only. */
  readonly fact: <T>(name: string, find: () => Promise<T>) => Promise<T>;
}

/** The lab of somebody else, not of this process's environment: in a class, or in recorded evidence. */
export interface Learner {
  /** LAB_PREFIX of this learner. */
  readonly prefix: string;
  readonly place: () => Promise<Place>;
  /** Missing when recorded answers are judged again. */
  readonly session?: () => Promise<Session>;
  readonly checkout?: string | undefined;
  /** Aborts every open question: the time limit of this learner is over. */
  readonly signal?: AbortSignal;
  readonly options?: Options;
}

/** The lab of this process's own environment. Opens nothing yet. */
export function ownLab(options: Options, how: Pick<Opening, 'exactMode' | 'running'> = {}): Lab {
  const prefix = ownPrefix();
  checkBoundary();
  let opening: Promise<Session> | undefined;
  const session = () => (opening ??= openSession({ options, prefix, ...how }));
  return labOf({ prefix, place: session, session, checkout: root, options });
}

/** The lab of this learner. */
export function labOf(learner: Learner): Lab {
  const { prefix, place, checkout, signal, options = plainOptions } = learner;
  const session = learner.session ?? recordedOnly;
  const lab: Lab = {
    ...namesOf(prefix),
    options,
    target: () => targetOf(options),
    place,
    session,
    checkout,
    look: {
      get lab() {
        return lab;
      },
      ask: async (question) => ({
        question,
        output: (await askAws(question, await session(), signal)) as never,
      }),
      fact: (_, find) => find(),
    },
  };
  return lab;
}

async function recordedOnly(): Promise<never> {
  throw new LabError('recorded answers are judged: nothing may be asked');
}

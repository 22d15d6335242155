import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeRecorded } from '../evidence/judge-recorded.ts';
import type { Inputs } from '../evidence/judge-recorded.ts';
import { readEvidence } from '../evidence/read-evidence.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { staleAgainst } from '../evidence/stale.ts';
import type { DatedInputs, StaleProof } from '../evidence/stale.ts';
import type { Check, CheckResult, Judged } from '../judging/check.ts';
import { judgeAll } from '../judging/judge.ts';
import { whatNext } from '../judging/what-next.ts';
import type { Next } from '../lab/next.ts';
import { redactor } from '../redaction/redact.ts';
import { sandboxHome } from '../lab/sandbox/handle.ts';
import { runningSandbox } from '../lab/sandbox/process.ts';
import { ownLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import type { Target } from '../lab/session.ts';
import { root } from '../lab/settings.ts';
import { listSteps, loadCheck } from '../judging/steps.ts';
import type { StepEntry } from '../judging/steps.ts';

export const proofCount = 15;

/** Where a learner is. */
export interface Status {
  readonly target: Target;
  /** Not known while the sandbox does not run. */
  readonly place: Place | undefined;
  /** Something was built in the sandbox before; undefined: on AWS. */
  readonly sandboxHolds: boolean | undefined;
  /** How far the clock of the sandbox is ahead of the clock on the wall, seconds; undefined on AWS or when none runs. */
  readonly clockAheadSeconds: number | undefined;
  /** In the order of the steps, without the clean-up. Empty: nobody has looked. */
  readonly steps: readonly StepStatus[];
  readonly proofs: ProofStatus;
  readonly next: Next;
}

interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly profile: string;
  readonly endpoint: string | undefined;
}

export interface StepStatus {
  readonly number: string;
  readonly title: string;
  /** Undefined where a look would leave a trace, and none was made. */
  readonly result: CheckResult | undefined;
  /** Done by a live look; or by its record, where none was made. */
  readonly done: boolean;
}

export interface ProofStatus {
  /** Their numbers. */
  readonly recorded: readonly number[];
  /** ISO times of the first and the last evidence. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Proofs that no longer show the lab as it is. */
  readonly stale: readonly StaleProof[];
  /** Whether there was a lab to compare them with. */
  readonly compared: boolean;
}

/** Looks at everything and changes nothing: no sandbox is started, no message received. */
export async function readStatus(own: Lab): Promise<Status> {
  const target = own.target();
  const running = target === 'sandbox' ? await runningSandbox() : undefined;
  const lab = running === undefined ? own : ownLab(own.options, { running });
  const entries = await listSteps();
  const [checks, recorded] = await Promise.all([
    Promise.all(entries.filter(({ cleansUp }) => !cleansUp).map((entry) => loadCheck(lab, entry))),
    readRecorded(lab, target),
  ]);
  if (target === 'sandbox' && running === undefined) return notRunning(recorded);
  const { accountId, region, profile, clientConfig } = await lab.session();
  // A look that leaves traces is for those who ask for it.
  const silent = checks.filter(({ leavesTraces }) => leavesTraces !== true);
  const judged = await judgeAll(lab, silent);
  const offsetMs = (await running?.status())?.clock.offsetMs;
  const proofs = holdAgainst(recorded, liveByName(silent, judged, redactor([accountId])));
  const steps = checks.map((check) => stepStatus(check, judged, proofs));
  return {
    target,
    place: { accountId, region, profile, endpoint: clientConfig.endpoint },
    sandboxHolds: running === undefined ? undefined : true,
    clockAheadSeconds: offsetMs === undefined ? undefined : Math.round(offsetMs / 1000),
    steps,
    proofs,
    next: nextOf(steps, entries),
  };
}

async function notRunning(recorded: Recorded): Promise<Status> {
  const sandboxHolds = await stat(join(sandboxHome, 'store.db')).then(
    () => true,
    () => false,
  );
  return {
    target: 'sandbox',
    place: undefined,
    sandboxHolds,
    clockAheadSeconds: undefined,
    steps: [],
    proofs: holdAgainst(recorded, undefined),
    next: sandboxHolds
      ? { command: 'npx lab check', why: 'Starts the sandbox with what you built, and checks it.' }
      : { command: 'npx lab watch', why: 'Starts the sandbox and shows the first task.' },
  };
}

interface Recorded {
  readonly evidence: readonly Evidence[];
  readonly inputs: readonly DatedInputs[];
}

/** Evidence of passed checks of this target and prefix. */
async function readRecorded(lab: Lab, target: Target): Promise<Recorded> {
  const files = await readEvidence(join(root, 'docs'), target);
  const evidence = files
    .flatMap((file) => file.evidence ?? [])
    .filter(({ verdict, prefix }) => verdict === 'pass' && prefix === lab.prefix);
  const inputs = await Promise.all(evidence.map(inputsOf));
  return { evidence, inputs: inputs.flat() };
}

/** Evidence that is not whole proves nothing, and `lab verify` says why. */
async function inputsOf(evidence: Evidence): Promise<DatedInputs[]> {
  const again = await judgeRecorded(evidence).catch(() => undefined);
  if (again?.result.outcome !== 'pass') return [];
  const { time } = evidence;
  return evidence.proofs.map(({ number, title }) => ({
    number,
    title,
    time,
    inputs: again.inputs.get(number) ?? {},
  }));
}

type Live = ReadonlyMap<string, unknown>;

/**
 * What proofs depend on, by name, as it is now: proofs that name the same thing mean the same thing.
 * @returns undefined when nothing of the lab is there: no proof is stale by a clean-up
 */
function liveByName(
  checks: readonly Check[],
  judged: readonly Judged<unknown>[],
  redact: (text: string) => string,
): Live | undefined {
  const isThere = judged.some(
    ({ result: { kind, expectations } }, i) =>
      kind === 'make' &&
      checks[i]?.about === undefined &&
      expectations.some(({ id, outcome }) => id === 'exists' && outcome === 'pass'),
  );
  if (!isThere) return undefined;
  const live = new Map<string, unknown>();
  for (const [i, { proofs }] of checks.entries()) {
    const observed = judged[i]?.observed;
    if (observed === undefined) continue;
    for (const { inputs } of proofs) {
      const seen = JSON.parse(redact(JSON.stringify(inputs(observed)))) as Record<string, unknown>;
      for (const [name, value] of Object.entries(seen)) live.set(name, value);
    }
  }
  return live;
}

function holdAgainst({ evidence, inputs }: Recorded, live: Live | undefined): ProofStatus {
  const times = evidence.map(({ time }) => time).toSorted();
  const now = new Map(inputs.map(({ number, inputs: then }) => [number, asNow(then, live)]));
  return {
    recorded: [...now.keys()].toSorted((a, b) => a - b),
    from: times[0],
    to: times.at(-1),
    stale: live === undefined ? [] : staleAgainst(inputs, now),
    compared: live !== undefined,
  };
}

/** What was not looked at is as it was. */
function asNow(then: Inputs, live: Live | undefined): Inputs {
  const values = Object.entries(then).map(([name, value]) => [
    name,
    live?.has(name) === true ? live.get(name) : value,
  ]);
  return Object.fromEntries(values) as Inputs;
}

function stepStatus(
  { step, title, leavesTraces, proofs }: Check,
  judged: readonly Judged<unknown>[],
  { recorded, stale, compared }: ProofStatus,
): StepStatus {
  const result = judged.find((one) => one.result.step === step)?.result;
  if (leavesTraces !== true)
    return { number: step, title, result, done: result?.outcome === 'pass' };
  const isStale = stale.some(({ number }) => proofs.some((proof) => proof.number === number));
  const isRecorded = proofs.every(({ number }) => recorded.includes(number));
  return { number: step, title, result: undefined, done: compared && isRecorded && !isStale };
}

/** The first step that is not done; when all are, the clean-up. */
function nextOf(steps: readonly StepStatus[], entries: readonly StepEntry[]): Next {
  const results = steps.flatMap(({ result }) => result ?? []);
  const open = steps.find(({ done }) => !done);
  const live = whatNext(results, entries);
  if (results.some(({ outcome }) => outcome !== 'pass') || open === undefined) return live;
  return {
    command: `npx lab step ${Number(open.number)}`,
    why: `Then: npx lab check ${Number(open.number)}`,
  };
}

import { isDeepStrictEqual } from 'node:util';
import type { Target } from '../lab/session.ts';
import type { JudgedFile } from './judged-target.ts';
import type { JudgedAgain, judgeByAnswers } from './judge-recorded.ts';
import { evidencePath } from './proof-names.ts';
import { contradictions } from './contradictions.ts';
import { memberProblems } from './members.ts';
import { originProblems, timeProblems } from './origin.ts';
import type { Evidence } from './evidence.ts';

/** Against what evidence is held. */
export interface Standard {
  readonly target: Target;
  /** Version of this kit: another one may have said the same in other words. */
  readonly kit: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly judgeByAnswers: typeof judgeByAnswers;
}

/**
 * What is wrong with a file of evidence, a sentence each: it is held against its place, its own recorded outputs and the
 * words of its check. Empty when it holds.
 */
export async function problemsOf(file: JudgedFile, standard: Standard): Promise<string[]> {
  const { evidence, again, path } = file;
  const { target, kit, now } = standard;
  if (evidence === undefined) return [`it cannot be read: ${file.problem ?? ''}`];
  if (evidence.target.toLowerCase() !== target)
    return [`it says ${evidence.target} in the folder of ${target}`];
  if (again === undefined) return [`its verdict cannot be reached again: ${file.unjudged ?? ''}`];
  const sameKit = evidence.versions.kit === kit;
  return [
    ...placeProblems(path, evidence, target),
    ...verdictProblems(evidence, again),
    ...(sameKit ? await wordProblems(evidence, again, standard) : []),
    ...memberProblems(evidence),
    ...contradictions(evidence),
    ...originProblems(evidence),
    ...timeProblems(evidence),
    ...futureProblems(evidence, now),
  ];
}

function placeProblems(path: string, { check }: Evidence, target: Target): string[] {
  const place = evidencePath(check, target);
  return path === place ? [] : [`it holds evidence of check ${check}, whose file is ${place}`];
}

function verdictProblems({ expectations, verdict }: Evidence, { result }: JudgedAgain): string[] {
  const recorded = new Map(expectations.map(({ id, outcome }) => [id, outcome]));
  const differing = result.expectations.filter(({ id, outcome }) => recorded.get(id) !== outcome);
  const problems = differing.map(
    ({ id, claim, outcome }) =>
      `"${claim}" was recorded as ${recorded.get(id) ?? 'nothing'}, and its outputs say ${outcome}`,
  );
  const known = new Set(result.expectations.map(({ id }) => id));
  const unknown = expectations.filter(({ id }) => !known.has(id));
  problems.push(
    ...unknown.map(({ id }) => `it claims "${id}", which check ${result.step} does not judge`),
  );
  if (problems.length === 0 && verdict !== result.outcome)
    problems.push(`it says ${verdict}, and its outputs say ${result.outcome}`);
  return problems;
}

/** Claims, found values and commands stand in the text twin and in pictures: they are held too, not the outcome alone. */
async function wordProblems(
  evidence: Evidence,
  again: JudgedAgain,
  standard: Standard,
): Promise<string[]> {
  const differing = differingFrom(evidence, again);
  if (differing.length === 0) return [];
  // What is found may change between the look and the commands after it: a message that is received once more.
  const byAnswers = await standard.judgeByAnswers(evidence).then(
    (judged) => new Set(differingFrom(evidence, judged)),
    () => new Set(differing),
  );
  return differing.filter((problem) => byAnswers.has(problem));
}

function differingFrom(evidence: Evidence, again: JudgedAgain): string[] {
  return [...differingWords(evidence, again), ...proofProblems(evidence, again)];
}

function differingWords(evidence: Evidence, { result }: JudgedAgain): string[] {
  const now = new Map(result.expectations.map((one) => [one.id, one]));
  const title =
    evidence.title === result.title ? [] : [`its title is not that of check ${result.step}`];
  const words = evidence.expectations.flatMap((recorded) => {
    const judged = now.get(recorded.id);
    // Another outcome is another problem, and said already.
    if (judged === undefined || judged.outcome !== recorded.outcome) return [];
    return (['claim', 'expected', 'actual', 'source'] as const).flatMap((member) =>
      isDeepStrictEqual(asJson(recorded[member]), asJson(judged[member]))
        ? []
        : [`the "${member}" of rule "${recorded.id}" is not what its outputs give`],
    );
  });
  return [...title, ...words];
}

function proofProblems({ proofs, check }: Evidence, again: JudgedAgain): string[] {
  const own = again.proofs.map(({ number }) => number);
  const numbers = proofs.map(({ number }) => number);
  const problems = isDeepStrictEqual(numbers, own)
    ? []
    : [`it holds the proofs ${list(numbers)}, and check ${check} has ${list(own)}`];
  for (const proof of again.proofs) {
    const recorded = proofs.find(({ number }) => number === proof.number);
    if (recorded === undefined) continue;
    for (const member of ['name', 'title', 'claim', 'command', 'values', 'rules'] as const) {
      if (!isDeepStrictEqual(asJson(recorded[member]), asJson(proof[member])))
        problems.push(`the "${member}" of proof ${proof.number} is not what its outputs give`);
    }
  }
  return problems;
}

const list = (numbers: readonly number[]) => (numbers.length === 0 ? 'none' : numbers.join(', '));

const asJson = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);

/** A clock of one's own may be this much fast. The clock of a sandbox is moved forward, by days and not by years. */
const fastMs = { AWS: 60 * 60_000, EMULATOR: 60 * 60_000, SANDBOX: 2 * 366 * 86_400_000 };

function futureProblems({ target, time }: Evidence, now: number): string[] {
  return Date.parse(time) > now + fastMs[target]
    ? [`it says that it was recorded in the future, at ${time}`]
    : [];
}

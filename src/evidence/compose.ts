import type { Check, Proof, ProofValue } from '../judging/check.ts';
import type { PictureValue } from '../pictures/picture-facts.ts';
import { printedJson } from '../judging/printed.ts';
import type { Observation } from '../lab/look.ts';
import type { Evidence, RecordedProof } from './evidence.ts';
import { shortJson } from '../judging/printed.ts';

/** Stands for a value that the command did not print. */
export const notPrinted = 'not in what the command printed';

/** Evidence before it is redacted: the values that matter are picked afterwards, out of what is redacted. */
export type RawEvidence = Omit<Evidence, 'proofs'> & {
  readonly proofs: readonly Omit<RecordedProof, 'values'>[];
};

/**
 * Makes evidence of what was recorded: everything goes through the redactor, and the values of the proofs come
 * from what the commands printed.
 * @param observed only to choose from what was printed
 */
export function composeEvidence<T>(
  check: Pick<Check<T>, 'proofs'>,
  raw: RawEvidence,
  { redact, observed }: { readonly redact: (text: string) => string; readonly observed: T },
): Evidence {
  const sorted = { ...raw, observations: inOrder(raw.observations) };
  const clean = JSON.parse(redact(JSON.stringify(sorted))) as RawEvidence;
  const proofs = clean.proofs.map((recorded, i) => ({
    ...recorded,
    values: valuesOf(check.proofs[i] as Proof<T>, recorded.output, observed),
  }));
  return { ...clean, proofs };
}

/** The values that matter, as text. */
export function valuesOf<T>(proof: Proof<T>, output: string, observed: T): PictureValue[] {
  return proof.values(printedJson(output), { observed, output }).map(asText);
}

function asText({ label, value, tie }: ProofValue): PictureValue {
  const text = textOf(value);
  return tie === true ? { label, value: text, tie } : { label, value: text };
}

function textOf(value: unknown): string {
  const missing = value === undefined || value === null || (Array.isArray(value) && !value.length);
  if (missing) return notPrinted;
  return Array.isArray(value) ? value.map((item) => textOf(item)).join(', ') : shortJson(value);
}

/**
 * Questions that were asked side by side are answered in any order, and AWS gives the members of an answer in any
 * order: neither may make other bytes. Questions stay as they are, since answers are found by them.
 */
export function inOrder(observations: readonly Observation[]): Observation[] {
  const keyed = observations.map((observation) =>
    'fact' in observation
      ? {
          key: observation.fact,
          value: { ...observation, value: sortedMembers(observation.value) },
        }
      : {
          key: JSON.stringify(observation.question),
          value: { ...observation, output: sortedMembers(observation.output) },
        },
  );
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ value }) => value);
}

function sortedMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sortedMembers(item));
  // What has a JSON form of its own, a date, is left to it.
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sortedMembers(member)]));
}

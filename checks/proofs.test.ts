import { describe, expect, test } from 'vitest';
import { notPrinted, valuesOf } from '../src/evidence/compose.ts';
import { listSteps, loadCheck } from '../src/judging/steps.ts';
import { anyLab } from '../src/testing/lab/any-lab.ts';

const checks = await Promise.all((await listSteps()).map((entry) => loadCheck(anyLab, entry)));
const proofs = checks.flatMap((check) => check.proofs.map((proof) => ({ check, proof })));

test('the same input has the same name in every proof, because stale proofs are found by name', () => {
  const names = new Set(
    proofs.flatMap(({ check: { step }, proof }) => {
      const inputs = proof.inputs(nothingObserved[step]);
      expect(Object.keys(inputs).length, `proof ${proof.number}`).toBeGreaterThan(0);
      return Object.keys(inputs);
    }),
  );
  expect([...names].toSorted()).toEqual([
    'attached policies',
    'dead-letter queue attributes',
    'function code',
    'function configuration',
    'inline policy',
    'inline policy names',
    'managed policy document',
    'mapping',
    'mappings of the function',
    'source queue attributes',
    'trust policy',
    'worker source',
    'zip',
  ]);
});

test.each(checks.filter((check) => check.proofs.length > 0))(
  'every expectation of check $step is a rule of one of its proofs',
  ({ expectations, proofs: own }) => {
    const all = expectations.map(({ id }) => id);
    const shown = new Set(own.flatMap(({ rules = all }) => rules));
    expect(all.filter((id) => !shown.has(id))).toEqual([]);
  },
);

describe.each(proofs)('proof $proof.number ($proof.name)', ({ proof }) => {
  test('has a claim for somebody who does not know the lab: one short sentence', () => {
    expect(proof.claim).toMatch(/^[A-Z].{20,95}$/);
    expect(proof.claim).not.toMatch(/\.$|poison/);
  });

  test('shows no value that its command did not print', () => {
    const values = valuesOf(proof, '', { logged: 'id' });
    expect(values.length).toBeGreaterThan(0);
    expect(values.filter(({ value }) => value !== notPrinted)).toEqual([]);
  });

  test('has three to six values, and one of them ties it to other proofs', () => {
    const values = valuesOf(proof, printed[proof.number] ?? '', { logged: 'id' });
    expect(values.length).toBeGreaterThanOrEqual(3);
    expect(values.length).toBeLessThanOrEqual(6);
    expect(values.some(({ tie }) => tie)).toBe(true);
  });
});

/** Where nothing at all is there. */
const nothing = {};
const nothingObserved: Readonly<Record<string, unknown>> = {
  '01': nothing,
  '02': nothing,
  '03': nothing,
  '04': { attached: [], inlineNames: [], inline: [], managed: [] },
  '05': { fresh: 'digest' },
  '06': nothing,
  '07': { mappings: [] },
  '09': nothing,
  '10': nothing,
};

/** For those proofs whose number of values hangs on what was printed. */
const printed: Readonly<Record<number, string>> = {
  10: ['allowed', 'implicitDeny']
    .map((EvalDecision) => ({
      EvaluationResults: [
        { EvalActionName: 'sqs:SendMessage', EvalResourceName: 'arn', EvalDecision },
      ],
    }))
    .map((document) => JSON.stringify(document))
    .join('\n'),
  11: 'export const handler = async () => {\n} catch (cause) {\n  itemIdentifier\n  return { batchItemFailures };\n',
};

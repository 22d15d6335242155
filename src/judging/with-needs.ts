import type { Check } from './check.ts';

/** The checks of these steps and all that they need, in the order of their numbers. */
export function withNeeds(steps: readonly string[], checks: readonly Check[]): Check[] {
  const wanted = new Set<string>();
  const add = (step: string) => {
    const check = checks.find((one) => one.step === step);
    if (check === undefined || wanted.has(step)) return;
    wanted.add(step);
    const needs = [...check.needs, ...check.expectations.flatMap((one) => one.needs ?? [])];
    // `01` and `05/exists` are other checks; `exists` is an expectation of its own.
    for (const need of needs) if (/^\d\d(\/|$)/.test(need)) add(need.slice(0, 2));
  };
  for (const step of steps) add(step);
  return checks.filter(({ step }) => wanted.has(step));
}

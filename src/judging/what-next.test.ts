import { describe, expect, test } from 'vitest';
import { checkResult, sampleResults } from '../testing/lab/results.ts';
import { whatNext } from './what-next.ts';
import { listSteps } from './steps.ts';
import { isShipped } from '../testing/lab/shipped-steps.ts';

const { passed, failed, waiting, blocked } = sampleResults;
const missing = (fix: string) => ({ ...failed, hints: { look: '', hint: '', fix } });

const steps = (await listSteps()).filter(isShipped);

describe('what to do next', () => {
  test.each([
    ['01', 'npx lab step 2'],
    ['09', 'npx lab step 10'],
    ['10', 'npx lab step 11'],
    ['11', 'npx lab watch'],
    [undefined, 'npx lab step 11'],
  ])('after check %s has passed: %s', (asked, command) => {
    expect(whatNext([checkResult('01', passed)], steps, asked).command).toBe(command);
  });

  test('is the step, when one step makes all that is missing, also for a check that only needs it', () => {
    const results = [checkResult('02', missing('npx lab step 2')), checkResult('10', blocked)];
    expect(whatNext(results, steps, '10').command).toBe('npx lab step 2');
    expect(whatNext(results, steps).command).toBe('npx lab step 2');
  });

  test('is the hint, when something is wrong that has to be understood', () => {
    expect(whatNext([checkResult('02', failed)], steps, '02')).toEqual({
      command: 'npx lab hint',
      why: 'Gives a hint for check 02.',
    });
  });

  test('is to look at everything when only what comes first is in the way', () => {
    expect(whatNext([checkResult('10', blocked)], steps, '10').command).toBe('npx lab check');
  });

  test('is the clean-up once more when something is left', () => {
    expect(
      whatNext([checkResult('11', missing('aws sqs delete-queue'))], steps, '11').command,
    ).toBe('npx lab step 11');
  });

  test('is the same check, after the time that AWS needs', () => {
    expect(whatNext([checkResult('07', waiting)], steps, '07')).toEqual({
      command: 'npx lab check 7',
      why: 'In about 12 s.',
    });
    const clock = { name: 'visibility timeout', atMostSeconds: 90 };
    expect(whatNext([checkResult('07', { ...waiting, clock })], steps)).toEqual({
      command: 'npx lab check',
      why: 'In at most 90 s.',
    });
  });

  test('is to send again when AWS chose otherwise', () => {
    const chose = { ...waiting, cause: 'AWS chose', repeatFrom: '08' } as const;
    expect(whatNext([checkResult('09', chose)], steps, '09').command).toBe('npx lab step 8');
  });

  test('is the same check again when AWS could not be asked', () => {
    const refused = { ...waiting, cause: 'AWS could not be asked' } as const;
    expect(whatNext([checkResult('09', refused)], steps, '09').command).toBe('npx lab check 9');
  });
});

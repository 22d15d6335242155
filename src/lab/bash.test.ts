import { afterEach, expect, test, vi } from 'vitest';
import { findBash } from './bash.ts';

afterEach(() => vi.unstubAllEnvs());

test('without bash, one sentence says so and where it comes from', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(findBash()).rejects.toMatchObject({
    message: expect.stringContaining('there is no bash on the PATH'),
    hint: expect.stringMatching(/^Install /),
  });
});

test('bash is found on the PATH', async () => {
  expect(await findBash()).toMatch(/bash/);
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../lab/settings.ts';
import { runChild } from '../testing/lab/checkout.ts';

test.each(['abc', '1.5', ' '])(
  'SEED=%j is refused in one sentence, with exit code 2',
  async (seed) => {
    const soak = join(root, 'src', 'bench', 'soak.ts');
    const { code, stdout, stderr } = await runChild(process.execPath, [soak, '1'], {
      cwd: root,
      environment: { PATH: process.env['PATH'] ?? '', SEED: seed },
    });
    expect(stderr).toMatch(new RegExp(`^SEED "${seed}" is not a whole number\\. Use .*\\n$`));
    expect(stdout).toBe('');
    expect(code).toBe(2);
  },
);

import { labOf } from '../../lab/lab.ts';
import type { Lab } from '../../lab/lab.ts';

/** A lab that nobody has built, and where nothing may be asked: for what only says names and numbers. */
export function labNamed(prefix: string): Lab {
  return labOf({
    prefix,
    place: async () => ({ accountId: '111122223333', region: 'us-east-1' }),
  });
}

/** Without a prefix. */
export const anyLab = labNamed('');

import { expect, test } from 'vitest';
import { isNewEnough, oldestCliVersion } from './cli.ts';

test.each([oldestCliVersion, '2.15.48', '2.16.0', '2.36.12', '2.100.0'])(
  'AWS CLI %s is new enough',
  (version) => {
    expect(isNewEnough(version)).toBe(true);
  },
);

test.each(['1.45.11', '1.100.0', '2.0.0', '2.9.19', '2.15.46', '3.0.0', 'unknown', ''])(
  'AWS CLI "%s" is not new enough, or not known to work',
  (version) => {
    expect(isNewEnough(version)).toBe(false);
  },
);

import { randomBytes } from 'node:crypto';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Random capitals and digits, as AWS's unique ids are made of. */
function randomBase32(length: number): string {
  return Array.from(randomBytes(length), (byte) => base32[byte % 32]).join('');
}

/**
 * An IAM unique id: `AROA…` for roles, `AIDA…` for users, `ANPA…` for managed policies.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export function uniqueId(prefix: 'AIDA' | 'ANPA' | 'AROA'): string {
  return prefix + randomBase32(17);
}

/** `AKIA…` for users, `ASIA…` for sessions. */
export function newAccessKey(prefix: 'AKIA' | 'ASIA' = 'AKIA'): {
  accessKeyId: string;
  secretAccessKey: string;
} {
  return {
    accessKeyId: `${prefix}${randomBase32(16)}`,
    // 30 random bytes are 40 characters of base64, as long as AWS's.
    secretAccessKey: randomBytes(30).toString('base64'),
  };
}

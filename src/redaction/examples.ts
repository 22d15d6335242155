/**
 * Names and numbers that the kit's own pages use as examples. They look like what they stand for, so they are known one by
 * one: an example that is not here is a secret. What a run has recorded is never held against this list.
 */
const examples: Readonly<Record<string, readonly string[]>> = {
  'KMS key': ['alias/lab01'],
  // A stranger's account in docs/wrong-states.md.
  'account id': ['555566667777'],
  'user or role id': ['AIDAEXAMPLEEXAMPLE123', 'AROAEXAMPLEEXAMPLE123'],
  'user name': ['lab-dev'],
  'receipt handle': ['AQEB…'],
  // Where other AWS emulators listen, in docs/commands.md.
  'port of the sandbox': ['4566'],
};

/** Whether a page of the kit shows this as an example. */
export function isExample({ kind, whole }: { kind: string; whole: string }): boolean {
  return Object.hasOwn(examples, kind) && examples[kind]?.includes(whole) === true;
}

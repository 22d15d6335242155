import type { World } from '../types.ts';
import { mostVersions } from './managed-policies.ts';
import type { ManagedPolicies } from './managed-policies.ts';
import { parsePolicy } from './policy-document.ts';
import type { Session, Sessions } from './sessions.ts';
import type { IamStore } from './iam-store.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Whoever a key belongs to; those of sessions come with a token, and end. */
export type Signer = Pick<Session, 'principal' | 'secretAccessKey'> &
  Partial<Pick<Session, 'expiresAt' | 'sessionToken'>>;

export type Users = ReturnType<typeof createUsers>;

/** Users of the sandbox and their access keys: random for each installation, kept in the store. */
export function createUsers(
  { store, accountId }: World,
  parts: { readonly iam: IamStore; readonly managed: ManagedPolicies; readonly sessions: Sessions },
) {
  const { iam, managed, sessions } = parts;
  return {
    /**
     * Makes the user if it is missing; its key stays the same. The policy becomes the customer-managed
     * policy of the user's name, attached to it: an inline one could not be as long as a learner's.
     * @throws AwsError `MalformedPolicyDocument`
     */
    issue(name: string, policyDocument: string): Credentials {
      parsePolicy(policyDocument, 'identity');
      return store.transaction(() => {
        if (iam.user(name) === undefined) iam.createUser(name);
        const arn = `arn:aws:iam::${accountId}:policy/${name}`;
        const policy =
          managed.find(arn) ?? managed.create({ name, path: '/', document: policyDocument });
        if (managed.inForce(arn)?.document !== policyDocument) {
          const oldest = policy.versions.at(-1);
          managed.addVersion(policy, policyDocument, true);
          if (policy.versions.length >= mostVersions && oldest !== undefined) {
            managed.deleteVersion(policy, oldest.version);
          }
        }
        iam.attachPolicy({ kind: 'user', name }, arn);
        const user = iam.user(name);
        if (user === undefined) throw new Error(`User ${name} was just made and is not there`);
        return { accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey };
      });
    },

    /** Whose key this is, and the secret that its signatures must be made with. */
    byAccessKey(accessKeyId: string): Signer | undefined {
      const user = iam.userOfKey(accessKeyId);
      if (user === undefined) return sessions.find(accessKeyId);
      const { arn, name, uniqueId: userId, secretAccessKey } = user;
      return { principal: { kind: 'user', arn, userId, accountId, name }, secretAccessKey };
    },
  };
}

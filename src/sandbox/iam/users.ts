import type { Principal, World } from '../types.ts';
import { parsePolicy } from './policy-document.ts';
import type { IamStore } from './store.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export type Users = ReturnType<typeof createUsers>;

/** The policy under which an issued user stands; others may be put beside it. */
const issuedPolicyName = 'sandbox';

/** Users of the sandbox and their access keys: random for each installation, kept in the store. */
export function createUsers({ store, accountId }: World, iam: IamStore) {
  return {
    /**
     * Makes the user if it is missing and gives it this policy; its key stays the same.
     * @throws AwsError `MalformedPolicyDocument`
     */
    issue(name: string, policyDocument: string): Credentials {
      parsePolicy(policyDocument, 'identity');
      return store.transaction(() => {
        if (iam.user(name) === undefined) iam.createUser(name);
        iam.putInlinePolicy({ kind: 'user', name }, issuedPolicyName, policyDocument);
        const user = iam.user(name);
        if (user === undefined) throw new Error(`User ${name} was just made and is not there`);
        return { accessKeyId: user.accessKeyId, secretAccessKey: user.secretAccessKey };
      });
    },

    /** Whose key this is, and the secret that its signatures must be made with. */
    byAccessKey(
      accessKeyId: string,
    ): { readonly principal: Principal; readonly secretAccessKey: string } | undefined {
      const user = iam.userOfKey(accessKeyId);
      if (user === undefined) return undefined;
      const { arn, name, uniqueId: userId, secretAccessKey } = user;
      return { principal: { kind: 'user', arn, userId, accountId, name }, secretAccessKey };
    },
  };
}

import { randomBytes } from 'node:crypto';
import type { Principal } from '../types.ts';

/** Temporary credentials of a role session. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export type Sessions = ReturnType<typeof createSessions>;

/** Role sessions of execution environments: known to this process alone, and gone with the environment. */
export function createSessions() {
  const sessions = new Map<string, SessionCredentials & { readonly principal: Principal }>();
  return {
    /** @param principal undefined: the keys are known to nobody, and every call with them is refused */
    issue(principal: Principal | undefined): SessionCredentials {
      const credentials = {
        accessKeyId: `ASIA${randomBytes(10).toString('hex').slice(0, 16).toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(120).toString('base64'),
      };
      if (principal !== undefined) {
        sessions.set(credentials.accessKeyId, { ...credentials, principal });
      }
      return credentials;
    },
    end: (accessKeyId: string) => sessions.delete(accessKeyId),
    byAccessKey: (accessKeyId: string) => sessions.get(accessKeyId),
  };
}

import { randomBytes } from 'node:crypto';
import { newAccessKey } from '../ids.ts';
import type { Principal, World } from '../types.ts';

/** Temporary credentials, as STS gives them. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Real time, like that of signatures: a jump of the lab clock ends no session. */
  readonly expiresAt: number;
}

export interface Session extends SessionCredentials {
  readonly principal: Principal;
}

const schema = `
  CREATE TABLE IF NOT EXISTS sts_sessions (
    access_key_id TEXT PRIMARY KEY, secret_access_key TEXT NOT NULL, session_token TEXT NOT NULL,
    expires_at INTEGER NOT NULL, principal TEXT NOT NULL) STRICT;
`;

export type Sessions = ReturnType<typeof openSessions>;

/** Sessions of execution environments: known to this process alone, and gone with the environment. */
export function createEnvironmentSessions() {
  const sessions = new Map<string, Session>();
  return {
    /** @param principal undefined: the keys are known to nobody, and every call with them is refused */
    issue(principal: Principal | undefined): SessionCredentials {
      const credentials = {
        ...newAccessKey('ASIA'),
        sessionToken: randomBytes(120).toString('base64'),
        expiresAt: Number.MAX_SAFE_INTEGER,
      };
      if (principal !== undefined)
        sessions.set(credentials.accessKeyId, {
          ...credentials,
          principal: { ...principal, isFunction: true },
        });
      return credentials;
    },
    end: (accessKeyId: string) => sessions.delete(accessKeyId),
    find: (accessKeyId: string) => sessions.get(accessKeyId),
  };
}

export type EnvironmentSessions = Pick<
  ReturnType<typeof createEnvironmentSessions>,
  'end' | 'issue'
>;

/** Every session of the sandbox: those of environments, and those that STS gave, which a restart keeps. */
export function openSessions({ store }: World) {
  store.migrate(schema);
  const ofEnvironments = createEnvironmentSessions();
  return {
    ...ofEnvironments,

    /** @param caller who asked for it: a session that a function opened is one of the function too */
    open(called: Principal, seconds: number, caller: Principal): SessionCredentials {
      const principal = caller.isFunction === true ? { ...called, isFunction: true } : called;
      const { accessKeyId, secretAccessKey } = newAccessKey('ASIA');
      const credentials = {
        accessKeyId,
        secretAccessKey,
        sessionToken: randomBytes(192).toString('base64'),
        expiresAt: Date.now() + seconds * 1000,
      };
      store.transaction(() => {
        // A day later nobody asks why the key is unknown.
        store.sql('DELETE FROM sts_sessions WHERE expires_at < ?').run(Date.now() - 24 * 3_600_000);
        store
          .sql('INSERT INTO sts_sessions VALUES (?, ?, ?, ?, ?)')
          .run(
            accessKeyId,
            secretAccessKey,
            credentials.sessionToken,
            credentials.expiresAt,
            JSON.stringify(principal),
          );
      });
      return credentials;
    },

    find(accessKeyId: string): Session | undefined {
      const own = ofEnvironments.find(accessKeyId);
      if (own !== undefined) return own;
      const row = store.sql('SELECT * FROM sts_sessions WHERE access_key_id = ?').get(accessKeyId);
      if (row === undefined) return undefined;
      return {
        accessKeyId,
        secretAccessKey: String(row['secret_access_key']),
        sessionToken: String(row['session_token']),
        expiresAt: Number(row['expires_at']),
        principal: JSON.parse(String(row['principal'])) as Principal,
      };
    },
  };
}

import type { SQLOutputValue } from 'node:sqlite';
import { newAccessKey, uniqueId } from '../ids.ts';
import type { World } from '../types.ts';
import { isWireObject } from '../wire.ts';
import type { IamTables } from './iam-tables.ts';

/** Roles and users, and the policies that hang on them. */
export type Owner = { readonly kind: 'role' | 'user'; readonly name: string };

export interface RoleRow {
  readonly name: string;
  readonly path: string;
  readonly uniqueId: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly trustPolicy: string;
  /** Lab time from which on the trust policy is what it is. */
  readonly trustChangedAt: number;
  readonly description: string | undefined;
  readonly maxSessionSeconds: number;
  readonly boundaryArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface UserRow {
  readonly name: string;
  readonly path: string;
  readonly uniqueId: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly boundaryArn: string | undefined;
}

export interface PolicyOf {
  /** Name of an inline policy, ARN of a managed one. */
  readonly id: string;
  readonly document: string;
  readonly changedAt: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS iam_roles (
    name TEXT PRIMARY KEY COLLATE NOCASE, path TEXT NOT NULL, unique_id TEXT NOT NULL,
    arn TEXT NOT NULL, created_at INTEGER NOT NULL, trust_policy TEXT NOT NULL,
    trust_changed_at INTEGER NOT NULL, description TEXT, max_session_seconds INTEGER NOT NULL,
    boundary_arn TEXT, tags TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS iam_users (
    name TEXT PRIMARY KEY COLLATE NOCASE, path TEXT NOT NULL, unique_id TEXT NOT NULL,
    arn TEXT NOT NULL, created_at INTEGER NOT NULL, access_key_id TEXT NOT NULL UNIQUE,
    secret_access_key TEXT NOT NULL, boundary_arn TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS iam_inline_policies (
    kind TEXT NOT NULL, owner TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL,
    document TEXT NOT NULL, changed_at INTEGER NOT NULL, PRIMARY KEY (kind, owner, name)) STRICT;
  CREATE TABLE IF NOT EXISTS iam_attached_policies (
    kind TEXT NOT NULL, owner TEXT NOT NULL COLLATE NOCASE, arn TEXT NOT NULL,
    changed_at INTEGER NOT NULL, PRIMARY KEY (kind, owner, arn)) STRICT;
  CREATE TABLE IF NOT EXISTS iam_managed_policies (
    arn TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, path TEXT NOT NULL,
    unique_id TEXT NOT NULL, description TEXT, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL, default_version INTEGER NOT NULL,
    newest_version INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS iam_policy_versions (
    arn TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL,
    created_at INTEGER NOT NULL, PRIMARY KEY (arn, version)) STRICT;
`;

export type IamStore = ReturnType<typeof openIamStore>;

/** The IAM tables of a world. */
export function openIamStore(store: IamTables, { clock, accountId }: World) {
  store.migrate(schema);

  return {
    role(name: string): RoleRow | undefined {
      return toRole(store.sql('SELECT * FROM iam_roles WHERE name = ?').get(name));
    },

    roles(): RoleRow[] {
      return store
        .sql('SELECT * FROM iam_roles ORDER BY name')
        .all()
        .flatMap((row) => toRole(row) ?? []);
    },

    createRole(role: {
      readonly name: string;
      readonly path: string;
      readonly trustPolicy: string;
      readonly description: string | undefined;
      readonly maxSessionSeconds: number;
      readonly boundaryArn: string | undefined;
      readonly tags: Readonly<Record<string, string>>;
    }): void {
      const now = clock.now();
      store
        .sql('INSERT INTO iam_roles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(
          role.name,
          role.path,
          uniqueId('AROA'),
          `arn:aws:iam::${accountId}:role${role.path}${role.name}`,
          now,
          role.trustPolicy,
          now,
          role.description ?? null,
          role.maxSessionSeconds,
          role.boundaryArn ?? null,
          JSON.stringify(role.tags),
        );
    },

    updateRole(
      name: string,
      change: { readonly description: string | undefined; readonly maxSessionSeconds: number },
    ): void {
      store
        .sql('UPDATE iam_roles SET description = ?, max_session_seconds = ? WHERE name = ?')
        .run(change.description ?? null, change.maxSessionSeconds, name);
    },

    setTrustPolicy(name: string, document: string): void {
      store
        .sql('UPDATE iam_roles SET trust_policy = ?, trust_changed_at = ? WHERE name = ?')
        .run(document, clock.now(), name);
    },

    setRoleTags(name: string, tags: Readonly<Record<string, string>>): void {
      store.sql('UPDATE iam_roles SET tags = ? WHERE name = ?').run(JSON.stringify(tags), name);
    },

    deleteRole(name: string): void {
      store.sql('DELETE FROM iam_roles WHERE name = ?').run(name);
    },

    user(name: string): UserRow | undefined {
      return toUser(store.sql('SELECT * FROM iam_users WHERE name = ?').get(name));
    },

    userOfKey(accessKeyId: string): UserRow | undefined {
      return toUser(store.sql('SELECT * FROM iam_users WHERE access_key_id = ?').get(accessKeyId));
    },

    users(): UserRow[] {
      return store
        .sql('SELECT * FROM iam_users ORDER BY name')
        .all()
        .flatMap((row) => toUser(row) ?? []);
    },

    createUser(name: string): void {
      const key = newAccessKey();
      store
        .sql('INSERT INTO iam_users VALUES (?, ?, ?, ?, ?, ?, ?, NULL)')
        .run(
          name,
          '/',
          uniqueId('AIDA'),
          `arn:aws:iam::${accountId}:user/${name}`,
          clock.now(),
          key.accessKeyId,
          key.secretAccessKey,
        );
    },

    setBoundary({ kind, name }: Owner, arn: string | undefined): void {
      const table = kind === 'role' ? 'iam_roles' : 'iam_users';
      store.sql(`UPDATE ${table} SET boundary_arn = ? WHERE name = ?`).run(arn ?? null, name);
    },

    inlinePolicies({ kind, name }: Owner): PolicyOf[] {
      return store
        .sql(
          'SELECT name, document, changed_at FROM iam_inline_policies WHERE kind = ? AND owner = ? ORDER BY name',
        )
        .all(kind, name)
        .map((row) => ({
          id: String(row['name']),
          document: String(row['document']),
          changedAt: Number(row['changed_at']),
        }));
    },

    putInlinePolicy({ kind, name }: Owner, policyName: string, document: string): void {
      store
        .sql('INSERT OR REPLACE INTO iam_inline_policies VALUES (?, ?, ?, ?, ?)')
        .run(kind, name, policyName, document, clock.now());
    },

    /** @returns false when there was no such policy */
    deleteInlinePolicy({ kind, name }: Owner, policyName: string): boolean {
      const { changes } = store
        .sql('DELETE FROM iam_inline_policies WHERE kind = ? AND owner = ? AND name = ?')
        .run(kind, name, policyName);
      return Number(changes) > 0;
    },

    attachedPolicies({ kind, name }: Owner): { arn: string; changedAt: number }[] {
      return store
        .sql(
          'SELECT arn, changed_at FROM iam_attached_policies WHERE kind = ? AND owner = ? ORDER BY rowid',
        )
        .all(kind, name)
        .map((row) => ({ arn: String(row['arn']), changedAt: Number(row['changed_at']) }));
    },

    /** Attaching twice changes nothing. */
    attachPolicy({ kind, name }: Owner, arn: string): void {
      store
        .sql('INSERT OR IGNORE INTO iam_attached_policies VALUES (?, ?, ?, ?)')
        .run(kind, name, arn, clock.now());
    },

    /** @returns false when it was not attached */
    detachPolicy({ kind, name }: Owner, arn: string): boolean {
      const { changes } = store
        .sql('DELETE FROM iam_attached_policies WHERE kind = ? AND owner = ? AND arn = ?')
        .run(kind, name, arn);
      return Number(changes) > 0;
    },

    countAttachments(arn: string): number {
      const row = store
        .sql('SELECT count(*) AS n FROM iam_attached_policies WHERE arn = ?')
        .get(arn);
      return Number(row?.['n']);
    },

    countBoundaryUses(arn: string): number {
      const row = store
        .sql(
          `SELECT (SELECT count(*) FROM iam_roles WHERE boundary_arn = ?1)
                + (SELECT count(*) FROM iam_users WHERE boundary_arn = ?1) AS n`,
        )
        .get(arn);
      return Number(row?.['n']);
    },
  };
}

type Row = Record<string, SQLOutputValue> | undefined;

function toRole(row: Row): RoleRow | undefined {
  if (row === undefined) return undefined;
  return {
    name: String(row['name']),
    path: String(row['path']),
    uniqueId: String(row['unique_id']),
    arn: String(row['arn']),
    createdAt: Number(row['created_at']),
    trustPolicy: String(row['trust_policy']),
    trustChangedAt: Number(row['trust_changed_at']),
    description: optional(row['description']),
    maxSessionSeconds: Number(row['max_session_seconds']),
    boundaryArn: optional(row['boundary_arn']),
    tags: tagsIn(String(row['tags'])),
  };
}

function toUser(row: Row): UserRow | undefined {
  if (row === undefined) return undefined;
  return {
    name: String(row['name']),
    path: String(row['path']),
    uniqueId: String(row['unique_id']),
    arn: String(row['arn']),
    createdAt: Number(row['created_at']),
    accessKeyId: String(row['access_key_id']),
    secretAccessKey: String(row['secret_access_key']),
    boundaryArn: optional(row['boundary_arn']),
  };
}

function optional(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function tagsIn(json: string): Record<string, string> {
  const tags: unknown = JSON.parse(json);
  if (!isWireObject(tags)) throw new Error('Stored tags are not an object');
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

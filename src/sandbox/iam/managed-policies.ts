import type { IamTables } from './iam-tables.ts';
import { uniqueId } from '../ids.ts';
import type { World } from '../types.ts';

/** A managed policy, AWS's or the customer's. Lab time in epoch milliseconds. */
export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly uniqueId: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly defaultVersion: number;
  /** Newest first. */
  readonly versions: readonly PolicyVersion[];
}

export interface PolicyVersion {
  readonly version: number;
  readonly document: string;
  readonly createdAt: number;
}

/** How the ARNs of AWS's own policies begin. */
export const awsAccount = 'arn:aws:iam::aws:';

export const mostVersions = 5;

const logsActions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaSQSQueueExecutionRole.html */
const awsManaged: readonly ManagedPolicy[] = [
  awsPolicy({
    name: 'AWSLambdaBasicExecutionRole',
    uniqueId: 'ANPAJNCQGXC42545SKXIK',
    description: 'Provides write permissions to CloudWatch Logs.',
    createdAt: Date.parse('2015-04-09T15:03:43Z'),
    actions: logsActions,
  }),
  awsPolicy({
    name: 'AWSLambdaSQSQueueExecutionRole',
    uniqueId: 'ANPAJFWJZI6JNND4TSELK',
    description:
      'Provides receive message, delete message, and read attribute access to SQS queues, and write permissions to CloudWatch logs.',
    createdAt: Date.parse('2018-06-14T21:50:45Z'),
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...logsActions],
  }),
];

function awsPolicy(policy: {
  readonly name: string;
  readonly uniqueId: string;
  readonly description: string;
  readonly createdAt: number;
  readonly actions: readonly string[];
}): ManagedPolicy {
  const { actions, ...rest } = policy;
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  });
  return {
    ...rest,
    arn: `${awsAccount}policy/service-role/${policy.name}`,
    path: '/service-role/',
    updatedAt: policy.createdAt,
    defaultVersion: 1,
    versions: [{ version: 1, document, createdAt: policy.createdAt }],
  };
}

export type ManagedPolicies = ReturnType<typeof openManagedPolicies>;

/** AWS's managed policies and the customer's; the tables are those of `store.ts`. */
export function openManagedPolicies(store: IamTables, { clock, accountId }: World) {
  const customerManaged = (arn: string): ManagedPolicy | undefined => {
    const row = store.sql('SELECT * FROM iam_managed_policies WHERE arn = ?').get(arn);
    if (row === undefined) return undefined;
    const versions = store
      .sql('SELECT * FROM iam_policy_versions WHERE arn = ? ORDER BY version DESC')
      .all(arn);
    return {
      arn,
      name: String(row['name']),
      path: String(row['path']),
      uniqueId: String(row['unique_id']),
      description: row['description'] === null ? undefined : String(row['description']),
      createdAt: Number(row['created_at']),
      updatedAt: Number(row['updated_at']),
      defaultVersion: Number(row['default_version']),
      versions: versions.map((version) => ({
        version: Number(version['version']),
        document: String(version['document']),
        createdAt: Number(version['created_at']),
      })),
    };
  };
  const find = (arn: string): ManagedPolicy | undefined =>
    awsManaged.find((policy) => policy.arn === arn) ?? customerManaged(arn);

  const known = (arn: string): ManagedPolicy => {
    const policy = customerManaged(arn);
    if (policy === undefined) throw new Error(`Managed policy ${arn} is not in the store`);
    return policy;
  };

  const setDefault = ({ arn }: ManagedPolicy, version: number): void => {
    store
      .sql('UPDATE iam_managed_policies SET default_version = ?, updated_at = ? WHERE arn = ?')
      .run(version, clock.now(), arn);
  };

  return {
    find,
    setDefault,

    /** The document in force, with the lab time since which it is. */
    inForce(arn: string): { id: string; document: string; since: number } | undefined {
      const ofAws = awsManaged.find((policy) => policy.arn === arn);
      const [version] = ofAws?.versions ?? [];
      if (ofAws !== undefined && version !== undefined) {
        return { id: ofAws.name, document: version.document, since: ofAws.updatedAt };
      }
      // Asked for each request: without the documents that are not in force.
      const row = store
        .sql(
          `SELECT name, document, updated_at FROM iam_managed_policies AS policy
           JOIN iam_policy_versions AS version
             ON version.arn = policy.arn AND version.version = policy.default_version
           WHERE policy.arn = ?`,
        )
        .get(arn);
      if (row === undefined) return undefined;
      return {
        id: String(row['name']),
        document: String(row['document']),
        since: Number(row['updated_at']),
      };
    },

    all(scope: 'AWS' | 'All' | 'Local'): ManagedPolicy[] {
      const local = store.sql('SELECT arn FROM iam_managed_policies ORDER BY name').all();
      return [
        ...(scope === 'Local' ? [] : awsManaged),
        ...(scope === 'AWS' ? [] : local.flatMap(({ arn }) => customerManaged(String(arn)) ?? [])),
      ];
    },

    nameTaken(name: string): boolean {
      return store.sql('SELECT 1 FROM iam_managed_policies WHERE name = ?').get(name) !== undefined;
    },

    create(policy: {
      readonly name: string;
      readonly path: string;
      readonly document: string;
      readonly description?: string | undefined;
    }): ManagedPolicy {
      const arn = `arn:aws:iam::${accountId}:policy${policy.path}${policy.name}`;
      const now = clock.now();
      return store.transaction(() => {
        store
          .sql('INSERT INTO iam_managed_policies VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1)')
          .run(
            arn,
            policy.name,
            policy.path,
            uniqueId('ANPA'),
            policy.description ?? null,
            now,
            now,
          );
        store
          .sql('INSERT INTO iam_policy_versions VALUES (?, 1, ?, ?)')
          .run(arn, policy.document, now);
        return known(arn);
      });
    },

    /** Version numbers are never used again. */
    addVersion({ arn }: ManagedPolicy, document: string, asDefault: boolean): ManagedPolicy {
      return store.transaction(() => {
        store
          .sql('UPDATE iam_managed_policies SET newest_version = newest_version + 1 WHERE arn = ?')
          .run(arn);
        store
          .sql(
            'INSERT INTO iam_policy_versions SELECT arn, newest_version, ?, ? FROM iam_managed_policies WHERE arn = ?',
          )
          .run(document, clock.now(), arn);
        const newest = known(arn);
        if (asDefault) setDefault(newest, newest.versions[0]?.version ?? 1);
        return known(arn);
      });
    },

    deleteVersion({ arn }: ManagedPolicy, version: number): void {
      store.sql('DELETE FROM iam_policy_versions WHERE arn = ? AND version = ?').run(arn, version);
    },

    delete({ arn }: ManagedPolicy): void {
      store.transaction(() => {
        store.sql('DELETE FROM iam_policy_versions WHERE arn = ?').run(arn);
        store.sql('DELETE FROM iam_managed_policies WHERE arn = ?').run(arn);
      });
    },
  };
}

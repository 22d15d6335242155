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
    arn: `arn:aws:iam::aws:policy/service-role/${policy.name}`,
    path: '/service-role/',
    updatedAt: policy.createdAt,
    defaultVersion: 1,
    versions: [{ version: 1, document, createdAt: policy.createdAt }],
  };
}

export type ManagedPolicies = ReturnType<typeof openManagedPolicies>;

/** Finds managed policies; the tables are those of `store.ts`. */
export function openManagedPolicies({ store }: World) {
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

  return {
    find,

    /** The document in force, with the lab time since which it is. */
    inForce(arn: string): PolicyVersion | undefined {
      const policy = find(arn);
      return policy?.versions.find(({ version }) => version === policy.defaultVersion);
    },

    all(scope: 'AWS' | 'All' | 'Local'): ManagedPolicy[] {
      const local = store.sql('SELECT arn FROM iam_managed_policies ORDER BY name').all();
      return [
        ...(scope === 'Local' ? [] : awsManaged),
        ...(scope === 'AWS' ? [] : local.flatMap(({ arn }) => customerManaged(String(arn)) ?? [])),
      ];
    },
  };
}

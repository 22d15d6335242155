import { quote } from '../lab/quote.ts';
import type { LabNames } from '../lab/settings.ts';
import { infraFile, setQueue } from '../judging/to-paste.ts';
import type { Row } from './compare.ts';
import { changeableQueueAttributes, functionKey, none, queueKey, roleKey } from './settings.ts';

/** A setting that is not as in the template, and the commands that bring it back. */
export interface SettingFix {
  readonly row: Row;
  /** One to a line, as a learner types them. */
  readonly commands: string;
}

/** Whom the commands are about, beside the names of the lab. */
interface Ids {
  readonly functionArn: string;
  /** Of the mapping from the queue of the lab. */
  readonly mappingId: string;
}

/** Of one setting, from its value in the template (`none`: it is not set). Undefined: it is left as it is. */
type Fix = (row: Row) => string | undefined;

/**
 * The commands for every setting that the live lab has otherwise than the template.
 * Left out is what the checks judge already and find right (whether something exists, the code, the role of the function), what a
 * role may have in an account that others look after (path, permissions boundary, more tags), and what AWS never changes.
 */
export function settingFixes(rows: readonly Row[], lab: LabNames, ids: Ids): readonly SettingFix[] {
  return rows.flatMap((row) => {
    if (row.verdict !== 'different') return [];
    const commands = fixerOf(row.resource, lab, ids)(row);
    return commands === undefined ? [] : [{ row, commands }];
  });
}

function fixerOf(resource: string, lab: LabNames, ids: Ids): Fix {
  switch (resource) {
    case queueKey(lab.queueName):
      return ofQueue(
        lab.queueName,
        setQueue(lab.queueName, infraFile('source-queue-attributes.json')),
      );
    case queueKey(lab.deadLetterQueueName):
      return ofQueue(lab.deadLetterQueueName, setQueue(lab.deadLetterQueueName, 'RedrivePolicy='));
    case roleKey(lab.roleName):
      return ofRole(lab);
    case functionKey(lab.functionName):
      return ofFunction(lab, ids);
    default:
      return ofMapping(ids);
  }
}

/** Whether a queue is FIFO is not among them: AWS never changes it. */
const queueAttributes: ReadonlySet<string> = new Set([
  ...changeableQueueAttributes,
  'RedriveAllowPolicy',
  'Policy',
]);

/** @param redrive the command for its redrive policy */
const ofQueue =
  (name: string, redrive: string): Fix =>
  ({ setting, template, live }) => {
    if (/^(?:deadLetterTargetArn|maxReceiveCount)$/.test(setting)) return redrive;
    const { url, word } = { url: urlOf(name), word: missingTag(template, live) };
    if (setting === 'Tags')
      return word && `aws sqs tag-queue --queue-url ${url} --tags ${word('=')}`;
    if (!queueAttributes.has(setting)) return undefined;
    return setQueue(name, `${setting}=${template === none ? '' : quote(template)}`);
  };

const urlOf = (name: string) =>
  `"$(aws sqs get-queue-url --queue-name ${name} --query QueueUrl --output text)"`;

/** The first tag of the lab that is missing, in the CLI's short form. Tags that are there besides are left: others may need them. */
function missingTag(template: string, live: string) {
  if (!template.startsWith('{')) return undefined;
  const [wanted, has] = [template, live].map(
    (text) => (text.startsWith('{') ? JSON.parse(text) : {}) as Readonly<Record<string, string>>,
  );
  const [key, value] =
    Object.entries(wanted ?? {}).find(([name, one]) => has?.[name] !== one) ?? [];
  return key === undefined
    ? undefined
    : (form: '=' | 'Key') => (form === '=' ? `${key}=${value}` : `Key=${key},Value=${value}`);
}

const ofRole =
  ({ roleName, policyName }: LabNames): Fix =>
  ({ setting, template, live }) => {
    const of = `--role-name ${roleName}`;
    if (setting === 'MaxSessionDuration')
      return `aws iam update-role ${of} --max-session-duration ${template}`;
    if (setting === 'trust policy')
      return `aws iam update-assume-role-policy ${of} --policy-document ${infraFile('lambda-trust.json')}`;
    if (setting === 'managed policies') return attachments(of, template, live);
    if (setting === `policy ${policyName}`)
      return `aws iam put-role-policy ${of} --policy-name ${policyName} --policy-document ${infraFile('lambda-sqs-policy.json')}`;
    if (setting.startsWith('policy '))
      return `aws iam delete-role-policy ${of} --policy-name ${quote(setting.slice(7))}`;
    const tag = setting === 'Tags' ? missingTag(template, live) : undefined;
    return tag && `aws iam tag-role ${of} --tags ${tag('Key')}`;
  };

function attachments(of: string, template: string, live: string): string {
  const [wanted, has] = [template, live].map(
    (text) => (text === none ? [] : JSON.parse(text)) as string[],
  );
  const command = (verb: string) => (arn: string) =>
    `aws iam ${verb}-role-policy ${of} --policy-arn ${quote(arn)}`;
  return [
    ...(wanted ?? []).filter((arn) => has?.includes(arn) !== true).map(command('attach')),
    ...(has ?? []).filter((arn) => wanted?.includes(arn) !== true).map(command('detach')),
  ].join('\n');
}

/** An option of the AWS CLI for a setting, and what it is given when the template does not set it. */
type Options = Readonly<Record<string, readonly [option: string, unset: string]>>;

const functionOptions: Options = {
  Description: ['description', "''"],
  Runtime: ['runtime', ''],
  Handler: ['handler', ''],
  Timeout: ['timeout', ''],
  MemorySize: ['memory-size', ''],
  EphemeralStorage: ['ephemeral-storage', ''],
  Environment: ['environment', `'{"Variables":{}}'`],
  Layers: ['layers', ''],
  VpcConfig: ['vpc-config', `'{"SubnetIds":[],"SecurityGroupIds":[]}'`],
  FileSystemConfigs: ['file-system-configs', ''],
  DeadLetterQueue: ['dead-letter-config', `'{"TargetArn":""}'`],
  KmsKeyArn: ['kms-key-arn', "''"],
};

const ofFunction =
  ({ functionName, logGroupName, zipFile }: LabNames, { functionArn }: Ids): Fix =>
  ({ setting, template, live }) => {
    const of = `--function-name ${functionName}`;
    const update = `aws lambda update-function-configuration ${of}`;
    if (/^Log(?:Format|Group)$|LogLevel$/.test(setting))
      return `${update} --logging-config LogFormat=Text,LogGroup=${logGroupName}`;
    if (setting === 'Tracing') return `${update} --tracing-config Mode=${template}`;
    if (setting === 'ReservedConcurrentExecutions')
      return template === none
        ? `aws lambda delete-function-concurrency ${of}`
        : `aws lambda put-function-concurrency ${of} --reserved-concurrent-executions ${template}`;
    if (setting === 'Architectures')
      return `aws lambda update-function-code ${of} --zip-file fileb://${zipFile} --architectures ${quote(template)}`;
    if (setting === 'Tags') {
      const tag = missingTag(template, live);
      return tag && `aws lambda tag-resource --resource ${functionArn} --tags ${tag('=')}`;
    }
    return withOption(update, functionOptions[setting], template);
  };

const mappingOptions: Options = {
  MaximumBatchingWindowInSeconds: ['maximum-batching-window-in-seconds', '0'],
  FunctionResponseTypes: ['function-response-types', ''],
  FilterCriteria: ['filter-criteria', "'{}'"],
  ScalingConfig: ['scaling-config', "'{}'"],
  MetricsConfig: ['metrics-config', `'{"Metrics":[]}'`],
  KmsKeyArn: ['kms-key-arn', "''"],
};

const ofMapping =
  ({ mappingId }: Ids): Fix =>
  ({ setting, template }) => {
    const update = `aws lambda update-event-source-mapping --uuid ${mappingId}`;
    if (mappingId === '') return undefined;
    if (setting === 'Enabled') return `${update} --${template === 'false' ? 'no-' : ''}enabled`;
    // AWS takes a batch of more than 10 only with a batching window: the window has a row of its own.
    if (setting === 'BatchSize') return `${update} --batch-size ${template}`;
    return withOption(update, mappingOptions[setting], template);
  };

function withOption(
  command: string,
  option: Options[string] | undefined,
  template: string,
): string | undefined {
  if (option === undefined) return undefined;
  const [name, unset] = option;
  return `${command} --${name} ${template === none ? unset : quote(template)}`.trimEnd();
}

// A resource of the lab as a list of settings in plain values, the same whether a template or AWS says them.

/** A setting's value as text; a value that is not set is `none`. */
export type Settings = Readonly<Record<string, string>>;

/** By resource: `queue lab01-worker-dlq`. */
export type ResourceSettings = ReadonlyMap<string, Settings>;

export const none = 'none';

export const queueKey = (name: string) => `queue ${name}`;
export const roleKey = (name: string) => `role ${name}`;
export const functionKey = (name: string) => `function ${name}`;
export const mappingKey = (queueName: string, functionName: string) =>
  `mapping ${queueName} -> ${functionName}`;

/** Attributes of a queue with a plain value, which can be set at any time. */
export const changeableQueueAttributes = [
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'DelaySeconds',
  'MaximumMessageSize',
  'ReceiveMessageWaitTimeSeconds',
  'SqsManagedSseEnabled',
  'KmsMasterKeyId',
] as const;

/** `arn:aws:sqs:…:NAME` -> `NAME`. */
export const lastOf = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1);

/** One value as text: objects with their members in order, so that equal things are equal texts. */
export function text(value: unknown): string {
  if (isEmpty(value)) return none;
  if (typeof value === 'string') return value;
  return JSON.stringify(inOrder(value));
}

/** Also what stays of a structure that was taken away, such as an Environment with no Variables. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.values(value).every((one) => isEmpty(one));
}

/** @returns every value as text */
export const texts = (values: Readonly<Record<string, unknown>>): Settings =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));

const byText = (a: string, b: string) => Number(a > b) - Number(a < b);

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => inOrder(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => byText(a, b))
      .map(([name, one]) => [name, inOrder(one)]),
  );
}

/**
 * A policy document as text. IAM means the same by one value and by a list of one, and by any order of actions.
 * @param document an object, or the URL-encoded text of IAM's answers
 */
export function policyText(document: unknown): string {
  if (document === undefined) return none;
  const { Statement, ...more } = (
    typeof document === 'string' ? JSON.parse(decodeURIComponent(document)) : document
  ) as { readonly Statement?: unknown };
  const lists = new Set(['Action', 'NotAction', 'Resource', 'NotResource']);
  const statements = [Statement ?? []]
    .flat()
    .map((statement) =>
      Object.fromEntries(
        Object.entries(statement).map(([name, value]: [string, unknown]) => [
          name,
          lists.has(name) ? ([value].flat() as string[]).toSorted(byText) : value,
        ]),
      ),
    );
  return text({ ...more, Statement: statements });
}

/** Tags as text, without those that CloudFormation and SAM add by themselves. */
export const tagsText = (tags: Readonly<Record<string, string>> | undefined): string => {
  const own = Object.entries(tags ?? {}).filter(
    ([key]) => !key.startsWith('aws:') && key !== 'lambda:createdBy',
  );
  return own.length === 0 ? none : text(Object.fromEntries(own));
};

/** `[{ Key, Value }]` as a map. */
export const tagMap = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
) => Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

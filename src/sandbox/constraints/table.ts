import { readFileSync } from 'node:fs';

/** What a service model says of one shape; other shapes by name. */
export interface Shape {
  readonly type: string;
  readonly required?: readonly string[] | undefined;
  /** Of a text or a list its length, of a number its value. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly pattern?: string | undefined;
  readonly enum?: readonly string[] | undefined;
  /** AWS does not repeat such a value in an error. */
  readonly sensitive?: boolean | undefined;
  readonly members?: Readonly<Record<string, string>> | undefined;
  /** Members that travel outside of the body: `uri`, `querystring`, `header`. */
  readonly locations?: Readonly<Record<string, string>> | undefined;
  readonly member?: string | undefined;
  readonly key?: string | undefined;
  readonly value?: string | undefined;
}

export interface ServiceConstraints {
  readonly apiVersion: string;
  /** By operation: the shape of its input, null for none. */
  readonly operations: Readonly<Record<string, string | null>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

interface Table {
  /** Where the models were read, and when. */
  readonly models: string;
  readonly generated: string;
  readonly services: Readonly<
    Record<'cloudwatch' | 'iam' | 'lambda' | 'logs' | 'sqs' | 'sts', ServiceConstraints>
  >;
  readonly endpointPrefixes: readonly string[];
}

/** Generated from AWS's own service models by src/setup/generate-constraints.ts. */
export const constraintTable = JSON.parse(
  readFileSync(new URL('table.json', import.meta.url), 'utf8'),
) as Table;

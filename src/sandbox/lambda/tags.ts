import { RawResult } from '../types.ts';
import type { Operation, WireObject } from '../types.ts';
import { functionNotFound, referenceOf } from './function-name.ts';
import type { StoredFunction } from './function-store.ts';
import type { FunctionParts } from './parts.ts';
import { invalidParameter, isObject, notInSandbox, textOf } from './validation.ts';

const mostTags = 50;

/** @throws AwsError for more tags than a function may have, and keys that only AWS may use */
export function readTags(given: unknown): Record<string, string> {
  const entries = isObject(given) ? Object.entries(given) : [];
  if (entries.length > mostTags) {
    throw invalidParameter('Number of tags exceeds resource tag limit.');
  }
  const reserved = entries.find(([key]) => key.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined) {
    throw invalidParameter(
      `The tag key ${reserved[0]} cannot be used: keys that begin with aws: are reserved for AWS.`,
    );
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, textOf(value)]));
}

/** Tags of functions; those of event source mappings are not in the sandbox. */
export function tagOperations({ functions }: FunctionParts): Record<string, Operation> {
  const access = (action: string) => (input: WireObject) => [
    { action, resource: resourceOf(input) },
  ];
  const find = (input: WireObject): StoredFunction => {
    const arn = resourceOf(input);
    const { qualifier } = referenceOf(arn);
    if (qualifier !== undefined) {
      throw invalidParameter(
        'Tags on function aliases and versions are not supported. Please specify a function ARN.',
      );
    }
    const stored = functions.find(arn);
    if (stored === undefined) throw functionNotFound(arn);
    return stored;
  };
  return {
    TagResource: {
      access: access('lambda:TagResource'),
      run(input) {
        const { config, tags } = find(input);
        const given = readTags(input['Tags']);
        // As recorded, and no help to anybody.
        if (Object.keys(given).length === 0) {
          throw invalidParameter('An error occurred and the request cannot be processed.');
        }
        functions.setTags(config.arn, readTags({ ...tags, ...given }));
        return new RawResult(204);
      },
    },
    UntagResource: {
      access: access('lambda:UntagResource'),
      run(input) {
        const { config, tags } = find(input);
        const keys = new Set([input['TagKeys'] ?? []].flat().map(String));
        const left = Object.entries(tags).filter(([key]) => !keys.has(key));
        functions.setTags(config.arn, Object.fromEntries(left));
        return new RawResult(204);
      },
    },
    ListTags: {
      access: access('lambda:ListTags'),
      run: (input) => ({ Tags: find(input).tags }),
    },
  };
}

/** Of the kinds of resources that the API's model lets through, functions can be tagged here. */
function resourceOf(input: WireObject): string {
  const arn = textOf(input['Resource']);
  const [kind = ''] = arn.split(':').slice(5);
  if (kind === 'function') return arn;
  throw notInSandbox(
    `Tagging a resource of the kind ${kind}`,
    'Only functions can have tags here.',
  );
}

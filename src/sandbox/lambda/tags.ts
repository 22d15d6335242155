import { RawResult } from '../types.ts';
import type { Operation, WireObject } from '../types.ts';
import { functionNotFound, unqualifiedArn } from './function-name.ts';
import type { StoredFunction } from './function-store.ts';
import type { FunctionParts } from './parts.ts';
import {
  constraintError,
  invalidParameter,
  isObject,
  notInSandbox,
  problemOf,
  textOf,
  validationError,
} from './validation.ts';

const mostTags = 50;

/** @throws AwsError when these are no tags */
export function readTags(given: unknown): Record<string, string> {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw invalidParameter('Tags must be an object');
  const entries = Object.entries(given);
  const problems = entries
    .flatMap(([key, value]) => [
      problemOf({ member: 'tags.key', type: 'string', min: 1, max: 128 }, key),
      problemOf({ member: 'tags.value', type: 'string', max: 256 }, value),
    ])
    .filter((problem) => problem !== undefined);
  if (problems.length > 0) throw validationError(problems);
  if (entries.length > mostTags)
    throw invalidParameter('The number of tags exceeds the limit of 50.');
  return Object.fromEntries(entries.map(([key, value]) => [key, textOf(value)]));
}

/** Tags of functions; those of event source mappings are not in the sandbox. */
export function tagOperations({ functions }: FunctionParts): Record<string, Operation> {
  const access = (action: string) => (input: WireObject) => [
    { action, resource: resourceOf(input) },
  ];
  const find = (input: WireObject): StoredFunction => {
    const arn = resourceOf(input);
    const stored = functions.find(unqualifiedArn(arn));
    if (stored === undefined) throw functionNotFound(arn);
    return stored;
  };
  return {
    TagResource: {
      access: access('lambda:TagResource'),
      run(input) {
        const { config, tags } = find(input);
        functions.setTags(config.arn, readTags({ ...tags, ...readTags(input['Tags']) }));
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

function resourceOf(input: WireObject): string {
  const arn = textOf(input['Resource']);
  if (/^arn:aws:lambda:[a-z0-9-]+:\d{12}:event-source-mapping:/.test(arn)) {
    throw notInSandbox('Tagging an event source mapping');
  }
  if (/^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[$\w-]+)?$/.test(arn)) return arn;
  throw constraintError('resource', arn, 'Member must be the ARN of a Lambda resource');
}

import { isWireObject } from '../wire.ts';
import type { Access, WireObject } from '../types.ts';

/**
 * Tags that a request would set or take away, as the condition keys `aws:RequestTag/…` and `aws:TagKeys`.
 * Services write them as a map (`tags`, `Tags`) or as a list of Key and Value.
 */
export function requestTagConditions(
  input: WireObject,
  action: string,
): NonNullable<Access['conditions']> {
  // PassRole is asked beside a call that tags; it does not tag itself.
  if (action === 'iam:PassRole') return {};
  const tags = tagsOf(input['Tags'] ?? input['tags']);
  const removed = input['TagKeys'] ?? input['tagKeys'];
  const keys = [
    ...tags.map(([key]) => key),
    ...(Array.isArray(removed) ? removed.filter((key) => typeof key === 'string') : []),
  ];
  if (keys.length === 0) return {};
  return {
    'aws:TagKeys': keys,
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, [value]])),
  };
}

function tagsOf(tags: unknown): [string, string][] {
  if (isWireObject(tags)) return Object.entries(tags).map(([key, value]) => [key, textOf(value)]);
  if (!Array.isArray(tags)) return [];
  return tags.filter(isWireObject).flatMap(({ Key, Value }): [string, string][] => {
    return typeof Key === 'string' ? [[Key, textOf(Value)]] : [];
  });
}

/** What is no text is refused by the operation itself, which is asked after IAM. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

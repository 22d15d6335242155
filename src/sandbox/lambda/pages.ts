import type { WireObject } from '../types.ts';
import { optionalNumber, optionalText } from './validation.ts';

/** Lambda's lists show no more at once, whatever `MaxItems` asks for. */
const mostListed = 50;

/**
 * One page of a list: what stands behind `Marker`.
 * @param member the list's name in the answer
 * @param list.keyOf ascending from item to item, so that a page goes on even when its marker is gone
 */
export function page<T>(
  input: WireObject,
  member: string,
  list: {
    readonly items: readonly T[];
    readonly keyOf: (item: T) => string;
    readonly show: (item: T) => WireObject;
  },
): WireObject {
  const size = Math.min(optionalNumber(input['MaxItems']) ?? mostListed, mostListed);
  const marker = optionalText(input['Marker']);
  const after = marker === undefined ? '' : Buffer.from(marker, 'base64url').toString('utf8');
  const ahead = list.items.filter((item) => list.keyOf(item) > after);
  const shown = ahead.slice(0, size);
  const last = shown.at(-1);
  const more = shown.length < ahead.length && last !== undefined;
  return {
    [member]: shown.map(list.show),
    ...(more ? { NextMarker: Buffer.from(list.keyOf(last)).toString('base64url') } : {}),
  };
}

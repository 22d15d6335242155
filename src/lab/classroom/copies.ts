import type { Observation } from '../judging/witness.ts';
import { deliveryOf } from '../aws/observe.ts';
import type { Copy } from './types.ts';

type Kind = Copy['what'];

/** What somebody shows as theirs. */
export interface Owner {
  readonly name: string;
  readonly observations: readonly Observation[];
}

/** Names that AWS gives once: what two learners both show, one of them has from the other. */
export function copiesAmong(learners: readonly Owner[]): Copy[] {
  const owners = new Map<string, { what: Kind; value: string; names: Set<string> }>();
  for (const { name, observations } of learners) {
    for (const { what, value } of observations.flatMap(namesIn)) {
      const key = `${what} ${value}`;
      const entry = owners.get(key) ?? { what, value, names: new Set() };
      entry.names.add(name);
      owners.set(key, entry);
    }
  }
  return [...owners.values()]
    .filter(({ names }) => names.size > 1)
    .map(({ what, value, names }) => ({ what, value, learners: [...names] }));
}

/** Observations may come from anybody, so nothing is taken for granted about their shape. */
function namesIn(observation: Observation): { what: Kind; value: string }[] {
  if ('fact' in observation) return [];
  const { question, output } = observation;
  const list = (member: string, name: string) =>
    listIn(output, member).flatMap((item) => textIn(item, name));
  switch (question?.operation) {
    case 'ReceiveMessage':
      return list('Messages', 'MessageId').map((value) => ({ what: 'message id', value }));
    case 'ListEventSourceMappings':
      return list('EventSourceMappings', 'UUID').map((value) => ({ what: 'mapping UUID', value }));
    case 'FilterLogEvents':
      return list('events', 'message')
        .flatMap((message) => deliveryOf(message, 0))
        .map(({ messageId }) => ({ what: 'message id', value: messageId }));
    default:
      return [];
  }
}

function listIn(value: unknown, member: string): unknown[] {
  const list = (value as Record<string, unknown> | null | undefined)?.[member];
  return Array.isArray(list) ? list : [];
}

function textIn(value: unknown, member: string): string[] {
  const text = (value as Record<string, unknown> | null | undefined)?.[member];
  return typeof text === 'string' ? [text] : [];
}

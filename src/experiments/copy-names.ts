import type { LabNames } from '../lab/settings.ts';

/** Names of a copy of the lab: one side of an experiment. */
export interface CopyNames {
  /** `lab01-x20-without`: the function, and the beginning of all other names. */
  readonly functionName: string;
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly roleName: string;
  readonly policyName: string;
  readonly logGroupName: string;
}

/** What the name of everything begins with that an experiment has made, and nothing of the lab itself. */
export const experimentPrefix = ({ prefix }: Pick<LabNames, 'prefix'>): string =>
  `${prefix}lab01-x`;

interface CopyKind {
  readonly fifo?: boolean;
  readonly ownRole?: boolean;
}

/**
 * The names of one side.
 * @param owner what the copy is for: `20` for experiment 20. Anything of a-z, 0-9 and "-" that no experiment is called
 * @param side kebab-case: `without`
 */
export function copyNames(
  lab: Pick<LabNames, 'prefix'>,
  owner: string,
  side: string,
  { fifo = false, ownRole = false }: CopyKind = {},
): CopyNames {
  const all = `${experimentPrefix(lab)}${owner}`;
  const name = `${all}-${side}`;
  const ending = fifo ? '.fifo' : '';
  // No side is called "all".
  const role = ownRole ? name : `${all}-all`;
  return {
    functionName: name,
    queueName: `${name}-queue${ending}`,
    deadLetterQueueName: `${name}-dlq${ending}`,
    roleName: `${role}-role`,
    policyName: `${role}-policy`,
    logGroupName: `/aws/lambda/${name}`,
  };
}

/** A text of `infra/` about the lab, made one about the copy. */
export function renamed(text: string, lab: LabNames, copy: CopyNames): string {
  const pairs: readonly (readonly [string, string])[] = [
    [lab.queueName, copy.queueName],
    [lab.deadLetterQueueName, copy.deadLetterQueueName],
    [lab.policyName, copy.policyName],
    [lab.roleName, copy.roleName],
    // The others begin with it, so it comes last.
    [lab.functionName, copy.functionName],
  ];
  return pairs.reduce((now, [from, to]) => now.replaceAll(from, to), text);
}

/** `$WITHOUT_QUEUE_URL`: how commands call what a side has. */
export const variableOf = (side: string, what: 'DLQ_URL' | 'MAPPING' | 'QUEUE_URL'): string =>
  `${side.toUpperCase().replaceAll('-', '_')}_${what}`;

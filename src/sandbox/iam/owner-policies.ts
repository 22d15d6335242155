import type { AwsError } from '../errors.ts';
import type { Access, Operation, WireObject } from '../types.ts';
import {
  limitExceeded,
  noSuchEntity,
  optionalText,
  page,
  policyArnOf,
  policySize,
  requiredText,
  shownDocument,
} from './input.ts';
import type { ManagedPolicies } from './managed-policies.ts';
import { parsePolicy } from './policy-document.ts';
import type { IamStore, Owner, RoleRow, UserRow } from './iam-store.ts';

/** What differs between the policies of roles and those of users. */
const kinds = {
  Role: { kind: 'role', word: 'role', inlineBytes: 10_240 },
  User: { kind: 'user', word: 'user', inlineBytes: 2_048 },
} as const;
const mostAttached = 10;

/**
 * Attached and inline policies and the permissions boundary of roles or of users:
 * `PutRolePolicy`, `PutUserPolicy`, `AttachRolePolicy`, …
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export function ownerPolicyOperations(
  kindName: 'Role' | 'User',
  iam: IamStore,
  managed: ManagedPolicies,
  accountId: string,
): Record<string, Operation> {
  const { kind, word, inlineBytes } = kinds[kindName];
  const nameMember = `${kindName}Name`;

  const rowOf = (name: string): RoleRow | UserRow | undefined =>
    kind === 'role' ? iam.role(name) : iam.user(name);

  const ownerOf = (input: WireObject): Owner => {
    const name = requiredText(input, nameMember);
    const row = rowOf(name);
    if (row === undefined) throw noSuchEntity(`The ${word} with name ${name} cannot be found.`);
    return { kind, name: row.name };
  };

  const access =
    (
      action: string,
      { keys = [] }: { readonly keys?: readonly ('boundary' | 'newBoundary' | 'policyArn')[] } = {},
    ) =>
    (input: WireObject): Access[] => {
      const name = optionalText(input, nameMember) ?? '';
      const row = rowOf(name);
      const newBoundary = optionalText(input, 'PermissionsBoundary');
      const boundary = keys.includes('newBoundary') ? newBoundary : row?.boundaryArn;
      const policyArn = optionalText(input, 'PolicyArn');
      const asksBoundary = keys.includes('boundary') || keys.includes('newBoundary');
      const conditions: Record<string, string[]> = {};
      if (asksBoundary && boundary !== undefined)
        conditions['iam:PermissionsBoundary'] = [boundary];
      if (keys.includes('policyArn') && policyArn) conditions['iam:PolicyARN'] = [policyArn];
      const resource = row?.arn ?? `arn:aws:iam::${accountId}:${kind}/${name}`;
      return [{ action: `iam:${action}`, resource, conditions }];
    };

  const inlineNotFound = (name: string) =>
    noSuchEntity(`The ${word} policy with name ${name} cannot be found.`);

  const attached: Record<string, Operation> = {
    [`Attach${kindName}Policy`]: {
      access: access(`Attach${kindName}Policy`, { keys: ['boundary', 'policyArn'] }),
      run(input) {
        const arn = policyArnOf(input);
        const owner = ownerOf(input);
        if (managed.find(arn) === undefined) throw notAttachable(arn);
        const others = iam.attachedPolicies(owner).filter((one) => one.arn !== arn);
        if (others.length >= mostAttached) {
          throw limitExceeded(`Cannot exceed quota for PoliciesPer${kindName}: ${mostAttached}`);
        }
        iam.attachPolicy(owner, arn);
        return undefined;
      },
    },

    [`Detach${kindName}Policy`]: {
      access: access(`Detach${kindName}Policy`, { keys: ['boundary', 'policyArn'] }),
      run(input) {
        const arn = policyArnOf(input);
        if (!iam.detachPolicy(ownerOf(input), arn)) {
          throw noSuchEntity(`Policy ${arn} was not found.`);
        }
        return undefined;
      },
    },

    [`ListAttached${kindName}Policies`]: {
      access: access(`ListAttached${kindName}Policies`),
      run: (input) =>
        page(input, 'AttachedPolicies', {
          items: iam.attachedPolicies(ownerOf(input)).map(({ arn }) => arn),
          keyOf: (arn) => arn,
          show: (arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }),
        }),
    },
  };

  const inline: Record<string, Operation> = {
    [`Put${kindName}Policy`]: {
      access: access(`Put${kindName}Policy`, { keys: ['boundary'] }),
      run(input) {
        const owner = ownerOf(input);
        const policyName = requiredText(input, 'PolicyName');
        const document = requiredText(input, 'PolicyDocument');
        parsePolicy(document, 'identity');
        const others = iam.inlinePolicies(owner).filter(({ id }) => id !== policyName);
        const sizes = [document, ...others.map((one) => one.document)].map(policySize);
        if (sizes.reduce((a, b) => a + b) > inlineBytes) {
          throw limitExceeded(
            `Maximum policy size of ${inlineBytes} bytes exceeded for ${word} ${owner.name}`,
          );
        }
        iam.putInlinePolicy(owner, policyName, document);
        return undefined;
      },
    },

    [`Get${kindName}Policy`]: {
      access: access(`Get${kindName}Policy`),
      run(input) {
        const owner = ownerOf(input);
        const policyName = requiredText(input, 'PolicyName');
        const policy = iam.inlinePolicies(owner).find(({ id }) => id === policyName);
        if (policy === undefined) throw inlineNotFound(policyName);
        return {
          [nameMember]: owner.name,
          PolicyName: policyName,
          PolicyDocument: shownDocument(policy.document),
        };
      },
    },

    [`Delete${kindName}Policy`]: {
      access: access(`Delete${kindName}Policy`, { keys: ['boundary'] }),
      run(input) {
        const policyName = requiredText(input, 'PolicyName');
        if (!iam.deleteInlinePolicy(ownerOf(input), policyName)) throw inlineNotFound(policyName);
        return undefined;
      },
    },

    [`List${kindName}Policies`]: {
      access: access(`List${kindName}Policies`),
      run: (input) =>
        page(input, 'PolicyNames', {
          items: iam.inlinePolicies(ownerOf(input)).map(({ id }) => id),
          keyOf: (id) => id,
          show: (id) => id,
        }),
    },
  };

  const boundary: Record<string, Operation> = {
    [`Put${kindName}PermissionsBoundary`]: {
      access: access(`Put${kindName}PermissionsBoundary`, { keys: ['newBoundary'] }),
      run(input) {
        const arn = policyArnOf(input, 'PermissionsBoundary');
        const owner = ownerOf(input);
        if (managed.find(arn) === undefined) throw notAttachable(arn);
        iam.setBoundary(owner, arn);
        return undefined;
      },
    },

    [`Delete${kindName}PermissionsBoundary`]: {
      access: access(`Delete${kindName}PermissionsBoundary`, { keys: ['boundary'] }),
      run(input) {
        const owner = ownerOf(input);
        if (rowOf(owner.name)?.boundaryArn === undefined) {
          throw noSuchEntity(`${kindName} ${owner.name} has no permissions boundary.`);
        }
        iam.setBoundary(owner, undefined);
        return undefined;
      },
    },
  };

  return { ...attached, ...inline, ...boundary };
}

/** A policy of AWS that the sandbox lacks exists on AWS: the answer must not deny that. */
function notAttachable(arn: string): AwsError {
  const ours = arn.startsWith('arn:aws:iam::aws:')
    ? " Of AWS's managed policies, the sandbox has service-role/AWSLambdaBasicExecutionRole and service-role/AWSLambdaSQSQueueExecutionRole."
    : '';
  return noSuchEntity(`Policy ${arn} does not exist or is not attachable.${ours}`);
}

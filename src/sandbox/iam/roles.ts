import { AwsError } from '../errors.ts';
import type { Access, Operation, WireObject } from '../types.ts';
import {
  emptyPage,
  integerOf,
  limitExceeded,
  listOfText,
  noSuchEntity,
  optionalText,
  page,
  pathOf,
  policyArnOf,
  requireOwnTagKeys,
  requiredText,
  shownDocument,
  shownTags,
  shownTime,
  tagsOf,
} from './input.ts';
import type { ManagedPolicies } from './managed-policies.ts';
import { requireTrustPolicy } from './trust-policy.ts';
import type { IamStore, RoleRow } from './iam-store.ts';

const mostTags = 50;

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export function roleOperations(
  iam: IamStore,
  managed: ManagedPolicies,
  accountId: string,
): Record<string, Operation> {
  const roleNameOf = (input: WireObject): string => requiredText(input, 'RoleName');

  const existing = (input: WireObject): RoleRow => {
    const name = roleNameOf(input);
    const role = iam.role(name);
    if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  };

  /** Asked before the input is checked: whoever may not call gets no hint of what exists. */
  const onRole =
    (
      action: string,
      conditions: (role: RoleRow | undefined) => Access['conditions'] = () => ({}),
    ) =>
    (input: WireObject): Access[] => {
      const name = optionalText(input, 'RoleName') ?? '';
      const role = iam.role(name);
      const path = role?.path ?? optionalText(input, 'Path') ?? '/';
      const resource = role?.arn ?? `arn:aws:iam::${accountId}:role${path}${name}`;
      return [{ action, resource, conditions: conditions(role) ?? {} }];
    };

  const namedByRole =
    (action: string) =>
    (input: WireObject): Access[] => {
      const shownResource = `role ${optionalText(input, 'RoleName') ?? ''}`;
      return onRole(action)(input).map((access) => ({ ...access, shownResource }));
    };

  return {
    CreateRole: {
      access(input) {
        const boundary = optionalText(input, 'PermissionsBoundary');
        const conditions: Access['conditions'] =
          boundary === undefined ? {} : { 'iam:PermissionsBoundary': [boundary] };
        const actions = ['iam:CreateRole', ...(input['Tags'] === undefined ? [] : ['iam:TagRole'])];
        return actions.flatMap((action) => onRole(action, () => conditions)(input));
      },
      run(input) {
        const name = roleNameOf(input);
        const trustPolicy = requireTrustPolicy(
          iam,
          accountId,
          requiredText(input, 'AssumeRolePolicyDocument'),
        );
        const boundaryArn =
          input['PermissionsBoundary'] === undefined
            ? undefined
            : policyArnOf(input, 'PermissionsBoundary');
        if (boundaryArn !== undefined && managed.find(boundaryArn) === undefined) {
          throw noSuchEntity(`Scope ARN: ${boundaryArn} does not exist or is not attachable.`);
        }
        const tags = tagsOf(input);
        checkTagCount(tags);
        const path = pathOf(input);
        const description = descriptionOf(input);
        const maxSessionSeconds = integerOf(input, 'MaxSessionDuration', 3600);
        if (iam.role(name) !== undefined) {
          throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, {
            status: 409,
          });
        }
        iam.createRole({
          name,
          path,
          trustPolicy,
          description,
          maxSessionSeconds,
          boundaryArn,
          tags,
        });
        const role = existing(input);
        return {
          Role: { ...shownBriefly(role), ...boundaryMember(role), ...tagsMember(role.tags) },
        };
      },
    },

    GetRole: {
      access: namedByRole('iam:GetRole'),
      run(input) {
        const role = existing(input);
        return {
          Role: {
            ...shownInList(role),
            ...boundaryMember(role),
            ...tagsMember(role.tags),
            RoleLastUsed: {},
          },
        };
      },
    },

    ListRoles: {
      access: () => [{ action: 'iam:ListRoles', resource: '*' }],
      run(input) {
        const prefix = optionalText(input, 'PathPrefix') ?? '/';
        const items = iam.roles().filter((role) => role.path.startsWith(prefix));
        return page(input, 'Roles', { items, keyOf: ({ name }) => name, show: shownInList });
      },
    },

    UpdateRole: {
      access: onRole('iam:UpdateRole'),
      run(input) {
        const role = existing(input);
        iam.updateRole(role.name, {
          description: descriptionOf(input) ?? role.description,
          maxSessionSeconds: integerOf(input, 'MaxSessionDuration', role.maxSessionSeconds),
        });
        return {};
      },
    },

    UpdateAssumeRolePolicy: {
      access: onRole('iam:UpdateAssumeRolePolicy'),
      run(input) {
        const { name } = existing(input);
        const document = requireTrustPolicy(iam, accountId, requiredText(input, 'PolicyDocument'));
        iam.setTrustPolicy(name, document);
        return undefined;
      },
    },

    DeleteRole: {
      access: onRole('iam:DeleteRole'),
      run(input) {
        const { name } = existing(input);
        const owner = { kind: 'role', name } as const;
        if (iam.attachedPolicies(owner).length > 0) {
          throw deleteConflict('Cannot delete entity, must detach all policies first.');
        }
        if (iam.inlinePolicies(owner).length > 0) {
          throw deleteConflict('Cannot delete entity, must delete policies first.');
        }
        iam.deleteRole(name);
        return undefined;
      },
    },

    TagRole: {
      access: onRole('iam:TagRole'),
      run(input) {
        const role = existing(input);
        const given = tagsOf(input);
        const tags = { ...withoutTags(role.tags, Object.keys(given)), ...given };
        checkTagCount(tags);
        iam.setRoleTags(role.name, tags);
        return undefined;
      },
    },

    UntagRole: {
      access: onRole('iam:UntagRole'),
      run(input) {
        const role = existing(input);
        const removed = listOfText(input, 'TagKeys');
        requireOwnTagKeys(removed);
        iam.setRoleTags(role.name, withoutTags(role.tags, removed));
        return undefined;
      },
    },

    ListRoleTags: {
      access: onRole('iam:ListRoleTags'),
      run(input) {
        const items = shownTags(existing(input).tags);
        return page(input, 'Tags', { items, keyOf: ({ Key }) => String(Key), show: (tag) => tag });
      },
    },

    /** The sandbox has no instance profiles, so no role is in one. */
    ListInstanceProfilesForRole: {
      access: namedByRole('iam:ListInstanceProfilesForRole'),
      run(input) {
        existing(input);
        return emptyPage(input, 'InstanceProfiles');
      },
    },
  };
}

/** What CreateRole shows of a role. */
function shownBriefly(role: RoleRow): WireObject {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.uniqueId,
    Arn: role.arn,
    CreateDate: shownTime(role.createdAt),
    AssumeRolePolicyDocument: shownDocument(role.trustPolicy),
  };
}

function shownInList(role: RoleRow): WireObject {
  return {
    ...shownBriefly(role),
    ...(role.description === undefined ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
  };
}

function boundaryMember({ boundaryArn }: RoleRow): WireObject {
  if (boundaryArn === undefined) return {};
  return {
    PermissionsBoundary: {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: boundaryArn,
    },
  };
}

function tagsMember(tags: RoleRow['tags']): WireObject {
  return Object.keys(tags).length === 0 ? {} : { Tags: shownTags(tags) };
}

/** Tag keys of IAM are case-insensitive. */
function withoutTags(tags: RoleRow['tags'], keys: readonly string[]): RoleRow['tags'] {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase())));
}

function checkTagCount(tags: RoleRow['tags']): void {
  if (Object.keys(tags).length > mostTags) {
    throw limitExceeded(`Cannot exceed quota for TagsPerRole: ${mostTags}`);
  }
}

function descriptionOf(input: WireObject): string | undefined {
  return optionalText(input, 'Description');
}

function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, { status: 409 });
}

import { AwsError } from '../errors.ts';
import type { Operation, WireObject } from '../types.ts';
import {
  flagOf,
  limitExceeded,
  noSuchEntity,
  optionalText,
  page,
  pathOf,
  policyArnOf,
  policySize,
  requiredText,
  shownDocument,
  shownTime,
} from './input.ts';
import { awsAccount, mostVersions } from './managed-policies.ts';
import type { ManagedPolicies, ManagedPolicy, PolicyVersion } from './managed-policies.ts';
import { parsePolicy } from './policy-document.ts';
import type { IamStore } from './iam-store.ts';

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export function policyOperations(
  iam: IamStore,
  managed: ManagedPolicies,
  accountId: string,
): Record<string, Operation> {
  const existing = (input: WireObject): ManagedPolicy => {
    const arn = policyArnOf(input);
    const policy = managed.find(arn);
    if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
    return policy;
  };

  const ours = (input: WireObject): ManagedPolicy => {
    const policy = existing(input);
    if (policy.arn.startsWith(awsAccount)) {
      throw new AwsError('AccessDenied', 'Policy is outside your own account.', { status: 403 });
    }
    return policy;
  };

  const versionOf = (policy: ManagedPolicy, input: WireObject): PolicyVersion => {
    const id = requiredText(input, 'VersionId');
    const version = policy.versions.find((one) => `v${one.version}` === id);
    if (version === undefined) {
      throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
    }
    return version;
  };

  const onPolicy = (action: string) => (input: WireObject) => [
    { action: `iam:${action}`, resource: optionalText(input, 'PolicyArn') ?? '' },
  ];

  const shownPolicy = (policy: ManagedPolicy): WireObject => ({
    PolicyName: policy.name,
    PolicyId: policy.uniqueId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: `v${policy.defaultVersion}`,
    AttachmentCount: iam.countAttachments(policy.arn),
    PermissionsBoundaryUsageCount: iam.countBoundaryUses(policy.arn),
    IsAttachable: true,
    CreateDate: shownTime(policy.createdAt),
    UpdateDate: shownTime(policy.updatedAt),
  });

  const shownVersion = (policy: ManagedPolicy, { version, createdAt }: PolicyVersion) => ({
    VersionId: `v${version}`,
    IsDefaultVersion: version === policy.defaultVersion,
    CreateDate: shownTime(createdAt),
  });

  return {
    CreatePolicy: {
      access(input) {
        const path = optionalText(input, 'Path') ?? '/';
        const name = optionalText(input, 'PolicyName') ?? '';
        return [
          {
            action: 'iam:CreatePolicy',
            resource: `arn:aws:iam::${accountId}:policy${path}${name}`,
          },
        ];
      },
      run(input) {
        if (input['Tags'] !== undefined) {
          throw new AwsError('InvalidInput', 'Tags of managed policies are not in the sandbox.');
        }
        const name = requiredText(input, 'PolicyName');
        const path = pathOf(input);
        const document = checkedDocument(input);
        if (managed.nameTaken(name)) {
          throw new AwsError(
            'EntityAlreadyExists',
            `A policy called ${name} already exists. Duplicate names are not allowed.`,
            { status: 409 },
          );
        }
        const description = optionalText(input, 'Description');
        const policy = managed.create({ name, path, document, description });
        return { Policy: shownPolicy(policy) };
      },
    },

    GetPolicy: {
      access: onPolicy('GetPolicy'),
      run(input) {
        const policy = existing(input);
        const { description } = policy;
        return {
          Policy: {
            ...shownPolicy(policy),
            ...(description === undefined ? {} : { Description: description }),
            Tags: [],
          },
        };
      },
    },

    ListPolicies: {
      access: () => [{ action: 'iam:ListPolicies', resource: '*' }],
      run(input) {
        const scope = (optionalText(input, 'Scope') ?? 'All') as 'AWS' | 'All' | 'Local';
        const prefix = optionalText(input, 'PathPrefix') ?? '/';
        const onlyAttached = flagOf(input, 'OnlyAttached');
        const items = managed
          .all(scope)
          .filter(({ path }) => path.startsWith(prefix))
          .filter(({ arn }) => !onlyAttached || iam.countAttachments(arn) > 0);
        return page(input, 'Policies', { items, keyOf: ({ arn }) => arn, show: shownPolicy });
      },
    },

    GetPolicyVersion: {
      access: onPolicy('GetPolicyVersion'),
      run(input) {
        const policy = existing(input);
        const version = versionOf(policy, input);
        return {
          PolicyVersion: {
            Document: shownDocument(version.document),
            ...shownVersion(policy, version),
          },
        };
      },
    },

    ListPolicyVersions: {
      access: onPolicy('ListPolicyVersions'),
      run(input) {
        const policy = existing(input);
        return page(input, 'Versions', {
          items: policy.versions,
          keyOf: ({ version }) => String(version),
          show: (version) => shownVersion(policy, version),
        });
      },
    },

    CreatePolicyVersion: {
      access: onPolicy('CreatePolicyVersion'),
      run(input) {
        const policy = ours(input);
        const document = checkedDocument(input);
        if (policy.versions.length >= mostVersions) {
          throw limitExceeded(
            `A managed policy can have up to ${mostVersions} versions. Before you create a new version, you must delete an existing version.`,
          );
        }
        const changed = managed.addVersion(policy, document, flagOf(input, 'SetAsDefault'));
        const version = changed.versions[0];
        return version === undefined ? {} : { PolicyVersion: shownVersion(changed, version) };
      },
    },

    SetDefaultPolicyVersion: {
      access: onPolicy('SetDefaultPolicyVersion'),
      run(input) {
        const policy = ours(input);
        managed.setDefault(policy, versionOf(policy, input).version);
        return undefined;
      },
    },

    DeletePolicyVersion: {
      access: onPolicy('DeletePolicyVersion'),
      run(input) {
        const policy = ours(input);
        const { version } = versionOf(policy, input);
        if (version === policy.defaultVersion) {
          throw deleteConflict('Cannot delete the default version of a policy.');
        }
        managed.deleteVersion(policy, version);
        return undefined;
      },
    },

    DeletePolicy: {
      access: onPolicy('DeletePolicy'),
      run(input) {
        const policy = ours(input);
        if (iam.countAttachments(policy.arn) + iam.countBoundaryUses(policy.arn) > 0) {
          throw deleteConflict('Cannot delete a policy attached to entities.');
        }
        if (policy.versions.length > 1) {
          throw deleteConflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
          );
        }
        managed.delete(policy);
        return undefined;
      },
    },
  };
}

function checkedDocument(input: WireObject): string {
  const document = requiredText(input, 'PolicyDocument');
  // Alone among policies: an inline one may be of the old version.
  if (!parsePolicy(document, 'identity').hasVariables) {
    throw new AwsError(
      'MalformedPolicyDocument',
      'Policy document must be version 2012-10-17 or greater.',
    );
  }
  if (policySize(document) > 6144) throw limitExceeded('Cannot exceed quota for PolicySize: 6144');
  return document;
}

function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, { status: 409 });
}

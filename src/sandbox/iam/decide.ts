import { AwsError } from '../errors.ts';
import type { Access, Decision, IamApi, Principal, World } from '../types.ts';
import { evaluate, evaluateResource, evaluateTrust } from './evaluate.ts';
import type { CallerNames, Question, Verdict } from './evaluate.ts';
import type { ManagedPolicies } from './managed-policies.ts';
import { parsePolicy } from './policy-document.ts';
import type { Policy, PolicyKind } from './policy-document.ts';
import type { IamStore, Owner, RoleRow } from './iam-store.ts';

/** A policy under the name that SimulatePrincipalPolicy shows. */
export interface NamedPolicy {
  readonly id: string;
  readonly document: string;
  readonly policy: Policy;
}

export interface Decisions extends IamApi {
  /** Inline and attached policies; with `asOf` those that are in force since then or longer. */
  identityPolicies(owner: Owner, asOf?: number): NamedPolicy[];
  /** The policy that limits an owner, undefined without one. A boundary that is gone allows nothing. */
  boundary(arn: string | undefined): Policy[] | undefined;
  /** What a caller gets who asks STS for a role; undefined when it may not have it, or there is none. */
  assumeRoleAs(caller: Principal, roleArn: string, sessionName: string): AssumedRole | undefined;
  /** From now on, policies of resources count too, as far as `find` has one for an ARN. */
  useResourcePolicies(find: ResourcePolicies): void;
}

export interface AssumedRole {
  readonly principal: Principal;
  readonly maxSessionSeconds: number;
}

/** The policy of a resource by its ARN; undefined for none. */
export type ResourcePolicies = (resourceArn: string) => string | undefined;

/** Answers who may do what, from the policies as they are at this moment. */
export function createDecisions(world: World, iam: IamStore, managed: ManagedPolicies): Decisions {
  const identityPolicies = (owner: Owner, asOf = Infinity): NamedPolicy[] => {
    const inline = iam
      .inlinePolicies(owner)
      .filter(({ changedAt }) => changedAt <= asOf)
      .map(({ id, document }) => ({ id: `${owner.kind}_${owner.name}_${id}`, document }));
    const attached = iam
      .attachedPolicies(owner)
      .filter(({ changedAt }) => changedAt <= asOf)
      .flatMap(({ arn }) => managed.inForce(arn) ?? [])
      .filter(({ since }) => since <= asOf);
    return [...inline, ...attached].map(({ id, document }) => ({
      id,
      document,
      policy: parsed(document, 'identity'),
    }));
  };

  const boundary = (arn: string | undefined): Policy[] | undefined => {
    if (arn === undefined) return undefined;
    const inForce = managed.inForce(arn);
    return inForce === undefined ? [] : [parsed(inForce.document, 'identity')];
  };

  /** @returns undefined when the principal does not exist (any more) */
  const rowOf = (principal: Principal) => {
    if (principal.kind === 'user') return iam.user(principal.name);
    const role = iam.role(principal.name);
    // A role made anew under the same name is another role to the sessions of the old one.
    return role?.uniqueId === principal.userId.split(':')[0] ? role : undefined;
  };

  const roleOf = (roleArn: string): RoleRow | undefined => {
    const role = iam.role(roleArn.slice(roleArn.lastIndexOf('/') + 1));
    return role?.arn === roleArn ? role : undefined;
  };

  let resourcePolicies: ResourcePolicies = () => undefined;

  return {
    identityPolicies,
    boundary,
    useResourcePolicies(find) {
      resourcePolicies = find;
    },

    decide(principal: Principal, access: Access, asOf?: number): Decision {
      const row = rowOf(principal);
      if (row === undefined) return { allowed: false, reason: 'implicit-deny' };
      const owner: Owner = {
        kind: principal.kind === 'user' ? 'user' : 'role',
        name: principal.name,
      };
      const question: Question = {
        action: access.action,
        resource: access.resource,
        context: contextOf(world, principal, access.conditions),
      };
      const policies = identityPolicies(owner, asOf).map(({ policy }) => policy);
      const limits = boundary(row.boundaryArn);
      const ofResource = readable(resourcePolicies(access.resource));
      return decisionOf({
        identity: evaluate(policies, question),
        boundary: limits === undefined ? 'allowed' : evaluate(limits, question),
        resource:
          ofResource === undefined
            ? 'implicit-deny'
            : evaluateResource(ofResource, namesOf(principal, row.arn), question),
        // A grant to a user is no business of its boundary; a grant to a role is.
        grantPassesBoundary: principal.kind === 'user',
      });
    },

    assumeRoleAs(caller, roleArn, sessionName) {
      const role = roleOf(roleArn);
      const row = rowOf(caller);
      if (role === undefined || row === undefined) return undefined;
      const question: Question = {
        action: 'sts:AssumeRole',
        resource: role.arn,
        context: contextOf(world, caller, undefined),
      };
      const { own, account } = namesOf(caller, row.arn);
      const trust = parsed(role.trustPolicy, 'trust');
      const toCaller = evaluateResource(trust, { own, account }, question);
      const toAccount = evaluateResource(trust, { own: account, account: [] }, question);
      if (toCaller !== 'allowed' && toAccount !== 'allowed') return undefined;
      const owner: Owner = { kind: caller.kind === 'user' ? 'user' : 'role', name: caller.name };
      const limits = boundary(row.boundaryArn);
      const { allowed } = decisionOf({
        identity: evaluate(
          identityPolicies(owner).map(({ policy }) => policy),
          question,
        ),
        boundary: limits === undefined ? 'allowed' : evaluate(limits, question),
        resource: toCaller,
        grantPassesBoundary: caller.kind === 'user',
      });
      if (!allowed) return undefined;
      const principal = { ...sessionOf(world, role, sessionName), temporary: true };
      return { principal, maxSessionSeconds: role.maxSessionSeconds };
    },

    assumeRole(roleArn, service, sessionName, conditions): Principal | undefined {
      const role = roleOf(roleArn);
      if (role === undefined) return undefined;
      const assumableFrom = role.trustChangedAt + world.faults.roleNotAssumableForMs;
      if (world.faults.roleNotAssumableForMs > 0 && world.clock.now() < assumableFrom) {
        return undefined;
      }
      const context = new Map(baseContext(world));
      addConditions(context, { 'aws:SourceAccount': [world.accountId], ...conditions });
      const verdict = evaluateTrust(parsed(role.trustPolicy, 'trust'), service, {
        action: 'sts:AssumeRole',
        resource: role.arn,
        context,
      });
      return verdict === 'allowed' ? sessionOf(world, role, sessionName) : undefined;
    },
  };
}

function sessionOf({ accountId }: World, role: RoleRow, sessionName: string): Principal {
  return {
    kind: 'assumed-role',
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.uniqueId}:${sessionName}`,
    accountId,
    name: role.name,
  };
}

/** One explicit deny decides; then one of the two kinds of policies must allow, within the boundary. */
function decisionOf({
  identity,
  boundary,
  resource,
  grantPassesBoundary,
}: {
  readonly identity: Verdict;
  readonly boundary: Verdict;
  readonly resource: Verdict;
  readonly grantPassesBoundary: boolean;
}): Decision {
  if (identity === 'explicit-deny') return { allowed: false, reason: 'explicit-deny' };
  if (boundary === 'explicit-deny') return { ...byBoundary, reason: 'explicit-deny' };
  if (resource === 'explicit-deny') {
    return { allowed: false, reason: 'explicit-deny', by: 'resource-based policy' };
  }
  if (resource === 'allowed' && (grantPassesBoundary || boundary === 'allowed')) {
    return { allowed: true };
  }
  if (identity !== 'allowed') return { allowed: false, reason: 'implicit-deny' };
  return boundary === 'allowed' ? { allowed: true } : { ...byBoundary, reason: 'implicit-deny' };
}

const byBoundary = { allowed: false, by: 'permissions boundary' } as const;

/** @param rowArn the ARN of the user or role itself */
function namesOf({ arn, accountId }: Principal, rowArn: string): CallerNames {
  return {
    own: ['*', arn, rowArn],
    account: [accountId, `arn:aws:iam::${accountId}:root`],
  };
}

/** One that was put before policies of resources counted may be none: then it counts as little as then. */
function readable(document: string | undefined): Policy | undefined {
  if (document === undefined) return undefined;
  try {
    return parsed(document, 'resource');
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** Without the path that the role may have: `aws:PrincipalArn` is so. */
function roleOfSession(arn: string): string {
  return arn.replace(':sts:', ':iam:').replace(/:assumed-role\/([^/]+)\/.*/, ':role/$1');
}

type Context = Map<string, readonly string[]>;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function contextOf(world: World, principal: Principal, conditions: Access['conditions']): Context {
  const context = new Map<string, readonly string[]>(baseContext(world));
  addConditions(context, {
    // Policies of an assumed role see the role's own ARN here, not the session's.
    'aws:PrincipalArn': [principal.kind === 'user' ? principal.arn : roleOfSession(principal.arn)],
    'aws:PrincipalAccount': [principal.accountId],
    'aws:PrincipalType': [principal.kind === 'user' ? 'User' : 'AssumedRole'],
    'aws:userid': [principal.userId],
    ...(principal.kind === 'user' ? { 'aws:username': [principal.name] } : {}),
    ...(principal.temporary === true ? { 'aws:MultiFactorAuthPresent': ['false'] } : {}),
    ...conditions,
  });
  return context;
}

function baseContext({ clock }: World): [string, readonly string[]][] {
  const now = clock.now();
  return [
    ['aws:currenttime', [new Date(now).toISOString()]],
    ['aws:epochtime', [String(Math.floor(now / 1000))]],
    // The sandbox plays AWS's endpoint, which is reached by TLS alone.
    ['aws:securetransport', ['true']],
  ];
}

function addConditions(context: Context, conditions: Access['conditions'] = {}): void {
  for (const [key, values] of Object.entries(conditions)) context.set(key.toLowerCase(), values);
}

const cache = new Map<string, Policy>();

/** Policies are read from the store for each question, and parsed once for each text. */
function parsed(document: string, kind: PolicyKind): Policy {
  const key = `${kind} ${document}`;
  let policy = cache.get(key);
  if (policy === undefined) {
    policy = parsePolicy(document, kind);
    if (cache.size >= 500) cache.clear();
    cache.set(key, policy);
  }
  return policy;
}

import type { Access, Decision, IamApi, Principal, World } from '../types.ts';
import { evaluate, evaluateTrust } from './evaluate.ts';
import type { Question, Verdict } from './evaluate.ts';
import type { ManagedPolicies } from './managed-policies.ts';
import { parsePolicy } from './policy-document.ts';
import type { Policy, PolicyKind } from './policy-document.ts';
import type { IamStore, Owner } from './store.ts';

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
}

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

  return {
    identityPolicies,
    boundary,

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
      const byIdentity = decisionFrom(evaluate(policies, question));
      const limits = boundary(row.boundaryArn);
      if (!byIdentity.allowed || limits === undefined) return byIdentity;
      const byBoundary = decisionFrom(evaluate(limits, question));
      return byBoundary.allowed ? byBoundary : { ...byBoundary, by: 'permissions boundary' };
    },

    assumeRole(roleArn, service, sessionName, conditions): Principal | undefined {
      const role = iam.role(roleArn.slice(roleArn.lastIndexOf('/') + 1));
      if (role?.arn !== roleArn) return undefined;
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
      if (verdict !== 'allowed') return undefined;
      return {
        kind: 'assumed-role',
        arn: `arn:aws:sts::${world.accountId}:assumed-role/${role.name}/${sessionName}`,
        userId: `${role.uniqueId}:${sessionName}`,
        accountId: world.accountId,
        name: role.name,
      };
    },
  };
}

function decisionFrom(verdict: Verdict): Decision {
  return verdict === 'allowed' ? { allowed: true } : { allowed: false, reason: verdict };
}

type Context = Map<string, readonly string[]>;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function contextOf(world: World, principal: Principal, conditions: Access['conditions']): Context {
  const context = new Map<string, readonly string[]>(baseContext(world));
  addConditions(context, {
    // Policies of an assumed role see the role's own ARN here, not the session's.
    'aws:PrincipalArn': [
      principal.kind === 'user'
        ? principal.arn
        : principal.arn.replace(':sts:', ':iam:').replace(/:assumed-role\/([^/]+)\/.*/, ':role/$1'),
    ],
    'aws:PrincipalAccount': [principal.accountId],
    'aws:PrincipalType': [principal.kind === 'user' ? 'User' : 'AssumedRole'],
    'aws:userid': [principal.userId],
    ...(principal.kind === 'user' ? { 'aws:username': [principal.name] } : {}),
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

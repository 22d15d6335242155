import { AwsError } from '../errors.ts';
import { isWireObject } from '../wire.ts';
import { isAnsweredKey } from './condition-keys.ts';
import { parseOperator } from './conditions.ts';
import type { ConditionOperator } from './conditions.ts';

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** `NotAction`: everything but these. */
  readonly exceptActions: boolean;
  /** Empty in trust policies. */
  readonly resources: readonly string[];
  readonly exceptResources: boolean;
  /** Trust policies and policies of resources only. */
  readonly principals: Principals;
  readonly conditions: readonly Condition[];
}

export interface Principals {
  /** Account ids, ARNs or `*`. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
}

export interface Condition {
  readonly operator: ConditionOperator;
  readonly key: string;
  readonly wanted: readonly string[];
}

export interface Policy {
  /** `${aws:username}` is a variable from 2012-10-17 on, and plain text before. */
  readonly hasVariables: boolean;
  readonly statements: readonly Statement[];
}

export type PolicyKind = 'identity' | 'resource' | 'trust';

/**
 * Reads a policy as far as the sandbox knows the language. Whatever it does not know is refused here,
 * so that evaluation never has to guess.
 * @throws AwsError `MalformedPolicyDocument`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(text: string, kind: PolicyKind): Policy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    const message =
      kind === 'trust' ? 'This policy contains invalid Json' : 'Syntax errors in policy.';
    throw new AwsError('MalformedPolicyDocument', message, { cause });
  }
  const policy = objectOf(document);
  onlyFields(policy, ['Version', 'Id', 'Statement']);
  const version = policy['Version'] ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') throw syntaxError();
  if (policy['Id'] !== undefined && typeof policy['Id'] !== 'string') throw syntaxError();
  const hasVariables = version === '2012-10-17';
  const statements = listOf(policy['Statement']).map((statement) =>
    parseStatement(objectOf(statement), kind, hasVariables),
  );
  if (statements.length === 0 && kind !== 'resource') throw syntaxError();
  const sids = statements.flatMap(({ sid }) => sid ?? []);
  if (new Set(sids).size !== sids.length) {
    throw malformed('Statement IDs (SID) in a single policy must be unique.');
  }
  return { hasVariables, statements };
}

function parseStatement(
  fields: Record<string, unknown>,
  kind: PolicyKind,
  hasVariables: boolean,
): Statement {
  onlyFields(fields, [
    'Sid',
    'Effect',
    'Principal',
    'NotPrincipal',
    'Action',
    'NotAction',
    'Resource',
    'NotResource',
    'Condition',
  ]);
  const effect = fields['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') throw syntaxError();
  return {
    sid: parseSid(fields['Sid']),
    effect,
    ...parseActions(fields, kind),
    ...parseResources(fields, kind, hasVariables),
    principals: parsePrincipals(fields, kind),
    conditions: parseConditions(fields['Condition'], hasVariables),
  };
}

function parseSid(sid: unknown): string | undefined {
  if (sid === undefined) return undefined;
  if (typeof sid !== 'string') throw syntaxError();
  if (!/^[0-9A-Za-z]*$/.test(sid)) {
    throw malformed(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
  return sid;
}

function parseActions(
  fields: Record<string, unknown>,
  kind: PolicyKind,
): Pick<Statement, 'actions' | 'exceptActions'> {
  const { values, except } = eitherOf(fields, 'Action', 'NotAction');
  if (values.length === 0) {
    throw malformed(
      kind === 'trust' ? 'Missing required field Action' : 'Policy statement must contain actions.',
    );
  }
  if (kind === 'trust' && (except || !values.every((action) => trustActions.test(action)))) {
    throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
  }
  for (const action of values) {
    if (action !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) {
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
  }
  return { actions: values, exceptActions: except };
}

/** The actions with which a role is taken, and what may come with them. */
const trustActions = /^sts:(\*|AssumeRole[A-Za-z*?]*|TagSession|SetSourceIdentity|SetContext)$/i;

function parseResources(
  fields: Record<string, unknown>,
  kind: PolicyKind,
  hasVariables: boolean,
): Pick<Statement, 'exceptResources' | 'resources'> {
  if (kind === 'trust') {
    for (const field of ['Resource', 'NotResource']) {
      if (fields[field] !== undefined) throw malformed(`Has prohibited field ${field}`);
    }
    return { resources: [], exceptResources: false };
  }
  const { values, except } = eitherOf(fields, 'Resource', 'NotResource');
  if (values.length === 0) throw malformed('Policy statement must contain resources.');
  for (const resource of values) {
    if (resource !== '*' && resource.split(':').length < 6) {
      throw malformed(`Resource ${resource} must be in ARN format or "*".`);
    }
    if (hasVariables) checkVariables(resource);
  }
  return { resources: values, exceptResources: except };
}

function parsePrincipals(fields: Record<string, unknown>, kind: PolicyKind): Principals {
  const principal = fields['Principal'];
  if (fields['NotPrincipal'] !== undefined) throw notInSandbox('The element NotPrincipal');
  if (kind === 'identity') {
    if (principal !== undefined) throw malformed('Policy document should not specify a principal.');
    return { aws: [], services: [] };
  }
  if (principal === '*') return { aws: ['*'], services: [] };
  if (principal === undefined) throw malformed('Missing required field Principal');
  const kinds = objectOf(principal);
  onlyFields(kinds, ['AWS', 'Service', 'Federated', 'CanonicalUser']);
  if (kinds['Federated'] !== undefined || kinds['CanonicalUser'] !== undefined) {
    throw notInSandbox('A federated or canonical-user principal');
  }
  const aws = stringsOf(kinds['AWS'] ?? []);
  const services = stringsOf(kinds['Service'] ?? []);
  if (aws.length + services.length === 0) throw syntaxError();
  for (const service of services) {
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/.test(service)) {
      throw malformed(`Invalid principal in policy: "SERVICE":"${service}"`);
    }
  }
  for (const one of aws) {
    if (
      !/^(\*|\d{12}|arn:aws:(iam|sts)::\d{12}:(root|(user|role|assumed-role)\/[\w+=,.@/-]+))$/.test(
        one,
      )
    ) {
      throw malformed(`Invalid principal in policy: "AWS":"${one}"`);
    }
  }
  return { aws, services };
}

function parseConditions(block: unknown, hasVariables: boolean): Condition[] {
  if (block === undefined) return [];
  return Object.entries(objectOf(block)).flatMap(([name, keys]) => {
    const operator = parseOperator(name);
    if (operator === undefined) throw notInSandbox(`The condition operator ${name}`);
    return Object.entries(objectOf(keys)).map(([key, values]) => {
      if (!isAnsweredKey(key)) throw notInSandbox(`The condition key ${key}`);
      const wanted = stringsOf(values, { scalars: true });
      for (const value of wanted) {
        if (!operator.takes(value)) throw syntaxError();
        if (hasVariables) checkVariables(value);
      }
      return { operator, key, wanted };
    });
  });
}

const variable = /\$\{([^}]*)\}/g;

function checkVariables(text: string): void {
  for (const [, name = ''] of text.matchAll(variable)) {
    // ${*}, ${?} and ${$} are the characters themselves.
    if (!['*', '?', '$'].includes(name) && !isAnsweredKey(name)) {
      throw notInSandbox(`The policy variable \${${name}}`);
    }
  }
}

function eitherOf(
  fields: Record<string, unknown>,
  name: string,
  exceptName: string,
): { values: string[]; except: boolean } {
  if (fields[name] !== undefined && fields[exceptName] !== undefined) throw syntaxError();
  const except = fields[exceptName] !== undefined;
  return { values: stringsOf(fields[except ? exceptName : name] ?? []), except };
}

function onlyFields(fields: Record<string, unknown>, known: readonly string[]): void {
  if (Object.keys(fields).some((name) => !known.includes(name))) throw syntaxError();
}

function objectOf(value: unknown): Record<string, unknown> {
  if (!isWireObject(value)) throw syntaxError();
  return value;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function stringsOf(value: unknown, { scalars = false } = {}): string[] {
  return listOf(value).map((one) => {
    if (typeof one === 'string') return one;
    if (scalars && (typeof one === 'boolean' || typeof one === 'number')) return String(one);
    throw syntaxError();
  });
}

function syntaxError(): AwsError {
  return malformed('Syntax errors in policy.');
}

function notInSandbox(what: string): AwsError {
  return malformed(
    `${what} is not in the sandbox, which refuses policies that it cannot evaluate as AWS does.`,
  );
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message);
}

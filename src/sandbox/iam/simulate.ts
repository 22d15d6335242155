import { AwsError } from '../errors.ts';
import type { Operation, WireObject } from '../types.ts';
import type { Decisions, NamedPolicy } from './decide.ts';
import { evaluate } from './evaluate.ts';
import type { Question, Verdict } from './evaluate.ts';
import {
  listOfObjects,
  listOfText,
  noSuchEntity,
  optionalText,
  page,
  requiredText,
} from './input.ts';
import { parsePolicy } from './policy-document.ts';
import type { Policy } from './policy-document.ts';
import { statementRanges } from './statement-positions.ts';
import type { IamStore, Owner } from './iam-store.ts';

const decisions: Readonly<Record<Verdict, string>> = {
  allowed: 'allowed',
  'explicit-deny': 'explicitDeny',
  'implicit-deny': 'implicitDeny',
};

/** Members that would change the answer, and that the sandbox does not know. */
const unknownMembers = ['ResourcePolicy', 'ResourceOwner', 'CallerArn', 'ResourceHandlingOption'];

/**
 * SimulatePrincipalPolicy, with the evaluator that decides about real calls.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export function simulateOperations(iam: IamStore, decide: Decisions): Record<string, Operation> {
  const sourceOf = (input: WireObject): { owner: Owner; boundaryArn: string | undefined } => {
    const arn = requiredText(input, 'PolicySourceArn');
    const match = /^arn:aws:iam::\d{12}:(role|user)\/(?:.*\/)?([^/]+)$/.exec(arn);
    if (match === null) {
      throw new AwsError(
        'InvalidInput',
        `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`,
      );
    }
    const [, kind, name = ''] = match;
    const row = kind === 'role' ? iam.role(name) : iam.user(name);
    if (row === undefined) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
    const owner: Owner = { kind: kind === 'role' ? 'role' : 'user', name: row.name };
    return { owner, boundaryArn: row.boundaryArn };
  };

  return {
    SimulatePrincipalPolicy: {
      access: (input) => [
        {
          action: 'iam:SimulatePrincipalPolicy',
          resource: optionalText(input, 'PolicySourceArn') ?? '',
        },
      ],
      run(input) {
        const unknown = unknownMembers.find((member) => input[member] !== undefined);
        if (unknown !== undefined) {
          throw new AwsError('InvalidInput', `${unknown} is not in the sandbox.`);
        }
        const { owner, boundaryArn } = sourceOf(input);
        const policies = [
          ...decide.identityPolicies(owner),
          ...named(listOfText(input, 'PolicyInputList'), 'PolicyInputList'),
        ];
        const replaced = listOfText(input, 'PermissionsBoundaryPolicyInputList');
        const boundary =
          replaced.length > 0
            ? named(replaced, 'PermissionsBoundaryPolicyInputList').map(({ policy }) => policy)
            : decide.boundary(boundaryArn);
        const context = contextOf(input);
        const resources = listOfText(input, 'ResourceArns');
        const questions = listOfText(input, 'ActionNames').flatMap((action) =>
          (resources.length === 0 ? ['*'] : resources).map((resource): Question => ({
            action,
            resource,
            context,
          })),
        );
        return page(input, 'EvaluationResults', {
          items: questions,
          keyOf: ({ action, resource }) => `${action} ${resource}`,
          show: (question) => result(policies, boundary, question),
        });
      },
    },
  };
}

function named(documents: readonly string[], list: string): NamedPolicy[] {
  return documents.map((document, i) => ({
    id: `${list}.${i + 1}`,
    document,
    policy: parsePolicy(document, 'identity'),
  }));
}

function result(
  policies: readonly NamedPolicy[],
  boundary: readonly Policy[] | undefined,
  question: Question,
): WireObject {
  const byIdentity = evaluate(
    policies.map(({ policy }) => policy),
    question,
  );
  const byBoundary = boundary === undefined ? 'allowed' : evaluate(boundary, question);
  const verdict = byIdentity === 'allowed' ? byBoundary : byIdentity;
  const matched = verdict === 'implicit-deny' ? [] : matchedStatements(policies, question, verdict);
  const missing = missingKeys(policies, question);
  const limit =
    boundary === undefined
      ? {}
      : {
          PermissionsBoundaryDecisionDetail: {
            AllowedByPermissionsBoundary: byBoundary === 'allowed',
          },
        };
  return {
    EvalActionName: question.action,
    EvalResourceName: question.resource,
    EvalDecision: decisions[verdict],
    MatchedStatements: matched,
    MissingContextValues: missing,
    ...limit,
    EvalDecisionDetails: {},
    ResourceSpecificResults: [
      {
        EvalResourceName: question.resource,
        EvalResourceDecision: decisions[verdict],
        MatchedStatements: matched,
        MissingContextValues: missing,
        ...limit,
      },
    ],
  };
}

/** A statement matched if it says that on its own. */
function matchedStatements(
  policies: readonly NamedPolicy[],
  question: Question,
  verdict: Verdict,
): WireObject[] {
  return policies.flatMap(({ id, document, policy }) => {
    const ranges = statementRanges(document);
    return policy.statements.flatMap((statement, i): WireObject[] => {
      const alone = { ...policy, statements: [statement] };
      if (evaluate([alone], question) !== verdict) return [];
      return [{ SourcePolicyId: id, SourcePolicyType: 'IAM Policy', ...ranges[i] }];
    });
  });
}

function missingKeys(policies: readonly NamedPolicy[], { context }: Question): string[] {
  const keys = policies.flatMap(({ policy }) =>
    policy.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key)),
  );
  return [...new Set(keys)].filter((key) => !context.has(key.toLowerCase()));
}

function contextOf(input: WireObject): Map<string, string[]> {
  return new Map(
    listOfObjects(input, 'ContextEntries').map((entry) => {
      // Checked for being a text; values are compared as the policy's operator says.
      optionalText(entry, 'ContextKeyType');
      return [
        requiredText(entry, 'ContextKeyName').toLowerCase(),
        listOfText(entry, 'ContextKeyValues'),
      ];
    }),
  );
}

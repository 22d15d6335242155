import { AwsError } from '../errors.ts';
import type { CallContext, WireObject } from '../types.ts';
import { constraintError, textOf } from './validation.ts';

/** What `FunctionName` (and `Qualifier`) of a request mean. */
export interface FunctionReference {
  readonly name: string;
  readonly region: string;
  /** Without qualifier. */
  readonly arn: string;
  readonly qualifier: string | undefined;
}

const pattern =
  /^(?:arn:aws[a-zA-Z-]*:lambda:(?<region>[a-z]{2}(?:-[a-z]+)+-\d):(?<account>\d{12}):function:|(?:(?<partialAccount>\d{12}):)?(?:function:)?)(?<name>[a-zA-Z0-9-_]+)(?::(?<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?$/;

/** The pattern of the API's `NamespacedFunctionName`, as its errors quote it. */
const quotedPattern =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';

/**
 * Reads a name, a partial ARN or an ARN, each with or without qualifier.
 * @throws AwsError when it is none of these, or too long
 */
export function functionReference(
  input: WireObject,
  context: Pick<CallContext, 'accountId' | 'region'>,
): FunctionReference {
  const given = textOf(input['FunctionName']);
  const groups =
    typeof input['FunctionName'] === 'string' ? pattern.exec(given)?.groups : undefined;
  const name = groups?.['name'];
  if (name === undefined) {
    throw constraintError(
      'functionName',
      given,
      `Member must satisfy regular expression pattern: ${quotedPattern}`,
    );
  }
  if (name.length > 64) {
    throw new AwsError(
      'InvalidParameterValueException',
      constraintError('functionName', given, 'Member must have length less than or equal to 64')
        .message,
    );
  }
  const region = groups?.['region'] ?? context.region;
  const account = groups?.['account'] ?? groups?.['partialAccount'] ?? context.accountId;
  const qualifier =
    input['Qualifier'] === undefined ? groups?.['qualifier'] : textOf(input['Qualifier']);
  return { name, region, arn: functionArn(region, account, name), qualifier };
}

export function functionArn(region: string, accountId: string, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/** The ARN that IAM is asked about. */
export function qualifiedArn({ arn, qualifier }: FunctionReference): string {
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

/** An ARN without its qualifier. */
export function unqualifiedArn(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}

/** @param shownArn the ARN, which some operations name with `:$LATEST` */
export function functionNotFound(shownArn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${shownArn}`, {
    status: 404,
    messageKey: 'Message',
  });
}

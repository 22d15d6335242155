import { AwsError } from '../errors.ts';
import type { CallContext, WireObject } from '../types.ts';
import { invalidParameter, optionalText } from './validation.ts';

/** What `FunctionName` (and `Qualifier`) of a request mean. */
export interface FunctionReference {
  readonly name: string;
  readonly region: string;
  /** Without qualifier. */
  readonly arn: string;
  /** `$LATEST`, a version or an alias. */
  readonly qualifier: string | undefined;
}

/** Reads what the patterns of the API's model have let through. */
const parts =
  /^(?:arn:[^:]*:lambda:)?(?:(?<region>[a-z]+(?:-[a-z]+)+-\d):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[^:]+)(?::(?<qualifier>[^:]+))?$/;

/**
 * Reads a name, a partial ARN or an ARN, each with or without qualifier.
 * @throws AwsError for an ARN of another Region, or two qualifiers that differ
 */
export function functionReference(
  input: WireObject,
  context: Pick<CallContext, 'accountId' | 'region'>,
): FunctionReference {
  const given = optionalText(input['FunctionName']) ?? '';
  const found = parts.exec(given)?.groups;
  const { region = context.region, account = context.accountId, name = given } = found ?? {};
  if (region !== context.region) {
    throw notFound(
      `Functions from '${region}' are not reachable in this region ('${context.region}')`,
    );
  }
  const asked = optionalText(input['Qualifier']);
  const derived = found?.['qualifier'];
  if (asked !== undefined && derived !== undefined && asked !== derived) {
    throw invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { name, region, arn: functionArn(region, account, name), qualifier: asked ?? derived };
}

export function functionArn(region: string, accountId: string, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/** The ARN that IAM is asked about. */
export function qualifiedArn({
  arn,
  qualifier,
}: Pick<FunctionReference, 'arn' | 'qualifier'>): string {
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

/** Named with its qualifier always: without one it is `$LATEST`. */
export function latestArn({
  arn,
  qualifier = '$LATEST',
}: Pick<FunctionReference, 'arn' | 'qualifier'>): string {
  return `${arn}:${qualifier}`;
}

/** An ARN without its qualifier. */
export function unqualifiedArn(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}

/** An ARN of a function, taken apart. */
export function referenceOf(arn: string): FunctionReference {
  const [, , , region = '', , , name = '', qualifier] = arn.split(':');
  return { name, region, arn: unqualifiedArn(arn), qualifier };
}

/** @param shownArn the ARN, which some operations name with `:$LATEST` */
export function functionNotFound(shownArn: string): AwsError {
  return notFound(`Function not found: ${shownArn}`);
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { status: 404, messageKey: 'Message' });
}

import { AwsError } from '../errors.ts';
import type { ServiceName } from '../types.ts';
import type { SignatureProblem } from './sigv4.ts';

/**
 * Errors of a request whose signer is not known. The codes of unknown keys are recorded; the others
 * are those of the documented common errors, in the form of each protocol.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
 */
const usesQueryCodes: readonly ServiceName[] = ['cloudwatch', 'iam', 'sqs', 'sts'];

function authError(
  service: ServiceName,
  codes: { readonly query: string; readonly json: string },
  message: string,
  queryStatus = 403,
): AwsError {
  const query = usesQueryCodes.includes(service);
  // CloudWatch Logs answers every error with 400.
  const status = service === 'logs' ? 400 : query ? queryStatus : 403;
  const members = service === 'lambda' ? { Type: undefined } : {};
  return new AwsError(query ? codes.query : codes.json, message, { status, members });
}

export function unsigned(service: ServiceName): AwsError {
  return authError(
    service,
    { query: 'MissingAuthenticationToken', json: 'MissingAuthenticationTokenException' },
    'Request is missing Authentication Token',
  );
}

export function unknownKey(service: ServiceName): AwsError {
  return authError(
    service,
    { query: 'InvalidClientTokenId', json: 'UnrecognizedClientException' },
    'The security token included in the request is invalid.',
  );
}

export function expired(service: ServiceName): AwsError {
  return authError(
    service,
    { query: 'ExpiredToken', json: 'ExpiredTokenException' },
    'The security token included in the request is expired',
  );
}

export function incomplete(service: ServiceName, detail: string): AwsError {
  return authError(
    service,
    { query: 'IncompleteSignature', json: 'IncompleteSignatureException' },
    detail,
    400,
  );
}

export function badSignature(service: ServiceName, problem: SignatureProblem): AwsError {
  if (problem.kind === 'incomplete') return incomplete(service, problem.detail);
  const message =
    problem.kind === 'skewed'
      ? problem.detail
      : 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
  return wrongSignature(service, message);
}

/** @param scope what it should be signed for */
export function wrongScope(service: ServiceName, scope: string): AwsError {
  return wrongSignature(service, `Credential should be scoped to correct service: '${scope}'. `);
}

function wrongSignature(service: ServiceName, message: string): AwsError {
  return authError(
    service,
    { query: 'SignatureDoesNotMatch', json: 'InvalidSignatureException' },
    message,
  );
}

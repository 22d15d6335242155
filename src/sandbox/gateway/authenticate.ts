import type { IncomingMessage } from 'node:http';
import {
  badSignature,
  expired,
  incomplete,
  unknownKey,
  unsigned,
  wrongScope,
} from './auth-errors.ts';
import { BodyTooLargeError, drain, readBody } from './body.ts';
import { AwsError } from '../errors.ts';
import type { Signer, Users } from '../iam/users.ts';
import type { WireRequest } from './protocols/protocol.ts';
import { bodyLimits, signingName } from './routing.ts';
import { parseAuthorization, signatureProblem } from './sigv4.ts';
import type { Authorization } from './sigv4.ts';
import type { Principal, ServiceName } from '../types.ts';

/** A signed request whose sender is known. */
export interface Call {
  readonly request: WireRequest;
  readonly service: ServiceName;
  readonly authorization: Authorization;
  readonly caller: Principal;
}

/** So much of a body that is too large is still read, to be answered instead of cut off. */
const mostDrained = 256 * 1024 * 1024;

/**
 * Who signed? The key is looked up before the body is read, so that strangers cannot fill our memory.
 * @throws AwsError as the service says it: not signed, unknown key, wrong signature, too large
 */
export async function authenticate(
  incoming: IncomingMessage,
  head: Omit<WireRequest, 'body'>,
  expected: {
    readonly service: ServiceName;
    readonly users: Users;
    readonly labTime: () => number;
    /** For words only. */
    readonly operation: string | undefined;
  },
): Promise<Call> {
  const { service, users } = expected;
  const header = head.headers['authorization'];
  if (typeof header !== 'string') throw unsigned(service);
  const authorization = parseAuthorization(header);
  if (authorization === undefined) {
    throw incomplete(service, 'Authorization header is not of Signature Version 4, or incomplete.');
  }
  const signer = users.byAccessKey(authorization.accessKeyId);
  if (signer === undefined || !fitsToken(signer, head.headers['x-amz-security-token'], service)) {
    throw unknownKey(service);
  }
  if (signer.expiresAt !== undefined && signer.expiresAt <= Date.now()) throw expired(service);
  const body = await readBody(incoming, bodyLimits[service]).catch(async (error: unknown) => {
    if (!(error instanceof BodyTooLargeError)) throw error;
    await drain(incoming, mostDrained);
    throw tooLarge(service, expected.operation);
  });
  const request = { ...head, body };
  const problemAt = (now: number) =>
    signatureProblem(request, authorization, signer.secretAccessKey, now);
  let problem = problemAt(Date.now());
  // A function of the sandbox lives in lab time, and signs in it until the SDK has seen our clock.
  if (problem?.kind === 'skewed' && signer.sessionToken !== undefined) {
    problem = problemAt(expected.labTime());
  }
  if (problem !== undefined) throw badSignature(service, problem);
  if (authorization.service !== signingName(service)) {
    throw wrongScope(service, signingName(service));
  }
  return { request, service, authorization, caller: signer.principal };
}

/** The token of a session comes with its key, and with no other; IAM takes no token of a user's own session. */
function fitsToken(
  { sessionToken, principal }: Signer,
  token: unknown,
  service: ServiceName,
): boolean {
  const isOwnSession = sessionToken !== undefined && principal.kind === 'user';
  return token === sessionToken && !(isOwnSession && service === 'iam');
}

function tooLarge(service: ServiceName, operation: string | undefined): AwsError {
  const limit = bodyLimits[service];
  return new AwsError(
    service === 'lambda' ? 'RequestEntityTooLargeException' : 'RequestEntityTooLarge',
    `Request must be smaller than ${limit} bytes for the ${operation ?? 'called'} operation`,
    { status: 413 },
  );
}

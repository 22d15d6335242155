import { AwsError } from '../errors.ts';
import type { Decisions } from '../iam/decide.ts';
import { integerOf, requiredText, withCheckedInputs } from '../iam/input.ts';
import type { SessionCredentials, Sessions } from '../iam/sessions.ts';
import type { Principal, Service, WireObject } from '../types.ts';

/** Members that would change what a session may do, and that the sandbox does not know. */
const unknownMembers = [
  'Policy',
  'PolicyArns',
  'ProvidedContexts',
  'SerialNumber',
  'SourceIdentity',
  'Tags',
  'TokenCode',
  'TransitiveTagKeys',
];

/** STS: who am I, and temporary credentials of a role or of oneself. */
export function createSts({
  iam,
  sessions,
}: {
  readonly iam: Decisions;
  readonly sessions: Sessions;
}): { service: Service } {
  const operations = withCheckedInputs('sts', {
    /**
     * Needs no permission, and works even under an explicit Deny.
     * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
     */
    GetCallerIdentity: {
      access: () => [],
      run: (_input, { caller }) => ({
        UserId: caller.userId,
        Account: caller.accountId,
        Arn: caller.arn,
      }),
    },

    /**
     * The trust policy of the role has the last word, so it is asked here and not before.
     * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
     */
    AssumeRole: {
      access: () => [],
      run(input, { caller }) {
        refuseUnknown(input);
        const roleArn = requiredText(input, 'RoleArn');
        const assumed = iam.assumeRoleAs(caller, roleArn, requiredText(input, 'RoleSessionName'));
        if (assumed === undefined) throw mayNotAssume(caller, roleArn);
        const { principal, maxSessionSeconds } = assumed;
        const seconds = integerOf(input, 'DurationSeconds', 3600);
        if (seconds > maxSessionSeconds) {
          throw new AwsError(
            'ValidationError',
            'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
          );
        }
        return {
          Credentials: shown(sessions.open(principal, seconds, caller)),
          AssumedRoleUser: { AssumedRoleId: principal.userId, Arn: principal.arn },
        };
      },
    },

    /**
     * Needs no permission; its credentials open everything but IAM.
     * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
     */
    GetSessionToken: {
      access: () => [],
      run(input, { caller }) {
        refuseUnknown(input);
        if (caller.temporary === true) {
          throw denied('Cannot call GetSessionToken with session credentials');
        }
        const seconds = integerOf(input, 'DurationSeconds', 43_200);
        return {
          Credentials: shown(sessions.open({ ...caller, temporary: true }, seconds, caller)),
        };
      },
    },
  });
  return { service: { name: 'sts', operations } };
}

function refuseUnknown(input: WireObject): void {
  const unknown = unknownMembers.find((member) => input[member] !== undefined);
  if (unknown === undefined) return;
  throw new AwsError('ValidationError', `${unknown} is not in the sandbox. Leave it out.`);
}

/** The same for a role that is not there: a stranger learns nothing. */
function mayNotAssume(caller: Principal, roleArn: string): AwsError {
  return denied(
    `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}

function denied(message: string): AwsError {
  return new AwsError('AccessDenied', message, { status: 403 });
}

function shown(credentials: SessionCredentials): WireObject {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(credentials.expiresAt).toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}

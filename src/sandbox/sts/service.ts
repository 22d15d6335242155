import type { Service } from '../types.ts';

/** STS, as far as a long-term key needs it. */
export function createSts(): { service: Service } {
  return {
    service: {
      name: 'sts',
      operations: {
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
      },
    },
  };
}

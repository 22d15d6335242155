import { AwsError } from '../errors.ts';
import type { CallContext, Operation, WireObject } from '../types.ts';
import { emptyPage, noSuchEntity, optionalText, page, requiredText, shownTime } from './input.ts';
import type { IamStore, UserRow } from './iam-store.ts';

/** Users are made by whoever runs the sandbox; the API shows them. */
export function userOperations(iam: IamStore, accountId: string): Record<string, Operation> {
  const nameIn = (input: WireObject, { caller }: CallContext): string => {
    if (input['UserName'] !== undefined) return requiredText(input, 'UserName');
    if (caller.kind === 'user') return caller.name;
    throw new AwsError(
      'ValidationError',
      'Must specify userName when calling with non-User credentials',
    );
  };

  return {
    GetUser: {
      access(input, { caller }) {
        const name = optionalText(input, 'UserName') ?? caller.name;
        return [{ action: 'iam:GetUser', resource: `arn:aws:iam::${accountId}:user/${name}` }];
      },
      run(input, context) {
        const name = nameIn(input, context);
        const user = iam.user(name);
        if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
        const { boundaryArn } = user;
        return {
          User: {
            ...shownUser(user),
            ...(boundaryArn === undefined
              ? {}
              : {
                  PermissionsBoundary: {
                    PermissionsBoundaryType: 'Policy',
                    PermissionsBoundaryArn: boundaryArn,
                  },
                }),
          },
        };
      },
    },

    ListUsers: {
      access: () => [{ action: 'iam:ListUsers', resource: '*' }],
      run(input) {
        const prefix = optionalText(input, 'PathPrefix') ?? '/';
        const items = iam.users().filter(({ path }) => path.startsWith(prefix));
        return page(input, 'Users', { items, keyOf: ({ name }) => name, show: shownUser });
      },
    },

    /** An account has no alias until somebody sets one, which the sandbox does not offer. */
    ListAccountAliases: {
      access: () => [{ action: 'iam:ListAccountAliases', resource: '*' }],
      run: (input) => emptyPage(input, 'AccountAliases'),
    },
  };
}

function shownUser(user: UserRow): WireObject {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.uniqueId,
    Arn: user.arn,
    CreateDate: shownTime(user.createdAt),
  };
}

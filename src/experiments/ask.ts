import { askAws } from '../lab/aws/ask.ts';
import type { Question } from '../lab/aws/ask.ts';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';

/** Asks AWS, or tells it to do something. Undefined: there is no such thing. */
export type Ask = <T>(
  service: Question['service'],
  operation: string,
  input: Question['input'],
) => Promise<T | undefined>;

/** The door to AWS of this lab, with the permissions of its user. */
export async function asking(lab: Lab): Promise<Ask> {
  const session = await lab.session();
  return async <T>(service: Question['service'], operation: string, input: Question['input']) => {
    try {
      return (await askAws({ service, operation, input }, session)) as T | undefined;
    } catch (error) {
      throw withoutPermission(error) ?? error;
    }
  };
}

/** The copies of an experiment need permissions that the lab itself does not need. */
function withoutPermission(cause: unknown): LabError | undefined {
  const { name, message } = cause as Error;
  if (!/^AccessDenied/.test(name)) return undefined;
  return new LabError(`${name}: ${message}`, {
    hint: 'The profile lacks this permission. Compare its policy with the statements "Experiments…" of infra/learner-policy.json.',
    cause,
  });
}

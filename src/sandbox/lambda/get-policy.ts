import type { Operation } from '../types.ts';
import { accessTo } from './function-operations.ts';
import { notFound } from './function-name.ts';

/**
 * The resource-based policy of a function. None has one here, as AddPermission is not in the sandbox: an event source
 * mapping on SQS needs none. AWS answers the same for a function that is not there.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
 */
export function getPolicyOperation(): Operation {
  return {
    access: accessTo('lambda:GetPolicy'),
    run() {
      throw notFound('The resource you requested does not exist.');
    },
  };
}

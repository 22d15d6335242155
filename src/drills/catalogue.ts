import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LabError } from '../lab/errors.ts';
import type { Lab } from '../lab/lab.ts';
import { root } from '../lab/settings.ts';
import type { LabNames } from '../lab/settings.ts';
import { experimentPrefix } from '../experiments/copy-names.ts';

/** Of a wrong state of the catalogue, what a drill needs. */
export interface Fault {
  readonly id: string;
  /** What somebody did, in a sentence of the past without a subject. */
  readonly what: string;
  /** Source of the wrong worker. */
  readonly worker?: string;
  /** Commands that make it, for the place and the names of this lab. */
  readonly make?: string;
  /** The expectation that says so: `02/visibility-timeout`. */
  readonly fails: string;
}

/** In the catalogue every lab is there. */
const anywhere = { accountId: '111122223333', region: 'us-east-1' };

/** What a wrong state makes beside the lab gets a name by which "lab reset" finds and deletes it. */
const beside: readonly (readonly [name: string, kind: string])[] = [
  ['lab01-other-role', 'role'],
  ['lab01-other-dlq', 'dlq'],
];

/**
 * The wrong states with these ids, for this lab.
 * @throws LabError for an id that the catalogue does not have
 */
export async function faultsNamed(lab: Lab, ids: readonly string[]): Promise<readonly Fault[]> {
  const url = pathToFileURL(join(root, 'checks', 'wrong-states.ts')).href;
  const { wrongStates } = (await import(url)) as { wrongStates: (lab: LabNames) => Fault[] };
  const all = wrongStates(lab);
  const { accountId, region } = await lab.place();
  return ids.map((id) => {
    const state = all.find((one) => one.id === id);
    if (state === undefined) throw new LabError(`The catalogue has no wrong state "${id}"`);
    const { what, worker, make, fails } = state;
    // A worker is deployed, and its source stays on the laptop of whoever wrote it: so check 06 sees it, and not check 05.
    if (worker !== undefined) return { id, what, worker: logging(worker), fails: '06/code' };
    return { id, what, fails, make: placed(make ?? '', lab, { accountId, region }) };
  });
}

function placed(make: string, lab: Lab, place: typeof anywhere): string {
  const named = beside.reduce(
    (text, [name, kind]) =>
      text.replaceAll(`${lab.prefix}${name}`, `${experimentPrefix(lab)}other-${kind}`),
    make,
  );
  return named
    .replaceAll('/lab01/other', `/aws/lambda/${experimentPrefix(lab)}other`)
    .replaceAll(anywhere.accountId, place.accountId)
    .replaceAll(anywhere.region, place.region);
}

/**
 * The worker as a team would run it: it logs each order before it works on it. One whose handler Lambda cannot call, or that takes
 * a callback, stays as it is.
 */
function logging(worker: string): string {
  if (!/export const handler = async \(/.test(worker)) return worker;
  return `${worker.replace('export const handler =', 'const handle =')}
export const handler = async (event, context) => {
  for (const { messageId, body, attributes } of event.Records) {
    console.log(JSON.stringify({
      messageId,
      receiveCount: Number(attributes.ApproximateReceiveCount),
      outcome: body.includes('FAIL') ? 'FAILED' : 'OK',
      requestId: context.awsRequestId,
      batchSize: event.Records.length,
      sentAt: Number(attributes.SentTimestamp),
      firstReceivedAt: Number(attributes.ApproximateFirstReceiveTimestamp),
    }));
  }
  return handle(event, context);
};
`;
}

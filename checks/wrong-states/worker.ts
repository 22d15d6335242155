import type { WrongState } from '../../src/testing/lab/wrong-states.ts';

const work = `async function work(body) {
  if (body.includes('FAIL')) throw new Error('poison');
}`;

/** A wrong worker, bundled and deployed as steps 05 and 06 would. */
const worker = (id: string, what: string, says: RegExp, handler: string): WrongState => ({
  id: `worker-${id}`,
  what,
  worker: `${handler}\n${work}\n`,
  fails: '05/reports-failures',
  says,
});

export const workers = (): readonly WrongState[] => [
  worker(
    'throws',
    'Wrote a worker that lets the error out: the whole batch comes back',
    /leaves the handler/,
    `export const handler = async ({ Records }) => {
  for (const { body } of Records) await work(body);
  return { batchItemFailures: [] };
};`,
  ),
  worker(
    'swallows',
    'Wrote a worker that catches the error and reports nothing: the poison is deleted',
    /batchItemFailures|report/,
    `export const handler = async ({ Records }) => {
  for (const { body } of Records) await work(body).catch(() => console.error('failed'));
  return { batchItemFailures: [] };
};`,
  ),
  worker(
    'returns-nothing',
    'Wrote a worker that returns nothing',
    /return/,
    `export const handler = async ({ Records }) => {
  for (const { body } of Records) await work(body).catch(() => undefined);
};`,
  ),
  worker(
    'wrong-list',
    'Wrote a worker that returns batchItemFailure, without the s',
    /batchItemFailures/,
    `export const handler = async ({ Records }) => {
  const batchItemFailure = [];
  for (const { body, messageId } of Records)
    await work(body).catch(() => batchItemFailure.push({ itemIdentifier: messageId }));
  return { batchItemFailure };
};`,
  ),
  worker(
    'wrong-key',
    'Wrote a worker that returns { messageId } instead of { itemIdentifier }',
    /itemIdentifier/,
    `export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { body, messageId } of Records)
    await work(body).catch(() => batchItemFailures.push({ messageId }));
  return { batchItemFailures };
};`,
  ),
  worker(
    'empty-id',
    'Wrote a worker that returns empty ids: the whole batch comes back',
    /itemIdentifier|messageId|empty/,
    `export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { body } of Records)
    await work(body).catch(() => batchItemFailures.push({ itemIdentifier: '' }));
  return { batchItemFailures };
};`,
  ),
  worker(
    'unknown-id',
    'Wrote a worker that returns the receipt handle, an id that is not in the batch',
    /messageId/,
    `export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { body, messageId } of Records)
    await work(body).catch(() => batchItemFailures.push({ itemIdentifier: messageId + '-handle' }));
  return { batchItemFailures };
};`,
  ),
  worker(
    'reports-all',
    'Wrote a worker that reports every record of the batch when one fails',
    /did not fail/,
    `export const handler = async ({ Records }) => {
  try {
    for (const { body } of Records) await work(body);
    return { batchItemFailures: [] };
  } catch {
    return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }
};`,
  ),
  worker(
    'for-each',
    'Wrote a worker with forEach(async …): it answers before anything has failed',
    /forEach/,
    `export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  Records.forEach(async ({ body, messageId }) => {
    try {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await work(body);
    } catch {
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  });
  return { batchItemFailures };
};`,
  ),
  worker(
    'callback',
    'Wrote a worker that takes a callback, which nodejs24.x refuses',
    /callback/,
    `export const handler = (event, context, callback) => {
  const failed = event.Records.filter(({ body }) => body.includes('FAIL'));
  callback(null, { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) });
};`,
  ),
  worker(
    'never-settles',
    'Wrote a worker that waits for a promise that nothing ever settles',
    /promise that never settles/,
    `export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { body, messageId } of Records)
    await work(body).catch(() => batchItemFailures.push({ itemIdentifier: messageId }));
  return new Promise((resolve) => batchItemFailures.length < 0 && resolve({ batchItemFailures }));
};`,
  ),
  worker(
    'hangs',
    'Wrote a worker that takes longer than the timeout of the function',
    /does not answer in time/,
    `export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { body, messageId } of Records)
    await work(body).catch(() => batchItemFailures.push({ itemIdentifier: messageId }));
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  return { batchItemFailures };
};`,
  ),
  worker(
    'throws-escapes',
    'Wrote a worker that lets out an error whose text would clear the screen',
    /leaves the handler/,
    `export const handler = async ({ Records }) => {
  for (const { body } of Records)
    await work(body).catch((error) => { throw new Error('\\u001b[2J' + error.message); });
  return { batchItemFailures: [] };
};`,
  ),
  worker(
    'other-export',
    'Exported the worker under another name than handler',
    /handler/,
    `export const worker = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { body, messageId } of Records)
    await work(body).catch(() => batchItemFailures.push({ itemIdentifier: messageId }));
  return { batchItemFailures };
};`,
  ),
];

export const bundle = (): readonly WrongState[] => [
  {
    id: 'zip-missing',
    what: 'Deleted the zip',
    make: 'rm lab01-worker.zip',
    fails: '05/exists',
    says: /npx lab step 5\b/,
  },
  {
    id: 'zip-stale',
    what: 'Changed the worker and did not bundle it again',
    make: "sed -i 's/poison message:/a poison message:/' src/handlers/worker.ts",
    fails: '05/fresh',
    says: /npx lab step 5\b/,
  },
];

/** Check 05: the zip holds the worker of this checkout, and the worker does what the lab needs. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SQSBatchResponse } from 'aws-lambda';
import { defineCheck, lab, root, runAlone, runForProof, zipDigest } from '../src/lab/index.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html';
const workerFile = 'src/handlers/worker.ts';

type Handler = (event: unknown, context: unknown) => Promise<SQSBatchResponse>;

/** Runs the worker here on two records, the second one poison; its log lines are not ours to print. */
async function tryWorker(): Promise<string[]> {
  const { handler } = (await import(pathToFileURL(join(root, workerFile)).href)) as {
    handler: Handler;
  };
  const record = (messageId: string, body: string) => ({
    messageId,
    body,
    attributes: { ApproximateReceiveCount: '1' },
  });
  const { log } = console;
  console.log = () => {};
  try {
    const event = { Records: [record('good', 'hello'), record('poison', 'FAIL')] };
    const { batchItemFailures } = await handler(event, { awsRequestId: 'try' });
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  } finally {
    console.log = log;
  }
}

/** The digest of a fresh bundle, in a temporary folder. */
async function freshDigest(): Promise<string> {
  const { output } = await runForProof(
    `folder=$(mktemp -d) && node src/scripts/bundle-worker.ts "$folder/worker.zip"; rm -rf "$folder"`,
  );
  return /CodeSha256\s+(\S+)/.exec(output)?.[1] ?? 'none';
}

export const check = defineCheck({
  step: '05',
  title: 'Worker bundle',
  needs: [],
  observe: async () => {
    const exists = await access(join(root, lab.zipFile)).then(
      () => true,
      () => false,
    );
    return {
      exists,
      digest: exists ? await zipDigest() : undefined,
      fresh: exists ? await freshDigest() : undefined,
      failures: await tryWorker(),
    };
  },
  expectations: [
    {
      id: 'exists',
      claim: `${lab.zipFile} exists`,
      expected: true,
      actual: ({ exists }) => exists,
      hint: 'npm run step 5',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/typescript-package.html',
    },
    {
      id: 'fresh',
      claim: `It is the bundle of ${workerFile} as it is now`,
      needs: ['exists'],
      expected: 'the same digest',
      actual: ({ digest, fresh }) =>
        digest === fresh ? 'the same digest' : `${digest}, not ${fresh}`,
      hint: 'The source has changed since: npm run step 5, then npm run step 6.',
      source: 'https://docs.aws.amazon.com/lambda/latest/dg/typescript-package.html',
    },
    {
      id: 'reports-failures',
      claim: 'Given a good and a poison record, the worker returns the id of the poison only',
      expected: ['poison'],
      actual: ({ failures }) => failures,
      hint: `Catch errors per record and return { batchItemFailures: [{ itemIdentifier: messageId }] }: see ${workerFile} in git.`,
      source,
    },
  ],
  proofs: [
    {
      number: 11,
      name: 'worker-code',
      title: 'Lambda worker code',
      show: () => `cat ${workerFile}`,
    },
  ],
});

await runAlone(import.meta, check);

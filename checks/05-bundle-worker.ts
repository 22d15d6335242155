/** Check 05: the zip holds the worker of this checkout, and the worker does what the lab needs. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  checkout,
  defineCheck,
  fact,
  lab,
  root,
  runAlone,
  tryWorker,
  zipDigest,
} from '../src/lab/index.ts';
import { workerZip } from '../src/scripts/worker-zip.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html';
const workerFile = 'src/handlers/worker.ts';

/** What a fresh bundle of the source would be known by. */
async function freshDigest(folder: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await workerZip(folder))
      .digest('base64');
  } catch (error) {
    return `none, it cannot be bundled: ${String(error).split('\n')[0]}`;
  }
}

export const check = defineCheck(() => ({
  step: '05',
  title: 'Worker bundle',
  needs: [],
  observe: async () => {
    const folder = checkout() ?? root;
    const [digest, fresh, tried] = await Promise.all([
      zipDigest(),
      fact(`digest of a bundle of ${workerFile}`, () => freshDigest(folder)),
      fact(`what ${workerFile} answers`, () => tryWorker(join(folder, workerFile))),
    ]);
    return { digest, fresh, tried };
  },
  expectations: [
    {
      id: 'exists',
      claim: `${lab.zipFile} exists`,
      expected: 'a zip',
      actual: ({ digest }) => (digest === undefined ? 'no such file' : 'a zip'),
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
      expected: { batchItemFailures: [{ itemIdentifier: 'poison' }] },
      actual: ({ tried }) => ('error' in tried ? tried.error : tried.answer),
      hint: `Catch errors per record and return { batchItemFailures: [{ itemIdentifier: messageId }] }: see ${workerFile} in git.`,
      source,
    },
  ],
  proofs: [
    {
      number: 11,
      name: 'worker-code',
      title: 'Lambda worker code',
      claim: 'The worker reports each failed message by its id, instead of failing the whole batch',
      show: () =>
        `cat ${workerFile}\nnode -p "'CodeSha256 ' + crypto.createHash('sha256').update(fs.readFileSync('${lab.zipFile}')).digest('base64')"`,
      values: (_, { output }) => {
        const line = (part: RegExp) =>
          output
            .split('\n')
            .find((text) => part.test(text))
            ?.trim();
        const quoted = [
          { label: 'The handler', value: line(/\bhandler\b.*=/) },
          { label: 'Caught per record', value: line(/\bcatch\b/) },
          { label: 'Reported by its id', value: line(/itemIdentifier/) },
          { label: 'The answer', value: line(/return .*batchItemFailures/) },
        ];
        const digest = /^CodeSha256 (\S+)$/m.exec(output)?.[1];
        return [
          { label: 'Code digest', value: digest, tie: true },
          // A learner's own worker may say it in other words: what it does is judged, not how it is written.
          ...quoted.filter(({ value }) => value !== undefined),
        ];
      },
      inputs: ({ digest, fresh }) => ({ 'worker source': fresh, zip: digest ?? null }),
    },
  ],
}));

await runAlone(import.meta, check);

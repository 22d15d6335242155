/**
 * Step 05: bundle the worker and zip it.
 * Safe to repeat: the same source gives the same bytes.
 * https://docs.aws.amazon.com/lambda/latest/dg/typescript-package.html
 */
import { openStep } from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, () => ({
  title: 'Bundle and zip the worker',
  why: 'Lambda runs JavaScript from a zip. esbuild turns src/handlers/worker.ts into one file, index.mjs; fixed dates make the zip reproducible, so that its digest identifies the code that runs.',
  console: 'Nothing to see yet: the zip is only on your machine.',
  examCue:
    'The handler catches errors per record and returns their ids in batchItemFailures. Await every promise: an error inside forEach(async ...) is lost, because the handler has answered before.',
}));

await $`node src/scripts/bundle-worker.ts ${lab.zipFile}`;

done(`${lab.zipFile} is ready; its CodeSha256 is what Lambda will show for the function.`);

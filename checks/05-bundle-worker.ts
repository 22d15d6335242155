/** Check 05: the zip holds the worker of this checkout, and the worker does what the lab needs. */
import {
  defineCheck,
  onThisMachine,
  rightAnswer,
  root,
  tryWorker,
  wrongHandlerHint,
  zipDigest,
} from '../src/judging/index.ts';
import { runAlone } from '../src/commands/check-alone.ts';
import type { Lab, Tried, Unclear } from '../src/judging/index.ts';
import { workerDigest } from '../src/scripts/worker-zip.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html';
const workerFile = 'src/handlers/worker.ts';

const zipSource = 'https://docs.aws.amazon.com/lambda/latest/dg/typescript-package.html';

interface Seen {
  readonly here: boolean;
  readonly digest: string | undefined;
  /** What a bundle of the source as it is now would be known by. */
  readonly fresh: string;
  readonly tried: Tried;
}

const notHere = ({ here }: Seen): Unclear | undefined =>
  here
    ? undefined
    : { cause: 'not here', reason: "the learner's own files are on another machine" };

/** In the sandbox the worker's AWS calls reach the sandbox; on AWS they are refused. */
async function tried(lab: Lab, folder: string): Promise<Tried> {
  const { region, clientConfig } = await lab.session();
  const { endpoint, credentials } = clientConfig;
  const sandbox = endpoint && credentials ? { endpoint, ...credentials } : undefined;
  return tryWorker({
    lab,
    checkout: folder,
    file: workerFile,
    region,
    ...(sandbox && { sandbox }),
  });
}

const untried = ({ tried }: Seen): Unclear | undefined =>
  'unclear' in tried ? { cause: tried.unclear, reason: tried.reason } : undefined;

export const check = defineCheck<Seen>((lab) => ({
  step: '05',
  kind: 'make',
  title: 'Worker bundle',
  undoneBy: /^rm /,
  about: 'machine',
  needs: [],
  observe: async (look) => {
    const here = await onThisMachine(look);
    if (!here) return { here, digest: undefined, fresh: '', tried: { error: 'not tried' } };
    const folder = lab.checkout ?? root;
    const [digest, fresh, answer] = await Promise.all([
      zipDigest(look),
      look.fact(`digest of a bundle of ${workerFile}`, () => workerDigest(folder)),
      look.fact(`what ${workerFile} answers`, () => tried(lab, folder)),
    ]);
    return { here, digest, fresh, tried: answer };
  },
  expectations: [
    {
      id: 'exists',
      claim: `${lab.zipFile} exists`,
      notJudged: notHere,
      expected: 'a zip',
      actual: ({ digest }) => (digest === undefined ? 'no such file' : 'a zip'),
      look: `ls -l ${lab.zipFile}`,
      hint: 'The worker has not been bundled, or the zip was deleted; git does not keep it.',
      fix: 'npx lab step 5',
      source: zipSource,
    },
    {
      id: 'reports-failures',
      claim: 'Given a good and a poison record, the worker returns the id of the poison only',
      notJudged: (seen) => notHere(seen) ?? untried(seen),
      expected: rightAnswer,
      actual: ({ tried }) => ('answer' in tried ? tried.answer : 'error' in tried && tried.error),
      look: `cat ${workerFile}`,
      hint: (_, { tried }) => wrongHandlerHint(tried),
      fix: `git restore ${workerFile}\nnpx lab step 5\nnpx lab step 6`,
      source,
    },
    {
      id: 'fresh',
      claim: `It is the bundle of the current ${workerFile}`,
      needs: ['exists', 'reports-failures'],
      notJudged: notHere,
      expected: 'the same digest',
      actual: ({ digest, fresh }) =>
        digest === fresh ? 'the same digest' : `${digest}, not ${fresh}`,
      difference: (_, { digest, fresh }) => [`expected ${fresh}, is ${digest}`],
      look: `openssl dgst -sha256 -binary ${lab.zipFile} | openssl base64`,
      hint: `${workerFile} has changed since it was bundled, or another program made the zip: the zip is out of date.`,
      fix: 'npx lab step 5\nnpx lab step 6',
      source: zipSource,
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
          // A learner's own worker may be written differently: the check judges what it does, not how.
          ...quoted.filter(({ value }) => value !== undefined),
        ];
      },
      inputs: ({ digest, fresh }) => ({ 'worker source': fresh, zip: digest ?? null }),
    },
  ],
}));

await runAlone(import.meta, check);

/**
 * Step 00: who am I, where am I, what will it cost? Creates nothing.
 * https://docs.aws.amazon.com/cli/latest/reference/sts/get-caller-identity.html
 */
import { costOfRun, openStep } from '../src/lab/index.ts';

const { $, done } = await openStep(import.meta, () => ({
  title: 'Check before you build: CLI, identity, Region, cost',
  why: 'A command with the wrong profile builds the lab in the wrong account. Check first, every time.',
  console: 'The account menu at the top right shows the account ID, the menu beside it the Region.',
  examCue:
    'GetCallerIdentity needs no permission, so it answers even under an explicit Deny: the first thing to ask when credentials are in doubt.',
}));

await $`aws --version`;

await $`aws sts get-caller-identity`;

await $`aws configure get region`;

done(`Nothing was created. On a real account the lab costs ${costOfRun}; in the sandbox nothing.`);

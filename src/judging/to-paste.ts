import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lab/settings.ts';
import type { LabNames } from '../lab/settings.ts';

// Commands for hints, as a learner types them in a shell after `eval "$(npx lab env)"`: names, no variables
// that only a step has.

const manual = () => join(root, 'docs', 'manual');

/**
 * Third rung for what is missing: the commands that make it, and the step that does the same. They are those of the
 * manual page, which a test holds to the step's own, with the names of the learner.
 * @param number of the step, `01`
 */
export function commandsThatMake(lab: LabNames, number: string): string {
  const page = readdirSync(manual()).find((name) => name.startsWith(`${number}-`));
  const text = page === undefined ? '' : readFileSync(join(manual(), page), 'utf8');
  const blocks = [...text.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const lines = blocks
    .join('')
    .replaceAll(/ *\\\n */g, ' ')
    .split('\n');
  // What only shows something has no part in it, nor what uses its answer.
  const making = lines.filter(
    (line) => /^aws \w+ (create-|wait )/.test(line) && !/\$[A-Z]+_UUID/.test(line),
  );
  return [
    ...making.map((line) => named(lab, line)),
    `# the same, shorter: npx lab step ${Number(number)}`,
  ].join('\n');
}

/** What to know beside commands: a queue that was deleted less than a minute ago cannot be made again yet. */
export const besideFix = (commands: string): string | undefined =>
  commands.includes('aws sqs create-queue')
    ? 'If AWS says QueueDeletedRecently: the name of a deleted queue is locked for 60 s. Wait, or in the sandbox skip them: npx lab sandbox advance 60'
    : undefined;

/** The manual has the names as they are without LAB_PREFIX. */
function named(lab: LabNames, line: string): string {
  const { prefix } = lab;
  const names = [lab.queueName, lab.deadLetterQueueName, lab.functionName, lab.roleName];
  return names
    .map((name) => name.slice(prefix.length))
    .reduce(
      (text, name) =>
        text.replaceAll(new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'g'), `${prefix}${name}`),
      line,
    );
}

/** The URL of a queue, asked for where it is used. */
export function queueUrl(name: string): string {
  return `"$(aws sqs get-queue-url --queue-name ${name} --query QueueUrl --output text)"`;
}

export function showQueue(name: string, ...attributes: readonly string[]): string {
  return `aws sqs get-queue-attributes --queue-url ${queueUrl(name)} --attribute-names ${attributes.join(' ')}`;
}

/** @param attributes `VisibilityTimeout=30`, or a file of `infra/` */
export function setQueue(name: string, attributes: string): string {
  return `aws sqs set-queue-attributes --queue-url ${queueUrl(name)} --attributes ${attributes}`;
}

/** A file of `infra/` with the names of the lab filled in. */
export function infraFile(name: string): string {
  return `"file://$LAB_INFRA/${name}"`;
}

/** Sends three new messages and waits for what becomes of them. */
export const sendAgain = 'npx lab step 8\nnpx lab step 9';

/** Brings the worker of the kit back, and keeps the learner's own: `git stash pop` brings that back. */
export const kitWorker = 'git stash push src/handlers/worker.ts';

/** What a hint says whose fix begins with `kitWorker`. */
export const ownWorkerIsKept = 'The fix puts your worker aside; "git stash pop" brings it back.';

/** The worker of the kit, then as `sendAgain`. */
export const workerAgain = `${kitWorker}\nnpx lab step 5\nnpx lab step 6\n${sendAgain}`;

/** AWS may need this long before a changed queue attribute takes effect. */
export const changeTakesTime = 'A change can take up to 60 s to show.';

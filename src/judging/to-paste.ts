// Commands for hints, as a learner types them in a shell after `eval "$(npx lab env)"`: names, no variables
// that only a step has.

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

/** Two things that AWS may still be busy with after a change. */
export const changeTakesTime = 'A change can take up to 60 s to show.';

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError, readingReasonOf } from './errors.ts';
import { labHome, root } from './settings.ts';

const infraFolder = join(root, 'infra');

/** The files that the lab needs. The kit names a missing one before it creates anything. */
export const infraFiles = [
  'create-event-source-mapping.json',
  'create-function.json',
  'dead-letter-queue-attributes.json',
  'instructor-policy.json',
  'lambda-sqs-policy.json',
  'lambda-trust.json',
  'learner-policy.json',
  'permissions-boundary.json',
  'shared-account-policy.json',
  'source-queue-attributes.json',
] as const;

export interface Placeholders {
  readonly AWS_ACCOUNT_ID: string;
  readonly AWS_REGION: string;
  readonly LAB_PREFIX: string;
}

/**
 * Replaces `${AWS_ACCOUNT_ID}`, `${AWS_REGION}` and `${LAB_PREFIX}`; anything else in `${…}` is an
 * IAM policy variable and stays.
 */
export function fill(template: string, values: Placeholders): string {
  return template.replaceAll(
    /\$\{(AWS_ACCOUNT_ID|AWS_REGION|LAB_PREFIX)\}/g,
    (_, name: keyof Placeholders) => values[name],
  );
}

/**
 * Reads one file of `infra/`, filled in.
 * @throws LabError when it is missing or not JSON
 */
export async function readInfra(
  name: (typeof infraFiles)[number],
  values: Placeholders,
): Promise<string> {
  const path = join(infraFolder, name);
  const template = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LabError(`Cannot read infra/${name}: ${readingReasonOf(cause)}`, {
      hint: `Restore it: git checkout -- infra/${name}`,
      cause,
    });
  });
  const filled = fill(template, values);
  try {
    JSON.parse(filled);
  } catch (cause) {
    throw new LabError(
      `infra/${name} is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: `Correct it, or restore the original: git checkout -- infra/${name}`,
        cause,
      },
    );
  }
  return filled;
}

/**
 * Writes every file of `infra/`, filled in, to the folder that commands call `$LAB_INFRA`: one for each
 * target, Region and prefix, so that two terminals do not get each other's. All are read before the first is written.
 */
export async function fillInfra(target: string, values: Placeholders): Promise<string> {
  const place = [target, values.AWS_ACCOUNT_ID, values.AWS_REGION, values.LAB_PREFIX];
  const folder = join(labHome, 'infra', place.filter((part) => part !== '').join('-'));
  const contents = await Promise.all(
    infraFiles.map(async (name) => [name, await readInfra(name, values)] as const),
  );
  await mkdir(folder, { recursive: true });
  const present = new Set(await readdir(folder));
  for (const [name, content] of contents) {
    const path = join(folder, name);
    if (present.has(name) && (await readFile(path, 'utf8')) === content) continue;
    await writeFile(path, content);
  }
  return folder;
}

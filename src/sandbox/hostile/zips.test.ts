import { access, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CreateFunctionCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { LabClock } from '../clock.ts';
import { createRole, monday, zipOf } from '../../testing/sandbox/lambda.ts';
import { sandboxForTest } from '../../testing/sandbox/sandbox-for-test.ts';
import type { TestSandbox } from '../../testing/sandbox/sandbox-for-test.ts';

let lab: TestSandbox;
let Role: string;
beforeAll(async () => {
  lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday }) });
  Role = await createRole(lab);
});
afterAll(() => lab.close());

const cannotUnzip =
  'Could not unzip uploaded file. Please check your file, then try to upload again.';
/** Where the paths of these zips lead, from whatever folder they are unpacked into. */
const outside = join(tmpdir(), 'hostile-zip-was-here.mjs');

/** An entry's name, changed behind the back of the library, which writes no such names. */
async function zipWithName(name: string): Promise<Buffer> {
  const honest = 'x'.repeat(Buffer.byteLength(name));
  const zip = await zipOf({ [honest]: 'export const handler = () => 1;' });
  return Buffer.from(zip.toString('latin1').replaceAll(honest, name), 'latin1');
}

async function zipWithLink(target: string): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(target), 'link', { mode: 0o120777 });
  zip.addBuffer(Buffer.from('x'), 'link/index.mjs');
  zip.end();
  return buffer(zip.outputStream);
}

/** A thousand times smaller than what it unpacks to. */
async function bomb(): Promise<Buffer> {
  const zip = new ZipFile();
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  for (let i = 0; i < 4; i += 1) zip.addBuffer(zeros, `zeros-${i}`);
  zip.end();
  return buffer(zip.outputStream);
}

test.each<[string, () => Promise<Buffer>, string]>([
  ['paths with ../', () => zipWithName('../../hostile-zip-was-here.mjs'), cannotUnzip],
  ['an absolute path', () => zipWithName(outside), cannotUnzip],
  ['a link to a folder outside', () => zipWithLink(tmpdir()), cannotUnzip],
  ['a zero byte in a name', () => zipWithName('index.mjs\0.txt'), cannotUnzip],
  ['half of its bytes', async () => (await zipWithName('index.mjs')).subarray(0, 60), cannotUnzip],
  ['more than 250 MiB inside', bomb, 'Unzipped size must be smaller than 262144000 bytes'],
])('a zip with %s makes no function and writes nothing', async (_what, zip, message) => {
  await rm(outside, { force: true });
  const create = new CreateFunctionCommand({
    FunctionName: 'hostile',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role,
    Code: { ZipFile: await zip() },
  });
  await expect(lab.lambda.send(create)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message,
    $metadata: { httpStatusCode: 400 },
  });
  await expect(access(outside)).rejects.toMatchObject({ code: 'ENOENT' });
  expect((await lab.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
});

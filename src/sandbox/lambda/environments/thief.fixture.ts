/** For confinement.test.ts: a sandbox whose own environment holds secrets, and a function that wants them. */
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxForTest } from '../../../testing/sandbox/sandbox-for-test.ts';
import { thief } from '../../../testing/sandbox/thief.ts';
import { createFunction, invoke } from '../../../testing/sandbox/lambda.ts';

await using lab = await sandboxForTest();
const socket = join(tmpdir(), `thief-${process.pid}.sock`);
const server = createServer((_, response) => response.end(JSON.stringify(process.env)));
await new Promise<void>((resolve) => server.listen(socket, resolve));
await createFunction(lab, thief, { Timeout: 60, MemorySize: 512 });
const { payload } = await invoke(lab, {
  pid: process.pid,
  file: process.env['AWS_SHARED_CREDENTIALS_FILE'],
  socket,
});
server.close();
console.log(JSON.stringify(payload));

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { lab } from '../settings.ts';

/** What a handler did with a batch: answered (`null` for nothing), or why it could not. */
export type Tried = { readonly answer: unknown } | { readonly error: string };

// In a process of its own: a handler may hang, end the process, or print what it likes. The result goes to
// file descriptor 3, where no console.log gets in.
const program = `
import { writeSync } from 'node:fs';
const tell = (result) => writeSync(3, JSON.stringify(result));
const describe = (error) => (error instanceof Error ? error.name + ': ' + error.message : String(error));
try {
  const { handler } = await import(process.argv[1]);
  if (typeof handler !== 'function') tell({ error: 'it exports no function named handler' });
  else if (handler.length > 2) tell({ error: 'it takes a callback, which nodejs24.x refuses' });
  else {
    const answering = (async () => handler(JSON.parse(process.argv[2]), { awsRequestId: 'try' }))();
    tell(await answering.then((answer) => ({ answer: answer ?? null }), (error) => ({ error: 'it throws: ' + describe(error) })));
  }
} catch (error) {
  tell({ error: 'it cannot be loaded: ' + describe(error) });
}
process.exit();
`;

/** Gives the handler in this file a good and a poison record, as Lambda would, for at most the function's timeout. */
export async function tryWorker(
  file: string,
  limitSeconds: number = lab.functionTimeoutSeconds,
): Promise<Tried> {
  const record = (messageId: string, body: string) => ({
    messageId,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      ApproximateFirstReceiveTimestamp: '0',
    },
  });
  const event = { Records: [record('good', 'hello'), record('poison', 'FAIL')] };
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', program, pathToFileURL(file).href, JSON.stringify(event)],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      timeout: limitSeconds * 1000,
      killSignal: 'SIGKILL',
    },
  );
  const [told, signal] = await Promise.all([
    text(child.stdio[3] as Readable),
    new Promise<string | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (_, by) => resolve(by));
    }),
  ]);
  if (told !== '') return JSON.parse(told) as Tried;
  return {
    error:
      signal === null
        ? 'it ended its process before it answered'
        : `it did not answer within ${limitSeconds} s`,
  };
}

import { createServer } from 'node:net';
import { LabError } from '../errors.ts';

/** Where the sandbox listens when nobody chose otherwise, or at the next free port after it. */
export const defaultPort = 4801;

/** Ports of other protocols: Node.js and browsers refuse to ask there, and no command would find the sandbox. */
const refusedByFetch = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10_080,
]);

/**
 * The port that LAB_PORT names; undefined: any will do.
 * @throws LabError (exit code 2) for what is no port, or one that clients leave out of their addresses or systems keep
 */
export function chosenPort(): number | undefined {
  const wanted = process.env['LAB_PORT'];
  if (wanted === undefined || wanted === '') return undefined;
  const port = Number(wanted);
  const isPort = Number.isInteger(port) && port >= 1024 && port <= 65_535;
  if (isPort && !refusedByFetch.has(port)) return port;
  throw new LabError(`The sandbox cannot use LAB_PORT "${wanted}"`, {
    hint: 'Use a number from 1024 to 65535 that is not a port of another protocol (such as 6000), or unset LAB_PORT.',
    exitCode: 2,
  });
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/** Who is on a port that is not free, in words: the sandbox of another checkout answers a challenge as ours does. */
export async function whoIsOn(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/_sandbox/hello?nonce=${'0'.repeat(32)}`, {
    signal: AbortSignal.timeout(1000),
    redirect: 'error',
  }).then(
    (response) => (response.ok ? response.text() : ''),
    () => '',
  );
  return /^[0-9a-f]{64}$/.test(answer.trim())
    ? 'the sandbox of another checkout'
    : 'another program';
}

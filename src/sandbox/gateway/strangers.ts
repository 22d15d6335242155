import type { IncomingMessage } from 'node:http';

/** A web page, or a name that was made to point here, is nobody whom we serve. */
export function strangerProblem(request: IncomingMessage, port: number): string | undefined {
  const host = request.headers.host?.toLowerCase();
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return `The sandbox answers to 127.0.0.1:${port} and localhost:${port} only, not to the host "${host ?? ''}".`;
  }
  // Node's own fetch() sends sec-fetch-mode; browsers never send it without the others.
  const fromBrowser = Object.keys(request.headers).some(
    (name) => name === 'origin' || (name.startsWith('sec-fetch-') && name !== 'sec-fetch-mode'),
  );
  return fromBrowser ? 'The sandbox does not answer browsers.' : undefined;
}

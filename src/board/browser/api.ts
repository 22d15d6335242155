/// <reference lib="dom" />
/** The key stands in the fragment of the URL, which no browser sends anywhere. */
export function keyOf(hash: string): string | undefined {
  return /[#&]key=([\w-]+)/.exec(hash)?.[1];
}

/** What the board's server refused, in its words. */
export class Refused extends Error {
  readonly status: number;
  readonly hint: string | undefined;

  constructor(status: number, message: string, hint?: string) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

const headersOf = () => ({ authorization: `Bearer ${keyOf(location.hash) ?? ''}` });

/** @throws Refused with the sentence of the server; TypeError when it is gone */
export async function call<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/api/${path}`, {
    headers: headersOf(),
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const value = (await response.json()) as T & { error?: string; hint?: string };
  if (!response.ok)
    throw new Refused(response.status, value.error ?? String(response.status), value.hint);
  return value;
}

/** A picture of the docs, to be shown as an image: nothing in it runs. */
export async function pictureUrl(file: string): Promise<string> {
  const response = await fetch(`/api/picture/${file}`, { headers: headersOf() });
  if (!response.ok) throw new Refused(response.status, 'There is no such picture.');
  return URL.createObjectURL(await response.blob());
}

/** @throws Refused */
export async function openFeed(signal: AbortSignal): Promise<ReadableStreamDefaultReader<string>> {
  const response = await fetch('/api/feed', { headers: headersOf(), signal });
  if (!response.ok || response.body === null) {
    const { error } = (await response.json().catch(() => ({}))) as { error?: string };
    throw new Refused(response.status, error ?? 'The board does not answer.');
  }
  return response.body.pipeThrough(new TextDecoderStream()).getReader();
}

/** Why a call failed, in a sentence. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refused)
    return `${error.message}${error.hint === undefined ? '' : `. Next: ${error.hint}`}`;
  return 'The board does not answer: is "npx lab board" still running?';
}

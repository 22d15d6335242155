/** One piece of Server-Sent Events. */
export interface Piece {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A reader of the sandbox's feed, as a client sees it. */
export interface FeedReader extends AsyncDisposable {
  /** Resolves with the next piece; rejects when the feed has ended. */
  next(): Promise<Piece>;
  /** Reads until this one is there. */
  until(isWanted: (piece: Piece) => boolean): Promise<Piece[]>;
  close(): Promise<void>;
}

/** Opens `/_sandbox/events` with the control token. @throws Error with the status of a refusal */
export async function readFeedOf(endpoint: string, token: string): Promise<FeedReader> {
  const over = new AbortController();
  const response = await fetch(`${endpoint}/_sandbox/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: over.signal,
  });
  if (!response.ok || response.body === null)
    throw new Error(`${response.status} ${await response.text()}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const ready: Piece[] = [];
  const next = async (): Promise<Piece> => {
    for (;;) {
      const piece = ready.shift();
      if (piece !== undefined) return piece;
      const { done, value } = await reader.read();
      if (done) throw new Error('the feed has ended');
      const texts = `${rest}${value}`.split('\n\n');
      rest = texts.pop() ?? '';
      ready.push(...texts.map((text) => pieceOf(text)));
    }
  };
  const close = async () => {
    over.abort();
    await reader.cancel().catch(() => undefined);
  };
  return {
    next,
    async until(isWanted) {
      const seen: Piece[] = [];
      for (;;) {
        const piece = await next();
        seen.push(piece);
        if (isWanted(piece)) return seen;
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function pieceOf(text: string): Piece {
  const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(text) ?? [];
  return { event, data: JSON.parse(data) as Record<string, unknown> };
}

/** The events in these pieces, in order. */
export function eventsIn(pieces: readonly Piece[]): Record<string, unknown>[] {
  return pieces.flatMap(({ event, data }) =>
    event === 'events' ? (data['events'] as Record<string, unknown>[]) : [],
  );
}

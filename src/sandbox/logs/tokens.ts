import { invalid } from './input.ts';

/** An opaque `nextToken` that names where the last page ended. */
export function encodeToken(kind: string, position: string): string {
  return Buffer.from(JSON.stringify([kind, position])).toString('base64url');
}

/** @throws AwsError `InvalidParameterException` for a token that this kind of list did not give out */
export function decodeToken(token: string | undefined, kind: string): string | undefined {
  if (token === undefined) return undefined;
  const content = parse(token);
  if (Array.isArray(content) && content[0] === kind && typeof content[1] === 'string') {
    return content[1];
  }
  throw invalid('The specified nextToken is invalid.');
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}

import type { WireObject } from '../types.ts';
import { numberIn, textIn } from '../constraints/values.ts';
import { invalidParameter } from './errors.ts';

/** Which part of a list is asked for: at most `limit` ARNs behind `after`. */
export interface Page {
  readonly after: string;
  readonly limit: number;
  /** Without MaxResults there is never a NextToken. */
  readonly continues: boolean;
}

const mostResults = 1000;

export function readPage(input: WireObject): Page {
  const limit = numberIn(input, 'MaxResults');
  const token = textIn(input, 'NextToken');
  return {
    after: token === undefined ? '' : readToken(token),
    limit: limit ?? mostResults,
    continues: limit !== undefined,
  };
}

/** @param arns one more than `page.limit`, if there are so many */
export function pageOf(
  arns: readonly string[],
  page: Page,
): { items: readonly string[]; nextToken: { NextToken?: string } } {
  const items = arns.slice(0, page.limit);
  const last = items.at(-1);
  if (!page.continues || arns.length <= page.limit || last === undefined) {
    return { items, nextToken: {} };
  }
  return { items, nextToken: { NextToken: Buffer.from(last).toString('base64') } };
}

function readToken(token: string): string {
  const arn = Buffer.from(token, 'base64').toString();
  if (!arn.startsWith('arn:aws:sqs:')) {
    throw invalidParameter('Invalid or expired next token.');
  }
  return arn;
}

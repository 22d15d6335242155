/** Where something stands in a policy, both counted from 1. */
export interface Position {
  readonly Line: number;
  readonly Column: number;
}

export interface Range {
  readonly StartPosition: Position;
  readonly EndPosition: Position;
}

/**
 * Where each statement of a policy document stands. As recorded, both positions are those behind the
 * braces: of `{` where it starts, of `}` where it ends.
 * @param document one that `parsePolicy` takes
 */
export function statementRanges(document: string): Range[] {
  let ranges: Range[] = [];
  let depth = 0;
  let inStatements = false;
  let lastText: string | undefined;
  let start: Position | undefined;
  let startDepth = 0;
  for (const { 0: token, index } of document.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === ':' && depth === 1) {
      inStatements = lastText !== undefined && JSON.parse(lastText) === 'Statement';
      // Of a name that stands there twice, the last one counts.
      if (inStatements) ranges = [];
    } else if (token === '{' || token === '[') {
      depth += 1;
      if (token === '{' && inStatements && start === undefined && depth > 1) {
        start = positionBehind(document, index);
        startDepth = depth;
      }
    } else if (token === '}' || token === ']') {
      if (start !== undefined && token === '}' && depth === startDepth) {
        ranges.push({ StartPosition: start, EndPosition: positionBehind(document, index) });
        start = undefined;
      }
      depth -= 1;
    }
    lastText = token.startsWith('"') ? token : undefined;
  }
  return ranges;
}

function positionBehind(text: string, index: number): Position {
  const lines = text.slice(0, index).split('\n');
  return { Line: lines.length, Column: (lines.at(-1)?.length ?? 0) + 2 };
}

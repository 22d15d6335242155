import { pick, printedJson } from '../judging/printed.ts';
import { excerptOf, outputLines } from './excerpt.ts';
import type { Look, Range } from './excerpt.ts';
import type { Figure } from './figure.ts';
import type { Panel } from './terminal.ts';
import type { DrawnProof } from './picture-facts.ts';

/** How a proof looks: the drawing of its matter, and what of its output is shown. */
export interface Shape {
  readonly figure?: Figure | undefined;
  /** One; or two, side by side. */
  readonly panels: readonly Panel[];
}

/** A proof, and what its command printed: a document, or a list of them. */
export interface Printed {
  readonly data: DrawnProof;
  readonly printed: unknown;
}

/** The whole output as one panel, or a part of it. */
export function jsonPanel(data: DrawnProof, look: Look, range?: Range): Panel {
  return { command: data.command, parts: excerptOf(data.output, look, range), kind: 'json' };
}

/** Where the JSON documents of an output stand. */
export function documentRanges(output: string): Range[] {
  const lines = outputLines(output);
  const starts = lines.flatMap((line, at) => (/^[[{]/.test(line) ? [at] : []));
  return starts.map((from, at) => ({ from, to: starts[at + 1] ?? lines.length }));
}

/** What another proof of the same run printed. */
export function other({ others }: DrawnProof, number: number): unknown {
  return printedJson(others.get(number) ?? '');
}

/** A member that was printed, as text; `?` stands for one that was not. */
export function text(printed: unknown, ...path: readonly (number | string)[]): string {
  const value = pick(printed, ...path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?';
}

/** `lab01-worker-dlq` of its ARN. */
export const lastOf = (arn: string): string => arn.split(/[:/]/).at(-1) ?? arn;

import { printedJson } from '../judging/printed.ts';
import { jsonPanel } from './shape.ts';
import type { Printed, Shape } from './shape.ts';
import { codeShape } from './shape-code.ts';
import * as iam from './shapes-iam.ts';
import * as lambda from './shapes-lambda.ts';
import * as run from './shapes-run.ts';
import * as sqs from './shapes-sqs.ts';
import type { DrawnProof } from './picture-facts.ts';

const shapes: Readonly<Record<number, (proof: Printed) => Shape>> = {
  1: sqs.deadLetterQueue,
  2: sqs.sourceQueue,
  3: iam.permissions,
  4: iam.inlinePolicy,
  5: iam.trustPolicy,
  6: lambda.overview,
  7: lambda.settings,
  8: lambda.runtime,
  9: iam.logPermissions,
  10: iam.queuePermissions,
  11: codeShape,
  12: lambda.trigger,
  13: lambda.mapping,
  14: run.log,
  15: run.deadLetter,
};

/** What each proof shows. One that nobody has drawn for shows its output. */
export function shapeOf(data: DrawnProof): Shape {
  const shape = shapes[data.number];
  return shape === undefined
    ? { panels: [jsonPanel(data, { lights: [] })] }
    : shape({ data, printed: printedJson(data.output) });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { CollectionTag, ScalarTag, YAMLMap, YAMLSeq } from 'yaml';
import { LabError, readingReasonOf } from '../lab/errors.ts';
import { root } from '../lab/settings.ts';

/** The lab as a template of AWS SAM. */
export const templateFile = join(root, 'infra', 'template.yaml');

/** A resource, its properties as written: with `Ref`, `Fn::Sub`, `Fn::GetAtt` and `Fn::If` in them. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** The short forms of CloudFormation's functions, written out: `!Sub x` is `{ 'Fn::Sub': x }`. */
const shortForms: (CollectionTag | ScalarTag)[] = [
  { tag: '!Ref', resolve: (text: string) => ({ Ref: text }) },
  { tag: '!Sub', resolve: (text: string) => ({ 'Fn::Sub': text }) },
  { tag: '!GetAtt', resolve: (text: string) => ({ 'Fn::GetAtt': text.split('.') }) },
  ...['If', 'Not', 'Equals'].map((name) => ({
    tag: `!${name}`,
    collection: 'seq' as const,
    resolve: (list: YAMLMap | YAMLSeq) => ({ [`Fn::${name}`]: list.toJSON() as unknown }),
  })),
];

/** @throws Error naming line and column for what is not YAML, and the tag for a function that is not known here */
export function parseTemplate(text: string): Template {
  const document = parseDocument(text, { customTags: shortForms });
  // A tag that nobody knows is a warning to the reader of YAML, and would be left out.
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw fault;
  return document.toJS() as Template;
}

/**
 * Reads infra/template.yaml.
 * @throws LabError when it is missing or is not YAML
 */
export async function readTemplate(): Promise<Template> {
  try {
    return parseTemplate(await readFile(templateFile, 'utf8'));
  } catch (cause) {
    throw new LabError(`Cannot read infra/template.yaml: ${readingReasonOf(cause)}`, {
      hint: 'Correct it, or restore the original: git checkout -- infra/template.yaml',
      cause,
    });
  }
}

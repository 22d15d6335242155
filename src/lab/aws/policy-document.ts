type OneOrMany = string | readonly string[];
type Principal = string | Readonly<Record<string, OneOrMany>>;

/** A policy statement as it was written, and its one-or-many actions and resources as lists. */
export interface Statement {
  readonly Effect: string;
  readonly Principal?: Principal;
  readonly NotPrincipal?: Principal;
  readonly NotAction?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: unknown;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** IAM answers documents URL-encoded; the SDK leaves them so, and the CLI prints them decoded. Absent: no statements. */
export function policyDocument(document: string | object | undefined): Statement[] {
  if (document === undefined) return [];
  const { Statement: statements = [] } = (
    typeof document === 'string' ? JSON.parse(decodeURIComponent(document)) : document
  ) as { Statement?: Record<string, unknown> | Record<string, unknown>[] };
  return [statements].flat().map((statement) => ({
    ...(statement as unknown as Statement),
    actions: [statement['Action'] ?? []].flat() as string[],
    resources: [statement['Resource'] ?? []].flat() as string[],
  }));
}

import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ServiceConstraints, Shape } from '../sandbox/constraints/table.ts';

/** As much of a botocore `service-2.json` as the table takes. */
export interface ServiceModel {
  readonly metadata: { readonly apiVersion: string; readonly endpointPrefix: string };
  readonly operations: Readonly<
    Record<string, { readonly input?: { readonly shape: string } } | undefined>
  >;
  readonly shapes: Readonly<Record<string, ModelShape | undefined>>;
}

interface Reference {
  readonly shape: string;
  readonly location?: string;
}

interface ModelShape extends Omit<Shape, 'key' | 'locations' | 'member' | 'members' | 'value'> {
  readonly members?: Readonly<Record<string, Reference>>;
  readonly member?: Reference;
  readonly key?: Reference;
  readonly value?: Reference;
}

/** The newest version of a service's model, which newer CLIs keep gzipped. */
export function readModel(dataFolder: string, service: string): ServiceModel {
  const versions = readdirSync(join(dataFolder, service)).filter((name) => /^\d{4}-/.test(name));
  const folder = join(dataFolder, service, versions.toSorted().at(-1) ?? '');
  const [file] = globSync(join(folder, 'service-2.json*'));
  if (file === undefined) throw new Error(`No service model of ${service} in ${dataFolder}`);
  const bytes = readFileSync(file);
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  return JSON.parse(text.toString('utf8')) as ServiceModel;
}

/** What the model says of the inputs of these operations, and of every shape inside of them. */
export function constraintsOf(
  model: ServiceModel,
  operations: readonly string[],
): ServiceConstraints {
  const shapes: Record<string, Shape> = {};
  const add = (name: string): void => {
    const shape = model.shapes[name];
    if (shape === undefined) throw new Error(`The model has no shape ${name}`);
    if (shapes[name] !== undefined) return;
    shapes[name] = tableShape(shape);
    const inside = [...Object.values(shape.members ?? {}), shape.member, shape.key, shape.value];
    for (const reference of inside) if (reference !== undefined) add(reference.shape);
  };
  const inputs = operations.toSorted().map((name) => {
    const operation = model.operations[name];
    if (operation === undefined) throw new Error(`The model has no operation ${name}`);
    if (operation.input !== undefined) add(operation.input.shape);
    return [name, operation.input?.shape ?? null] as const;
  });
  return {
    apiVersion: model.metadata.apiVersion,
    operations: Object.fromEntries(inputs),
    shapes: Object.fromEntries(Object.entries(shapes).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function tableShape(shape: ModelShape): Shape {
  const { type, required, min, max, pattern, sensitive } = shape;
  const members = Object.entries(shape.members ?? {});
  const locations = members.flatMap(([name, { location }]) =>
    location === undefined ? [] : [[name, location] as const],
  );
  // JSON leaves out what is undefined.
  return {
    type,
    required,
    min,
    max,
    pattern,
    sensitive,
    enum: shape.enum,
    members:
      type === 'structure'
        ? Object.fromEntries(members.map(([name, { shape }]) => [name, shape]))
        : undefined,
    locations: locations.length === 0 ? undefined : Object.fromEntries(locations),
    member: shape.member?.shape,
    key: shape.key?.shape,
    value: shape.value?.shape,
  };
}

/** First labels of the endpoints of all services: most service principals begin with one of them. */
export function endpointPrefixes(dataFolder: string): string[] {
  const services = readdirSync(dataFolder, { withFileTypes: true }).filter(
    (entry) =>
      entry.isDirectory() && globSync(join(dataFolder, entry.name, '*/service-2.json*')).length > 0,
  );
  const labels = services.flatMap(({ name }) =>
    readModel(dataFolder, name).metadata.endpointPrefix.split('.'),
  );
  return [...new Set(labels)].toSorted();
}

import type { Place } from '../lab/lab.ts';
import { LabError } from '../lab/errors.ts';
import type { Resource, Template } from './read-template.ts';

/** For whom the template is resolved: the values of its parameters, and the place of the stack. */
export interface Deployment extends Place {
  readonly parameters: Readonly<Record<string, string>>;
}

/** What `AWS::NoValue` leaves: the property is not there. */
const noValue = Symbol('AWS::NoValue');

/**
 * The resources with every function of CloudFormation replaced by its value, as a stack in this place would have them.
 * @throws LabError for a function, a name or an attribute that is not known here
 */
export function resolveTemplate(
  template: Template,
  deployment: Deployment,
): Readonly<Record<string, Resource>> {
  const valueOf = resolver(template, deployment);
  return Object.fromEntries(
    Object.entries(template.Resources).map(([id, { Type, Properties }]) => [
      id,
      { Type, Properties: valueOf(Properties) as Record<string, unknown> },
    ]),
  );
}

function resolver(template: Template, { accountId, region, parameters }: Deployment) {
  const pseudo: Record<string, unknown> = {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::NoValue': noValue,
  };
  const ref = (name: string): unknown => {
    if (name in pseudo) return pseudo[name];
    const parameter = template.Parameters?.[name];
    if (parameter !== undefined) return parameters[name] ?? parameter.Default;
    throw unknown(`!Ref ${name}`);
  };
  const arn = (id: string): string => {
    const { Type, Properties = {} } = template.Resources[id] ?? {};
    if (Type === 'AWS::SQS::Queue')
      return `arn:aws:sqs:${region}:${accountId}:${String(valueOf(Properties['QueueName']))}`;
    if (Type === 'AWS::IAM::Role')
      return `arn:aws:iam::${accountId}:role/${String(valueOf(Properties['RoleName']))}`;
    throw unknown(`!GetAtt ${id}.Arn`);
  };
  const attribute = ([id = '', name = '']: readonly string[]) => {
    if (name === 'Arn') return arn(id);
    throw unknown(`!GetAtt ${id}.${name}`);
  };
  const holds = (name: string) => valueOf(template.Conditions?.[name]) === true;
  const functions: Record<string, (given: never) => unknown> = {
    Ref: ref,
    'Fn::GetAtt': attribute,
    'Fn::Sub': (text: string) =>
      text.replaceAll(/\$\{([\w:.]+)\}/g, (_, name: string) =>
        String(name.includes('.') ? attribute(name.split('.')) : ref(name)),
      ),
    'Fn::If': ([name, yes, no]: readonly [string, unknown, unknown]) =>
      valueOf(holds(name) ? yes : no),
    'Fn::Not': ([condition]: readonly unknown[]) => valueOf(condition) !== true,
    'Fn::Equals': ([one, other]: readonly unknown[]) => valueOf(one) === valueOf(other),
  };
  const valueOf = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value.map((one) => valueOf(one)).filter((one) => one !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const [only, ...more] = Object.entries(value);
    if (only !== undefined && more.length === 0 && /^(?:Ref$|Fn::)/.test(only[0])) {
      const apply = functions[only[0]];
      if (apply === undefined) throw unknown(only[0]);
      return apply(only[1] as never);
    }
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, one]) => [name, valueOf(one)] as const)
        .filter(([, one]) => one !== noValue),
    );
  };
  return valueOf;
}

const unknown = (what: string) =>
  new LabError(`Cannot resolve ${what} of infra/template.yaml`, {
    hint: 'The comparison knows !Ref of a parameter, !Sub, !GetAtt of an Arn and !If. Add it in src/template/resolve.ts.',
  });

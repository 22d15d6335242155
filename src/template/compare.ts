import { zipDigest } from '../lab/aws/observe.ts';
import type { Lab } from '../lab/lab.ts';
import { liveSettings, notRead } from './live-settings.ts';
import { readTemplate } from './read-template.ts';
import { resolveTemplate } from './resolve.ts';
import { none } from './settings.ts';
import type { ResourceSettings } from './settings.ts';
import { templateSettings } from './template-settings.ts';

/** One setting of one resource, on both sides. */
export interface Row {
  readonly resource: string;
  readonly setting: string;
  readonly template: string;
  readonly live: string;
  readonly verdict: 'different' | 'not read' | 'same';
}

/** Each setting that either side has, in the order of the template. A resource that one side lacks is one row. */
export function compare(template: ResourceSettings, live: ResourceSettings): readonly Row[] {
  const resources = [...new Set([...template.keys(), ...live.keys()])];
  return resources.flatMap((resource): Row[] => {
    const [one, other] = [template.get(resource), live.get(resource)];
    if (one === undefined || other === undefined)
      return [
        {
          resource,
          setting: 'exists',
          template: one === undefined ? 'no' : 'yes',
          live: other === undefined ? 'no' : 'yes',
          verdict: 'different',
        },
      ];
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return names.map((setting) => {
      const [a, b] = [one[setting] ?? none, other[setting] ?? none];
      return { resource, setting, template: a, live: b, verdict: verdictOf(a, b) };
    });
  });
}

function verdictOf(template: string, live: string): Row['verdict'] {
  if (live === notRead) return 'not read';
  return template === live ? 'same' : 'different';
}

/** Reads infra/template.yaml and the live lab, and compares them. Reads only. @throws LabError, or what the SDK throws */
export async function compareWithLab(lab: Lab): Promise<readonly Row[]> {
  const [template, place, code] = await Promise.all([
    readTemplate(),
    lab.place(),
    zipDigest(lab.look),
  ]);
  const parameters = {
    LabPrefix: lab.prefix,
    LabBoundary: process.env['LAB_BOUNDARY'] ?? '',
  };
  const resources = resolveTemplate(template, { ...place, parameters });
  return compare(templateSettings(resources, code), await liveSettings(lab.look));
}

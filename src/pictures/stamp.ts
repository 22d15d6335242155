import type { Stamp } from './picture-facts.ts';

/** `2026-11-23 12:49:15 UTC`; a time in another shape stays as it is. */
export function utc(time: string): string {
  const [, day, clock] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(time) ?? [];
  return day === undefined || clock === undefined ? time : `${day} ${clock} UTC`;
}

/** Where a picture was recorded: `SANDBOX us-east-1`; of the sample that ships with the kit: `SAMPLE, SANDBOX us-east-1`. */
export function placeOf({ target, region, sample }: Pick<Stamp, 'region' | 'sample' | 'target'>) {
  return `${sample === true ? 'SAMPLE, ' : ''}${target} ${region}`;
}

/** The foot of a picture. */
export function footLine({ time, kit, awsCli, digest }: Stamp): string {
  return `${utc(time)} · kit ${kit} · aws-cli ${awsCli} · evidence ${digest.slice(0, 12)}`;
}

/** The same in the text twin, with the whole digest. */
export function footText(stamp: Stamp): string {
  const { target, time, kit, awsCli, digest } = stamp;
  const whose = target === 'SANDBOX' ? ' on the sandbox clock' : '';
  return `${placeOf(stamp)}, ${utc(time)}${whose}, kit ${kit}, aws-cli ${awsCli}\nevidence ${digest}`;
}

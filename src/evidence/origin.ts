import type { Evidence } from './evidence.ts';

/** Addresses of loopback, in whatever way they are written. */
const loopback = /\b(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost)\b|\[::1\]/i;
/**
 * What speaks against the target that evidence names: a run on AWS has no address of
 * this machine in its answers.
 */
export function originProblems({ target, proofs, observations }: Evidence): string[] {
  const outputs = [
    ...proofs.flatMap(({ command, output }) => [command, output]),
    ...observations.map((one) => JSON.stringify(one)),
  ].join('\n');
  if (target === 'AWS' && loopback.test(outputs)) {
    return ['it says AWS, and its answers come from an address of this machine (the sandbox)'];
  }
  return [];
}

/** Members that tell when something happened; AWS writes them as ISO times, seconds or milliseconds. */
const times =
  /"(?:timestamp|ingestionTime|sentAt|firstReceivedAt|SentTimestamp|ApproximateFirstReceiveTimestamp|LastModified|CreateDate|CreatedTimestamp|LastModifiedTimestamp)\\?"\s*:\s*\\?"?(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d{2}:?\d{2})|\d{10,13}(?:\.\d+)?)/g;

/** AWS's clocks and this machine's differ a little. */
const mostSkewMs = 5 * 60_000;

/** Somebody may come back to a sandbox after a long time; but not after this. */
const mostYearsMs = 2 * 366 * 86_400_000;

/** Nothing in a recording can be younger than the recording; and a lab in the sandbox is not years older. */
export function timeProblems({ target, time, proofs, observations }: Evidence): string[] {
  const recordedAt = Date.parse(time);
  if (Number.isNaN(recordedAt)) return [`its time "${time}" is none`];
  const texts = [
    ...proofs.map(({ output }) => output),
    ...observations.map((one) => JSON.stringify(one)),
  ];
  const latest = momentsIn(texts).reduce((most, moment) => Math.max(most, moment), -Infinity);
  const isOlder = target === 'SANDBOX' && latest < recordedAt - mostYearsMs;
  if (latest === -Infinity || (latest <= recordedAt + mostSkewMs && !isOlder)) return [];
  return [
    `it says that it was recorded at ${time}, and its answers are of ${new Date(latest).toISOString()}`,
  ];
}

/** Epoch milliseconds of all that these texts say when it happened. */
export function momentsIn(texts: readonly string[]): number[] {
  return texts
    .flatMap((text) => [...text.matchAll(times)].map(([, found = '']) => momentOf(found)))
    .filter((moment) => !Number.isNaN(moment));
}

function momentOf(text: string): number {
  if (text.includes('T')) return Date.parse(text);
  const number = Number(text);
  // Seconds have ten digits for centuries to come.
  return text.split('.')[0]?.length === 10 ? number * 1000 : number;
}

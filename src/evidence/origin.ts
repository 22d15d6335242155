import type { Evidence } from './record.ts';

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
  /"(?:timestamp|ingestionTime|SentTimestamp|ApproximateFirstReceiveTimestamp|LastModified|CreateDate|CreatedTimestamp|LastModifiedTimestamp)"\s*:\s*"?(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d{2}:?\d{2})|\d{10,13}(?:\.\d+)?)/g;

/** AWS's clocks and this machine's differ a little. */
const mostSkewMs = 5 * 60_000;

/** Nothing in a recording can be younger than the recording. */
export function timeProblems({ time, proofs, observations }: Evidence): string[] {
  const recordedAt = Date.parse(time);
  if (Number.isNaN(recordedAt)) return [`its time "${time}" is none`];
  const texts = [
    ...proofs.map(({ output }) => output),
    ...observations.map((one) => JSON.stringify(one)),
  ];
  const later = texts
    .flatMap((text) => [...text.matchAll(times)].map(([, found = '']) => momentOf(found)))
    .filter((moment) => moment > recordedAt + mostSkewMs);
  if (later.length === 0) return [];
  const latest = new Date(Math.max(...later)).toISOString();
  return [`it says that it was recorded at ${time}, and its answers are of ${latest}`];
}

function momentOf(text: string): number {
  if (text.includes('T')) return Date.parse(text);
  const number = Number(text);
  // Seconds have ten digits for centuries to come.
  return text.split('.')[0]?.length === 10 ? number * 1000 : number;
}

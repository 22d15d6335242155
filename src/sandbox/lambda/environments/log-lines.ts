import { createHash } from 'node:crypto';
import type { FunctionConfig } from '../function-types.ts';

export interface RuntimeVersion {
  readonly name: string;
  readonly arn: string;
}

export type InvokeStatus = 'success' | 'error' | 'timeout';

export interface Report {
  readonly requestId: string;
  readonly status: InvokeStatus;
  /** Given when the runtime ended or never started: `Runtime.ExitError`. */
  readonly errorType?: string | undefined;
  /** A failure that the runtime itself reported leaves no trace in a text REPORT. */
  readonly reportedByRuntime: boolean;
  readonly durationMs: number;
  /** Cold start only. */
  readonly initDurationMs: number | undefined;
  readonly memorySizeMb: number;
  readonly maxMemoryUsedMb: number;
}

export interface InitReport {
  readonly durationMs: number;
  readonly phase: 'init' | 'invoke';
  readonly status: InvokeStatus;
  readonly errorType?: string | undefined;
}

/** What Lambda itself writes to a function's log. */
export interface PlatformLines {
  initStart(runtime: RuntimeVersion, phase: InitReport['phase']): string | undefined;
  initReport(report: InitReport): string | undefined;
  start(requestId: string): string | undefined;
  timedOut(requestId: string, time: string, timeoutSeconds: number): string | undefined;
  end(report: Report): string | undefined;
  report(report: Report): string | undefined;
}

export function platformLines(config: FunctionConfig, now: () => number): PlatformLines {
  return config.logFormat === 'JSON' ? jsonLines(config, now) : textLines(config);
}

/** Since 2025-08-01 a cold start's init is billed too. */
export function billedMs(report: Report): number {
  return Math.max(1, Math.ceil(report.durationMs + (report.initDurationMs ?? 0)));
}

/** What `INIT_START` and the function's configuration call the runtime; the hash stands for its build. */
export function runtimeVersion(config: Pick<FunctionConfig, 'region' | 'runtime'>): RuntimeVersion {
  const hash = createHash('sha256').update(config.runtime).digest('hex');
  return {
    name: `${config.runtime.replace(/^nodejs(\d+)\.x$/, 'nodejs:$1')}.v1`,
    arn: `arn:aws:lambda:${config.region}::runtime:${hash}`,
  };
}

function textLines({ version = '$LATEST' }: FunctionConfig): PlatformLines {
  return {
    initStart: (runtime) =>
      `INIT_START Runtime Version: ${runtime.name}\tRuntime Version ARN: ${runtime.arn}\n`,
    initReport(report) {
      if (report.status === 'success') return undefined;
      return `${[
        `INIT_REPORT Init Duration: ${report.durationMs.toFixed(2)} ms`,
        `Phase: ${report.phase}`,
        ...statusFields(report),
      ].join('\t')}\n`;
    },
    start: (requestId) => `START RequestId: ${requestId} Version: ${version}\n`,
    timedOut: (requestId, time, timeoutSeconds) =>
      `${time} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds\n\n`,
    end: ({ requestId }) => `END RequestId: ${requestId}\n`,
    report(report) {
      const fields = [
        `REPORT RequestId: ${report.requestId}`,
        `Duration: ${report.durationMs.toFixed(2)} ms`,
        `Billed Duration: ${billedMs(report)} ms`,
        `Memory Size: ${report.memorySizeMb} MB`,
        `Max Memory Used: ${report.maxMemoryUsedMb} MB`,
      ];
      if (report.initDurationMs !== undefined) {
        fields.push(`Init Duration: ${report.initDurationMs.toFixed(2)} ms`);
      }
      // A REPORT without a status ends with a tab.
      const status = report.reportedByRuntime ? [] : statusFields(report);
      return `${[...fields, ...(status.length > 0 ? status : [''])].join('\t')}\n`;
    },
  };
}

function statusFields({ status, errorType }: Pick<Report, 'errorType' | 'status'>): string[] {
  if (status === 'success') return [];
  return [`Status: ${status}`, ...(errorType === undefined ? [] : [`Error Type: ${errorType}`])];
}

const systemLevels = ['DEBUG', 'INFO', 'WARN'];

/** @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
function jsonLines(config: FunctionConfig, now: () => number): PlatformLines {
  const { version = '$LATEST' } = config;
  const lowest = systemLevels.indexOf(config.systemLogLevel ?? 'INFO');
  const line = (level: 'DEBUG' | 'INFO' | 'WARN', type: string, record: object) =>
    systemLevels.indexOf(level) < lowest
      ? undefined
      : JSON.stringify({ time: new Date(now()).toISOString(), type: `platform.${type}`, record });
  const unlessFailed = (level: 'DEBUG' | 'INFO', status: InvokeStatus) =>
    status === 'success' ? level : 'WARN';

  return {
    initStart: (runtime, phase) =>
      line('INFO', 'initStart', {
        initializationType: 'on-demand',
        phase,
        runtimeVersion: runtime.name,
        runtimeVersionArn: runtime.arn,
        functionName: config.name,
        functionVersion: version,
      }),
    initReport: ({ durationMs, phase, status, errorType }) =>
      line(unlessFailed('DEBUG', status), 'initReport', {
        initializationType: 'on-demand',
        phase,
        status,
        errorType,
        metrics: { durationMs: rounded(durationMs) },
      }),
    start: (requestId) => line('INFO', 'start', { requestId, version }),
    timedOut: () => undefined,
    // JSON has no END line; this is the event in its place.
    end: ({ requestId, status, errorType, durationMs }) =>
      line(unlessFailed('DEBUG', status), 'runtimeDone', {
        requestId,
        status,
        errorType,
        metrics: { durationMs: rounded(durationMs) },
      }),
    report: (report) =>
      line(unlessFailed('INFO', report.status), 'report', {
        requestId: report.requestId,
        metrics: {
          durationMs: rounded(report.durationMs),
          billedDurationMs: billedMs(report),
          memorySizeMB: report.memorySizeMb,
          maxMemoryUsedMB: report.maxMemoryUsedMb,
          ...(report.initDurationMs === undefined
            ? {}
            : { initDurationMs: rounded(report.initDurationMs) }),
        },
        status: report.status,
        errorType: report.errorType,
      }),
  };
}

function rounded(milliseconds: number): number {
  return Number(milliseconds.toFixed(3));
}

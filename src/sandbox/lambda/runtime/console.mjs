import { Writable } from 'node:stream';
import { format } from 'node:util';
import { send } from './channel.mjs';
import { asError, loggedError } from './errors.mjs';

const levels = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 };
const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
const lowestLevel = levels[process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()] ?? levels.TRACE;

/** Shown while no invocation runs. */
let requestId = '-';

export function setLoggedRequestId(id) {
  requestId = id;
}

/** console.* become log events; what is written to stdout or stderr becomes one event a line. */
export function installConsole() {
  for (const [method, level] of [
    ['trace', 'TRACE'],
    ['debug', 'DEBUG'],
    ['info', 'INFO'],
    ['log', 'INFO'],
    ['warn', 'WARN'],
    ['error', 'ERROR'],
    ['fatal', 'FATAL'],
  ]) {
    console[method] = levels[level] < lowestLevel ? () => {} : (...args) => log(level, args);
  }
  for (const name of ['stdout', 'stderr']) {
    Object.defineProperty(process, name, { value: rawStream(name), configurable: true });
  }
}

/** `Invoke Error`, `Init Error` and their like, as the runtime logs them. */
export function logFailure(title, thrown) {
  const error = asError(thrown);
  if (json) console.error(error);
  else console.error(title, loggedError(error));
}

function log(level, args) {
  const timestamp = new Date().toISOString();
  const text = json
    ? jsonLine(timestamp, level, args)
    : `${[timestamp, requestId, level, format(...args)].join('\t')}\n`;
  send({ type: 'log', time: Date.parse(timestamp) }, text);
}

function jsonLine(timestamp, level, [message, ...rest]) {
  const line = { timestamp, level, requestId };
  if (rest.length > 0) {
    const error = rest.find((value) => value instanceof Error);
    return JSON.stringify({ ...line, message: format(message, ...rest), ...errorFields(error) });
  }
  try {
    return JSON.stringify({ ...line, message }, (_key, value) =>
      value instanceof Error ? Object.assign(errorFields(value), value) : value,
    );
  } catch {
    return JSON.stringify({ ...line, message: format(message) });
  }
}

function errorFields(error) {
  if (error === undefined) return {};
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

function rawStream(stream) {
  return new Writable({
    decodeStrings: false,
    write(chunk, encoding, done) {
      const text = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
      send({ type: 'raw', stream, time: Date.now() }, text);
      done();
    },
  });
}

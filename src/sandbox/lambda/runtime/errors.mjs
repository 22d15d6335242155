/** An error of the runtime itself: its name is the `errorType` that Lambda reports. */
export class RuntimeError extends Error {
  constructor(name, message, options) {
    super(message, options);
    this.name = name;
  }
}

/** The body of a failed invocation. */
export function reportOf(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

export function asError(thrown) {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** What follows `Invoke Error` in a text log: the error with its own properties, as JSON. */
export function loggedError(error) {
  try {
    return `\t${JSON.stringify(error, (_key, value) => withOwnProperties(value))}`;
  } catch {
    return `\t${JSON.stringify(reportOf(error))}`;
  }
}

function withOwnProperties(value) {
  if (!(value instanceof Error)) return value;
  const { name, message, code } = value;
  const shown = Object.assign({ errorType: name, errorMessage: message, code }, value);
  if (typeof value.stack === 'string') shown.stack = value.stack.split('\n');
  return shown;
}

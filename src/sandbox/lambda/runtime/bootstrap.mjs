/**
 * The Node.js runtime inside an execution environment: loads the handler, then runs one invocation
 * after the other. It imports as little as it can, because every import is part of a cold start.
 */
import Module from 'node:module';
import { receive, send } from './channel.mjs';
import { confine } from './confined.mjs';
import { installConsole, logFailure, setLoggedRequestId } from './console.mjs';
import { RuntimeError, reportOf } from './errors.mjs';
import { loadHandler } from './handler.mjs';
import { installLabTime, setLabTimeOffset } from './lab-time.mjs';
import { serveWithCallbacks } from './callbacks.mjs';

// Callbacks, `beforeExit` and the reports of lost errors ended with the runtime of Node.js 24.
const withCallbacks = process.env.AWS_EXECUTION_ENV === 'AWS_Lambda_nodejs22.x';

const runtime = { nextInvocation, respond, fail };

const { offsetMs, variables, taskRoot, tempFolder } = receive().meta;
confine({ taskRoot, tempFolder });
setVariables(variables);
setLabTimeOffset(offsetMs);
installLabTime();
installConsole();
installStreaming();
void start();

async function start() {
  try {
    const { LAMBDA_TASK_ROOT, _HANDLER } = process.env;
    if (withCallbacks) reportLostErrors();
    const handler = await loadHandler(LAMBDA_TASK_ROOT, _HANDLER, { callbacks: withCallbacks });
    sendState({ type: 'ready' });
    if (withCallbacks) serveWithCallbacks(handler, runtime);
    else await serve(handler);
  } catch (error) {
    logFailure('Init Error', error);
    sendState({ type: 'init-error' }, error);
    process.exit(1);
  }
}

async function serve(handler) {
  for (;;) {
    const { event, context } = nextInvocation();
    try {
      const result = await handler(event, context);
      await eventLoopTurn();
      respond(result);
    } catch (error) {
      await eventLoopTurn();
      fail('Invoke Error', error);
    }
  }
}

/** Blocks until there is one. */
function nextInvocation() {
  const { meta, body } = receive();
  setLabTimeOffset(meta.offsetMs);
  setLoggedRequestId(meta.requestId);
  process.env._X_AMZN_TRACE_ID = meta.traceId;
  const context = {
    clientContext: meta.clientContext,
    identity: undefined,
    invokedFunctionArn: meta.functionArn,
    awsRequestId: meta.requestId,
    tenantId: undefined,
    xRayTraceId: meta.traceId,
    getRemainingTimeInMillis: () => meta.deadlineMs - Date.now(),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
  return { event: JSON.parse(body.toString('utf8')), context };
}

/** @throws RuntimeError when the result is not JSON: that fails the invocation */
function respond(result) {
  send({ type: 'response', rssBytes: process.memoryUsage.rss() }, stringify(result));
}

function stringify(result) {
  let body;
  try {
    body = JSON.stringify(result === undefined ? null : result);
  } catch {
    body = undefined;
  }
  // A function or a symbol has no JSON text at all.
  if (body !== undefined) return body;
  throw new RuntimeError('Runtime.JSONStringifyError', 'Unable to stringify response body');
}

function fail(title, error) {
  logFailure(title, error);
  sendState({ type: 'error' }, error);
}

function sendState(meta, error) {
  const body = error === undefined ? '' : JSON.stringify(reportOf(error));
  send({ ...meta, rssBytes: process.memoryUsage.rss() }, body);
}

/** The function's own variables; of those that Lambda sets, only these few can be changed. */
function setVariables(own) {
  const changeable = /^(LANG|LD_LIBRARY_PATH|NODE_PATH|PATH|PWD|SHLVL|TZ)$/;
  for (const [name, value] of Object.entries(own)) {
    if (process.env[name] === undefined || changeable.test(name)) process.env[name] = value;
  }
  // Node.js has read NODE_PATH already, before it was set.
  Module._initPaths();
}

/** On Lambda this makes a handler that streams its answer. */
function installStreaming() {
  globalThis.awslambda = {
    streamifyResponse() {
      throw new RuntimeError(
        'Sandbox.NotInSandbox',
        'awslambda.streamifyResponse is not in the sandbox: a handler answers with the value that it returns.',
      );
    },
  };
}

function eventLoopTurn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Node.js 22 only: an error that nobody caught ends the invocation with its own name. */
function reportLostErrors() {
  process.on('uncaughtException', (error) => {
    logFailure('Uncaught Exception', error);
    sendState({ type: 'error', ending: true }, error);
    process.exit(129);
  });
  process.on('unhandledRejection', (reason) => {
    const error = new RuntimeError('Runtime.UnhandledPromiseRejection', String(reason));
    error.reason = reason;
    logFailure('Unhandled Promise Rejection', error);
    sendState({ type: 'error', ending: true }, error);
    process.exit(128);
  });
}

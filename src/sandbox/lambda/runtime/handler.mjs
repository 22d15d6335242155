import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from './errors.mjs';

// Names the runtime's own file in "Require stack", as on Lambda.
const require = createRequire('/var/runtime/index.mjs');

const callbacksRemoved =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with ' +
  'Node.js 24. You need to modify this function to use a supported handler signature to use ' +
  'Node.js 24 or later. For more information see ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

/**
 * Finds `folder/file.export` the way the Node.js runtime does.
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
export async function loadHandler(taskRoot, setting, { callbacks }) {
  if (setting.includes('..')) {
    throw new RuntimeError(
      'Runtime.MalformedHandlerName',
      `'${setting}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const file = basename(setting);
  const match = /^([^.]*)\.(.*)$/.exec(file);
  if (match === null) throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const folder = setting.slice(0, setting.indexOf(file)).replace(/\/$/, '');
  const module = await loadModule(taskRoot, folder, match[1]);
  const handler = exportOf(module, match[2], setting);
  if (!callbacks && handler.length >= 3) {
    throw new RuntimeError('Runtime.CallbackHandlerDeprecated', callbacksRemoved);
  }
  return handler;
}

async function loadModule(taskRoot, folder, name) {
  const path = resolve(taskRoot, folder, name);
  try {
    for (const extension of ['', '.js', '.mjs', '.cjs']) {
      const file = path + extension;
      if (existsSync(file)) return await import(pathToFileURL(file).href);
    }
    return require(require.resolve(name, { paths: [taskRoot, join(taskRoot, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      const syntaxError = new RuntimeError('Runtime.UserCodeSyntaxError', String(error));
      syntaxError.stack = error.stack;
      throw syntaxError;
    }
    if (error instanceof Error && error.code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
}

/** A nested export (`api.handler`) is looked for in the module, then in its default export. */
function exportOf(module, path, setting) {
  const handler = memberOf(module, path) ?? memberOf(module?.default, path);
  if (!handler) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${setting} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${setting} is not a function`);
  }
  return handler;
}

function memberOf(object, path) {
  return path
    .split('.')
    .reduce((at, key) => (at && typeof at === 'object' ? at[key] : undefined), object);
}

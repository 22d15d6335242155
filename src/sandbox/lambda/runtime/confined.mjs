import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Lets a function see what it has on Lambda: its code, which nobody can change, and a `/tmp` of its own.
 * Node.js's permission model refuses everything else (`../environments/confinement.ts`). Here its refusals get the
 * codes that Lambda's file system has, and what the model leaves open is closed. To be called before any code of
 * the function is loaded.
 * @param {{ taskRoot: string, tempFolder: string }} folders
 */
export function confine({ taskRoot, tempFolder }) {
  const asOnLambda = folderMap({ taskRoot, tempFolder });
  if (process.getuid?.() === 0) obeyModes(taskRoot);
  for (const module of [fs, fs.promises]) wrapAll(module, asOnLambda);
  hideOtherProcesses();
  hideMachineSockets();
  syncBuiltinESMExports();
}

/** Root can read every file; the user that functions run as on Lambda cannot, nor can anybody else here. */
function obeyModes(taskRoot) {
  const { statSync } = fs;
  const check = (path) => {
    if (!path?.startsWith(taskRoot + sep)) return;
    if ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0o444) & 0o444) return;
    const refusal = new Error(`EACCES: permission denied, open '${path}'`);
    throw Object.assign(refusal, { code: 'EACCES', errno: -13, syscall: 'open', path });
  };
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith('file:')) check(fileURLToPath(resolved.url));
      return resolved;
    },
  });
  for (const module of [fs, fs.promises]) {
    for (const name of [
      'copyFile',
      'copyFileSync',
      'open',
      'openSync',
      'readFile',
      'readFileSync',
    ]) {
      const original = module[name];
      if (original === undefined) continue;
      module[name] = function readIfAllowed(given, ...args) {
        const refuse = () => check(pathIn(given));
        if (module === fs.promises) return Promise.try(refuse).then(() => original(given, ...args));
        const callback = args.at(-1);
        if (typeof callback !== 'function') refuse();
        else {
          try {
            refuse();
          } catch (error) {
            return queueMicrotask(() => callback(error));
          }
        }
        return original.call(this, given, ...args);
      };
    }
  }
}

/** `/tmp` and `/var/task` lead to the folders of this environment; the real ones are left as they are. */
function folderMap({ taskRoot, tempFolder }) {
  const own = [taskRoot, tempFolder];
  const lambdaFolders = [
    ['/tmp', tempFolder],
    ['/var/task', taskRoot],
  ];
  const isIn = (folder, path) =>
    path === folder || path.startsWith(folder + sep) || path.startsWith(`${folder}/`);
  return (given) => {
    const path = pathIn(given);
    if (path === undefined || own.some((folder) => isIn(folder, path))) return given;
    const [from, to] = lambdaFolders.find(([folder]) => isIn(folder, path)) ?? [];
    return from === undefined ? given : join(to, path.slice(from.length));
  };
}

function pathIn(given) {
  if (typeof given === 'string') return given;
  if (given instanceof URL) return given.protocol === 'file:' ? fileURLToPath(given) : undefined;
  return Buffer.isBuffer(given) ? given.toString() : undefined;
}

const takesTwoPaths = /^(copyFile|cp|link|rename)(Sync)?$/;

function wrapAll(module, asOnLambda) {
  for (const [name, original] of Object.entries(module)) {
    // Classes (Stats, ReadStream, ...) are no calls.
    if (typeof original !== 'function' || /^[A-Z_]/.test(name)) continue;
    module[name] = wrapped(name, original, asOnLambda);
  }
}

function wrapped(name, original, asOnLambda) {
  const paths = takesTwoPaths.test(name) ? 2 : 1;
  function call(...given) {
    const onLambda = (error) => refusalOnLambda(error, name, given[0]);
    const args = given.map((arg, at) => (at < paths ? asOnLambda(arg) : arg));
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      args[args.length - 1] = (error, ...results) => callback(onLambda(error), ...results);
    }
    try {
      const result = original.apply(this, args);
      if (!(result instanceof Promise)) return result;
      return result.catch((error) => {
        throw onLambda(error);
      });
    } catch (error) {
      if (error.code === 'ERR_ACCESS_DENIED' && /^exists/.test(name)) {
        return name === 'exists' ? queueMicrotask(() => callback(false)) : false;
      }
      throw onLambda(error);
    }
  }
  // `realpath.native` is a call of its own, and so are promisified forms, which name themselves as theirs.
  for (const key of Reflect.ownKeys(original)) {
    const { value } = Object.getOwnPropertyDescriptor(original, key);
    if (typeof value === 'function' && value !== original)
      call[key] = wrapped(name, value, asOnLambda);
    else if (typeof key === 'symbol' && value !== original) call[key] = value;
  }
  Object.defineProperty(call, 'name', { value: original.name, configurable: true });
  Object.defineProperty(call, 'length', { value: original.length, configurable: true });
  return call;
}

const systemCalls = /^(appendFile|createReadStream|createWriteStream|readFile|writeFile)$/;

/** Everything but `/tmp` is read-only on Lambda; what is not the function's own is not to be seen here. */
function refusalOnLambda(error, name, given) {
  if (error?.code !== 'ERR_ACCESS_DENIED') return error;
  const isWrite = error.permission === 'FileSystemWrite';
  const [code, errno, text] = isWrite
    ? ['EROFS', -30, 'read-only file system']
    : ['EACCES', -13, 'permission denied'];
  const call = name.replace(/Sync$/, '');
  const syscall = systemCalls.test(call) ? 'open' : call.toLowerCase();
  const path = pathIn(given) ?? error.resource;
  const why = isWrite ? '' : ' (in the sandbox a function sees its own code and /tmp only)';
  const refusal = new Error(`${code}: ${text}, ${syscall} '${path}'${why}`, { cause: error });
  return Object.assign(refusal, { code, errno, syscall, path });
}

/** A signal to another Node.js process can open its debugger, and with it everything that it knows. */
function hideOtherProcesses() {
  for (const name of ['kill', '_kill']) {
    const original = process[name].bind(process);
    process[name] = (pid, signal) => {
      if (![process.pid, -process.pid, 0].includes(Number(pid))) {
        throw Object.assign(new Error(`${name} EPERM`), {
          code: 'EPERM',
          errno: -1,
          syscall: name,
        });
      }
      return original(pid, signal);
    };
  }
  for (const name of ['_debugProcess', '_debugEnd']) {
    process[name] = () => {
      throw Object.assign(new Error(`${name} EPERM`), { code: 'EPERM', errno: -1, syscall: name });
    };
  }
}

/** Where clouds give the machine itself its credentials. */
const machineCredentials = /^(169\.254\.\d+\.\d+|fd00:ec2::\d+|::ffff:169\.254\.\d+\.\d+)$/i;

/** Sockets that are files (of a container engine, of an agent with keys) and the metadata of a virtual machine. */
function hideMachineSockets() {
  // It is called with the socket as `this` below.
  // oxlint-disable-next-line typescript/unbound-method
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function connectOnLambda(...args) {
    const [first] = Array.isArray(args[0]) ? args[0] : args;
    const path = typeof first === 'string' && !(Number(first) >= 0) ? first : first?.path;
    const host = typeof first === 'object' ? first?.host : args[1];
    const isHidden = typeof path === 'string' || machineCredentials.test(String(host));
    if (!isHidden) return connect.apply(this, args);
    const address = path ?? host;
    const error = new Error(`connect EACCES ${address} (not in the sandbox)`);
    this.destroy(Object.assign(error, { code: 'EACCES', errno: -13, syscall: 'connect', address }));
    return this;
  };
}

import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

// What decides is taken before any code of the function: that can replace every property and every prototype.
const { apply } = Reflect;
const ownPid = process.pid;

/** How Node.js's sockets say EACCES. */
const accessDenied = -13;

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
  hidePerson();
  hideMachineSockets();
  refuseEngineFlags();
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
  return (argument) => {
    const given = readOnce(argument);
    const path = pathIn(given);
    if (path === undefined || own.some((folder) => isIn(folder, path))) return given;
    const [from, to] = lambdaFolders.find(([folder]) => isIn(folder, path)) ?? [];
    return from === undefined ? given : join(to, path.slice(from.length));
  };
}

/** An object with a path in it may say another one each time: from here on it is text, or bytes of ours. */
function readOnce(given) {
  if (given instanceof Uint8Array) return Buffer.from(given);
  const isLocation = typeof given === 'object' && given !== null && given.href !== undefined;
  return isLocation && given.protocol === 'file:' ? fileURLToPath(given) : given;
}

function pathIn(given) {
  if (typeof given === 'string') return given;
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
    const onLambda = (error) => refusalOnLambda(error, name, args[0]);
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

const notAllowed = (call) =>
  Object.assign(
    new Error(
      `${call} EPERM (in the sandbox a function can only signal and change its own process)`,
    ),
    { code: 'EPERM', errno: -1, syscall: call },
  );

/**
 * A signal to another Node.js process can open its debugger, and with it everything that it knows. An argument is
 * made a number once, and that number is compared and handed on: an object may be another number each time.
 */
function hideOtherProcesses() {
  for (const name of ['kill', '_kill']) {
    const original = process[name].bind(process);
    process[name] = (pid, signal) => {
      const id = +pid;
      if (id !== ownPid) throw notAllowed(name);
      return original(ownPid, signal);
    };
  }
  for (const name of ['_debugProcess', '_debugEnd']) {
    process[name] = () => {
      throw notAllowed(name);
    };
  }
  for (const name of ['getPriority', 'setPriority']) {
    const original = os[name];
    os[name] = (...args) => {
      const isOfItself = args.length === 0 || (name === 'setPriority' && args[1] === undefined);
      const id = isOfItself ? 0 : +args[0];
      if (id !== 0 && id !== ownPid) throw notAllowed(`uv_os_${name.toLowerCase()}`);
      return name === 'getPriority' ? original(0) : original(0, isOfItself ? args[0] : args[1]);
    };
  }
}

/** Functions run as a user without a home that is theirs. Who runs the sandbox is no matter of the function. */
function hidePerson() {
  const username = 'sbx_user1051';
  const homedir = `/home/${username}`;
  os.homedir = () => process.env.HOME ?? homedir;
  os.userInfo = (options) => {
    const as = (text) => (options?.encoding === 'buffer' ? Buffer.from(text) : text);
    const texts = { username: as(username), homedir: as(homedir), shell: as('/sbin/nologin') };
    return { uid: 993, gid: 990, ...texts };
  };
}

/** Sockets that are files (of a container engine, of an agent with keys) and the metadata of a virtual machine. */
function hideMachineSockets() {
  const machineCredentials = new net.BlockList();
  machineCredentials.addSubnet('169.254.0.0', 16, 'ipv4');
  machineCredentials.addSubnet('fd00:ec2::', 32, 'ipv6');
  // It is called with the list as `this` below.
  // oxlint-disable-next-line typescript/unbound-method
  const { check } = net.BlockList.prototype;
  const isHidden = (address, family) => apply(check, machineCredentials, [address, family]);
  const tcp = handleOf({ host: '127.0.0.1', port: 1 });
  refuseConnections(tcp, 'connect', (address) => isHidden(address, 'ipv4'));
  refuseConnections(tcp, 'connect6', (address) => isHidden(address, 'ipv6'));
  // Nobody is there: it is only made to get at its kind of socket.
  const pipe = handleOf({ path: '/dev/null/none' });
  refuseConnections(pipe, 'connect', () => true);
  // The permission model lets a server make its socket file in any folder.
  pipe.bind = () => accessDenied;
}

const harmlessEngineFlags = new Set(['--expose-gc', '--expose_gc', '--no-expose-gc']);

/** Some flags of V8 write files, in any folder: what it compiled, what it logs. */
function refuseEngineFlags() {
  const original = v8.setFlagsFromString;
  // It is called with the set as `this` below.
  // oxlint-disable-next-line typescript/unbound-method
  const { has } = Set.prototype;
  v8.setFlagsFromString = (flags) => {
    const text = flags;
    if (!apply(has, harmlessEngineFlags, [text])) {
      const message = `The V8 flag ${text} is not in the sandbox: only --expose-gc is`;
      throw Object.assign(new Error(message), { code: 'EPERM' });
    }
    return original(text);
  };
}

/** What all sockets of one kind come down to in Node.js. */
function handleOf(options) {
  const socket = new net.Socket();
  socket.on('error', () => {});
  socket.connect(options);
  const kind = Object.getPrototypeOf(socket._handle);
  socket.destroy();
  return kind;
}

/**
 * Here a host name has become the address that is connected to, whatever it was written as and whoever looked it up,
 * and an option has been read for the last time.
 */
function refuseConnections(kind, name, isHidden) {
  const original = kind[name];
  kind[name] = function connectOnLambda(request, address, ...args) {
    const destination = `${address}`;
    if (isHidden(destination)) return accessDenied;
    return apply(original, this, [request, destination, ...args]);
  };
}

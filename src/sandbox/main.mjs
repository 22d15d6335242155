/**
 * Runs the sandbox as a process of its own:
 * `node src/sandbox/main.mjs --home DIR [--port N] [--real-time] [--realistic] [--version V]`
 *
 * Plain JavaScript: the first TypeScript that Node meets makes it load its compiler, which the process then keeps
 * (17 MB). With the cache in place there is nothing to compile.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

// The debugger of this process is for nobody, from the first moment (`lambda/environments/no-debugger.ts`).
process.on('SIGUSR1', () => {});

const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    port: { type: 'string', default: '0' },
    'real-time': { type: 'boolean', default: false },
    realistic: { type: 'boolean', default: false },
    version: { type: 'string', default: '' },
    /** Stops by itself when no signed request came for so long. Two hours; tests take less. */
    'idle-seconds': { type: 'string', default: '7200' },
    /** For tests: what it gets wrong on purpose, by the names in types.ts. */
    defect: { type: 'string', multiple: true, default: [] },
  },
});
if (values.home === undefined) throw new Error('--home DIR is missing');

// The store holds secret keys: nobody else may read what we make.
process.umask(0o077);
// That of the checkout, so that a new home starts as quickly as an old one.
enableCompileCache(join(import.meta.dirname, '..', '..', '.lab', 'compile-cache'));
const { runProcess } = await import('./process/run-process.ts');
await runProcess({
  home: values.home,
  port: Number(values.port),
  realTime: values['real-time'],
  realistic: values.realistic,
  version: values.version,
  idleMs: Number(values['idle-seconds']) * 1000,
  defects: values.defect,
});

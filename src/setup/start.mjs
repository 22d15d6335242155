// Runs a file of the kit: `node src/setup/start.mjs src/cli.ts step 1`. Plain JavaScript, so that the cache is on before Node meets
// the first file of TypeScript: what is in it needs no compiler, and loading that takes half of the time of a short command.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Functions run as children of the kit, and a signal must not open its debugger for them (`no-debugger.ts` of the sandbox).
process.on('SIGUSR1', () => {});
enableCompileCache(join(import.meta.dirname, '..', '..', '.lab', 'compile-cache'));
const [node, , file, ...args] = process.argv;
process.argv = [node, file, ...args];
await import(pathToFileURL(file).href);

#!/usr/bin/env node
// `npx zx steps/...` in the checkout: without this, npm would fetch the newest zx in a fresh clone, and run it on the Node
// that is there. This way it is the locked one, on Node 24, with all other packages installed.
import { enter } from './setup/door.mjs';

await enter('src/setup/zx.ts', process.argv.slice(2));

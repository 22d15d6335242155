#!/usr/bin/env node
// `npx lab ...` in the checkout: npm finds this file by the `bin` of our own package.json and downloads nothing.
import { enter } from './setup/door.mjs';

await enter('src/cli.ts', process.argv.slice(2));

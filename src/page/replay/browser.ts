/// <reference lib="dom" />
/** What a page loads: every replay in it plays. Bundled into `replay.bundle.js`. */
import type { Replay } from './model.ts';
import { attach } from './player.ts';

for (const root of document.querySelectorAll<HTMLElement>('[data-replay]'))
  attach(root, JSON.parse(root.dataset['replay'] ?? '') as Replay);

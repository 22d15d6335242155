/// <reference lib="dom" />
import { render } from 'preact';
import { App } from './app.tsx';
import { applyLooks } from './looks.ts';
import { drawn, follow } from './store.ts';

const root = document.querySelector('#board');
if (root !== null) {
  applyLooks();
  root.replaceChildren();
  render(<App />, root);
  // Countdowns and the clock.
  setInterval(() => (drawn.value += 1), 100);
  void follow();
}

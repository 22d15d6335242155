/**
 * Keeps Node.js from opening the debugger of this process on SIGUSR1, which any process of the same user can send: for
 * a process that runs code of a function, which must not be able to get into it. Whoever starts such a process uses
 * `--disable-sigusr1` besides, which holds from the first moment.
 */
export function ignoreDebuggerSignal(): void {
  // Windows knows no such signal, and there only the flag helps.
  if (process.platform === 'win32' || process.listeners('SIGUSR1').includes(ignore)) return;
  process.on('SIGUSR1', ignore);
}

function ignore(): void {
  // Node.js opens the debugger only when nobody listens.
}

const RealDate = globalThis.Date;
const realNow = RealDate.now;
const realTimeOrigin = performance.timeOrigin;
let offsetMs = 0;

function now() {
  return realNow() + offsetMs;
}

// As the real one: called without `new` it gives text, and `new Date()` alone asks the clock.
function LabDate(...parts) {
  if (new.target === undefined) return new RealDate(now()).toString();
  return Reflect.construct(RealDate, parts.length === 0 ? [now()] : parts, new.target);
}

/** Makes the function see lab time; to be called before its code is loaded. */
export function installLabTime() {
  for (const name of ['UTC', 'parse']) define(LabDate, name, RealDate[name]);
  define(LabDate, 'now', now);
  Object.defineProperty(LabDate, 'name', { value: 'Date', configurable: true });
  Object.defineProperty(LabDate, 'length', { value: 7, configurable: true });
  Object.defineProperty(LabDate, 'prototype', { value: RealDate.prototype, writable: false });
  define(RealDate.prototype, 'constructor', LabDate);
  define(globalThis, 'Date', LabDate);
  Object.defineProperty(performance, 'timeOrigin', {
    get: () => realTimeOrigin + offsetMs,
    configurable: true,
  });
}

/** The lab clock may have jumped while this environment was frozen. */
export function setLabTimeOffset(milliseconds) {
  offsetMs = milliseconds;
}

function define(target, name, value) {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

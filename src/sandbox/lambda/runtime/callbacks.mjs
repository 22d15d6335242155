/**
 * Node.js 22: `(event, context, callback)` and `context.succeed/fail/done`; a callback's result is
 * sent when the event loop is empty, unless `callbackWaitsForEmptyEventLoop` is switched off.
 */
export function serveWithCallbacks(handler, { nextInvocation, respond, fail }) {
  let whenEmpty = next;
  process.on('beforeExit', () => whenEmpty());
  next();

  function next() {
    setImmediate(runOne);
  }

  function runOne() {
    const { event, context } = nextInvocation();
    let finished = false;
    let waits = true;

    function finish(error, result) {
      whenEmpty = () => {};
      try {
        if (error === undefined || error === null) respond(result);
        else fail('Invoke Error', error);
      } catch (unsendable) {
        fail('Invoke Error', unsendable);
      }
      next();
    }

    function once(action) {
      return (...args) => {
        if (finished) return;
        finished = true;
        action(...args);
      };
    }

    const done = once(finish);
    const callback = once((error, result) => {
      if (error !== undefined && error !== null) finish(error);
      else if (waits) whenEmpty = () => finish(null, result);
      else finish(null, result);
    });
    // A handler that neither returns a promise nor calls back ends with its event loop.
    whenEmpty = once(() => finish(null, null));

    Object.assign(context, {
      succeed: (result) => done(null, result),
      fail: (error) => done(error ?? 'handled'),
      done,
    });
    Object.defineProperty(context, 'callbackWaitsForEmptyEventLoop', {
      get: () => waits,
      set: (value) => {
        waits = value;
      },
      enumerable: true,
    });

    try {
      const result = handler(event, context, callback);
      if (typeof result?.then === 'function') result.then(context.succeed, context.fail);
    } catch (error) {
      done(error);
    }
  }
}

import process from 'node:process';

/** Runs every promise reaction and `nextTick` that waits, now. */
export type Drain = () => void;

/** Node's own drain: undocumented, synchronous (DS-1). Reached through `Reflect` because no type names it. */
function tickCallback(): Drain | undefined {
  const found: unknown = Reflect.get(process, '_tickCallback');
  return typeof found === 'function' ? () => void Reflect.apply(found, process, []) : undefined;
}

/**
 * The drain, if it works here; undefined where it does not (another runtime), and then each event must be a
 * `setImmediate` of its own: the same order, and so the same trace, at half the speed. Called from a microtask it drains
 * nothing, so it is tried, and must be used, inside a `setImmediate` callback.
 */
export function findDrain(): Promise<Drain | undefined> {
  return new Promise((resolve) => {
    setImmediate(() => {
      const drain = tickCallback();
      let drained = false;
      void Promise.resolve().then(() => {
        drained = true;
      });
      drain?.();
      resolve(drained ? drain : undefined);
    });
  });
}

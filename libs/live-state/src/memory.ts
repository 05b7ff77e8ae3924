import type { Clock } from '@headroom/kernel';
import { isNewer } from './version.ts';
import { type LiveFamily, type LiveState, LiveStateError, type LiveValue, MAX_LIVE_VALUE_BYTES } from './port.ts';

interface Entry extends LiveValue {
  readonly expiresAtMs: number;
}

/** Keys a memory twin holds at most; beyond it the oldest write goes, as a full cache's does. */
const MAX_KEYS = 100_000;

/** Live state inside one process, expiring on the clock it is given. */
export function createMemoryLiveState({ clock }: { readonly clock: Clock }): LiveState {
  const entries = new Map<string, Entry>();
  const watchers = new Map<string, Set<(value: LiveValue) => void>>();
  const keyOf = (family: LiveFamily, id: string) => `${family}:${id}`;
  const read = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAtMs > clock.monoMs()) return entry;
    entries.delete(key);
    return undefined;
  };
  return {
    put({ family, id, version, value, ttlMs }) {
      if (value.length > MAX_LIVE_VALUE_BYTES) return Promise.reject(tooLarge(value.length));
      const key = keyOf(family, id);
      const standing = read(key);
      if (standing !== undefined && !isNewer(version, standing.version)) return Promise.resolve('stale');
      const entry = { version, value: new Uint8Array(value), expiresAtMs: clock.monoMs() + ttlMs };
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > MAX_KEYS) entries.delete(entries.keys().next().value ?? key);
      for (const notify of watchers.get(key) ?? []) queueMicrotask(() => notify(copyOf(entry)));
      return Promise.resolve('written');
    },
    remove(family, id, version) {
      const key = keyOf(family, id);
      const standing = read(key);
      if (standing !== undefined && isNewer(standing.version, version)) return Promise.resolve('stale');
      entries.delete(key);
      return Promise.resolve('written');
    },
    get(family, id) {
      const entry = read(keyOf(family, id));
      return Promise.resolve(entry === undefined ? undefined : copyOf(entry));
    },
    getMany(family, ids) {
      const found = ids.flatMap((id) => {
        const entry = read(keyOf(family, id));
        return entry === undefined ? [] : [[id, copyOf(entry)] as const];
      });
      return Promise.resolve(new Map(found));
    },
    watch(family, id, onChange) {
      const key = keyOf(family, id);
      const watching = watchers.get(key) ?? new Set();
      watchers.set(key, watching.add(onChange));
      return Promise.resolve(() => {
        watching.delete(onChange);
        if (watching.size === 0) watchers.delete(key);
        return Promise.resolve();
      });
    },
    trouble: () => undefined,
    close() {
      watchers.clear();
      return Promise.resolve();
    },
  };
}

const copyOf = (entry: Entry): LiveValue => ({ version: entry.version, value: Uint8Array.from(entry.value) });

export const tooLarge = (bytes: number): LiveStateError =>
  new LiveStateError(
    'LIVE_VALUE_TOO_LARGE',
    `a live value of ${bytes} bytes is over the ${MAX_LIVE_VALUE_BYTES} allowed`,
  );

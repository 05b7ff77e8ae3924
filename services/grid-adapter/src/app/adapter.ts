import type { Cancel, IdSource, Timers } from '@headroom/kernel';
import type { GridStore, OwnLimits } from '../ports.ts';
import { createTenure, type Tenure, type TenureDeps } from './tenure.ts';

/** How long an instance acts without a word to the store, and how often it says one. Real time: it guards I/O. */
export const HOLD_FOR_MS = 10_000;
export const HOLD_EVERY_MS = 2_500;

export interface AdapterDeps extends Omit<TenureDeps, 'ownLimits' | 'store'> {
  readonly store: GridStore;
  /** Real time. */
  readonly io: Pick<Timers, 'every'>;
  readonly ids: IdSource;
}

/** All sources, by one instance at a time. */
export interface Adapter {
  /** Resolves once the store has answered who acts. */
  start(): Promise<void>;
  putSite(own: OwnLimits): void;
  dropSite(siteId: string): void;
  isActing(): boolean;
  stop(): Promise<void>;
}

export function createAdapter(deps: AdapterDeps): Adapter {
  const { store, events, io, ids } = deps;
  const holder = ids.next();
  const sites = new Map<string, OwnLimits>();
  let tenure: Tenure | undefined;
  let holding: Promise<void> | undefined;
  let stopped = false;
  let cancel: Cancel = () => {};

  const standDown = async (): Promise<void> => {
    const last = tenure;
    tenure = undefined;
    if (last === undefined) return;
    events.stoodDown(last.term);
    await last.end();
  };
  const hold = async (): Promise<void> => {
    const term = await store.hold(holder, HOLD_FOR_MS);
    if (stopped || (term !== undefined && term === tenure?.term && !tenure.isOver())) return;
    await standDown();
    if (term === undefined) return;
    const memories = await store.load();
    if (stopped) return;
    tenure = createTenure({ ...deps, ownLimits: (siteId) => sites.get(siteId) }, term, memories);
    events.tookOver(term);
    tenure.start();
  };
  /** One at a time; a store that hangs is not asked twice. */
  const holdOnce = (): Promise<void> => {
    holding ??= hold()
      .catch((cause: unknown) => events.storeTrouble(cause instanceof Error ? cause.message : 'unknown'))
      .finally(() => {
        holding = undefined;
      });
    return holding;
  };

  return {
    start: async () => {
      cancel = io.every(HOLD_EVERY_MS, () => void holdOnce());
      await holdOnce();
    },
    putSite(own) {
      sites.set(own.siteId, own);
      tenure?.siteChanged(own.siteId);
    },
    dropSite(siteId) {
      sites.delete(siteId);
      tenure?.siteChanged(siteId);
    },
    isActing: () => tenure !== undefined && !tenure.isOver(),
    stop: async () => {
      stopped = true;
      cancel();
      await holding;
      const last = tenure;
      tenure = undefined;
      await last?.end();
      // Where the store is away the others wait for the end of our time.
      await store.release(holder).catch(() => undefined);
      await store.close();
    },
  };
}

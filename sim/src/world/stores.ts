import type { Rng } from '@headroom/kernel';
import type { LiveState } from '@headroom/live-state';
import type { EpochSource, MemoryTurnStore } from '@headroom/turn-store';
import { between } from '../rng.ts';
import type { Life } from './life.ts';

const DATABASE_MS: readonly [number, number] = [0.3, 3];
const LIVE_MS: readonly [number, number] = [0.1, 1];

/** The records of a service, which outlive it, as one incarnation reaches them. */
export function storeOf(shared: MemoryTurnStore, life: Life, rng: Rng): MemoryTurnStore {
  const wire = () => ({ toMs: between(rng, ...DATABASE_MS), backMs: between(rng, ...DATABASE_MS), survives: false });
  return {
    turn: (body) => life.call('store.turn', wire(), () => shared.turn(body)),
    read: (name) => shared.read(name),
    nextOffset: (...at) => life.call('store.nextOffset', wire(), () => shared.nextOffset(...at)),
    relayOutbox: (publish, most) => life.call('store.relay', wire(), () => shared.relayOutbox(publish, most)),
    trouble: () => shared.trouble(),
    close: async () => undefined,
  };
}

/** Epochs, which outlive their owners. What was asked for by one that died is taken all the same. */
export function epochsOf(shared: EpochSource, life: Life, rng: Rng): EpochSource {
  const wire = () => ({ toMs: between(rng, ...DATABASE_MS), backMs: between(rng, ...DATABASE_MS) });
  return {
    acquire: (...order) => life.call('epochs', wire(), () => shared.acquire(...order)),
    current: (role) => life.call('epochs.read', wire(), () => shared.current(role)),
  };
}

/** The live state, as one incarnation reaches it. */
export function liveOf(shared: LiveState, life: Life, rng: Rng): LiveState {
  const wire = () => ({ toMs: between(rng, ...LIVE_MS), backMs: between(rng, ...LIVE_MS) });
  return {
    put: (...write) => life.call('live.put', wire(), () => shared.put(...write)),
    remove: (...which) => life.call('live.remove', wire(), () => shared.remove(...which)),
    get: (...which) => life.call('live.get', wire(), () => shared.get(...which)),
    getMany: (...which) => life.call('live.getMany', wire(), () => shared.getMany(...which)),
    watch: (...which) => shared.watch(...which),
    trouble: () => shared.trouble(),
    close: async () => undefined,
  };
}

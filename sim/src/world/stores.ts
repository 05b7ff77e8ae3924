import type { Rng } from '@headroom/kernel';
import { type LiveState, LiveStateError } from '@headroom/live-state';
import type { GatewayStore } from '@headroom/ocpp-gateway';
import { type EpochSource, type MemoryTurnStore, type OutboxRecord, TurnStoreError } from '@headroom/turn-store';
import { between } from '../rng.ts';
import { type DatabasePort, type DatabaseWorld, reached, relayed, unavailable } from './database.ts';
import type { Life } from './life.ts';
import type { VirtualTime } from './virtual-time.ts';

const DATABASE_MS: readonly [number, number] = [0.3, 3];
/** A transaction that stands idle for longer is ended by the server, and what it had locked is free (pg-session.ts). */
const IDLE_IN_TRANSACTION_MS = 8_000;
/** A relay believes that its records are its own for less than that. */
const RELAY_HOLD_MS = 6_000;
const LIVE_MS: readonly [number, number] = [0.1, 1];
const NO_ANSWER = 'the live state does not answer';

const wireOf = (rng: Rng) => ({ toMs: between(rng, ...DATABASE_MS), backMs: between(rng, ...DATABASE_MS) });

/** The records of a service, which outlive it, as one incarnation reaches them. */
export function storeOf(shared: MemoryTurnStore, world: DatabaseWorld): MemoryTurnStore {
  const { time, life, rng, isAway } = world;
  const call = <T>(port: string, act: () => Promise<T>, commits?: DatabasePort): Promise<T> =>
    life.call(port, { ...wireOf(rng), survives: false }, () => reached(world, act, commits));
  return {
    turn: (body) => call('store.turn', () => shared.turn(body), 'store.turn'),
    read: (name) => shared.read(name),
    nextOffset: (...at) => call('store.nextOffset', () => shared.nextOffset(...at)),
    relayOutbox: (publish, most) =>
      call('store.relay', () => {
        const begunMs = time.monoMs();
        const holds = (): boolean => time.monoMs() - begunMs < RELAY_HOLD_MS;
        const relay = (batch: readonly OutboxRecord[]) =>
          relayed(world, 'store.relay', untilIdle(time, untilDeath(life, publish(batch, holds))));
        return shared.relayOutbox(relay, most);
      }),
    trouble: () => (isAway() ? 'the database does not answer' : shared.trouble()),
    close: async () => undefined,
  };
}

/** Epochs, which outlive their owners. What was asked for by one that died is taken all the same. */
export function epochsOf(shared: EpochSource, world: DatabaseWorld): EpochSource {
  const { life, rng } = world;
  return {
    acquire: (...order) =>
      life.call('epochs', wireOf(rng), () => reached(world, () => shared.acquire(...order), 'epochs')),
    current: (role) => life.call('epochs.read', wireOf(rng), () => reached(world, () => shared.current(role))),
  };
}

/** The live state, as one incarnation reaches it. `shared`: what stands there now, nothing after it was emptied. */
export function liveOf(
  shared: () => LiveState,
  { life, rng, isAway }: Omit<DatabaseWorld, 'time' | 'answerLost'>,
): LiveState {
  const call = <T>(port: string, act: (live: LiveState) => Promise<T>): Promise<T> =>
    life.call(`live.${port}`, { toMs: between(rng, ...LIVE_MS), backMs: between(rng, ...LIVE_MS) }, () => {
      if (isAway()) throw new LiveStateError('LIVE_UNAVAILABLE', NO_ANSWER);
      return act(shared());
    });
  return {
    put: (...write) => call('put', (live) => live.put(...write)),
    remove: (...which) => call('remove', (live) => live.remove(...which)),
    get: (...which) => call('get', (live) => live.get(...which)),
    getMany: (...which) => call('getMany', (live) => live.getMany(...which)),
    // Watched by the console alone, which is not here.
    watch: (...which) => shared().watch(...which),
    trouble: () => (isAway() ? NO_ANSWER : undefined),
    close: async () => undefined,
  };
}

type InboxRecords = Parameters<GatewayStore['inbox']['put']>[0];

/** The gateways' second store, as one of them reaches it. `onKept` is told of each record the moment it is durable. */
export function gatewayStoreOf(
  shared: GatewayStore,
  world: DatabaseWorld,
  onKept: (records: InboxRecords) => void,
): GatewayStore {
  const { life, rng, isAway } = world;
  /** Its answers are values: what was not reached says `away`, and so does what was reached and did not come back. */
  const call = <T>(port: string, away: T, act: () => Promise<T>, commits?: DatabasePort): Promise<T> =>
    life.call(port, wireOf(rng), () =>
      reached(world, act, commits).catch((cause: unknown) => {
        if (cause instanceof TurnStoreError && cause.code === 'STORE_UNAVAILABLE') return away;
        throw cause;
      }),
    );
  const { inbox, arrivals } = shared;
  return {
    inbox: {
      put: (records) =>
        call(
          'inbox.put',
          'unavailable',
          async () => {
            const outcome = await inbox.put(records);
            if (outcome === 'kept') onKept(records);
            return outcome;
          },
          'inbox.put',
        ),
      waitingOf: (stations) => call('inbox.waiting', undefined, () => inbox.waitingOf(stations)),
      relay: (publish, most) =>
        life.call('inbox.relay', { ...wireOf(rng), survives: false }, () =>
          reached(world, () =>
            inbox.relay((records) => relayed(world, 'inbox.relay', untilDeath(life, publish(records))), most),
          ),
        ),
      trouble: () => (isAway() ? 'the database does not answer' : inbox.trouble()),
    },
    arrivals: {
      arrive: (...who) => call('arrivals', undefined, () => arrivals.arrive(...who), 'arrivals'),
      booted: (stationId) => call('arrivals.booted', undefined, () => arrivals.booted(stationId)),
    },
    close: async () => undefined,
  };
}

/** The transaction of a relay that stands still, or whose log does not answer, is ended by the server: others may go on. */
function untilIdle<T>(time: VirtualTime, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const over = time.after(IDLE_IN_TRANSACTION_MS, 'idle in transaction', () =>
      reject(unavailable('the transaction stood idle')),
    );
    work.then(resolve, reject).finally(over);
  });
}

/** The transaction of a relay that dies ends with it: others may go on. */
function untilDeath<T>(life: Life, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(unavailable('the relay has died'));
    // It may have died of that very call, before anybody could ask to be told.
    if (!life.isAlive()) return end();
    const forget = life.onDeath(end);
    work.then(
      (value) => {
        forget();
        resolve(value);
      },
      (cause: unknown) => {
        forget();
        reject(cause);
      },
    );
  });
}

import type { Cancel, Rng, Timers } from '@headroom/kernel';
import type { Connection, Connections } from './connections.ts';

/** Stations come back somewhere else one after the other: each has at most so long to itself, so that few are gone at once. */
const MAX_SLOT_MS = 100;

export interface DrainDeps {
  readonly timers: Timers;
  readonly rng: Rng;
  readonly connections: Connections;
  /** Over which the closings are spread. */
  readonly windowMs: number;
  /** So long a station's messages in hand may take, once its turn has come. */
  readonly patienceMs: number;
}

/**
 * Closes every connection with 1012, one after the other, each at a random instant of its slot (G6). Until its turn a station
 * is served as ever. Then its messages in hand become durable and are answered; what it sends later stays unanswered, and
 * it sends that again elsewhere.
 */
export async function drainConnections(deps: DrainDeps): Promise<void> {
  const { timers, rng } = deps;
  const all = shuffled(deps.connections.all(), rng);
  const slotMs = Math.min(MAX_SLOT_MS, deps.windowMs / Math.max(1, all.length));
  const closings = all.map(async (connection, index) => {
    await after(timers, Math.floor((index + rng.next()) * slotMs));
    await closeOne(deps, connection);
  });
  await Promise.all(closings);
  // Who was admitted before the doors closed, and opened after.
  await Promise.all(deps.connections.all().map((connection) => closeOne(deps, connection)));
}

async function closeOne(deps: DrainDeps, { life, lane, socket }: Connection): Promise<void> {
  if (life.phase !== 'open') return;
  life.phase = 'draining';
  await within(deps.timers, deps.patienceMs, lane.idle());
  socket.close(1012, 'this gateway is restarting');
}

/** By chance, so that the stations of one site, which came together, do not leave together. */
function shuffled<T>(items: readonly T[], rng: Rng): readonly T[] {
  return items
    .map((item) => ({ item, place: rng.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

const after = (timers: Timers, ms: number): Promise<void> => new Promise((resolve) => timers.after(ms, resolve));

/** Waits for `work`, and no longer than `ms`. */
export async function within(timers: Timers, ms: number, work: Promise<unknown>): Promise<void> {
  let cancel: Cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = timers.after(ms, resolve);
  });
  await Promise.race([work, late]);
  cancel();
}

/** Resolves once all of them are closed. */
export async function allClosed(timers: Timers, all: readonly Connection[]): Promise<void> {
  while (all.some(({ life }) => life.phase !== 'closed')) await after(timers, 10);
}

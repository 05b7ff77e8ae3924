import type { ConsumeOptions, Consumption, OwnershipOptions } from '@headroom/event-log';
import { createTenures, FRESH_MS } from '@headroom/event-log/group-parts';
import { between } from '../rng.ts';
import type { ConsumerWorld } from './log-consumer.ts';
import type { GroupClient, SimGroup } from './log-group.ts';
import { createShardReading, type SimShardReading } from './shard-reading.ts';

const HEARTBEAT_MS = 1_000;
/** From its waking until a process has asked its group whether it is still a member (OW-24). */
const CONTACT_MS: readonly [number, number] = [5, 1_200];
const ONE_WAY_MS: readonly [number, number] = [0.3, 3];
const AWAY_RETRY_MS = 500;

export interface OwnerOptions {
  readonly group: SimGroup;
  readonly options: ConsumeOptions;
  readonly ownership: OwnershipOptions;
}

/** One member of a group of owners: the tenures are those of the real log, what the group tells it is simulated. */
export async function consumeOwner(
  world: ConsumerWorld,
  { group, options, ownership }: OwnerOptions,
): Promise<Consumption> {
  const { time, store, life, rng } = world;
  const signs = createSigns(world);
  let memberId: string | undefined;
  let isOver = false;
  const dead = new AbortController();
  const fatal = (cause: unknown): void => {
    if (isOver) return;
    isOver = true;
    dead.abort();
    options.onFatal(cause);
  };
  const tenures = createTenures<SimShardReading>({
    ownership,
    isFresh: signs.isFresh,
    read: (tenure) => createShardReading({ ...world, options, ownership, onFatal: fatal }, tenure),
    begin: (readings) => readings.forEach((reading) => void reading.begin().catch(fatal)),
    timers: life.timers,
    report: () => undefined,
    stop: dead.signal,
    onFatal: fatal,
  });

  /** Its group cannot be asked anything. */
  const isApart = (): boolean => world.isAway() || group.isCut(client);
  const join = async (): Promise<void> => {
    await tenures.suspend();
    if (isOver || tenures.mayJoin() === 'never') return;
    if (isApart()) return void life.after(AWAY_RETRY_MS, `${life.name} joins`, () => void join());
    const [known, claims] = [memberId, tenures.claims()];
    time.after(between(rng, ...ONE_WAY_MS), `${life.name} joins`, () => {
      if (life.isAlive()) group.join(client, known, claims);
    });
  };
  const contact = (): void => {
    if (isOver || memberId === undefined) return;
    if (isApart()) return void life.after(AWAY_RETRY_MS, `${life.name} asks`, contact);
    if (!group.knows(memberId) || group.isJoining()) return void join();
    signs.given();
  };
  const client: GroupClient = {
    life,
    topics: options.topics,
    hearsOfJoin: () => {
      if (!isOver) void join();
    },
    assigned: (id, shards) => {
      if (isOver) return;
      memberId = id;
      // The answer may have waited for a process that slept: then it proves nothing (OW-30).
      if (group.knows(id)) signs.given();
      else contact();
      tenures.assigned(id, shards);
    },
    // It goes on with what it does, up to its fence (OW-30): fetches and appends go to other brokers.
    cutOff: signs.stop,
    healed: () => void life.after(between(rng, ...CONTACT_MS), `${life.name} asks`, contact),
    lastSignMs: signs.lastMs,
  };
  life.onPause(() => {
    signs.stop();
    group.silent(client);
  });
  life.onResume(() => void life.after(between(rng, ...CONTACT_MS), `${life.name} asks`, contact));
  life.onDeath(() => {
    signs.stop();
    isOver = true;
    group.silent(client);
  });
  const unhear = store.onStored(options.topics, ({ partition }) => tenures.of(partition)?.wake());
  life.onDeath(unhear);
  void join();
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await tenures.end();
    isOver = true;
    unhear();
    if (memberId !== undefined) group.leave(memberId);
  };
  return { pollAgeMs: () => 0, stop: () => (stopped ??= stop()) };
}

/** Heartbeats without an event each (DS-12): when the last one was sent follows from when they began. */
function createSigns({ time, away }: ConsumerWorld) {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let stoppedMs: number | undefined = Number.NEGATIVE_INFINITY;
  const beatAt = (atMs: number): number =>
    atMs < sinceMs ? sinceMs : sinceMs + Math.floor((atMs - sinceMs) / HEARTBEAT_MS) * HEARTBEAT_MS;
  const lastMs = (): number => {
    if (stoppedMs !== undefined) return stoppedMs;
    const { logFromMs, logUntilMs } = away;
    const beat = beatAt(time.monoMs());
    // While the brokers were away none was answered.
    return beat >= logFromMs && beat < logUntilMs ? beatAt(logFromMs) : beat;
  };
  return {
    lastMs,
    given: (): void => {
      sinceMs = time.monoMs();
      stoppedMs = undefined;
    },
    stop: (): void => {
      stoppedMs = lastMs();
    },
    isFresh: (): boolean => time.monoMs() - lastMs() <= FRESH_MS,
  };
}

import type { Clock, Rng, Timers } from '@headroom/kernel';
import { epochMs } from '@headroom/kernel';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryStore } from '@headroom/ocpp-gateway';
import type { Logger, Platform } from '@headroom/service-host';
import { topicSpecs } from '@headroom/service-host';
import { createMemoryEpochs, createMemoryTurnStore } from '@headroom/turn-store';
import type { Books } from '../checkers/books.ts';
import type { Away } from './away.ts';
import { booksOf } from './book-facts.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import { answersLost } from './database.ts';
import { createLife, type Life } from './life.ts';
import type { SimGroup } from './log-group.ts';
import { createSimLog, type LogWorld } from './log.ts';
import { createLogStore, type LogStore } from './log-store.ts';
import {
  addressesFor,
  assemble,
  type Assembled,
  GATEWAYS,
  INSTANCES,
  type OwnerRole,
  type ProcessName,
  type Sabotage,
  type Surroundings,
} from './processes.ts';
import { createSimRpc, type RpcWorld } from './rpc.ts';
import type { LivingGateway } from './sockets.ts';
import { SHARDS } from './sites.ts';
import { epochsOf, gatewayStoreOf, liveOf, storeOf } from './stores.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** As in real deployments; then it is killed. */
const STOP_GRACE_MS = 5_000;

export interface ClusterDeps extends Omit<Surroundings, 'stores'> {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly away: Away;
  /** Shards that are worth moving: of the sites. */
  readonly siteShards: readonly number[];
  readonly onSlowRequest: RpcWorld['onSlowRequest'];
  readonly onLostAck: LogWorld['onLostAck'];
  readonly onStuck: LogWorld['onStuck'];
  /** Records stand in the emergency inbox of the gateways. */
  readonly onKept: Parameters<typeof gatewayStoreOf>[2];
  readonly onBirth: (process: string) => void;
  /** How long until a process that died is started again. */
  readonly restartInMs: (life: string) => number;
  /** Something that should never happen, whatever is lost. */
  readonly onTrouble: (what: string, detail: string) => void;
  readonly sabotage?: Sabotage;
}

/** Nobody lives for a while (`platform-death.ts`). */
interface Absence {
  readonly backAtMs: ReadonlyMap<ProcessName, number>;
  readonly losesPower: boolean;
}

/** All processes of the platform, and what outlives them. */
export interface Cluster {
  readonly store: LogStore;
  /** A client's own place on the network: the operator, the building. */
  platformOf(life: Life): Platform;
  newLife(process: string): Life;
  start(name: ProcessName): Promise<void>;
  /** Dies at its port call after so many more. */
  crash(name: ProcessName, callsFromNow: number): void;
  /** Dies now. */
  kill(name: ProcessName): void;
  /** All die now, those too that only start; none is back before its time. What outlives them stays. */
  dieAll(death: Absence): void;
  /** What dies now goes with its host: nothing resets its connections. */
  losesPower(): boolean;
  /** Ends in good order, as in a rolling release, and is started again. */
  restart(name: ProcessName): void;
  /**
   * Stands still for `pauseMs` (SIGSTOP), and goes on as though nothing had been: with what it had in hand, though its group
   * may have given its shards to another member meanwhile, and then both run. At its port call after so many more; default: now.
   */
  pause(name: ProcessName, pauseMs: number, callsFromNow?: number): void;
  /** For so long it hears nothing of its group, nor the group of it; it is awake, and reaches all else. */
  cutOff(role: OwnerRole, name: ProcessName, forMs: number): void;
  /** What stood in the live state is gone. */
  emptyLive(): void;
  /** Who has the shard of the site; of several of the one of that place. */
  ownerOf(role: OwnerRole, site: number): ProcessName | undefined;
  /** The shard of that site goes to another member of the group. False: to nobody, for now. */
  moveShard(role: OwnerRole, site: number): boolean;
  isUp(name: ProcessName): boolean;
  gateways(): readonly LivingGateway[];
  /** What the recorders have in PostgreSQL. */
  books(): Books;
}

interface Member extends Assembled {
  readonly life: Life;
}

export function createCluster(deps: ClusterDeps): Cluster {
  const { time, chance, faults, trace } = deps;
  const store = createLogStore();
  store.ensure(topicSpecs({ shards: SHARDS, replicationFactor: 1 }));
  const clock: Clock = { nowMs: () => epochMs(Math.floor(time.nowMs())), monoMs: () => time.monoMs() };
  let live = createMemoryLiveState({ clock });
  const records = {
    registry: createMemoryTurnStore(),
    metering: createMemoryTurnStore(),
    epochs: createMemoryEpochs(),
    gateways: createMemoryStore(),
  };
  const { away } = deps;
  const isDatabaseAway = (): boolean => time.monoMs() < away.databaseUntilMs;
  const logWorld: LogWorld = {
    ...{ time, store, faults, away },
    ...{ groups: new Map(), owners: new Map(), rng: chance.stream('groups') },
    isAway: () => time.monoMs() < away.logUntilMs,
    onLostAck: deps.onLostAck,
    onStuck: deps.onStuck,
  };
  const rpcWorld: RpcWorld = {
    time,
    faults,
    serving: new Map(),
    jams: new Map(),
    onSlowRequest: deps.onSlowRequest,
  };
  const members = new Map<ProcessName, Member>();
  const births = new Map<string, number>();
  /** All that live, those that only start among them. */
  const alive = new Set<Life>();
  let down: Absence | undefined;
  let isDying = false;
  /** Until its host is there again. */
  const absentMs = (name: ProcessName): number => Math.max(0, (down?.backAtMs.get(name) ?? 0) - time.monoMs());

  const newLife = (process: string): Life => {
    const birth = (births.get(process) ?? 0) + 1;
    births.set(process, birth);
    return createLife(process, `${process}#${birth}`, {
      time,
      onSurvivor: (life, port) => deps.onTrouble('survivor', `${life} called ${port} after its death`),
    });
  };
  const platformOf = (life: Life): Platform => {
    const rng = (what: string): Rng => chance.stream(`${life.name} ${what}`);
    const ids = rng('ids');
    return {
      clock,
      timers: life.timers,
      io: ioOf(clock, life.timers),
      ids: { next: () => idFrom(ids) },
      rng: rng('rng'),
      log: createSimLog(logWorld, life, rng('log')),
      live: liveOf(() => live, { life, rng: rng('live'), isAway: () => time.monoMs() < away.liveUntilMs }),
      rpc: createSimRpc(rpcWorld, life, rng('rpc')),
      databaseUrl: '',
      shards: SHARDS,
      addresses: addressesFor(life.process),
      logger: loggerOf(trace, life),
      fatal: (why, cause) => {
        deps.onTrouble('fatal', `${life.name}: ${why}: ${cause instanceof Error ? cause.message : String(cause)}`);
        life.kill();
      },
    };
  };

  const start = async (name: ProcessName): Promise<void> => {
    const waitMs = absentMs(name);
    if (waitMs > 0) return void time.after(waitMs, `start ${name}`, () => void start(name));
    const life = newLife(name);
    alive.add(life);
    const own = platformOf(life);
    const rng = chance.stream(`${life.name} records`);
    const database = { time, life, rng, isAway: isDatabaseAway, answerLost: answersLost(faults, life) };
    const stores = {
      registry: storeOf(records.registry, database),
      metering: storeOf(records.metering, database),
      epochs: epochsOf(records.epochs, database),
      gateway: gatewayStoreOf(records.gateways, database, deps.onKept),
    };
    const assembled = assemble(name, deps.sabotage?.(name, own) ?? own, { ...deps, stores });
    life.onDeath(() => {
      trace.tell(`${life.name} died`);
      members.delete(name);
      alive.delete(life);
      time.after(isDying ? absentMs(name) : deps.restartInMs(life.name), `start ${name}`, () => void start(name));
    });
    trace.tell(`${life.name} starts`);
    deps.onBirth(name);
    try {
      await assembled.service.start();
    } catch (cause) {
      // As the real host does: a start that failed ends the process, and whoever runs it starts it again.
      trace.tell(`${life.name} could not start: ${cause instanceof Error ? cause.message : String(cause)}`);
      return life.kill();
    }
    members.set(name, { ...assembled, life });
    trace.tell(`${life.name} is up`);
  };

  const groupOf = (role: OwnerRole): SimGroup | undefined => logWorld.owners.get(role);
  const shardOf = (site: number): number => deps.siteShards[site] ?? deps.siteShards[0] ?? 0;
  const ownerOf: Cluster['ownerOf'] = (role, site) => {
    const life = groupOf(role)?.ownerOf(shardOf(site));
    return INSTANCES[role].find((name) => (life === undefined ? members.has(name) : members.get(name)?.life === life));
  };

  const pause: Cluster['pause'] = (name, pauseMs, callsFromNow) => {
    const life = members.get(name)?.life;
    if (life === undefined) return;
    const stop = (): void => {
      trace.tell(`${life.name} stands still for ${Math.round(pauseMs)} ms`);
      life.pause();
      time.after(pauseMs, `wake ${name}`, () => {
        trace.tell(`${life.name} wakes`);
        life.resume();
      });
    };
    if (callsFromNow === undefined) stop();
    else life.atCall(callsFromNow, stop);
  };

  const restart = (name: ProcessName): void => {
    const member = members.get(name);
    if (member === undefined) return;
    trace.tell(`${member.life.name} is told to end`);
    const end = (): void => member.life.kill();
    time.after(STOP_GRACE_MS, `${member.life.name} is ended`, end);
    member.service.stop(STOP_GRACE_MS).then(end, end);
  };

  return {
    store,
    ...{ pause, restart, ownerOf },
    emptyLive: () => {
      live = createMemoryLiveState({ clock });
    },
    cutOff: (role, name, forMs) => {
      const life = members.get(name)?.life;
      if (life === undefined || groupOf(role)?.cutOff(life, forMs) !== true) return;
      trace.tell(`${life.name} is cut off from its group for ${Math.round(forMs)} ms`);
    },
    moveShard: (role, site) => {
      const shard = shardOf(site);
      const moves = groupOf(role)?.moveAway(shard) === true;
      if (moves) trace.tell(`shard ${shard} moves to another ${role}`);
      return moves;
    },
    ...{ platformOf, newLife, start },
    books: () => booksOf(records),
    kill: (name) => members.get(name)?.life.kill(),
    dieAll(death) {
      down = death;
      isDying = true;
      for (const life of [...alive]) life.kill();
      isDying = false;
    },
    losesPower: () => isDying && down?.losesPower === true,
    crash: (name, callsFromNow) => members.get(name)?.life.dieAtCall(callsFromNow),
    isUp: (name) => members.has(name),
    gateways: () =>
      GATEWAYS.flatMap((name) => {
        const member = members.get(name);
        return member?.gateway === undefined ? [] : [{ gateway: member.gateway, life: member.life }];
      }),
  };
}

const ioOf = (clock: Clock, timers: Timers): Platform['io'] => ({ monoMs: () => clock.monoMs(), ...timers });

const ID_PARTS = 4;
const idFrom = (rng: Rng): string =>
  Array.from({ length: ID_PARTS }, () =>
    Math.floor(rng.next() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0'),
  ).join('');

/** Without times, pids and host names (DS-5). */
function loggerOf(trace: Trace, life: Life): Logger {
  const say =
    (level: string): Logger['info'] =>
    (event, fields) =>
      trace.tell(`${life.name} ${level} ${event} ${fields === undefined ? '' : JSON.stringify(fields, plain)}`);
  return {
    info: (event, fields) => trace.line(`${life.name} ${event} ${JSON.stringify(fields ?? {}, plain)}`),
    warn: say('warn'),
    error: say('error'),
  };
}

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

import { compareNumbers, type StationId } from '@headroom/kernel';
import { type SiteState, stationOf, stationsOf } from '../domain/site-state.ts';
import { sourcesOf, stationViewOf } from '../domain/station-view.ts';
import type { DispatchEvents } from '../events.ts';
import type { StationBoard, ViewVersion } from '../ports.ts';
import type { Shard } from './shard.ts';

/** Stations that are told of in one turn, of all shards; the rest is for the next. */
export const MAX_VIEWS_OF_TURN = 100;
/** One of which nothing new is known is told of again after so long: who reads it sees by its age that it is of now. */
export const RETELL_AFTER_MS = 60_000;
/** After a turn that failed there is none for so long: the live state may be away. So it is of a station of which a newer view stands there. */
export const TELL_AGAIN_MS = 10_000;

export interface TellDeps {
  readonly board: StationBoard;
  readonly events: Pick<DispatchEvents, 'viewsNotTold'>;
  readonly nowMs: () => number;
  readonly monoMs: () => number;
}

interface Told {
  readonly stationId: StationId;
  readonly sources: readonly unknown[];
  /** Of the connection of which it told. */
  readonly generation: number;
  readonly atMonoMs: number;
  /** Somebody has told of a later connection: another site has it, and may let go of it. */
  readonly isStale?: true;
}

/** What was told of the stations of one tenure. */
interface Telling {
  /** By site and station: two documents may name a station that moves from one site to the other. */
  readonly told: Map<string, Told>;
  seq: bigint;
  underWay: boolean;
  notBeforeMonoMs: number;
}

export interface StationTeller {
  /**
   * Tells what has changed, or was told long ago. Never rejects, and nothing waits for it; while one of a shard is under way there is no
   * second of it.
   */
  turn(shards: readonly Shard[]): Promise<void>;
}

/**
 * What is known of stations, for people to read. It is a view: what is not taken is told at a later turn, and no limit is any other for
 * it (R15).
 */
export function createStationTeller(deps: TellDeps): StationTeller {
  const tellings = new WeakMap<Shard, Telling>();
  const tellingOf = (shard: Shard): Telling => {
    const telling = tellings.get(shard) ?? { told: new Map(), seq: 0n, underWay: false, notBeforeMonoMs: 0 };
    tellings.set(shard, telling);
    return telling;
  };
  const mayTell = (shard: Shard, { underWay, notBeforeMonoMs }: Telling): boolean =>
    !underWay && deps.monoMs() >= notBeforeMonoMs && shard.phase === 'acting' && shard.hold.ownsNow();
  return {
    turn: async (shards) => {
      const able = shards.flatMap((shard) => {
        const telling = tellingOf(shard);
        return mayTell(shard, telling) ? dueStations(deps, shard, telling) : [];
      });
      // None waits for ever behind others that change all the time.
      const due = able.toSorted((a, b) => compareNumbers(a.toldMonoMs, b.toldMonoMs)).slice(0, MAX_VIEWS_OF_TURN);
      const byShard = Map.groupBy(due, ({ shard }) => shard);
      await Promise.all([...byShard].map(([shard, some]) => tellAll(deps, shard, tellingOf(shard), some)));
    },
  };
}

async function tellAll(
  deps: TellDeps,
  shard: Shard,
  telling: Telling,
  due: readonly (DueView | DueRemoval)[],
): Promise<void> {
  telling.underWay = true;
  const outcomes = await Promise.allSettled(
    due.map((each) =>
      each.site === undefined ? takeBack(deps, shard, telling, each) : tell(deps, shard, telling, each),
    ),
  );
  telling.underWay = false;
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return;
  telling.notBeforeMonoMs = deps.monoMs() + TELL_AGAIN_MS;
  deps.events.viewsNotTold(shard.shard, failed.reason);
}

/** What is to be told of a station, or taken back. */
interface Due {
  readonly shard: Shard;
  /** Under which it counts as told. */
  readonly key: string;
  readonly stationId: StationId;
  readonly toldMonoMs: number;
}
interface DueView extends Due {
  readonly site: SiteState;
  readonly sources: readonly unknown[];
}
/** Of one that no document of the shard names any more. */
interface DueRemoval extends Due {
  readonly site: undefined;
  readonly generation: number;
}

function dueStations({ monoMs }: TellDeps, shard: Shard, { told }: Telling): readonly (DueView | DueRemoval)[] {
  const nowMonoMs = monoMs();
  const due: (DueView | DueRemoval)[] = [];
  const known = new Set<string>();
  for (const site of shard.sites.values()) {
    for (const stationId of stationsOf(site).keys()) {
      const key = `${site.siteId} ${stationId}`;
      known.add(key);
      const before = told.get(key);
      const sources = sourcesOf(site, stationId);
      const toldMonoMs = before?.atMonoMs ?? Number.NEGATIVE_INFINITY;
      const isOld = nowMonoMs >= toldMonoMs + (before?.isStale === true ? TELL_AGAIN_MS : RETELL_AFTER_MS);
      if (isOld || !isSame(before?.sources, sources)) due.push({ shard, key, site, stationId, sources, toldMonoMs });
    }
  }
  for (const [key, { stationId, generation, atMonoMs }] of told) {
    if (!known.has(key)) due.push({ shard, key, site: undefined, stationId, generation, toldMonoMs: atMonoMs });
  }
  return due;
}

/** It counts as told before it is: what is told while its state changes is told anew. */
async function tell(deps: TellDeps, shard: Shard, telling: Telling, due: DueView): Promise<void> {
  const { key, site, stationId, sources } = due;
  const { generation } = stationOf(site, stationId);
  const told: Told = { stationId, sources, generation, atMonoMs: deps.monoMs() };
  telling.told.set(key, told);
  try {
    const [nowMs, version] = [deps.nowMs(), nextVersion(shard, telling, generation)];
    const isTaken = await deps.board.put(stationViewOf(site, stationId, nowMs), version, nowMs);
    if (!isTaken) telling.told.set(key, { ...told, isStale: true });
  } catch (cause) {
    telling.told.delete(key);
    throw cause;
  }
}

/** Another shard may have it now, and know of no connection yet: what we told does not stand in its way. */
async function takeBack(deps: TellDeps, shard: Shard, telling: Telling, due: DueRemoval): Promise<void> {
  await deps.board.remove(due.stationId, nextVersion(shard, telling, due.generation));
  telling.told.delete(due.key);
}

function nextVersion(shard: Shard, telling: Telling, generation: number): ViewVersion {
  telling.seq += 1n;
  return { generation: BigInt(generation), epoch: BigInt(shard.epoch), seq: telling.seq };
}

const isSame = (a: readonly unknown[] | undefined, b: readonly unknown[]): boolean =>
  a !== undefined && a.length === b.length && a.every((each, index) => each === b[index]);

import { compareNumbers, type StationId } from '@headroom/kernel';
import { type SiteState, stationsOf } from '../domain/site-state.ts';
import { sourcesOf, stationViewOf } from '../domain/station-view.ts';
import type { DispatchEvents } from '../events.ts';
import type { StationBoard } from '../ports.ts';
import type { Shard } from './shard.ts';

/** Stations that are told of in one turn, of all shards; the rest is for the next. */
export const MAX_VIEWS_OF_TURN = 100;
/** One of which nothing new is known is told of again after so long: who reads it sees by its age that it is of now. */
export const RETELL_AFTER_MS = 60_000;
/** After a turn that failed there is none for so long: the live state may be away. */
export const TELL_AGAIN_MS = 10_000;

export interface TellDeps {
  readonly board: StationBoard;
  readonly events: Pick<DispatchEvents, 'viewsNotTold'>;
  readonly nowMs: () => number;
  readonly monoMs: () => number;
}

interface Told {
  readonly sources: readonly unknown[];
  readonly atMonoMs: number;
}

/** What was told of the stations of one tenure. */
interface Telling {
  readonly told: Map<StationId, Told>;
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

async function tellAll(deps: TellDeps, shard: Shard, telling: Telling, due: readonly Due[]): Promise<void> {
  telling.underWay = true;
  const outcomes = await Promise.allSettled(due.map((each) => tell(deps, shard, telling, each)));
  telling.underWay = false;
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return;
  telling.notBeforeMonoMs = deps.monoMs() + TELL_AGAIN_MS;
  deps.events.viewsNotTold(shard.shard, failed.reason);
}

interface Due {
  readonly shard: Shard;
  readonly site: SiteState;
  readonly stationId: StationId;
  readonly sources: readonly unknown[];
  readonly toldMonoMs: number;
}

function dueStations({ monoMs }: TellDeps, shard: Shard, { told }: Telling): readonly Due[] {
  const nowMonoMs = monoMs();
  const due: Due[] = [];
  const known = new Set<StationId>();
  for (const site of shard.sites.values()) {
    for (const stationId of stationsOf(site).keys()) {
      known.add(stationId);
      const before = told.get(stationId);
      const sources = sourcesOf(site, stationId);
      const toldMonoMs = before?.atMonoMs ?? Number.NEGATIVE_INFINITY;
      const isOld = before === undefined || nowMonoMs >= toldMonoMs + RETELL_AFTER_MS;
      if (isOld || !isSame(before.sources, sources)) due.push({ shard, site, stationId, sources, toldMonoMs });
    }
  }
  // Those that no document names any more.
  for (const stationId of told.keys()) if (!known.has(stationId)) told.delete(stationId);
  return due;
}

/** It counts as told before it is: what is told while its state changes is told anew. */
async function tell(deps: TellDeps, shard: Shard, telling: Telling, { site, stationId, sources }: Due): Promise<void> {
  telling.told.set(stationId, { sources, atMonoMs: deps.monoMs() });
  telling.seq += 1n;
  try {
    const version = { epoch: BigInt(shard.epoch), seq: telling.seq };
    const nowMs = deps.nowMs();
    await deps.board.put(stationViewOf(site, stationId, nowMs), version, nowMs);
  } catch (cause) {
    telling.told.delete(stationId);
    throw cause;
  }
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

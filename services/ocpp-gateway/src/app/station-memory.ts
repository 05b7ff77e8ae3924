import type { StationId } from '@headroom/kernel';
import { createBoundedMap } from '../domain/bounded-map.ts';
import {
  afterWriteIn,
  type FenceJudgement,
  type FenceToken,
  judge,
  NO_WRITTEN_SHARDS,
  writtenOf,
  type WrittenShards,
} from '../domain/fence.ts';
import type { OfSite } from '../ports.ts';

/** Stations remembered beyond their connection; many more than one gateway ever holds. */
const MAX_REMEMBERED_STATIONS = 100_000;
/** Shards whose epoch is remembered: more than there are. */
const MAX_SHARDS = 4_096;

interface Remembered {
  readonly generation: number;
  /** Under which site it said who it is, on this connection or an earlier one (H59: it need not say so again). '': none. Absent: it did not. */
  readonly bootedAt?: string;
  readonly written: WrittenShards;
  readonly answerDelayMs: number;
}

const NEW: Remembered = { generation: 0, written: NO_WRITTEN_SHARDS, answerDelayMs: 0 };

/** What outlives a connection: generation, boot, and the fence. */
export interface StationMemory {
  /** The next generation here, at least the one given: it grows over connections, and by clock or store over gateways (R8). */
  nextGeneration(stationId: StationId, atLeast: number): number;
  /** Another gateway has that generation of this station: the next one here is higher. */
  sawGeneration(stationId: StationId, generation: number): void;
  booted(station: OfSite): boolean;
  markBooted(station: OfSite): void;
  /** It loses answers that come sooner (H20). 0: nothing of the kind is known; so after a restart of ours, until it boots again. */
  answerDelayMs(stationId: StationId): number;
  setAnswerDelay(stationId: StationId, delayMs: number): void;
  /** What the table of epochs says; shards that are not in it were never owned. */
  learnEpochs(table: ReadonlyMap<number, bigint>): void;
  knowsEpochs(): boolean;
  /**
   * A batch came with this epoch: lower ones are fenced from now on (O4). It teaches nothing while the table is unread: the
   * first to speak may be a zombie, and its epoch would become the highest known (HO-4).
   */
  sawEpoch(shard: number, epoch: bigint): void;
  judge(stationId: StationId, token: FenceToken, generation: number, nowMs: number): FenceJudgement;
  wrote(stationId: StationId, token: FenceToken): void;
}

export function createStationMemory(): StationMemory {
  const stations = createBoundedMap<StationId, Remembered>(MAX_REMEMBERED_STATIONS);
  const epochs = createBoundedMap<number, bigint>(MAX_SHARDS);
  let tableRead = false;
  const raise = (shard: number, epoch: bigint): void => {
    if (epoch > (epochs.get(shard) ?? 0n)) epochs.set(shard, epoch);
  };
  const of = (stationId: StationId): Remembered => stations.get(stationId) ?? NEW;
  return {
    nextGeneration(stationId, atLeast) {
      const generation = Math.max(of(stationId).generation + 1, atLeast);
      stations.set(stationId, { ...of(stationId), generation });
      return generation;
    },
    sawGeneration(stationId, generation) {
      if (generation > of(stationId).generation) stations.set(stationId, { ...of(stationId), generation });
    },
    booted: ({ stationId, siteId = '' }) => of(stationId).bootedAt === siteId,
    markBooted: ({ stationId, siteId = '' }) => stations.set(stationId, { ...of(stationId), bootedAt: siteId }),
    answerDelayMs: (stationId) => of(stationId).answerDelayMs,
    setAnswerDelay: (stationId, answerDelayMs) => stations.set(stationId, { ...of(stationId), answerDelayMs }),
    learnEpochs(table) {
      for (const [shard, epoch] of table) raise(shard, epoch);
      tableRead = true;
    },
    knowsEpochs: () => tableRead,
    sawEpoch(shard, epoch) {
      if (tableRead) raise(shard, epoch);
    },
    judge: (stationId, token, generation, nowMs) =>
      judge(token, {
        highestEpoch: tableRead ? (epochs.get(token.shard) ?? 0n) : undefined,
        written: writtenOf(of(stationId).written, token.shard),
        generation,
        nowMs,
      }),
    wrote(stationId, token) {
      const known = of(stationId);
      stations.set(stationId, { ...known, written: afterWriteIn(known.written, token) });
    },
  };
}

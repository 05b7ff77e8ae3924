import type { Clock } from '@headroom/kernel';
import { readTraceparent, type Tracer } from '@headroom/telemetry';
import { noteTrace } from './trace-pass.ts';
import { advanceLeaseTime, type LeaseTime } from '../domain/clock-skew.ts';
import type { LimitResolved } from '../domain/facts.ts';
import type { PlanTime } from '../domain/plan-batch.ts';
import type { DispatchEvents } from '../events.ts';
import type { Epochs, FactBatch, Gateways, Journal, Readiness, ShardOwner, Snapshots, StationBoard } from '../ports.ts';
import type { ProfileDispatcherConfig } from '../config.ts';
import { acquireShards } from './acquire-shards.ts';
import { isContained } from './restore-shard.ts';
import { allowOnceRead, type Shard, type ShardPhase, touchAll, touchRestless } from './shard.ts';
import { createShardWork, REST_MS } from './shard-work.ts';
import { closeShardReplay, takeFact } from './take-fact.ts';
import { createStationTeller } from './tell-stations.ts';

export interface DispatcherDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  readonly gateways: Gateways;
  readonly epochs: Epochs;
  readonly board: StationBoard;
  readonly events: DispatchEvents;
  readonly config: ProfileDispatcherConfig;
  readonly watchesLeases: boolean;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
  readonly fatal: (why: string, cause: unknown) => void;
}

/** Renewals and ends of leases are not so urgent that every site must be walked at every tick. */
const WHOLE_ROUND_EVERY_MS = 1_000;

/** The inputs of the dispatcher, as `service.ts` routes them, and its life. */
export interface Dispatcher extends ShardOwner {
  /** What time alone brings about: renewals, ends of leases, repeats, snapshots. */
  onTime(): void;
  readiness(): Readiness;
  /** How many shards are in that phase. */
  shardsIn(phase: ShardPhase): number;
  /** EVSEs that may have more and are not told yet: they were told just now (OD6, OD9). */
  raisesWaiting(): number;
  /** Nothing is begun any more; lets end what is under way. */
  stop(): Promise<void>;
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { clock, config, events, fatal } = deps;
  const monoMs = (): number => clock.monoMs();
  const tenures = new Map<number, Shard>();
  const isCurrent = (shard: Shard): boolean => tenures.get(shard.shard) === shard;
  const work = createShardWork({ ...deps, rules: config, monoMs, time: timeSource(clock), isCurrent });
  const taking = () => ({ nowMs: clock.nowMs(), rules: config });
  const held = (numbers: readonly number[]): readonly Shard[] => numbers.flatMap((number) => tenures.get(number) ?? []);
  const teller = createStationTeller({ ...deps, monoMs, nowMs: () => clock.nowMs() });
  let wholeRoundDueMs = 0;
  let viewsDueMs = monoMs() + config.viewEveryMs;

  return {
    onPause: async (numbers) => {
      const shards = held(numbers);
      for (const shard of shards) shard.restingUntilMonoMs = Number.POSITIVE_INFINITY;
      await work.atRest(shards);
      // From here on `ownsNow` tells; the rest covers the moment until the group says so.
      for (const shard of shards) shard.restingUntilMonoMs = monoMs() + REST_MS;
    },
    onLost: async (numbers) => {
      for (const shard of held(numbers)) {
        const isOutbid = shard.phase === 'lost';
        shard.phase = 'lost';
        tenures.delete(shard.shard);
        events.shardLost(shard.shard, shard.epoch, isOutbid);
      }
    },
    onAcquired: async (numbers, holdOf) => {
      const acquired = await acquireShards({ ...deps, nowMs: () => clock.nowMs(), monoMs }, numbers, holdOf);
      for (const shard of acquired) tenures.set(shard.shard, shard);
    },
    startOf: (topic, number) => {
      const last = tenures.get(number)?.positions.get(topic);
      return last === undefined ? undefined : last + 1n;
    },
    onFacts: (batch) => {
      const shard = tenures.get(batch.shard);
      if (shard === undefined) return fatal('a record of a shard that is not ours', new RangeError(`${batch.shard}`));
      try {
        takeBatch(shard, batch, { ...taking(), events });
        if (deps.tracer !== undefined) noteTraces(deps.tracer, shard, batch);
      } catch (cause) {
        // The state may be half of something: the log would hand us the same batch for ever.
        return fatal('a fact could not be taken in', cause);
      }
      work.follow(shard);
    },
    onCaughtUp: (number) => {
      const shard = tenures.get(number);
      if (shard === undefined) return;
      closeShardReplay(shard, taking());
      if (shard.phase === 'acting') events.shardOpened(shard.shard, shard.epoch);
      work.follow(shard);
    },
    claims: () => new Map([...tenures.values()].map(({ shard, epoch }) => [shard, BigInt(epoch)])),
    onTime: () => {
      const isRound = monoMs() >= wholeRoundDueMs;
      if (isRound) wholeRoundDueMs = monoMs() + WHOLE_ROUND_EVERY_MS;
      const isTelling = monoMs() >= viewsDueMs;
      if (isTelling) viewsDueMs = monoMs() + config.viewEveryMs;
      for (const shard of tenures.values()) {
        if (isRound) touchAll(shard);
        else touchRestless(shard);
        work.tick(shard, isRound);
      }
      if (isTelling) void teller.turn([...tenures.values()]);
    },
    readiness: () => readinessOf([...tenures.values()]),
    shardsIn: (phase) => [...tenures.values()].filter((shard) => shard.phase === phase).length,
    raisesWaiting: () =>
      [...tenures.values()].reduce((sum, { waiting }) => sum + [...waiting.values()].reduce((a, b) => a + b, 0), 0),
    stop: async () => {
      work.stop();
      await work.atRest([...tenures.values()]);
    },
  };
}

function noteTraces(tracer: Tracer, shard: Shard, { records }: FactBatch): void {
  for (const { facts, traceparent } of records) {
    if (traceparent !== undefined) for (const fact of facts) noteTrace(tracer, shard, fact, traceparent);
  }
}

type TakingBatch = Parameters<typeof takeFact>[2] & { readonly events: Pick<DispatchEvents, 'notTaken'> };

function takeBatch(shard: Shard, batch: FactBatch, { events, ...taking }: TakingBatch): void {
  for (const { offset, facts, traceparent } of batch.records) {
    const onResolved = (record: LimitResolved): void => {
      if (record.outcome !== 'accepted') events.notTaken(record, readTraceparent(traceparent)?.traceId);
    };
    for (const fact of facts) {
      if (!isContained(shard, batch, { offset, fact })) takeFact(shard, fact, { ...taking, onResolved });
    }
  }
  if (batch.upTo === undefined) return;
  // A restored site may have been ahead of the others: its shard has not read less than that.
  const before = shard.positions.get(batch.topic);
  if (before === undefined || batch.upTo > before) shard.positions.set(batch.topic, batch.upTo);
  if (batch.isOwn) shard.ownRead = batch.upTo;
  allowOnceRead(shard);
}

function readinessOf(shards: readonly Shard[]): Readiness {
  const waiting = shards.filter(({ phase }) => phase !== 'acting');
  if (waiting.length === 0) return { kind: 'ready' };
  const named = waiting.map(({ shard, phase }) => `${shard} (${phase})`).join(', ');
  return {
    kind: 'not-ready',
    why: `${waiting.length} of ${shards.length} shards do not act, no command leaves: ${named}`,
  };
}

function timeSource(clock: Clock): () => PlanTime {
  let lease: LeaseTime | undefined;
  let last: PlanTime | undefined;
  return () => {
    const [nowMs, monoMs] = [clock.nowMs(), clock.monoMs()];
    // Asked many times within one instant, of which it is always the same.
    if (last?.nowMs === nowMs && lease?.monoMs === monoMs) return last;
    lease = advanceLeaseTime(lease, nowMs, monoMs);
    last = { nowMs, leaseNowMs: lease.nowMs };
    return last;
  };
}

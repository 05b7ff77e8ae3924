import type { Timers } from '@headroom/kernel';
import { createHoldings, type Holding, type ShardReading, type Tenure } from './holdings.ts';
import { createOwnerCalls, LOSS_LIMIT_MS } from './owner-calls.ts';
import type { Acquisition, OwnershipOptions } from './ownership.ts';
import { type LogReport, wordsOf } from './report.ts';
import { within } from './within.ts';

/** The port promises it. Well below the session of 6 s: no heartbeat leaves until the group is joined again. */
export const PAUSE_LIMIT_MS = 3_000;

export interface TenuresOptions<Reading extends ShardReading> {
  readonly ownership: OwnershipOptions;
  /** The group has answered a heartbeat lately (OW-30). */
  readonly isFresh: () => boolean;
  /** Makes a reading that stands still. */
  readonly read: (tenure: Tenure) => Reading;
  /** They are acquired: read them from their start. */
  readonly begin: (readings: readonly Reading[]) => void;
  readonly timers: Timers;
  readonly report: LogReport;
  /** The consumer is dead: nothing is called any more. */
  readonly stop: AbortSignal;
  readonly onFatal: (cause: unknown) => void;
}

/** Which shards are ours, since when, and the owner that is told. Knows neither the log nor the group. */
export interface Tenures<Reading extends ShardReading> {
  /** A join is near: everything comes to rest. Resolves when it has, or after 3 s. Harmless again. While it ends: `end`. */
  suspend(): Promise<void>;
  /** The group may be joined: `suspend` has resolved. Never again once it ends. */
  mayJoin(): 'yes' | 'not-yet' | 'never';
  /** The join did not come to be, and the group has us as before: everything goes on. */
  resume(): void;
  /** Joined: these are ours now. Synchronous: when it returns, what is lost is not owned any more. */
  assigned(memberId: string, shards: readonly number[]): void;
  of(shard: number): Reading | undefined;
  claims(): ReadonlyMap<number, bigint>;
  /** Suspends, then loses everything. */
  end(): Promise<void>;
}

export function createTenures<Reading extends ShardReading>(options: TenuresOptions<Reading>): Tenures<Reading> {
  const { ownership, timers, stop } = options;
  const holdings = createHoldings(options.read, stop);
  const suspension = createSuspension();
  let member = '';
  let ending: Promise<void> | undefined;
  let ended = false;

  const begin = (acquired: readonly Holding<Reading>[]) => {
    const ours = acquired.filter((holding) => !holding.over.aborted);
    options.begin(ours.filter(({ shard }) => holdings.drained(shard) === undefined).map(({ reading }) => reading));
    // A handler of an earlier tenure still runs: one at a time, whatever happens.
    for (const { shard, reading, over } of ours) {
      void holdings.drained(shard)?.then(() => {
        if (!over.aborted) options.begin([reading]);
      });
    }
  };
  const calls = createOwnerCalls<Reading>({
    ...options,
    drained: holdings.drained,
    resumed: suspension.resumed,
    begin,
  });
  const isOwn = (holding: Holding<Reading>): boolean =>
    holdings.of(holding.shard) === holding && !suspension.isQuiet() && !stop.aborted && options.isFresh();
  const change = (lost: readonly Holding<Reading>[], shards: readonly number[]) => {
    const gained = new Map(shards.map((shard) => [shard, holdings.open(shard)]));
    const acquisition: Acquisition = {
      memberId: member,
      ownsNow: (shard) => {
        const holding = gained.get(shard);
        return holding !== undefined && isOwn(holding);
      },
      acquireAgain: (shard) => {
        const holding = gained.get(shard);
        if (holding === undefined || holdings.of(shard) !== holding || stop.aborted) return;
        holdings.lose(holding);
        change([holding], [shard]);
      },
    };
    calls.add({ lost, gained: [...gained.values()], acquisition });
  };
  const loseAll = (lost: readonly Holding<Reading>[]) => lost.forEach(holdings.lose);
  const rest = async () => {
    const told = holdings.all().flatMap((holding) => (holding.told ? [holding.shard] : []));
    const work = Promise.all([calls.running(), holdings.hold(), told.length > 0 ? paused(options, told) : undefined]);
    const outcome = await within(work, PAUSE_LIMIT_MS, timers);
    if (outcome === 'late') options.report('pause-late', { shards: told.length });
  };
  const suspend = () => suspension.begin(holdings.isIdle() && calls.running() === undefined ? undefined : rest);
  const end = async () => {
    await suspend();
    const lost = holdings.all();
    loseAll(lost);
    suspension.end();
    change(lost, []);
    // The loss itself, and a call before it that hangs.
    await within(calls.done(), 2 * LOSS_LIMIT_MS, timers);
    ended = true;
  };

  const goOn = () => {
    suspension.end();
    for (const { reading } of holdings.all()) reading.go();
  };

  return {
    suspend: () => ending ?? suspend(),
    resume: () => {
      if (ending === undefined && !stop.aborted && suspension.isOn()) goOn();
    },
    mayJoin: () => {
      // Who joined while it ends would let the others have its shards too early.
      if (ending !== undefined) return ended ? 'never' : 'not-yet';
      return suspension.isQuiet() ? 'yes' : 'not-yet';
    },
    assigned: (memberId, shards) => {
      if (ending !== undefined || stop.aborted) return;
      const isSame = memberId === member;
      member = memberId;
      const next = new Set(shards);
      // Another member id means that everything was lost in between, even if the same shards are back (OW-14).
      const lost = holdings.all().filter(({ shard }) => !isSame || !next.has(shard));
      loseAll(lost);
      goOn();
      const gained = [...next].filter((shard) => holdings.of(shard) === undefined).toSorted((a, b) => a - b);
      if (lost.length + gained.length > 0) change(lost, gained);
    },
    of: (shard) => holdings.of(shard)?.reading,
    claims: () => {
      const epochs = ownership.claims?.();
      return new Map(holdings.all().map(({ shard }) => [shard, epochs?.get(shard) ?? 0n]));
    },
    end: () => (ending ??= end()),
  };
}

async function paused<Reading extends ShardReading>(
  { ownership, report }: TenuresOptions<Reading>,
  shards: readonly number[],
): Promise<void> {
  try {
    await ownership.onPause?.(shards);
  } catch (cause) {
    report('pause-failed', { why: wordsOf(cause) });
  }
}

interface Suspension {
  readonly rest: Promise<void>;
  readonly over: PromiseWithResolvers<void>;
  quiet: boolean;
}

/** From the news that the group joins again until it has. */
function createSuspension() {
  let now: Suspension | undefined;
  return {
    /** Without `rest` there is nothing that must come to rest. */
    begin: (rest: (() => Promise<void>) | undefined): Promise<void> => {
      if (now !== undefined) return now.rest;
      const resting = rest?.() ?? Promise.resolve();
      const begun: Suspension = {
        quiet: rest === undefined,
        over: Promise.withResolvers<void>(),
        rest: resting.then(() => {
          begun.quiet = true;
        }),
      };
      now = begun;
      return begun.rest;
    },
    isOn: () => now !== undefined,
    isQuiet: () => now?.quiet === true,
    /** Resolves when it is over; undefined when there is none. */
    resumed: () => now?.over.promise,
    end: () => {
      now?.over.resolve();
      now = undefined;
    },
  };
}

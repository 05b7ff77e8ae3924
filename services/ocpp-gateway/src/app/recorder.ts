import type { Clock, StationId, Timers } from '@headroom/kernel';
import { readTraceparent, traceIdIn } from '@headroom/telemetry';
import type { StationFact } from '../domain/facts.ts';
import type { GatewayEvents } from '../events.ts';
import type { EmergencyInbox, FactLog } from '../ports.ts';
import { createDiversions } from './diversions.ts';
import { createDurableWrite, type DurableWrite, MAX_UNDURABLE_MS, type WriteOutcome } from './durable-write.ts';
import { createInboxRelay } from './inbox-relay.ts';
import { createStationLines } from './station-lines.ts';

/** So long writes must go well again before stations are let in (I4). */
const RECOVERY_MS = 10_000;
/** Facts that wait for a store, with nobody waiting for them. One over it is dropped, and told. */
export const MAX_WAITING_FACTS = 20_000;
const TICK_MS = 1_000;

/** Records facts, in the order of each station, and knows whether recording is possible at all. */
export interface Recorder {
  /** Resolves `durable` only once the fact is. It gates an answer: after 5 s it is given up, and the station sends it again. */
  record(fact: StationFact): Promise<WriteOutcome>;
  /** For facts that gate nothing: recorded within a second where a store takes them, tried again where not. */
  recordLater(fact: StationFact): void;
  /** A station came whose records wait in the emergency inbox: what it says now goes behind them. */
  goBehind(stationId: StationId): void;
  /** False: stations must be kept away, so that they queue (R6). */
  isOpen(): boolean;
  /** Undefined: open. Else which stores take nothing, in words. */
  trouble(): string | undefined;
  /** False: this one must be kept away; its records wait in a store that is away, and none may overtake them. */
  takes(stationId: StationId): boolean;
  /** Waits for the facts in hand, at most as long as a store answers. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export interface RecorderDeps {
  readonly log: FactLog;
  readonly inbox: EmergencyInbox;
  readonly clock: Pick<Clock, 'monoMs'>;
  readonly timers: Timers;
  readonly events: GatewayEvents;
  /** Recording was lost: close every socket with 1013. */
  readonly onLost: () => void;
  /** Nothing of this station can be recorded for now: close its socket with 1013. */
  readonly onStationLost: (stationId: StationId) => void;
}

export function createRecorder(deps: RecorderDeps): Recorder {
  const { clock, log, inbox, events } = deps;
  const diversions = createDiversions();
  const write = createDurableWrite({ ...deps, diversions });
  const health = createHealth(deps, () => lines.kept === 0);
  const lines = createStationLines({
    write: async (stationId, records) => {
      const outcome = await health.watch(() => write(stationId, records));
      if (outcome === 'unavailable' && diversions.has(stationId)) deps.onStationLost(stationId);
      return outcome;
    },
    onRefused: ({ headers }) => events.factDropped(traceIdIn(headers)),
  });
  const relay = createInboxRelay({ log, inbox, events, clock, onPass: () => diversions.review(inbox) });
  const stopTicking = deps.timers.every(TICK_MS, () => {
    lines.retry();
    relay.nudge();
    health.tick();
  });

  return {
    record: (fact) => new Promise((resolve) => lines.add({ record: log.encode(fact), tell: resolve })),
    recordLater(fact) {
      if (lines.kept >= MAX_WAITING_FACTS) return events.factDropped(readTraceparent(fact.traceparent)?.traceId);
      lines.add({ record: log.encode(fact) });
    },
    goBehind: diversions.add,
    isOpen: health.isOpen,
    trouble: () => {
      if (health.isOpen()) return undefined;
      const stores = `event log: ${log.trouble() ?? 'answers again'}; emergency inbox: ${inbox.trouble() ?? 'answers again'}`;
      return `stations are kept away, since nothing could be recorded (${stores})`;
    },
    takes: (stationId) => health.isOpen() && !(diversions.has(stationId) && inbox.trouble() !== undefined),
    async flush() {
      await lines.idle();
      lines.retry();
      await lines.idle();
    },
    async stop() {
      stopTicking();
      await relay.stop();
    },
  };
}

type Watch = (work: () => ReturnType<DurableWrite>) => Promise<WriteOutcome>;

/** I3, I4: closed after five seconds in which nothing became durable, open again after ten in which everything did. */
function createHealth(deps: RecorderDeps, nothingWaits: () => boolean) {
  const { clock, log, inbox, events } = deps;
  /** Starts of writes that have not come back. */
  const pending = new Set<{ readonly startedMs: number }>();
  let firstFailureMs: number | undefined;
  let lastDurableMs = clock.monoMs();
  let lostSinceMs: number | undefined;
  let healthySinceMs: number | undefined;

  const watch: Watch = async (work) => {
    const entry = { startedMs: clock.monoMs() };
    pending.add(entry);
    const outcome = await work();
    pending.delete(entry);
    if (outcome === 'durable') {
      lastDurableMs = clock.monoMs();
      firstFailureMs = undefined;
    } else if (outcome === 'unavailable') firstFailureMs ??= entry.startedMs;
    return outcome;
  };
  /** How long we have been unable to write, 0 where we are not. */
  const undurableMs = (): number => {
    const starts = [...pending].map((entry) => entry.startedMs);
    const suspectMs = Math.min(firstFailureMs ?? Number.POSITIVE_INFINITY, ...starts);
    return Number.isFinite(suspectMs) ? clock.monoMs() - Math.max(suspectMs, lastDurableMs) : 0;
  };
  const tick = (): void => {
    const waitedMs = undurableMs();
    if (lostSinceMs === undefined && waitedMs > MAX_UNDURABLE_MS) {
      lostSinceMs = clock.monoMs();
      healthySinceMs = undefined;
      events.recordingLost(waitedMs);
      deps.onLost();
    } else if (lostSinceMs !== undefined) {
      const oneWorks = log.trouble() === undefined || inbox.trouble() === undefined;
      const healthy = oneWorks && nothingWaits() && pending.size === 0;
      healthySinceMs = healthy ? (healthySinceMs ?? clock.monoMs()) : undefined;
      if (healthySinceMs === undefined || clock.monoMs() - healthySinceMs < RECOVERY_MS) return;
      lostSinceMs = undefined;
      events.recordingBack();
    }
  };
  return { watch, tick, isOpen: () => lostSinceMs === undefined };
}

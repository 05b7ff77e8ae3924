import type { Clock, Timers } from '@headroom/kernel';
import type { StationFact } from '../domain/facts.ts';
import type { GatewayEvents } from '../events.ts';
import type { FactLog } from '../ports.ts';

/** So long nothing may become durable before the gateway looks offline to its stations (I3). */
const MAX_UNDURABLE_MS = 5_000;
/** So long writes must go well again before stations are let in (I4). */
const RECOVERY_MS = 10_000;
/** Facts that wait for a log that is away. One over it is dropped, and told. */
export const MAX_WAITING_FACTS = 20_000;
const RETRY_EVERY_MS = 1_000;
const RETRY_BATCH = 200;

/** Records facts, and knows whether recording is possible at all. */
export interface Recorder {
  /** Resolves `durable` only once the fact is. It gates an answer, so it is tried once: the station itself retries. */
  record(fact: StationFact): Promise<'durable' | 'unavailable' | 'refused'>;
  /** For facts that gate nothing: recorded within a second where the log answers, tried again where not. */
  recordLater(fact: StationFact): void;
  /** False: stations must be kept away, so that they queue (R6). */
  isOpen(): boolean;
  /** Waits for the facts in hand, at most as long as the log answers. */
  flush(): Promise<void>;
  stop(): void;
}

export interface RecorderDeps {
  readonly log: FactLog;
  readonly clock: Pick<Clock, 'monoMs'>;
  readonly timers: Timers;
  readonly events: GatewayEvents;
  /** Recording was lost: close every socket with 1013. */
  readonly onLost: () => void;
}

export function createRecorder(deps: RecorderDeps): Recorder {
  const { clock, log, events } = deps;
  /** Starts of writes that have not come back. */
  const pending = new Set<{ readonly startedMs: number }>();
  const waiting: StationFact[] = [];
  const inHand = new Set<Promise<void>>();
  let retrying = false;
  let firstFailureMs: number | undefined;
  let lastDurableMs = clock.monoMs();
  let lostSinceMs: number | undefined;
  let healthySinceMs: number | undefined;

  async function write(facts: readonly StationFact[]): Promise<'durable' | 'unavailable' | 'refused'> {
    const entry = { startedMs: clock.monoMs() };
    pending.add(entry);
    const outcome = await log.append(facts);
    pending.delete(entry);
    if (outcome === 'durable') {
      lastDurableMs = clock.monoMs();
      firstFailureMs = undefined;
    } else if (outcome === 'unavailable') firstFailureMs ??= clock.monoMs();
    return outcome;
  }

  /** How long we have been unable to write, 0 where we are not. */
  function undurableMs(): number {
    const starts = [...pending].map((entry) => entry.startedMs);
    const suspectMs = Math.min(firstFailureMs ?? Number.POSITIVE_INFINITY, ...starts);
    return Number.isFinite(suspectMs) ? clock.monoMs() - Math.max(suspectMs, lastDurableMs) : 0;
  }

  function keep(fact: StationFact): void {
    if (waiting.length >= MAX_WAITING_FACTS) return events.factsDropped(1);
    waiting.push(fact);
  }

  async function retry(): Promise<void> {
    if (retrying) return;
    retrying = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, RETRY_BATCH);
      const outcome = await write(batch);
      if (outcome === 'unavailable') break;
      if (outcome === 'refused') events.factsDropped(batch.length);
      waiting.splice(0, batch.length);
    }
    retrying = false;
  }

  function track(work: Promise<void>): void {
    inHand.add(work);
    void work.finally(() => inHand.delete(work));
  }

  function tick(): void {
    if (waiting.length > 0) track(retry());
    const waitedMs = undurableMs();
    if (lostSinceMs === undefined && waitedMs > MAX_UNDURABLE_MS) {
      lostSinceMs = clock.monoMs();
      healthySinceMs = undefined;
      events.recordingLost(waitedMs);
      deps.onLost();
    } else if (lostSinceMs !== undefined) {
      const healthy = log.trouble() === undefined && waiting.length === 0 && pending.size === 0;
      healthySinceMs = healthy ? (healthySinceMs ?? clock.monoMs()) : undefined;
      if (healthySinceMs !== undefined && clock.monoMs() - healthySinceMs >= RECOVERY_MS) {
        lostSinceMs = undefined;
        events.recordingBack();
      }
    }
  }

  const stopTicking = deps.timers.every(RETRY_EVERY_MS, tick);
  return {
    record: (fact) => write([fact]),
    recordLater(fact) {
      // Behind what waits already: a station's facts keep their order.
      if (waiting.length > 0) return keep(fact);
      track(
        write([fact]).then((outcome) => {
          if (outcome === 'unavailable') keep(fact);
          else if (outcome === 'refused') events.factsDropped(1);
        }),
      );
    },
    isOpen: () => lostSinceMs === undefined,
    async flush() {
      await Promise.all(inHand);
      await retry();
    },
    stop: stopTicking,
  };
}

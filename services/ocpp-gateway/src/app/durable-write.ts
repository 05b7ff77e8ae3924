import type { Clock, StationId, Timers } from '@headroom/kernel';
import type { GatewayEvents } from '../events.ts';
import type { EmergencyInbox, FactLog, LogRecord } from '../ports.ts';
import type { Diversions } from './diversions.ts';

/** So long the log has a record for itself (I2, OW-07). */
export const LOG_PATIENCE_MS = 2_000;
/** So long a record may take in all before it counts as not durable (I3). */
export const MAX_UNDURABLE_MS = 5_000;
const AGAIN_MS = 250;

export type WriteOutcome = 'durable' | 'unavailable' | 'refused';

export interface DurableWriteDeps {
  readonly log: FactLog;
  readonly inbox: EmergencyInbox;
  readonly diversions: Diversions;
  readonly clock: Pick<Clock, 'monoMs'>;
  readonly timers: Timers;
  readonly events: GatewayEvents;
}

/** Makes records of one station durable in one of two stores, in their order. Never rejects. */
export type DurableWrite = (stationId: StationId, records: readonly LogRecord[]) => Promise<WriteOutcome>;

/**
 * The log first; after `LOG_PATIENCE_MS`, or once it has failed, the inbox as well. The answer is the first success, or
 * `unavailable` after `MAX_UNDURABLE_MS`. A record may come to stand in both: consumers know it by its event id.
 */
export function createDurableWrite(deps: DurableWriteDeps): DurableWrite {
  const { log, inbox, diversions, clock, timers } = deps;
  const pause = (ms: number): Promise<void> => new Promise((resolve) => timers.after(ms, resolve));
  /** What `work` comes to, or `unavailable` after `ms`; it may still succeed then. */
  function within(ms: number, work: Promise<WriteOutcome>): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      const cancel = timers.after(ms, () => resolve('unavailable'));
      work.finally(cancel).then(resolve, reject);
    });
  }

  async function append(records: readonly LogRecord[]): Promise<WriteOutcome> {
    try {
      return await log.append(records);
    } catch (cause) {
      deps.events.logBroken(cause instanceof Error ? cause.message : 'unknown');
      return 'unavailable';
    }
  }

  /** Tries again until it is something else than `unavailable`, or `isOver`: an outage of seconds stays unnoticed. */
  async function again(work: () => Promise<WriteOutcome>, isOver: () => boolean, first?: Promise<WriteOutcome>) {
    let outcome = await (first ?? work());
    while (outcome === 'unavailable' && !isOver()) {
      await pause(AGAIN_MS);
      if (isOver()) break;
      outcome = await work();
    }
    return outcome;
  }

  return async (stationId, records) => {
    const untilMs = clock.monoMs() + MAX_UNDURABLE_MS;
    let settled = false;
    const isOver = (): boolean => settled || clock.monoMs() + AGAIN_MS >= untilMs;
    const put = async (): Promise<boolean> => (await inbox.put(records)) === 'kept';
    const keep = async (): Promise<WriteOutcome> =>
      (await diversions.keep(stationId, put)) ? 'durable' : 'unavailable';
    if (diversions.has(stationId)) return within(MAX_UNDURABLE_MS, again(keep, isOver));
    const appended = append(records);
    const first = await within(LOG_PATIENCE_MS, appended);
    if (first !== 'unavailable') return first;
    const either = firstDurable([again(() => append(records), isOver, appended), again(keep, isOver)]);
    const outcome = await within(untilMs - clock.monoMs(), either);
    settled = true;
    return outcome;
  };
}

/** The first that is durable; where none is, what the last one says. */
function firstDurable(outcomes: readonly Promise<WriteOutcome>[]): Promise<WriteOutcome> {
  return new Promise((resolve) => {
    let left = outcomes.length;
    for (const outcome of outcomes) {
      void outcome.then((value) => {
        left -= 1;
        if (value === 'durable' || left === 0) resolve(value);
      });
    }
  });
}

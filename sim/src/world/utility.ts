import { encodeRecord, gridV1, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import type { Timers } from '@headroom/kernel';
import type { GridLimit } from '../checkers/site-facts.ts';

/** An event, and when the site first hears of it. After the start of the run. */
export interface GridEvent {
  readonly circuit: string;
  readonly limitKw: number;
  readonly announcedAtMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** As the grid adapter: it says everything again, for new readers, and until the log takes it. */
const AGAIN_EVERY_MS = 60_000;

export const gridLimitOf = ({ circuit, limitKw, startMs, endMs }: GridEvent, beganMs: number): GridLimit => ({
  ...{ circuit, limitKw, startMs: beganMs + startMs, endMs: beganMs + endMs },
});

/** What the grid adapter would publish of one event: the simulation has no VTN. */
export function startUtility(
  { siteId, event, beganMs }: { readonly siteId: string; readonly event: GridEvent; readonly beganMs: number },
  { log, timers }: { readonly log: Pick<EventLog, 'append'>; readonly timers: Timers },
): void {
  const { startMs, endMs } = gridLimitOf(event, beganMs);
  let version = 0n;
  const tell = (): void => {
    version += 1n;
    const value = gridV1.TimelineSet.fromPartial({
      ...{ circuitId: event.circuit, version, publishedAtMs: BigInt(beganMs) },
      segments: [
        { startMs: BigInt(beganMs), endMs: BigInt(startMs) },
        {
          ...{ startMs: BigInt(startMs), endMs: BigInt(endMs), limitW: BigInt(Math.floor(event.limitKw * 1_000)) },
          cause: { kind: gridV1.GridCauseKind.EVENT, source: 'utility', programId: 'p', eventId: 'e-1' },
        },
        { startMs: BigInt(endMs) },
      ],
    });
    const envelope = {
      eventId: `grid-timeline/${siteId}/${event.circuit}/${version}`,
      ...{ eventType: 'TimelineSet', occurredAtMs: beganMs, producer: 'grid-adapter' },
    };
    const record = encodeRecord(TOPICS.gridFacts, siteId, { siteId, fact: { $case: 'timelineSet', value } }, envelope);
    log.append([record]).catch(() => undefined);
  };
  timers.after(event.announcedAtMs, () => {
    tell();
    timers.every(AGAIN_EVERY_MS, tell);
  });
}

import { encodeRecord, gridV1, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import type { Timers } from '@headroom/kernel';
import type { GridEvent } from './grid-events.ts';

/** As the grid adapter: it says everything again, for new readers, and until the log takes it. */
const AGAIN_EVERY_MS = 60_000;

export interface UtilityDeps {
  readonly siteId: string;
  readonly events: readonly GridEvent[];
  /** Epoch ms of the start of the run; it is the start now. */
  readonly beganMs: number;
  readonly log: Pick<EventLog, 'append'>;
  readonly timers: Timers;
  /** The grid adapter is dead with all the others: it says what there is to say once it is back. Default: it lives. */
  readonly isDead?: () => boolean;
}

/** What the grid adapter would publish of these events: the simulation has no VTN. */
export function startUtility(deps: UtilityDeps): void {
  for (const [circuit, events] of Map.groupBy(deps.events, (event) => event.circuit)) {
    const changes = new Set(
      events.flatMap(({ announcedAtMs, cancelledAtMs = announcedAtMs }) => [announcedAtMs, cancelledAtMs]),
    );
    let version = 0n;
    let last = (): void => {};
    for (const [index, atMs] of [...changes].toSorted((a, b) => a - b).entries()) {
      const known = events.filter(
        (event) => event.announcedAtMs <= atMs && atMs < (event.cancelledAtMs ?? Number.POSITIVE_INFINITY),
      );
      const tell = (): void => {
        if (deps.isDead?.() === true) return;
        version += 1n;
        publish(deps, { circuit, version, known });
      };
      deps.timers.after(atMs, () => {
        tell();
        if (index === 0) deps.timers.every(AGAIN_EVERY_MS, () => last());
        last = tell;
      });
    }
  }
}

interface Told {
  readonly circuit: string;
  readonly version: bigint;
  readonly known: readonly GridEvent[];
}

function publish({ siteId, beganMs, log }: UtilityDeps, { circuit, version, known }: Told): void {
  const bounds = [...new Set([0, ...known.flatMap(({ startMs, endMs }) => [startMs, endMs])])].toSorted(
    (a, b) => a - b,
  );
  const segments = bounds.map((startMs, index) => {
    const lowest = known
      .filter((event) => event.startMs <= startMs && startMs < event.endMs)
      .toSorted((a, b) => a.limitKw - b.limitKw)[0];
    const endMs = bounds[index + 1];
    return {
      startMs: BigInt(beganMs + startMs),
      ...(endMs === undefined ? {} : { endMs: BigInt(beganMs + endMs) }),
      ...(lowest === undefined
        ? {}
        : { limitW: BigInt(Math.floor(lowest.limitKw * 1_000)), cause: causeOf(lowest, known) }),
    };
  });
  const value = gridV1.TimelineSet.fromPartial({
    ...{ circuitId: circuit, version, publishedAtMs: BigInt(beganMs), segments },
  });
  const envelope = {
    eventId: `grid-timeline/${siteId}/${circuit}/${version}`,
    ...{ eventType: 'TimelineSet', occurredAtMs: beganMs, producer: 'grid-adapter' },
  };
  const record = encodeRecord(TOPICS.gridFacts, siteId, { siteId, fact: { $case: 'timelineSet', value } }, envelope);
  log.append([record]).catch(() => undefined);
}

const causeOf = (event: GridEvent, known: readonly GridEvent[]) => ({
  ...{ kind: gridV1.GridCauseKind.EVENT, source: 'utility', programId: 'p', eventId: `e-${known.indexOf(event) + 1}` },
});

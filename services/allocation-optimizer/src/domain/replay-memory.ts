import type { DeciAmps, EpochMs, EvseId } from '@headroom/kernel';
import type { MeterReading, OtherLoadModel, SiteModel } from '@headroom/site-model';
import type { ControlMemory, Given, Later, LoadEnvelope } from './control-memory.ts';
import type { LeaseMemory } from './lease-memory.ts';
import { countLoad } from './load-envelope.ts';
import type { Credit } from './rotation.ts';
import { closingsAfter } from './switching-budget.ts';

// What an owner remembers of its own doing, rebuilt by the next one from what it left in the log.

/** A decision of an earlier owner, as far as it bears on what the next one remembers. */
export interface PastDecision {
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly decidedAtMs: EpochMs;
  readonly given: ReadonlyMap<EvseId, PastGiven>;
  /** Absent: it chose no length. */
  readonly lease?: LeaseMemory;
}

export interface PastGiven {
  readonly limit: DeciAmps;
  readonly later?: Pick<Later, 'fromMs' | 'limit'>;
  readonly credit?: Credit;
  readonly isShared: boolean;
}

/**
 * As `decide` would remember it: when a limit last rose, and when it last changed at all; since when somebody is on, and what he is owed.
 * That may be one heartbeat old: a credit alone is worth no record.
 */
export function replayDecision(memory: ControlMemory, { decidedAtMs, given, lease }: PastDecision): ControlMemory {
  const remembered = [...given].map(([evseId, past]): [EvseId, Given] => {
    const before = memory.given.get(evseId);
    const later = past.isShared ? announced(past, before?.later, decidedAtMs) : {};
    const { limit } = past;
    // Who took no part in the sharing had nothing to rise from, but for the closings of its contactor.
    const closings = closingsAfter(before, past.isShared ? limit : 0, decidedAtMs);
    if (!past.isShared) return [evseId, { limit, ...closings }];
    const owed = past.credit === undefined ? {} : { credit: past.credit };
    const on = limit === 0 ? {} : { onSinceMs: (before?.limit === 0 ? undefined : before?.onSinceMs) ?? decidedAtMs };
    if (before === undefined) return [evseId, { limit, ...on, ...owed, ...later }];
    const { raisedAtMs: roseAtMs, changedAtMs: movedAtMs } = before;
    const isMoved = before.limit !== limit;
    const raisedAtMs = limit > before.limit ? decidedAtMs : roseAtMs;
    const changedAtMs = isMoved ? decidedAtMs : movedAtMs;
    return [
      evseId,
      {
        limit,
        ...(changedAtMs === undefined ? {} : { changedAtMs }),
        ...(raisedAtMs === undefined ? {} : { raisedAtMs }),
        ...{ ...on, ...closings },
        ...owed,
        ...later,
      },
    ];
  });
  const { lease: _, ...others } = memory;
  return { ...others, given: new Map(remembered), ...(lease === undefined ? {} : { lease }) };
}

function announced({ later }: PastGiven, before: Later | undefined, decidedAtMs: EpochMs): Pick<Given, 'later'> {
  if (later === undefined) return {};
  const isSame = before?.fromMs === later.fromMs && before.limit === later.limit;
  return { later: isSame ? before : { ...later, changedAtMs: decidedAtMs } };
}

/**
 * How high the meter counts after a reading, as if it had been decided on when it came (TL3): a load that fell is not
 * believed sooner because the owner changed. Without the site's document nothing is remembered.
 */
export function replayReading(
  { model, memory }: { readonly model: SiteModel | undefined; readonly memory: ControlMemory },
  before: MeterReading | undefined,
  reading: MeterReading,
): ControlMemory {
  const loads = model?.otherLoads.filter((load) => load.meterId === reading.meterId) ?? [];
  if (model === undefined || loads.length === 0) return memory;
  const envelopes = new Map(memory.envelopes);
  for (const load of loads) {
    const envelope = counted({ site: model, load, before, envelope: memory.envelopes.get(reading.meterId), reading });
    if (envelope !== undefined) envelopes.set(reading.meterId, envelope);
  }
  return { ...memory, envelopes };
}

interface Replayed {
  readonly site: SiteModel;
  readonly load: OtherLoadModel;
  readonly before: MeterReading | undefined;
  readonly envelope: LoadEnvelope | undefined;
  readonly reading: MeterReading;
}

function counted({ site, load, before, envelope, reading }: Replayed): LoadEnvelope | undefined {
  const nowMs = reading.receivedAtMs;
  // Until then the reading before it counted, or its worst case once that was stale.
  const until =
    before === undefined ? envelope : countLoad({ site, load, reading: before, before: envelope, nowMs }).envelope;
  return countLoad({ site, load, reading, before: until, nowMs }).envelope;
}

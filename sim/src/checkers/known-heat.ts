import type { SiteDocument } from '../documents.ts';
import { deratedRowsOf, leastPart, partAt } from './derated-rows.ts';
import type { SiteRow } from './site-facts.ts';

/** What a sensor says, C. */
interface WarmReading {
  readonly sensor: string;
  readonly sampledAtMs: number;
  readonly celsius: number;
}

/** What the platform may know of temperatures, and what it may ask of a circuit for that. */
export interface KnownHeat {
  /** It leaves its sensor: whatever comes of it, it may count. */
  sent(nowMs: number, reading: WarmReading): void;
  /** The answer says that it is taken. */
  taken(nowMs: number, reading: WarmReading): void;
  /** The part of its limit that a row must be let have, 0 to 1. */
  allows(row: Pick<SiteRow, 'name'>, nowMs: number): number;
}

/** A temperature that falls counts by so much more than it was read, and each rounds up. */
const HYSTERESIS_C = 2;
const ROUNDING_C = 0.1;
/** A temperature that fell is believed within this time: a decision, and room that comes back by hand-overs. */
const BELIEVED_WITHIN_MS = 60_000;
const SECOND_MS = 1_000;

/**
 * For the judge of capacity: not what a circuit bears, but what is left of that by the rules. What it may rise to within a lease is kept free;
 * one that falls counts by more than it is; and where no reading is fresh it counts as at its hottest, for as long as it takes to hand out what comes
 * back then.
 */
export function createKnownHeat(document: SiteDocument): KnownHeat {
  const derated = deratedRowsOf(document);
  /** As many as the document has. */
  const sensors = new Map<string, Readings>();
  const of = (sensor: string): Readings => {
    const readings = sensors.get(sensor) ?? { sent: [], taken: [] };
    sensors.set(sensor, readings);
    return readings;
  };
  const keep = (readings: Kept[], nowMs: number, { sampledAtMs, celsius }: WarmReading): void => {
    readings.push({ atMs: nowMs, sampledAtMs, celsius });
    // Two that are older say all of what came before.
    while ((readings[2]?.atMs ?? nowMs) < nowMs - KEPT_MS) readings.shift();
  };
  return {
    sent: (nowMs, reading) => keep(of(reading.sensor).sent, nowMs, reading),
    taken: (nowMs, reading) => keep(of(reading.sensor).taken, nowMs, reading),
    allows({ name }, nowMs) {
      const derating = derated.get(name);
      if (derating === undefined) return 1;
      const { sent, taken } = of(derating.sensor);
      const staleMs = Number.parseInt(derating.staleAfter, 10) * SECOND_MS;
      const sinceMs = nowMs - BELIEVED_WITHIN_MS;
      if (!isFreshSince(taken, sinceMs, { staleMs, nowMs })) return leastPart(derating);
      // Of those that came before, the last one stood then.
      const from = Math.max(
        0,
        sent.findLastIndex(({ atMs }) => atMs <= sinceMs),
      );
      const hottestC = Math.max(...sent.slice(from).map(({ celsius }) => celsius));
      return partAt(derating, hottestC + HYSTERESIS_C + ROUNDING_C + derating.risesAtMostC);
    },
  };
}

interface Kept {
  readonly atMs: number;
  readonly sampledAtMs: number;
  readonly celsius: number;
}

interface Readings {
  readonly sent: Kept[];
  readonly taken: Kept[];
}

/** The longest for which a reading is looked back at, ms. */
const KEPT_MS = 2 * BELIEVED_WITHIN_MS;

/** One was fresh at each instant since then. */
function isFreshSince(
  taken: readonly Kept[],
  sinceMs: number,
  { staleMs, nowMs }: { readonly staleMs: number; readonly nowMs: number },
): boolean {
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const { atMs, sampledAtMs } of taken) {
    // There was none right before this one.
    if (atMs > sinceMs && untilMs < atMs) return false;
    untilMs = Math.max(untilMs, sampledAtMs + staleMs);
  }
  return untilMs >= nowMs;
}

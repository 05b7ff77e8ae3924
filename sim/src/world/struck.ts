import type { FaultClass, Firing } from './faults.ts';

/** When faults fired, for judges who wait for calm. */
export interface Struck {
  /** The last one of all, epoch ms; minus infinity: none. */
  last(): number;
  /** The last one that may have disturbed what this station does, or those who command it. */
  at(stationId: string): number;
}

/**
 * Of those that name no station: what they touch comes a little later, or twice, or is shown to people only, or is the building's. Whoever commands a
 * station, and hears of it, lives on.
 */
const PASSING: ReadonlySet<string> = new Set<FaultClass>([
  'slow-rpc',
  'slow-move',
  'stuck-append',
  'lost-ack',
  'lost-commit',
  'live-trouble',
  'meter-loss',
  'word-broken',
]);

/**
 * @param firings in the order of firing; they only become more
 * @param stationIds of all stations of the run: a fault that names one strikes that one
 */
export function createStruck(firings: () => readonly Firing[], stationIds: readonly string[]): Struck {
  const never = Number.NEGATIVE_INFINITY;
  const byStation = new Map<string, number>();
  let [read, ofAllMs] = [0, never];
  const readOn = (known: readonly Firing[]): void => {
    for (const { key, atMs } of known.slice(read)) {
      const struck = stationIds.filter((stationId) => key.includes(stationId));
      for (const stationId of struck) byStation.set(stationId, atMs);
      const [fault = ''] = key.split(':');
      if (struck.length === 0 && !PASSING.has(fault)) ofAllMs = atMs;
    }
    read = known.length;
  };
  return {
    last: () => firings().at(-1)?.atMs ?? never,
    at(stationId) {
      const known = firings();
      if (known.length > read) readOn(known);
      return Math.max(ofAllMs, byStation.get(stationId) ?? never);
    },
  };
}

import {
  addPhases,
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EpochMs,
  GRID_PHASES,
  mapPhases,
  type PerPhaseDeciAmps,
  ZERO_PHASES,
} from '@headroom/kernel';
import type { MeterReading, OtherLoadModel, SiteModel } from './model.ts';
import { pathToRoot } from './path-to-root.ts';

/**
 * Other load that counts now, by the circuit on which it sits (not yet summed up the tree: `accumulate` does that).
 * A fresh reading, else the configured worst case (TL1). Current that flows out counts as 0: it may vanish (MD16).
 */
export function otherLoadNow(
  site: SiteModel,
  readings: ReadonlyMap<string, MeterReading>,
  nowMs: EpochMs,
): ReadonlyMap<CircuitId, PerPhaseDeciAmps> {
  return sumByCircuit(site.otherLoads, (load) => freshLoad(load, readings, nowMs) ?? load.worstCase);
}

/** Other load that a fresh reading shows now, by the circuit on which it sits: what nobody sees counts as nothing. */
export const otherLoadSeen = (
  site: SiteModel,
  readings: ReadonlyMap<string, MeterReading>,
  nowMs: EpochMs,
): ReadonlyMap<CircuitId, PerPhaseDeciAmps> =>
  sumByCircuit(site.otherLoads, (load) => freshLoad(load, readings, nowMs) ?? ZERO_PHASES);

/** By its meter; undefined: it has none, or no fresh reading. */
function freshLoad(
  load: OtherLoadModel,
  readings: ReadonlyMap<string, MeterReading>,
  nowMs: EpochMs,
): PerPhaseDeciAmps | undefined {
  const reading = load.meterId === undefined ? undefined : readings.get(load.meterId);
  if (reading === undefined || !isFresh(reading, load, nowMs)) return undefined;
  return mapPhases(reading.current, (value): DeciAmps => deciAmps(Math.max(0, value)));
}

/**
 * Other load that may flow until the last lease that is given now has ended, by the circuit on which it sits
 * (`B_horizon`, SI26): a fresh reading and the rise that its operator declares, never above the worst case; the worst
 * case where there is no fresh reading, no meter or no such word. Never below what counts now.
 *
 * @param leases how often the lease of the document fits, begun or whole, into what is left of the last one: its word is of one. Default: 1
 */
export function otherLoadHorizon(
  site: SiteModel,
  readings: ReadonlyMap<string, MeterReading>,
  nowMs: EpochMs,
  leases = 1,
): ReadonlyMap<CircuitId, PerPhaseDeciAmps> {
  return sumByCircuit(site.otherLoads, (load) => {
    const counted = freshLoad(load, readings, nowMs);
    return counted === undefined ? load.worstCase : horizonOf(load, counted, leases);
  });
}

/** How high a load that counts with `from` now may come to count before a lease given now has ended. */
export function horizonOf(
  { worstCase, risesAtMost, hides }: OtherLoadModel,
  from: PerPhaseDeciAmps,
  leases = 1,
): PerPhaseDeciAmps {
  return mapPhases(from, (value, phase): DeciAmps => {
    const most = worstCase[phase];
    // MD16: what generates behind the meter may be gone, and what it covered comes to light.
    const covered = hides === undefined ? 0 : hides[phase];
    const risen = risesAtMost === undefined ? most : Math.min(most, value + covered + leases * risesAtMost[phase]);
    // Already beyond what was promised: it counts as it is.
    return deciAmps(Math.max(value, risen));
  });
}

/** Is this reading one to count with? Too old, from the future, or not a number: no. */
export function isFresh(reading: MeterReading, load: Pick<OtherLoadModel, 'staleAfterMs'>, nowMs: EpochMs): boolean {
  const ageMs = nowMs - reading.sampledAtMs;
  return (
    Math.abs(ageMs) <= load.staleAfterMs && GRID_PHASES.every((phase) => Number.isSafeInteger(reading.current[phase]))
  );
}

/**
 * What sources are proven to supply now, by the circuit on which they sit: only by a fresh reading, never more than they can. For the row
 * of now alone (MD15): it says nothing of any later instant.
 */
export function sourcesNow(
  site: SiteModel,
  readings: ReadonlyMap<string, MeterReading>,
  nowMs: EpochMs,
): ReadonlyMap<CircuitId, PerPhaseDeciAmps> {
  const proven = new Map<CircuitId, PerPhaseDeciAmps>();
  for (const source of site.sources ?? []) {
    const reading = readings.get(source.meterId);
    if (reading === undefined || !isFresh(reading, source, nowMs)) continue;
    const supplied = mapPhases(source.atMost, (most, phase) =>
      deciAmps(Math.min(most, Math.max(0, 0 - reading.current[phase]))),
    );
    proven.set(source.circuitId, addPhases(proven.get(source.circuitId) ?? ZERO_PHASES, supplied));
  }
  return proven;
}

/** The most that may ever draw beside the stations, by the circuit on which it sits. */
export const worstOtherLoad = (site: SiteModel): ReadonlyMap<CircuitId, PerPhaseDeciAmps> =>
  sumByCircuit(site.otherLoads, (load) => load.worstCase);

/** Sums loads up the tree: what flows through each circuit, with an entry for every circuit. */
export function accumulate(
  site: SiteModel,
  byCircuit: ReadonlyMap<CircuitId, PerPhaseDeciAmps>,
): ReadonlyMap<CircuitId, PerPhaseDeciAmps> {
  const sums = new Map<CircuitId, PerPhaseDeciAmps>([...site.circuits.keys()].map((id) => [id, ZERO_PHASES]));
  for (const [circuitId, load] of byCircuit) {
    if (!site.circuits.has(circuitId)) continue;
    for (const circuit of pathToRoot(site, circuitId)) {
      sums.set(circuit.circuitId, addPhases(sums.get(circuit.circuitId) ?? ZERO_PHASES, load));
    }
  }
  return sums;
}

/** Sums what each load counts with, by the circuit on which it sits. */
export function sumByCircuit(
  loads: readonly OtherLoadModel[],
  countsWith: (load: OtherLoadModel) => PerPhaseDeciAmps,
): ReadonlyMap<CircuitId, PerPhaseDeciAmps> {
  const sums = new Map<CircuitId, PerPhaseDeciAmps>();
  for (const load of loads) {
    sums.set(load.circuitId, addPhases(sums.get(load.circuitId) ?? ZERO_PHASES, countsWith(load)));
  }
  return sums;
}

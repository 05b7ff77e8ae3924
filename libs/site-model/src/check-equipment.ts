import { LADDER_ENDS } from './ladder.ts';
import { GRID_PHASES } from '@headroom/kernel';
import { amps, areCurrents, isCurrent, isId, isPower } from './check-circuits.ts';
import { checkDc } from './check-dc.ts';
import { type EvseInput, type OtherLoadInput, problem, type SiteModelInput, type SiteProblem } from './input.ts';
import { withPointers } from './with-pointers.ts';

/** Nothing between 0 and 6 A exists on the pilot of an AC station (IEC 61851-1, MD7). */
export const LEAST_PILOT_DECI_A = 60;
/**
 * Below, renewals crowd the link, and no sample comes in time to prove a decrease before its renewal is due (HO-6);
 * above, capacity stays stranded too long after a lost link (SI14, SI26). SI26 advises 60 s and more: below that only
 * stations that sample every few seconds keep their capacity moving.
 */
export const MIN_LEASE_S = 20;
export const MAX_LEASE_S = 900;
const MIN_VOLTAGE_V = 90;
const MAX_VOLTAGE_V = 1_000;
export const MAX_STALE_AFTER_MS = 3_600_000;
const MAX_EVSE_NUMBER = 999;

/** Stations, meters, lease, voltage, override: can each of these numbers be true, and does each circuit exist? */
export function checkEquipment(input: SiteModelInput): readonly SiteProblem[] {
  return [...checkEvses(input), ...checkLoads(input), ...checkPolicy(input)];
}

function checkEvses({ evses, circuits, nominalVoltageV }: SiteModelInput): readonly SiteProblem[] {
  const known = new Set(circuits.map((circuit) => circuit.circuitId));
  const seen = new Set<string>();
  return withPointers(evses).flatMap(({ evse, station, pointer }) => {
    const name = `${evse.stationId}/${evse.evse}`;
    const problems: SiteProblem[] = [];
    if (!isId(evse.stationId)) {
      problems.push(problem('bad-id', `"${evse.stationId}" is no station id: 1 to 64 of A-Z a-z 0-9 . _ : -`, station));
    }
    if (!Number.isSafeInteger(evse.evse) || evse.evse < 1 || evse.evse > MAX_EVSE_NUMBER) {
      const detail = `${name}: the number of an EVSE is from 1 to ${MAX_EVSE_NUMBER}.`;
      problems.push(problem('bad-id', detail, `${pointer}/evse`));
    }
    if (seen.has(name)) problems.push(problem('duplicate-id', `EVSE ${name} stands in the document twice.`, pointer));
    seen.add(name);
    if (!known.has(evse.circuitId)) {
      const detail = `Station "${evse.stationId}" hangs on circuit "${evse.circuitId}", which is not in the document.`;
      problems.push(problem('unknown-circuit', detail, `${station}/circuit`));
    }
    const sound = [...problems, ...checkPhases(name, evse, pointer), ...checkCurrents(name, evse, pointer)];
    return sound.length > 0 ? sound : checkDc(name, evse, { pointer, nominalVoltageV });
  });
}

function checkPhases(name: string, { phases, wiring }: EvseInput, pointer: string): readonly SiteProblem[] {
  if (wiring !== undefined && phases.length !== 2) {
    const detail = `${name}: it is wired ${wiring}, so it hangs between two phases; got [${phases.join(', ')}].`;
    return [problem('bad-phases', detail, `${pointer}/phases`)];
  }
  const distinct = new Set(phases);
  const good =
    phases.length >= 1 && distinct.size === phases.length && phases.every((phase) => GRID_PHASES.includes(phase));
  if (good) return [];
  const detail = `${name}: phases must be one to three different ones of L1, L2, L3, in the order of the socket; got [${phases.join(', ')}].`;
  return [problem('bad-phases', detail, `${pointer}/phases`)];
}

function checkCurrents(name: string, evse: EvseInput, pointer: string): readonly SiteProblem[] {
  const { maxCurrent, minCurrent, fallback } = evse;
  if (!isCurrent(maxCurrent) || maxCurrent === 0) {
    const detail = `${name}: the maximum is ${amps(maxCurrent)}; it must be above 0 A.`;
    return [problem('bad-current', detail, `${pointer}/maxA`)];
  }
  // A DC station has no pilot: its least current is any above 0.
  const least = evse.dc === undefined ? LEAST_PILOT_DECI_A : 1;
  if (!isCurrent(minCurrent) || minCurrent < least || minCurrent > maxCurrent) {
    const detail = `${name}: the minimum is ${amps(minCurrent)}; it must be from ${amps(least)} to the maximum of ${amps(maxCurrent)}.`;
    return [problem('bad-current', detail, `${pointer}/minimumA`)];
  }
  if (!isCurrent(fallback) || fallback > maxCurrent || (fallback > 0 && fallback < minCurrent)) {
    const detail = `${name}: the fallback is ${amps(fallback)}; it must be 0 A, or from the minimum of ${amps(minCurrent)} to the maximum of ${amps(maxCurrent)}.`;
    return [problem('bad-current', detail, `${pointer}/fallbackA`)];
  }
  return [];
}

/** Metered loads are `spec.meters` of the document, the others `spec.loads`, each in its own order. */
function checkLoads({ otherLoads, circuits }: SiteModelInput): readonly SiteProblem[] {
  const known = new Set(circuits.map((circuit) => circuit.circuitId));
  const meters = new Set<string>();
  let loadCount = 0;
  let meterCount = 0;
  return otherLoads.flatMap((load) => {
    const { name, circuitId, meterId, worstCase, staleAfterMs } = load;
    const pointer = meterId === undefined ? `/spec/loads/${loadCount++}` : `/spec/meters/${meterCount++}`;
    const problems: SiteProblem[] = [];
    if (!known.has(circuitId)) {
      const detail = `"${name}" hangs on circuit "${circuitId}", which is not in the document.`;
      problems.push(problem('unknown-circuit', detail, `${pointer}/circuit`));
    }
    if (!areCurrents(worstCase)) {
      const detail = `"${name}" needs a worst case from 0 A upward on each phase: it counts when no reading is fresh.`;
      problems.push(problem('bad-current', detail, `${pointer}/worstCasePerPhaseA`));
    }
    problems.push(...checkRise(load, pointer));
    if (meterId === undefined) return problems;
    if (meters.has(meterId)) {
      problems.push(problem('duplicate-id', `Meter "${meterId}" stands in the document twice.`, `${pointer}/name`));
    }
    meters.add(meterId);
    if (!Number.isSafeInteger(staleAfterMs) || staleAfterMs < 1 || staleAfterMs > MAX_STALE_AFTER_MS) {
      const detail = `Meter "${meterId}" counts as stale after ${staleAfterMs} ms; that must be from 1 ms to ${MAX_STALE_AFTER_MS} ms.`;
      problems.push(problem('bad-meter', detail, `${pointer}/staleAfter`));
    }
    return problems;
  });
}

/** A rise is measured from a reading; beyond the worst case it would say nothing. */
function checkRise({ name, meterId, worstCase, risesAtMost }: OtherLoadInput, at: string): readonly SiteProblem[] {
  if (risesAtMost === undefined) return [];
  const refuse = (detail: string): readonly SiteProblem[] => [
    problem('bad-rise', detail, `${at}/risesAtMostPerPhaseA`),
  ];
  if (meterId === undefined) {
    return refuse(`"${name}" has no meter: there is no reading that it could rise from. Its worst case counts always.`);
  }
  const bad = GRID_PHASES.find((phase) => !isCurrent(risesAtMost[phase]) || risesAtMost[phase] > worstCase[phase]);
  if (bad === undefined || !areCurrents(worstCase)) return [];
  const { [bad]: rise } = risesAtMost;
  return refuse(
    `"${name}" rises by at most ${amps(rise)} on ${bad.toUpperCase()} within one lease; that must be from 0 A to its worst case of ${amps(worstCase[bad])}.`,
  );
}

function checkPolicy({
  leaseS,
  leaseAtLeastS,
  ladderEnd,
  nominalVoltageV,
  limitOverride,
  siteId,
}: SiteModelInput): readonly SiteProblem[] {
  const problems: SiteProblem[] = [];
  if (!isId(siteId)) {
    problems.push(problem('bad-id', `"${siteId}" is no site id: 1 to 64 of A-Z a-z 0-9 . _ : -`, '/metadata/name'));
  }
  if (!Number.isSafeInteger(leaseS) || leaseS < MIN_LEASE_S || leaseS > MAX_LEASE_S) {
    const detail = `The lease is ${leaseS} s; it must be from ${MIN_LEASE_S} s to ${MAX_LEASE_S} s.`;
    problems.push(problem('bad-lease', detail, '/spec/policy/lease'));
  }
  const isOrdered = leaseAtLeastS === undefined || (leaseAtLeastS >= MIN_LEASE_S && leaseAtLeastS <= leaseS);
  if (!isOrdered || (leaseAtLeastS !== undefined && !Number.isSafeInteger(leaseAtLeastS))) {
    const detail = `The lease is at least ${leaseAtLeastS} s; that must be from ${MIN_LEASE_S} s to the longest one of ${leaseS} s.`;
    problems.push(problem('bad-lease', detail, '/spec/policy/lease'));
  }
  if (ladderEnd !== undefined && !LADDER_ENDS.includes(ladderEnd)) {
    const detail = `The ladder ends with "${ladderEnd}"; it must end with one of ${LADDER_ENDS.join(', ')}.`;
    problems.push(problem('bad-ladder', detail, '/spec/policy/ladderEnd'));
  }
  if (!(nominalVoltageV >= MIN_VOLTAGE_V && nominalVoltageV <= MAX_VOLTAGE_V)) {
    const detail = `The nominal voltage is ${nominalVoltageV} V; it must be from ${MIN_VOLTAGE_V} V to ${MAX_VOLTAGE_V} V.`;
    problems.push(problem('bad-voltage', detail, '/spec/nominalVoltageV'));
  }
  if (limitOverride === undefined) return problems;
  if (!isPower(limitOverride.powerLimitW) || !Number.isSafeInteger(limitOverride.validUntilMs)) {
    const detail = `A limit override needs a power from 0 kW upward and an end; got ${limitOverride.powerLimitW / 1000} kW until ${limitOverride.validUntilMs}.`;
    problems.push(problem('bad-override', detail, ''));
  }
  return problems;
}

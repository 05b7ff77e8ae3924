import { type DeciAmps, deciAmps, mapPhases, perPhase, watts, ZERO_PHASES } from '@headroom/kernel';
import type { CircuitModel, RowKind, UsedRow, SiteModel } from '@headroom/site-model';
import type { CircuitUse } from './decision.ts';

/**
 * How loaded each circuit is by what is known now: other load as counted, stations at their worst case.
 *
 * @param rows all of the site, as `indexedUse` gives them
 */
export function circuitUses(site: SiteModel, rows: readonly UsedRow[]): readonly CircuitUse[] {
  const byCircuit = Map.groupBy(rows, (row) => row.circuitId);
  return [...site.circuits.values()].map((circuit) => circuitUse(circuit, byCircuit.get(circuit.circuitId) ?? []));
}

function circuitUse(circuit: CircuitModel, rows: readonly UsedRow[]): CircuitUse {
  // A conductor may have two (EVSEs between two pairs of conductors): the fuller one is how full it is.
  const fullest = (some: readonly UsedRow[]): UsedRow | undefined =>
    some.reduce<UsedRow | undefined>((a, b) => (a === undefined || load(b) > load(a) ? b : a), undefined);
  const ofKind = (kind: RowKind): UsedRow | undefined => fullest(rows.filter((row) => row.kind === kind));
  const power = ofKind('power');
  const tightest = fullest(rows);
  const conductors = perPhase(ofKind);
  const bornDeciA = Object.values(conductors).reduce((sum, row) => sum + (row?.limitDeciA ?? 0), 0);
  // The least of all is what people ask for, however full one phase is: a limit of power is below what the conductors bear together.
  const least = power !== undefined && power.limitDeciA < bornDeciA ? power : tightest;
  const inEach = (of: (row: UsedRow) => DeciAmps): CircuitUse['rise'] =>
    mapPhases(conductors, (row, phase) => (row === undefined ? ZERO_PHASES[phase] : of(row)));
  return {
    circuitId: circuit.circuitId,
    // What is hot bears less than its rating.
    limit: mapPhases(circuit.rating, (rating, phase) => conductors[phase]?.limitDeciA ?? rating),
    otherLoad: inEach((row) => row.otherLoadDeciA),
    committed: inEach((row) => deciAmps(row.usedDeciA - row.otherLoadDeciA)),
    rise: inEach((row) => row.riseDeciA),
    ...(power === undefined ? {} : { powerLimitW: power.limitW ?? watts(0) }),
    limitSource: least?.source ?? 'rating',
    ...(least?.validUntilMs === undefined ? {} : { limitValidUntilMs: least.validUntilMs }),
  };
}

const load = (row: UsedRow): number =>
  row.limitDeciA === 0 ? Infinity : (row.usedDeciA + row.riseDeciA) / row.limitDeciA;

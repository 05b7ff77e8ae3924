import { type DeciAmps, type EvseId, epochMs } from '@headroom/kernel';
import { amps } from './check-circuits.ts';
import { type RowUse, rowUses } from './row-use.ts';
import { problem, type SiteProblem } from './input.ts';
import type { SiteModel } from './model.ts';
import { worstOtherLoad } from './other-load.ts';

/**
 * The commissioning check (7.4): with nobody alive, every station at its fallback and every other load at its worst,
 * does each row hold? A limit override is no part of it: it ends by itself, and may lie below the fallbacks.
 */
export function checkCommissioning(site: SiteModel): readonly SiteProblem[] {
  const { limitOverride: _, ...asBuilt } = site;
  const committed = new Map<EvseId, DeciAmps>([...site.evses.values()].map((evse) => [evse.evseId, evse.fallback]));
  const worst = worstOtherLoad(site);
  const rows = rowUses({ site: asBuilt, committed, otherLoad: worst, horizonLoad: worst, nowMs: epochMs(0) });
  return rows.filter((row) => row.usedDeciA > row.limitDeciA).map((row) => doesNotFit(site, row));
}

function doesNotFit(site: SiteModel, row: RowUse): SiteProblem {
  const index = [...site.circuits.keys()].indexOf(row.circuitId);
  const circuit = site.circuits.get(row.circuitId);
  const name = circuit?.name === '' ? row.circuitId : (circuit?.name ?? row.circuitId);
  const fallbacks = row.usedDeciA - row.otherLoadDeciA;
  const over = row.usedDeciA - row.limitDeciA;
  const where = row.kind === 'power' ? 'summed over the phases' : `on ${row.kind.toUpperCase()}`;
  const limit =
    row.kind === 'power'
      ? `${amps(row.limitDeciA)} (${(circuit?.powerLimitW ?? 0) / 1000} kW at ${site.nominalVoltageV} V)`
      : amps(row.limitDeciA);
  const sum = `fallbacks of ${countFallbacks(site, row)} EVSEs ${amps(fallbacks)} + other load at worst ${amps(row.otherLoadDeciA)} = ${amps(row.usedDeciA)}`;
  return problem(
    'fallbacks-do-not-fit',
    `${name}, ${where}: ${sum}, above the limit of ${limit}. ${remedy(row, fallbacks, over)}`,
    `/spec/circuits/${index}`,
  );
}

const countFallbacks = (site: SiteModel, row: RowUse): number =>
  [...row.loads.keys()].filter((evseId) => (site.evses.get(evseId)?.fallback ?? 0) > 0).length;

function remedy(row: RowUse, fallbacks: number, over: number): string {
  if (fallbacks < over) return `Even without any fallback it does not fit: the other load alone is too large.`;
  const smaller =
    row.otherLoadDeciA >= over ? `, or a worst case of the other load of ${amps(row.otherLoadDeciA - over)}` : '';
  return `It fits with ${amps(over)} less: a fallback of 0 A for some stations (they do not charge while offline)${smaller}.`;
}

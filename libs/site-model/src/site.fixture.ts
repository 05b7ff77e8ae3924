import { type DeciAmps, deciAmps, type EvseId, type GridPhase, invariant, perPhase } from '@headroom/kernel';
import { buildSiteModel } from './build.ts';
import type { EvseInput, SiteModelInput } from './input.ts';
import type { SiteModel } from './model.ts';

/** Tests only: a grid connection of 100 A and 50 kW at 230 V, panel A of 64 A below it, one building meter. */
export const SMALL_SITE: SiteModelInput = {
  siteId: 'demo',
  version: 1,
  name: 'Demo',
  timezone: 'Europe/Paris',
  nominalVoltageV: 230,
  circuits: [
    { circuitId: 'grid', name: 'Grid connection', rating: perPhase(() => 1000), powerLimitW: 50_000 },
    { circuitId: 'panel-a', parentCircuitId: 'grid', name: 'Panel A', rating: perPhase(() => 640) },
  ],
  evses: [evseInput('ST-1', 'panel-a'), evseInput('ST-2', 'panel-a'), evseInput('ST-3', 'grid', ['l2'])],
  otherLoads: [
    { circuitId: 'grid', name: 'Building', worstCase: perPhase(() => 300), meterId: 'building', staleAfterMs: 5_000 },
  ],
  leaseS: 120,
};

export function evseInput(
  stationId: string,
  circuitId: string,
  phases: readonly GridPhase[] = ['l1', 'l2', 'l3'],
): EvseInput {
  return {
    stationId,
    evse: 1,
    circuitId,
    name: stationId,
    phases,
    maxCurrent: 320,
    minCurrent: 60,
    fallback: 60,
  };
}

export function built(input: SiteModelInput): SiteModel {
  const result = buildSiteModel(input);
  invariant(result.kind === 'ok', `the fixture is no site: ${JSON.stringify(result)}`);
  return result.value;
}

export const idOf = (site: SiteModel, stationId: string): EvseId => {
  const found = [...site.evses.values()].find((evse) => evse.stationId === stationId);
  invariant(found !== undefined, `no station ${stationId} in the fixture`);
  return found.evseId;
};

export const committedOf = (site: SiteModel, values: Readonly<Record<string, number>>): ReadonlyMap<EvseId, DeciAmps> =>
  new Map(Object.entries(values).map(([stationId, value]) => [idOf(site, stationId), deciAmps(value)]));

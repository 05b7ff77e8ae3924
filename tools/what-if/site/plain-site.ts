import { GRID_PHASES, perPhase } from '@headroom/kernel';
import { buildSiteModel, type EvseInput, type SiteModel } from '@headroom/site-model';

const DECI = 10;
const LEASE_S = 600;
/** No name of an EVSE is longer. */
const NAME_MAX = 36;

/** One circuit with an EVSE for each name of a file; phases in turn where cars have one. Or why there is no such site. */
export function plainSite(
  names: readonly string[],
  of: { readonly limitA: number; readonly voltageV: number; readonly phases: 1 | 3; readonly maxA: number },
): SiteModel | string {
  const evses = [...new Set(names)]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name, n): EvseInput => {
      const turned = [...GRID_PHASES.slice(n % 3), ...GRID_PHASES.slice(0, n % 3)];
      return {
        ...{ stationId: `EVSE-${n + 1}`, evse: 1, circuitId: 'grid', name: name.slice(0, NAME_MAX) },
        phases: turned.slice(0, of.phases),
        ...{ maxCurrent: Math.round(of.maxA * DECI), minCurrent: 6 * DECI, fallback: 0 },
      };
    });
  const built = buildSiteModel({
    ...{ siteId: 'plain', version: 1, name: 'A plain site', timezone: 'UTC', leaseS: LEASE_S, otherLoads: [], evses },
    nominalVoltageV: of.voltageV,
    circuits: [{ circuitId: 'grid', name: 'Grid', rating: perPhase(() => Math.round(of.limitA * DECI)) }],
  });
  return built.kind === 'ok' ? built.value : built.error.map(({ detail }) => detail).join(' ');
}

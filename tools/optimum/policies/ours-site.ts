import { GRID_PHASES, type GridPhase, perPhase, stationId } from '@headroom/kernel';
import { buildSiteModel, type EvseInput, type SiteModel } from '@headroom/site-model';
import type { TightDay } from '../bounds/tight-limit.ts';
import { PHASE_V } from '../generate/session.ts';
import { ROOT } from '../site/topology.ts';
import { LEAST_A } from './policy.ts';

export const BUILDING_METER = 'building';
const METER_STALE_MS = 3_600_000;
const LEASE_S = 600;
/** To neutral, where 230 V lie between two conductors. */
const DELTA_V = 133;
/** AC sockets bear 32 A; a DC station takes what its largest car needs. */
const SOCKET_A = 32;

export const stationOf = (evse: number) => stationId(`ST-${String(evse + 1).padStart(3, '0')}`);

/** The conductors of the socket of an EVSE, in its order: the first one is where a single-phase car hangs (BG2). */
export function phasesOf(evse: number): readonly GridPhase[] {
  const first = evse % 3;
  return [...GRID_PHASES.slice(first), ...GRID_PHASES.slice(0, first)];
}

/** The site of a day as its document would say it. Nothing is reserved for what bounds know nothing of: fallbacks are 0. */
export function siteModelOf(day: TightDay): SiteModel {
  const { sessions, rows, limitA, buildingA, circuitOf, isDelta } = day;
  const deciA = (currentA: number): number => Math.round(currentA * 10);
  const panels = [...new Set(circuitOf)].filter((circuit) => circuit !== ROOT);
  const built = buildSiteModel({
    siteId: 'optimum',
    version: 1,
    name: 'A day',
    timezone: 'UTC',
    nominalVoltageV: isDelta === true ? DELTA_V : PHASE_V,
    leaseS: LEASE_S,
    circuits: [
      { circuitId: ROOT, name: 'Grid', rating: perPhase(() => deciA(limitA)) },
      ...panels.map((circuitId) => ({
        ...{ circuitId, parentCircuitId: ROOT, name: circuitId },
        rating: perPhase(() => deciA(rows.find(({ circuit }) => circuit === circuitId)?.capacityA[0] ?? 0)),
      })),
    ],
    evses: circuitOf.map((circuitId, evse): EvseInput => {
      const largestA = sessions.reduce(
        (most, session) => (session.evse === evse ? Math.max(most, session.car.maxCurrentA) : most),
        SOCKET_A,
      );
      return {
        ...{ stationId: stationOf(evse), evse: 1, circuitId, name: `EVSE ${evse + 1}` },
        ...(isDelta === true
          ? { phases: phasesOf(evse).slice(0, 2), wiring: 'line-to-line' as const }
          : { phases: phasesOf(evse) }),
        ...{ maxCurrent: deciA(Math.ceil(largestA)), minCurrent: deciA(LEAST_A), fallback: 0 },
      };
    }),
    otherLoads:
      buildingA === undefined
        ? []
        : [
            {
              ...{ circuitId: ROOT, name: 'Building', meterId: BUILDING_METER, staleAfterMs: METER_STALE_MS },
              worstCase: perPhase(() => deciA(Math.max(...buildingA))),
              // The bounds do not die (7.2b), so nothing is kept for what may come after us.
              risesAtMost: perPhase(() => 0),
            },
          ],
  });
  if (built.kind !== 'ok') throw new Error(`the day is no site: ${JSON.stringify(built.error)}`);
  return built.value;
}

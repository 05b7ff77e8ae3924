import { NOMINAL_VOLTAGE_V, type SitePlan } from '../documents.ts';
import { rngFor } from '../rng.ts';
import type { Persona } from '../station/persona.ts';
import { isUnheardOf, UNHEARD, UNHEARD_KEEPS } from './abilities.ts';

/** Of seeds, those whose site has stations of models of which no pack tells; and of the stations there. */
const [UNHEARD_SEEDS, UNHEARD_STATIONS] = [0.25, 0.6];
/** Of those, the ones whose leases do not end: of another model, for what is seen of one station is believed of all of its model. */
const KEEPS_SHARE = 0.3;
/** Permanent limits above the least that a car takes, so that a lease below them can be watched (SI28), or as they are, and one above is let end; and room for either, a station. */
const [FALLBACK_A, ROOM_A] = [8, 2.5];
const ABOVE_SHARE = 0.5;
const WATTS_OF_KW = 1_000;
const PHASES = 3;

/**
 * The site of a seed with the models of its stations: in few seeds some are such of which no pack tells. By draws of its own, which leave out the
 * seeds that have found something once (docs/reliability.md): they are to stay the runs they are.
 *
 * @param of a persona of all stations, or a scenario, says itself which they are
 */
export function withModels(
  plan: SitePlan,
  of: { readonly seed: number; readonly persona?: Partial<Persona>; readonly scenario?: unknown },
): SitePlan {
  const fallbackA = rngFor(of.seed, 'permanent limits of unknown stations').next() < ABOVE_SHARE ? 0 : FALLBACK_A;
  if (of.persona !== undefined) return isUnheardOf(of.persona) ? withRoom(plan, fallbackA) : plan;
  if (of.scenario !== undefined || rngFor(of.seed, 'unknown stations').next() >= UNHEARD_SEEDS) return plan;
  const stations = plan.stations.map((station) => {
    const draw = rngFor(of.seed, `model of ${station.stationId}`).next() / UNHEARD_STATIONS;
    return draw >= 1 ? station : { ...station, persona: draw < KEEPS_SHARE ? UNHEARD_KEEPS : UNHEARD };
  });
  return withRoom({ ...plan, stations }, fallbackA);
}

/** @param leastA of permanent limits */
function withRoom(plan: SitePlan, leastA: number): SitePlan {
  const { spec } = plan.document;
  const stations = spec.stations.map((station) => ({
    ...station,
    evses: station.evses.map((evse) => ({ ...evse, fallbackA: Math.max(evse.fallbackA, leastA) })),
  }));
  const moreA = Math.ceil(stations.length * ROOM_A);
  const moreKw = Math.ceil((PHASES * moreA * NOMINAL_VOLTAGE_V) / WATTS_OF_KW);
  const circuits = spec.circuits.map((circuit) => ({
    ...circuit,
    ratingPerPhaseA: circuit.ratingPerPhaseA + moreA,
    ...(circuit.limitKw === undefined ? {} : { limitKw: circuit.limitKw + moreKw }),
  }));
  return { ...plan, document: { ...plan.document, spec: { ...spec, stations, circuits } } };
}

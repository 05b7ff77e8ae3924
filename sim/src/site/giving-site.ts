import type { SitePlan } from '../documents.ts';

const MAX_DISCHARGE_A = 16;

/**
 * The same site with cars that may give back (V2G): its stations of 2.x speak 2.1 and follow setpoints.
 *
 * @param exportLimitKw what may flow out of it; 0: its cars feed the building and no more
 */
export function withGivingCars(plan: SitePlan, exportLimitKw: number): SitePlan {
  const { document } = plan;
  const giving = new Set(
    plan.stations.flatMap(({ stationId, version, dc }) => (version === '1.6' || dc !== undefined ? [] : [stationId])),
  );
  const documents = document.spec.stations.map((station) =>
    giving.has(station.id)
      ? { ...station, evses: station.evses.map((evse) => ({ ...evse, maxDischargeA: MAX_DISCHARGE_A })) }
      : station,
  );
  return {
    ...plan,
    document: { ...document, spec: { ...document.spec, exportLimitKw, stations: documents } },
    stations: plan.stations.map((station) =>
      giving.has(station.stationId) ? { ...station, version: '2.1', takesSetpoints: true } : station,
    ),
  };
}

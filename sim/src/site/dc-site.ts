import { type DcDocument, NOMINAL_VOLTAGE_V, type SitePlan } from '../documents.ts';

/** Of its output so much comes at the least of each watt that it takes. */
export const partOf = ({ efficiency, powerFactor }: DcDocument): number => efficiency * powerFactor;

/** What it takes at the lowest voltage fits into 32 A: 18 kW / (0.94 x 0.98 x 3 x 0.9 x 230 V) = 31.5 A. */
const DC: DcDocument = { maxKw: 18, efficiency: 0.94, powerFactor: 0.98 };
const WATTS_OF_KW = 1_000;
const PHASES = 3;

/** The same site with a DC station in one of its places: it is told watts, and draws evenly from the three phases of its supply. */
export function withDcStation(plan: SitePlan, place: number): SitePlan {
  const chosen = plan.stations[place];
  if (chosen === undefined) return plan;
  const { spec } = plan.document;
  const hardwareMaxA = (DC.maxKw * WATTS_OF_KW) / (NOMINAL_VOLTAGE_V * PHASES) / partOf(DC);
  const stations = spec.stations.map((station) =>
    station.id === chosen.stationId
      ? { ...station, evses: station.evses.map((evse) => ({ ...evse, dc: DC })) }
      : station,
  );
  return {
    ...plan,
    document: { ...plan.document, spec: { ...spec, stations } },
    stations: plan.stations.map((each) => (each === chosen ? { ...each, hardwareMaxA, dc: DC } : each)),
  };
}

import { amps, isCurrent, isPower } from './check-circuits.ts';
import { problem, type SiteModelInput, type SiteProblem } from './input.ts';

/**
 * What cars may give back, and what may flow out of the site. TODO(#7): a site document cannot say either yet, so the places in it that are
 * named here are those that it is going to have.
 */
export function checkDischarge({ evses, exportLimitW }: SiteModelInput): readonly SiteProblem[] {
  const cars = evses.flatMap(({ stationId, evse, maxDischarge, wiring }): readonly SiteProblem[] => {
    if (maxDischarge === undefined) return [];
    const refuse = (detail: string): readonly SiteProblem[] => [
      problem('bad-discharge', `${stationId}/${evse}: ${detail}.`, '/spec/stations'),
    ];
    if (!isCurrent(maxDischarge) || maxDischarge === 0)
      return refuse(`it may give back ${amps(maxDischarge)}; where it may at all, that is above 0 A`);
    return wiring === undefined ? [] : refuse(`an EVSE that is wired ${wiring} and gives back is not modelled`);
  });
  if (exportLimitW === undefined || isPower(exportLimitW)) return cars;
  const detail = `The limit of what may flow out is ${exportLimitW / 1_000} kW; it must be from 0 kW upward.`;
  return [...cars, problem('bad-export-limit', detail, '/spec/exportLimitKw')];
}

import { amps, isCurrent, isPower } from './check-circuits.ts';
import { problem, type SiteModelInput, type SiteProblem } from './input.ts';
import { withPointers } from './with-pointers.ts';

/** What cars may give back, and what may flow out of the site (MD18). There is nothing to add up: nobody gives back by itself. */
export function checkDischarge({ evses, exportLimitW }: SiteModelInput): readonly SiteProblem[] {
  const cars = withPointers(evses).flatMap(({ evse, pointer }): readonly SiteProblem[] => {
    const { maxDischarge, minCurrent, wiring } = evse;
    if (maxDischarge === undefined) return [];
    const refuse = (detail: string): readonly SiteProblem[] => [
      problem('bad-discharge', `${evse.stationId}/${evse.evse}: ${detail}.`, `${pointer}/maxDischargeA`),
    ];
    if (!isCurrent(maxDischarge) || maxDischarge === 0)
      return refuse(`it may give back ${amps(maxDischarge)}; where it may at all, that is above 0 A`);
    if (maxDischarge < minCurrent)
      return refuse(`it may give back ${amps(maxDischarge)}, and nothing below its minimum of ${amps(minCurrent)}`);
    return wiring === undefined ? [] : refuse(`an EVSE that is wired ${wiring} and gives back is not modelled`);
  });
  if (exportLimitW === undefined || isPower(exportLimitW)) return cars;
  const detail = `The limit of what may flow out is ${exportLimitW / 1_000} kW; it must be from 0 kW upward.`;
  return [...cars, problem('bad-export-limit', detail, '/spec/exportLimitKw')];
}

/** What a car may give back as it came from elsewhere; undefined: nothing, or what this release does not take for a current. */
export const knownDischarge = (current: number | undefined): number | undefined =>
  current !== undefined && isCurrent(current) && current > 0 ? current : undefined;

/** The same of what may flow out. */
export const knownExportLimit = (limitW: number | undefined): number | undefined =>
  limitW !== undefined && isPower(limitW) ? limitW : undefined;

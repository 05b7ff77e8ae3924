import type { EpochMs } from '@headroom/kernel';
import { type DeratingModel, deratedBy, isFresh, type MeterReading, type SiteModel } from '@headroom/site-model';
import { wholeDegrees } from './sentences.ts';
import type { SiteState } from './site-state.ts';

type Readings = ReadonlyMap<string, MeterReading>;

const deratingsOf = ({ circuits }: SiteModel): readonly DeratingModel[] =>
  [...circuits.values()].flatMap(({ derating }) => derating ?? []);

/** As of loads: while a decision stands each sensor that was read counted by its reading when that was made. */
export const areSensorsFresh = (site: SiteModel, { readings }: Pick<SiteState, 'readings'>, nowMs: EpochMs): boolean =>
  deratingsOf(site).every((derating) => {
    const reading = readings.get(derating.sensorId);
    return reading === undefined || isFresh(reading, derating, nowMs);
  });

/**
 * A temperature counts in steps, of now and of what it may rise to, and is told in whole degrees: most readings lead to what counts
 * already.
 */
export const bearsOtherwise = (site: SiteModel, before: Readings, after: Readings): boolean =>
  deratingsOf(site).some((derating) => {
    const [was, is] = [before, after].map((readings) => readings.get(derating.sensorId)?.temperatureDeciC);
    if (was === is) return false;
    if (was === undefined || is === undefined) return true;
    // It moves no limit, but a reason names it.
    if (wholeDegrees(was) !== wholeDegrees(is)) return true;
    const [bore, bears] = [deratedBy(derating, was), deratedBy(derating, is)];
    return bore.nowPercent !== bears.nowPercent || bore.deadPercent !== bears.deadPercent;
  });

/** How many sensors of a site have said nothing that is fresh, or nothing at all: their circuits count as at their hottest. */
export function silentSensors(site: SiteModel, { readings }: Pick<SiteState, 'readings'>, nowMs: EpochMs): number {
  const silent = deratingsOf(site).filter((derating) => {
    const reading = readings.get(derating.sensorId);
    return reading === undefined || !isFresh(reading, derating, nowMs);
  });
  return new Set(silent.map(({ sensorId }) => sensorId)).size;
}

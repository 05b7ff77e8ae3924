import { controlOf, setControl } from '../domain/site-state.ts';
import type { Bench } from './bench.ts';
import { stationNumber } from './bench-site.ts';

/** A wrong rule, as what it makes of the set of a station's EVSE. */
export const changeSet = (
  bench: Bench,
  number: number,
  change: (set: ReturnType<typeof controlOf>['set']) => ReturnType<typeof controlOf>['set'],
): void => {
  const control = controlOf(bench.site, stationNumber(number), 1);
  setControl(bench.site, { ...control, set: change(control.set) });
};

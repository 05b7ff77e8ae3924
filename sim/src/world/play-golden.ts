import type { Clock, Timers } from '@headroom/kernel';
import type { Golden } from '../golden/golden.ts';
import { type GoldenCar, playVisits } from '../golden/golden-visits.ts';
import type { BayNow } from '../golden/bay-now.ts';
import type { Field, FieldDeps } from './field.ts';
import type { Pace } from './pace.ts';

/** Its people do what the day says; its machines do no more by chance than that faults bring about. */
export const GOLDEN_PACE: Pace = {
  occupancy: 1,
  stays: 1,
  meterEveryMs: 2_000,
  meterStaleS: 5,
  sampleS: 20,
  sampleOnChange: 1,
  jumpOnceInMin: Number.POSITIVE_INFINITY,
  jumpsAtStrike: 0.1,
  snapshotS: 15,
  passEveryMs: 1_000,
  coalesceMs: 250,
};

export interface PlayDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly operator: FieldDeps['operator'];
  readonly field: Field;
  /** Epoch ms of the start of the run. */
  readonly beganMs: number;
}

/** What the meters of the day read, for the field. */
export const meteredBy = ({ ownA, sourcesA }: Golden, beganMs: number): NonNullable<FieldDeps['metered']> => ({
  ownA: (nowMs) => ownA(nowMs - beganMs),
  sourcesA: new Map([...sourcesA].map(([name, amps]) => [name, (nowMs: number) => amps(nowMs - beganMs)])),
});

/** The cars of the day come and go, and what they have is noted once a second. */
export function playGolden(golden: Golden, { clock, timers, operator, field, beganMs }: PlayDeps): void {
  const { cars, timetable, scorecard, plan, sourcesA } = golden;
  const { stations, cards, pulse, building } = field;
  const byId = new Map(stations.map((station) => [station.stationId, station]));
  const voltOf = ({ planned }: GoldenCar): number => planned.nominalVoltageV ?? 0;
  const bayOf = (car: GoldenCar): BayNow => {
    const load = byId.get(car.planned.stationId)?.load(1);
    if (load === undefined) return NOTHING;
    const { currentA, givesA, phasesUsed, wantsA, offeredA } = load;
    return { watts: (currentA - givesA) * phasesUsed * voltOf(car), flowA: currentA, wantsA, offeredA };
  };
  playVisits(cars, {
    ...{ clock, timers, api: operator, stations, cards, beganMs, timetable },
    came: scorecard.came,
    leaves(car) {
      const bay = byId.get(car.planned.stationId)?.bay(1);
      const deliveredWh = bay?.deliveredWh ?? 0;
      const heldWh = bay?.battery?.heldWh;
      const missingWh = heldWh === undefined ? car.needWh - deliveredWh : car.car.batteryWh - heldWh;
      const { outputPart } = car;
      scorecard.left(car, {
        ...{ missingWh: missingWh * outputPart, deliveredWh: deliveredWh * outputPart },
        givenBackWh: bay?.givenBackWh ?? 0,
      });
    },
  });
  pulse.each(() => {
    const runMs = clock.nowMs() - beganMs;
    const { l1A, l2A, l3A } = building.current();
    const sourceA = [...sourcesA.values()].reduce((sum, amps) => sum + PHASES * amps(runMs), 0);
    scorecard.look(runMs, bayOf, (l1A + l2A + l3A + sourceA) * plan.document.spec.nominalVoltageV);
  });
}

const PHASES = 3;
const NOTHING: BayNow = { watts: 0, flowA: 0, wantsA: 0, offeredA: 0 };

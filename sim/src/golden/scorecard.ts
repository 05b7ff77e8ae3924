import type { BayNow } from './bay-now.ts';
import type { GoldenDay, GoldenSession } from './golden-day.ts';
import type { GoldenCar } from './golden-visits.ts';
import { type Bill, billOf, createQuarters } from './money.ts';
import { createTiers, type TierVerdict } from './tiers.ts';
import type { Timetable } from './timetable.ts';

/** What a golden day came to. Energies and money are those of the real day, however fast it was played. */
export interface Scorecard {
  readonly name: string;
  readonly about: string;
  readonly speed: number;
  /** Of the cars that left within the time that was played. */
  readonly sessions: number;
  readonly ready: number;
  readonly missingKwh: number;
  readonly deliveredKwh: number;
  readonly givenBackKwh: number;
  /** Of all of them. */
  readonly starts: number;
  readonly bill: Bill;
  /** The same day with cars that take all they can from the plug on. */
  readonly uncontrolled: Bill;
  readonly currency: string;
  /** In their order. Of a site of one tier: none. */
  readonly tiers: readonly TierVerdict[];
}

export interface ScorecardDeps {
  readonly day: GoldenDay;
  readonly cars: readonly GoldenCar[];
  readonly timetable: Timetable;
  readonly tierOf: (session: GoldenSession) => number | undefined;
  readonly phasesOf: (session: GoldenSession) => readonly string[];
  readonly nominalVoltageV: number;
  /** What flows in beside the cars at a minute of the day, W: building and sources. */
  readonly restW: (dayMin: number) => number;
}

/** What is still missing at its departure, Wh of the day as it is played. */
export interface Left {
  readonly missingWh: number;
  readonly deliveredWh: number;
  readonly givenBackWh: number;
}

export interface ScorecardKeeper {
  came(car: GoldenCar): void;
  left(car: GoldenCar, how: Left): void;
  /** Once a second. */
  look(runMs: number, bayOf: (car: GoldenCar) => BayNow, restW: number): void;
  conclude(): Scorecard;
}

/** Left with all but so much, kWh (ME4). */
const READY_WITHIN_KWH = 0.1;
/** A car that takes more than this charges. */
const CHARGES_A = 1;
const WATTS_OF_KW = 1_000;

export function createScorecard(deps: ScorecardDeps): ScorecardKeeper {
  const { day, cars, timetable, restW } = deps;
  const { speed } = timetable;
  const present = new Set<GoldenCar>();
  const charging = new Set<GoldenCar>();
  const tiers = createTiers(deps);
  const taken = createQuarters();
  let [sessions, ready, missingKwh, deliveredKwh, givenBackKwh, starts] = [0, 0, 0, 0, 0, 0];
  let lastMs: number | undefined;
  const kwhOf = (wh: number): number => (wh * speed) / WATTS_OF_KW;
  return {
    came: (car) => void present.add(car),
    left(car, how) {
      present.delete(car);
      charging.delete(car);
      const missing = kwhOf(Math.max(0, how.missingWh));
      sessions += 1;
      missingKwh += missing;
      if (missing <= READY_WITHIN_KWH) ready += 1;
      deliveredKwh += kwhOf(how.deliveredWh);
      givenBackKwh += kwhOf(how.givenBackWh);
      tiers.left(car, missing, READY_WITHIN_KWH);
    },
    look(runMs, bayOf, nowRestW) {
      const nows = new Map([...present].map((car) => [car, bayOf(car)]));
      let carsW = 0;
      for (const [car, { watts, flowA }] of nows) {
        carsW += watts;
        if (flowA <= CHARGES_A) charging.delete(car);
        else if (!charging.has(car)) {
          charging.add(car);
          starts += 1;
        }
      }
      tiers.look(runMs, nows);
      const minutes = ((runMs - (lastMs ?? runMs)) * speed) / 60_000;
      lastMs = runMs;
      taken.add(timetable.dayMin(runMs) - minutes, minutes, { carsW, restW: nowRestW });
    },
    conclude: () => ({
      ...{ name: day.name, about: day.about, currency: day.currency, speed },
      ...{ sessions, ready, missingKwh, deliveredKwh, givenBackKwh, starts },
      bill: billOf(taken.all(), day.prices),
      uncontrolled: billOf(uncontrolledOf(cars, deps, restW), day.prices),
      tiers: tiers.conclude(),
    }),
  };
}

/** Each car takes all it can from the plug on, whatever that does to the connection: so much is saved by nothing but control. */
function uncontrolledOf(
  cars: readonly GoldenCar[],
  { timetable: { window, speed } }: Pick<ScorecardDeps, 'timetable'>,
  restW: (dayMin: number) => number,
) {
  const taken = createQuarters();
  const ofCars = cars.map(({ session, planned, car }) => {
    const watts = car.maxA * car.phases * (planned.nominalVoltageV ?? 0);
    const roomWh = car.batteryWh * (1 - car.socAtArrival) * speed;
    const untilMin = Math.min(session.departMin, session.arriveMin + (roomWh / watts) * 60);
    return { watts, fromMin: session.arriveMin, untilMin };
  });
  for (let minute = Math.ceil(window.fromMin); minute < window.untilMin; minute += 1) {
    let carsW = 0;
    for (const { watts, fromMin, untilMin } of ofCars)
      carsW += watts * Math.max(0, Math.min(untilMin, minute + 1) - Math.max(fromMin, minute));
    taken.add(minute, 1, { carsW, restW: restW(minute) });
  }
  return taken.all();
}

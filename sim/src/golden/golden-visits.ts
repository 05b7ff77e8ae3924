import type { Cancel, Clock, Timers } from '@headroom/kernel';
import type { ApiClient } from '../api-client.ts';
import type { PlannedStation } from '../documents.ts';
import type { CarSpec } from '../ev.ts';
import { rngFor } from '../rng.ts';
import { reactionOf } from '../site/cars.ts';
import { partOf } from '../site/dc-site.ts';
import type { Station } from '../station/station.ts';
import type { GoldenSession } from './golden-day.ts';
import type { Timetable } from './timetable.ts';

/** A session of the day as it is played: energies are those of the faster day. */
export interface GoldenCar {
  readonly session: GoldenSession;
  readonly planned: PlannedStation;
  readonly car: CarSpec;
  /** What its EVSE is to take from its supply until the car has all, and what comes out of each Wh of that. */
  readonly needWh: number;
  readonly outputPart: number;
  readonly arriveMs: number;
  readonly departMs: number;
}

const WATTS_OF_KW = 1_000;
/** Without a battery to lend it comes with so much in it: nobody can see that. */
const ARRIVES_WITH = 0.2;
/** A car of itself goes no lower. */
const LEAST_SOC = 0.02;
/** A rectifier may need so much more at the lowest voltage: its amperes in a day are counted there. */
const LOWEST_VOLTAGE = 0.9;

export function goldenCar(session: GoldenSession, planned: PlannedStation, timetable: Timetable): GoldenCar {
  const { speed } = timetable;
  const { dc, hardwareMaxA } = planned;
  const { gives, needKwh, maxA = Number.POSITIVE_INFINITY } = session;
  const outputPart = dc === undefined ? 1 : partOf(dc);
  const needWh = (needKwh * WATTS_OF_KW) / speed / outputPart;
  const mostA = Math.min(hardwareMaxA, dc === undefined ? maxA : maxA * LOWEST_VOLTAGE);
  const heldWh = gives === undefined ? undefined : (gives.heldKwh * WATTS_OF_KW) / speed;
  const batteryWh = heldWh === undefined ? needWh / (1 - ARRIVES_WITH) : heldWh + needWh;
  return {
    ...{ session, planned, needWh, outputPart },
    ...{ arriveMs: timetable.runMs(session.arriveMin), departMs: timetable.runMs(session.departMin) },
    car: {
      ...reactionOf(rngFor(session.arriveMin, `golden car ${session.bay}`)),
      ...{ batteryWh, socAtArrival: 1 - needWh / batteryWh, maxA: mostA, phases: planned.wiredPhases },
      ...{ isEven: true, reportsSoc: false },
      ...(gives === undefined
        ? {}
        : {
            gives: {
              ...{ maxA: mostA, downToSoc: LEAST_SOC, efficiency: gives.efficiency },
              keepWh: (gives.keepKwh * WATTS_OF_KW) / speed,
            },
          }),
    },
  };
}

export interface VisitsDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly api: Pick<ApiClient, 'putChargingRequest'>;
  readonly stations: readonly Station[];
  /** One for each bay. */
  readonly cards: readonly string[];
  /** Epoch ms of the start of the run. */
  readonly beganMs: number;
  readonly timetable: Timetable;
  readonly came: (car: GoldenCar) => void;
  /** It is about to leave. */
  readonly leaves: (car: GoldenCar) => void;
}

const TAP_AFTER_MS = 1_500;
/** A driver whose card is not taken, or whose station has restarted, holds it there again. */
const LOOK_MS = 10_000;
const ASK_AGAIN_MS = 5_000;
const ASKS_MAX = 6;

/** All cars of the day come and go at their times, and their drivers say what they said. */
export function playVisits(cars: readonly GoldenCar[], deps: VisitsDeps): void {
  for (const each of cars) {
    const inMs = Math.max(0, deps.beganMs + each.arriveMs - deps.clock.nowMs());
    deps.timers.after(inMs, () => arrive(each, deps));
  }
}

function arrive(each: GoldenCar, deps: VisitsDeps): void {
  const { clock, timers, stations, cards, beganMs } = deps;
  const { session, car, planned, departMs } = each;
  const station = stations.find(({ stationId }) => stationId === planned.stationId);
  if (station?.plug(1, car) !== true) throw new Error(`a car comes to ${planned.stationId}, where another one stands`);
  deps.came(each);
  void ask(each, deps, 1);
  let cancel: Cancel = () => undefined;
  const look = (): void => {
    cancel = timers.after(LOOK_MS, look);
    const bay = station.bay(1);
    if (bay?.transaction === undefined && bay?.full === false) void station.tap(1, cards[session.bay] ?? '');
  };
  cancel = timers.after(TAP_AFTER_MS, look);
  timers.after(Math.max(0, beganMs + departMs - clock.nowMs()), () => {
    cancel();
    deps.leaves(each);
    station.unplug(1);
  });
}

/** What its driver wants, and lets it give back. One who says no energy says nothing. */
async function ask(each: GoldenCar, deps: VisitsDeps, tries: number): Promise<void> {
  const { api, timers, timetable, beganMs } = deps;
  const { session, planned } = each;
  const { statedKwh, statedDepartMin, gives } = session;
  if (statedKwh === undefined) return;
  const { speed } = timetable;
  const kwh = (value: number): number => value / speed;
  try {
    await api.putChargingRequest({
      ...{ evseId: `${planned.stationId}/1`, energyKwh: kwh(statedKwh) },
      ...(statedDepartMin === undefined ? {} : { departureAtMs: beganMs + timetable.runMs(statedDepartMin) }),
      ...(gives === undefined
        ? {}
        : { discharge: { ...gives, heldKwh: kwh(gives.heldKwh), keepKwh: kwh(gives.keepKwh) } }),
    });
  } catch {
    // Nobody is there now: he asks once more, for as long as it is of use.
    if (tries < ASKS_MAX) timers.after(ASK_AGAIN_MS, () => void ask(each, deps, tries + 1));
  }
}

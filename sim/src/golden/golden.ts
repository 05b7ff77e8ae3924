import type { PlannedStation, SitePlan } from '../documents.ts';
import { type GoldenDay, goldenDay } from './golden-day.ts';
import { goldenPlan } from './golden-site.ts';
import { tariffJsonOf } from './golden-tariff.ts';
import { type GoldenCar, goldenCar } from './golden-visits.ts';
import { createScorecard, type ScorecardKeeper } from './scorecard.ts';
import { type Timetable, timetableOf, traceAt, windowOf } from './timetable.ts';

/** A golden site as a run plays it: whatever its seed, it is the same site with the same cars. */
export interface Golden {
  readonly plan: SitePlan;
  readonly cars: readonly GoldenCar[];
  readonly timetable: Timetable;
  /** What its building takes at a time of the run, A of each phase. */
  readonly ownA: (runMs: number) => number;
  /** What sources give, by the names of their meters: below 0. */
  readonly sourcesA: ReadonlyMap<string, (runMs: number) => number>;
  readonly scorecard: ScorecardKeeper;
}

export interface GoldenOptions {
  /** One of `goldenNames`. */
  readonly name: string;
  /** Stations at most. */
  readonly stations: number;
  readonly hours: number;
  /** Epoch ms of the start of the run. */
  readonly beganMs: number;
}

const PHASES = 3;

export function createGolden({ name, stations, hours, beganMs }: GoldenOptions): Golden {
  const day = goldenDay(name);
  const window = windowOf(name);
  const timetable = timetableOf(window, hours);
  const { plan: taking, sessions, part } = goldenPlan(day, stations);
  const plan = givesBack(day) ? seekingCost(taking, tariffJsonOf(day, timetable, beganMs)) : taking;
  const cars = sessions
    .filter(({ arriveMin }) => arriveMin >= window.fromMin && arriveMin < window.untilMin)
    .map((session) => goldenCar(session, stationAt(plan, session.bay), timetable));
  const evses = plan.document.spec.stations.flatMap((station) => station.evses);
  const sourceNames = new Set(plan.document.spec.sources?.map((source) => source.name));
  const read = (meter: GoldenDay['meters'][number], dayMin: number): number =>
    part * traceAt(meter.ampsEachQuarter, dayMin);
  const loads = day.meters.filter((meter) => !sourceNames.has(meter.name));
  const sources = day.meters.filter((meter) => sourceNames.has(meter.name));
  const sumA = (meters: GoldenDay['meters'], dayMin: number): number =>
    meters.reduce((sum, meter) => sum + read(meter, dayMin), 0);
  const { nominalVoltageV } = plan.document.spec;
  return {
    ...{ plan, cars, timetable },
    ownA: (runMs) => sumA(loads, timetable.dayMin(runMs)),
    sourcesA: new Map(sources.map((meter) => [meter.name, (runMs) => read(meter, timetable.dayMin(runMs))])),
    scorecard: createScorecard({
      ...{ day, cars, timetable, nominalVoltageV },
      tierOf: ({ bay }) => evses[bay]?.tier,
      phasesOf: ({ bay }) => evses[bay]?.phases ?? [],
      restW: (dayMin) => sumA(day.meters, dayMin) * PHASES * nominalVoltageV,
    }),
  };
}

/** Whether any driver lets his car give back: plans ask for that only where they seek the lowest cost. */
const givesBack = ({ sessions }: GoldenDay): boolean => sessions.some(({ gives }) => gives !== undefined);

function seekingCost(plan: SitePlan, tariffJson: string): SitePlan {
  const { spec } = plan.document;
  const policy = { ...spec.policy, objective: 'cost' as const };
  return { ...plan, document: { ...plan.document, spec: { ...spec, tariffJson, policy } } };
}

function stationAt({ stations }: SitePlan, bay: number): PlannedStation {
  const station = stations[bay];
  if (station === undefined) throw new Error(`the site has no bay ${bay}`);
  return station;
}

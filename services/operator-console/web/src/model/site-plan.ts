import { type Fields, fieldsOf, fieldsOrNull, idOf, instantOf, listOf, numberOf, textOf } from './json-fields.ts';

/** The plan of a site as the page works with it: instants are epoch ms, an unknown number is null. */
export interface SitePlan {
  readonly standing: PlanStanding;
  /** Where the site stands with its plan, for people. */
  readonly sentence: string;
  /** The plan that the last decision looked at. */
  readonly along: { readonly ownerEpoch: string; readonly planSeq: string } | null;
  readonly made: MadePlan | null;
}

/** `ignored`: the last decision was made without the plan that there is. */
export type PlanStanding = 'followed' | 'ignored' | 'none' | 'not-planned';
export type ReadyRisk = 'none' | 'tight' | 'misses';

export interface MadePlan {
  readonly isForCost: boolean;
  readonly createdAtMs: number;
  /** In the currency of the prices. Null: they are not known. */
  readonly cost: number | null;
  readonly carbonKg: number | null;
  /** Whose forecast it was made with, and how wrong that was. Null: nobody said. */
  readonly forecast: PlanForecast | null;
  /** Ascending, without gaps. */
  readonly intervals: readonly PlannedInterval[];
  readonly evses: readonly PlannedEvse[];
}

export interface PlanForecast {
  readonly by: string;
  /** Null: nothing was judged yet. */
  readonly building: ForecastError | null;
  readonly pv: ForecastError | null;
}

/** Of what was said a day before, over the last days. */
export interface ForecastError {
  readonly meanKw: number;
  /** Of what was measured; null: nothing was. */
  readonly percent: number | null;
}

export interface PlannedInterval {
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the whole site, its building included. */
  readonly importKw: number;
  /** What was expected of the building and of sources. Null: not told. */
  readonly buildingKw: number | null;
  readonly pvKw: number | null;
}

export interface PlannedEvse {
  readonly evseId: string;
  readonly readyByMs: number;
  readonly needKwh: number | null;
  readonly missingKwh: number | null;
  readonly risk: ReadyRisk | null;
  /** Of what it takes from the grid, in the currency of the prices. Null: not known. */
  readonly cost: number | null;
  readonly carbonKg: number | null;
  /** By interval; what is left out at the end is 0. */
  readonly powerKw: readonly number[];
}

/** A day in quarters of an hour is 96, and the first hour has more. */
const MAX_INTERVALS = 500;
const MAX_EVSES = 4_000;

const STANDINGS: readonly PlanStanding[] = ['followed', 'ignored', 'none', 'not-planned'];
const RISKS: readonly ReadyRisk[] = ['none', 'tight', 'misses'];

/** Null: that is no plan of a site. */
export function parseSitePlan(body: unknown): SitePlan | null {
  const fields = fieldsOf(body);
  const standing = STANDINGS.find((each) => each === fields['standing']);
  if (standing === undefined) return null;
  const along = fieldsOrNull(fields['along']);
  const [ownerEpoch, planSeq] = [idOf(along?.['ownerEpoch']), idOf(along?.['planSeq'])];
  return {
    ...{ standing, sentence: textOf(fields['sentence']) ?? '' },
    along: ownerEpoch === null || planSeq === null ? null : { ownerEpoch, planSeq },
    made: madeOf(fieldsOrNull(fields['plan'])),
  };
}

function madeOf(plan: Fields | null): MadePlan | null {
  const createdAtMs = instantOf(plan?.['createdAt']);
  if (plan === null || createdAtMs === null) return null;
  const intervals = listOf(plan['intervals']).slice(0, MAX_INTERVALS).flatMap(intervalOf);
  // Powers stand by the place of their interval: where one of them cannot be read, none of them can.
  if (intervals.length === 0 || intervals.length < Math.min(MAX_INTERVALS, listOf(plan['intervals']).length))
    return null;
  return {
    ...{ isForCost: plan['mode'] === 'cost', createdAtMs, intervals },
    cost: numberOf(plan['cost']),
    carbonKg: numberOf(plan['carbonKg']),
    forecast: forecastOf(fieldsOrNull(plan['forecast'])),
    evses: listOf(plan['evses']).slice(0, MAX_EVSES).flatMap(evseOf),
  };
}

function forecastOf(forecast: Fields | null): PlanForecast | null {
  const by = textOf(forecast?.['by']);
  if (forecast === null || by === null) return null;
  return { by, building: errorOf(fieldsOrNull(forecast['building'])), pv: errorOf(fieldsOrNull(forecast['pv'])) };
}

function errorOf(error: Fields | null): ForecastError | null {
  const meanKw = numberOf(error?.['meanKw']);
  return meanKw === null ? null : { meanKw, percent: numberOf(error?.['percent']) };
}

function intervalOf(value: unknown): readonly PlannedInterval[] {
  const interval = fieldsOf(value);
  const [fromMs, toMs] = [instantOf(interval['from']), instantOf(interval['to'])];
  const importKw = numberOf(interval['importKw']);
  return fromMs === null || toMs === null || toMs <= fromMs || importKw === null
    ? []
    : [{ fromMs, toMs, importKw, buildingKw: numberOf(interval['buildingKw']), pvKw: numberOf(interval['pvKw']) }];
}

function evseOf(value: unknown): readonly PlannedEvse[] {
  const evse = fieldsOf(value);
  const [evseId, readyByMs] = [textOf(evse['evseId']), instantOf(evse['readyBy'])];
  if (evseId === null || readyByMs === null) return [];
  return [
    {
      ...{ evseId, readyByMs, needKwh: numberOf(evse['needKwh']), missingKwh: numberOf(evse['missingKwh']) },
      risk: RISKS.find((each) => each === evse['risk']) ?? null,
      ...{ cost: numberOf(evse['cost']), carbonKg: numberOf(evse['carbonKg']) },
      powerKw: listOf(evse['powerKw'])
        .slice(0, MAX_INTERVALS)
        .map((each) => numberOf(each) ?? 0),
    },
  ];
}

import { assertNever, type EpochMs } from '@headroom/kernel';

/** Why a decision was made without the plan, in the words of `PlanUse.ignored` in `plan.proto`. */
export const PLAN_IGNORED = ['none', 'too-old', 'expired', 'from-the-future', 'other-site-version'] as const;
export type PlanIgnored = (typeof PLAN_IGNORED)[number];

/** What the last decision of a site did with its plan. */
export interface PlanUse {
  readonly ownerEpoch: bigint;
  readonly seq: bigint;
  /** Undefined: the decision was made along it. `other`: a reason that a newer release knows. */
  readonly ignored?: PlanIgnored | 'other';
}

export type PlanMode = 'energy' | 'cost';

/** `tight`: planned to the last quarter of an hour. `misses`: something will be missing. */
export type ReadyRisk = 'none' | 'tight' | 'misses';

/** What the whole site is expected to import, its building included. */
export interface PlannedInterval {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly importW: number;
  /** What the plan was told to expect. */
  readonly buildingW: number;
  readonly pvW: number;
}

export interface PlannedEvse {
  readonly stationId: string;
  readonly evse: number;
  readonly sessionId: string;
  /** In each interval of the plan. */
  readonly powerW: readonly number[];
  readonly readyByMs: EpochMs;
  /** What it wants from the plan's instant on, and what of that it is not expected to have by then. */
  readonly needWh: number;
  readonly missingWh: number;
  /** Undefined: the optimizer does not say. */
  readonly risk?: ReadyRisk;
  /** Of what it takes from the grid; undefined: not known. */
  readonly costMicro?: number;
  readonly carbonG?: number;
}

/** How wrong was what was said a day before, over the last days. */
export interface ForecastError {
  readonly quarters: number;
  readonly meanW: number;
  /** Of what was measured, in parts of 1; undefined: nothing was. */
  readonly share?: number;
}

export interface SiteForecast {
  /** Whose it is. Empty: nobody said. */
  readonly by: string;
  /** Undefined: nothing was judged yet. */
  readonly building?: ForecastError;
  readonly pv?: ForecastError;
}

/** The newest plan of a site. */
export interface MadePlan {
  readonly mode: PlanMode;
  readonly createdAtMs: EpochMs;
  readonly intervals: readonly PlannedInterval[];
  /** Of cars that have not left since. */
  readonly evses: readonly PlannedEvse[];
  /** Over all intervals, in millionths of the currency; undefined: prices are not known. */
  readonly costMicro?: number;
  readonly carbonG?: number;
  /** Undefined: its optimizer is of an older release. */
  readonly forecast?: SiteForecast;
}

/** What its owner says of the plan of a site. */
export interface SitePlan {
  /** Undefined: the site shares in a way that follows no plan. */
  readonly use?: PlanUse;
  readonly plan?: MadePlan;
}

/** `ignored`: there is a plan, or was one, and the last decision was made without it. */
export type PlanStanding = 'followed' | 'ignored' | 'none' | 'not-planned';

export function standingOf({ use }: SitePlan): PlanStanding {
  if (use === undefined) return 'not-planned';
  if (use.ignored === undefined) return 'followed';
  return use.ignored === 'none' ? 'none' : 'ignored';
}

const WITHOUT = 'Decisions are made without it, and every limit is kept all the same.';

/** For people: where the site stands with its plan, and what that means. */
export function planSentence(of: SitePlan): string {
  const { use } = of;
  if (use === undefined)
    return 'This site shares in a way that follows no plan. A site is planned whose document says `share: smoothed-laxity`.';
  const { ignored } = use;
  switch (ignored) {
    case undefined:
      return 'The last decision was made along this plan.';
    case 'none':
      return (
        'There is no plan. One is made seconds after a car has come that can be given more than its minimum, and again every five ' +
        `minutes; a site without such a car has none. ${WITHOUT}`
      );
    case 'too-old':
    case 'expired':
      return `The last plan is more than ten minutes old, and no newer one has come. ${WITHOUT}`;
    case 'from-the-future':
      return `The plan is dated later than the decision: the clocks of two processes differ. ${WITHOUT}`;
    case 'other-site-version':
      return `The plan was made for another version of the site document; the next one comes within seconds. ${WITHOUT}`;
    case 'other':
      return `The plan was set aside for a reason that this console does not know. ${WITHOUT}`;
    default:
      return assertNever(ignored);
  }
}

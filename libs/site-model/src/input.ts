import type { GridPhase, PerPhase } from '@headroom/kernel';
import type { DcInput } from './dc-input.ts';
import type { LadderEnd } from './ladder.ts';

/** How a site may share what is left, in the words of its document. */
export type SharePolicy =
  | 'equal'
  | 'equal-surplus'
  | 'proportional'
  | 'first-come'
  | 'earliest-departure'
  | 'least-laxity'
  | 'lowest-soc'
  | 'smoothed-soc'
  | 'smoothed-laxity'
  | 'density';

/** What a plan of the site makes as good as possible once everybody has what he needs in time. */
export const PLAN_OBJECTIVES = ['delivery', 'cost'] as const;
export type PlanObjective = (typeof PLAN_OBJECTIVES)[number];

/**
 * How far a tier goes before the next one (MD13). `floor-first`: the minima of all of them, in their order, and then what is left, tier by
 * tier. `strict`: each has all that it can use before the next one has its minima.
 */
export const TIER_MODES = ['floor-first', 'strict'] as const;
export type TierMode = (typeof TIER_MODES)[number];

/** A tariff document (docs/tariffs.md) as it stood when the site document named it. */
export interface SiteTariff {
  readonly name: string;
  readonly documentJson: string;
}

/**
 * A site as somebody wrote it: nothing checked yet. Currents in deci-amps, powers in watts.
 * Lists stand in document order, the EVSEs of one station beside each other: the pointers of problems count on it.
 */
export interface SiteModelInput {
  readonly siteId: string;
  readonly version: number;
  readonly name: string;
  readonly timezone: string;
  readonly nominalVoltageV: number;
  readonly circuits: readonly CircuitInput[];
  readonly evses: readonly EvseInput[];
  readonly otherLoads: readonly OtherLoadInput[];
  /** Absent: none. */
  readonly sources?: readonly SourceInput[] | undefined;
  /** How long a lease is; where `leaseAtLeastS` is there, the longest that one may be. */
  readonly leaseS: number;
  /** The platform chooses a length from this to `leaseS` (SI26). Absent: it is `leaseS`. */
  readonly leaseAtLeastS?: number | undefined;
  /** Absent: the whole ladder. */
  readonly ladderEnd?: LadderEnd | undefined;
  /** Absent: equal current. */
  readonly share?: SharePolicy | undefined;
  /** Absent: floor-first. */
  readonly tiers?: TierMode | undefined;
  /** Absent: delivery. */
  readonly objective?: PlanObjective | undefined;
  /** Absent: what a kWh costs is not known from the document. */
  readonly tariff?: SiteTariff | undefined;
  readonly limitOverride?: LimitOverrideInput | undefined;
  /** What may flow out through the grid connection, in watts. Absent: nothing. */
  readonly exportLimitW?: number | undefined;
  /** On the mean of a quarter of an hour, in watts. Absent: nobody asks for less than the limits. */
  readonly demandLimitW?: number | undefined;
}

export interface CircuitInput {
  readonly circuitId: string;
  readonly parentCircuitId?: string | undefined;
  readonly name: string;
  readonly rating: PerPhase<number>;
  readonly powerLimitW?: number | undefined;
  /** Percent of the rating that may be loaded for hours, as charging does. Absent: all of it. */
  readonly continuousPercent?: number | undefined;
  /** Absent: never above the rating. */
  readonly overload?: OverloadInput | undefined;
  /** Absent: the rating, whatever the temperature. */
  readonly derating?: DeratingInput | undefined;
  /** A power cabinet: it shares so much among its EVSEs, by itself. Absent: a plain circuit. */
  readonly cabinet?: DcInput | undefined;
}

export interface OverloadInput {
  /** Of the rating, on top of it. */
  readonly percent: number;
  readonly seconds: number;
}

/** What a circuit bears when it is hot (LC2). Temperatures in tenths of a degree Celsius. */
export interface DeratingInput {
  readonly sensorId: string;
  readonly staleAfterMs: number;
  /** The most by which it gets hotter within one lease, its margin and the age of a fresh reading. */
  readonly risesAtMostDeciC: number;
  /** Rising temperatures, falling percents of the rating. */
  readonly steps: readonly { readonly aboveDeciC: number; readonly percent: number }[];
}

export interface EvseInput {
  readonly stationId: string;
  readonly evse: number;
  readonly circuitId: string;
  readonly name: string;
  readonly phases: readonly GridPhase[];
  /** Absent: from each phase to neutral. */
  readonly wiring?: Wiring | undefined;
  /** Of a DC station; `maxCurrent` is still what it takes from each phase. Absent: AC. */
  readonly dc?: DcInput | undefined;
  readonly maxCurrent: number;
  readonly minCurrent: number;
  readonly fallback: number;
  /** What its car may give back on each of its phases (V2G). Absent: it only takes. */
  readonly maxDischarge?: number | undefined;
  /** Who goes short last: 1 before 2. Absent: 1. */
  readonly tier?: number | undefined;
  /** Inside its tier. Absent: 1. */
  readonly weight?: number | undefined;
  /** For whoever charges here. Absent: none. */
  readonly rules?: SessionRulesInput | undefined;
  /** Of an accessible bay: what whoever charges here has before anybody else has anything. Absent: it is none. */
  readonly minimumShare?: number | undefined;
  /** How often its contactor may close. Absent: as often as usual. */
  readonly switching?: SwitchingInput | undefined;
}

/** Within an hour. What is absent is as usual. */
export interface SwitchingInput {
  /** Who has closed so often comes after all others. */
  readonly closingsAnHour?: number | undefined;
  /** And closes no more, whatever is left. */
  readonly mostClosingsAnHour?: number | undefined;
}

/** C65: what a session may have, and when it has enough. None of them bears on a limit of a conductor. */
export interface SessionRulesInput {
  /** The most that comes to its car, at the nominal voltage. */
  readonly maximumW?: number | undefined;
  /** The least with which it charges: below it, it waits. */
  readonly minimumW?: number | undefined;
  /** Until its battery holds so much it comes before all others of its tier. */
  readonly minimumSocPercent?: number | undefined;
  /** Once its battery holds so much it gets nothing more. */
  readonly stopAtSocPercent?: number | undefined;
  /** Once it has the energy that its driver asked for it gets nothing more. */
  readonly stopAtTarget?: boolean | undefined;
}

/**
 * How a single-phase EVSE hangs between two conductors: of three phases, 120 degrees apart (208 V between L1 and L2), or of a supply
 * with two legs, 180 degrees apart (120/240 V). What its limit says flows in both.
 */
export type Wiring = 'line-to-line' | 'split-phase';

export interface OtherLoadInput {
  readonly circuitId: string;
  readonly name: string;
  readonly worstCase: PerPhase<number>;
  /** Of a metered load: the most by which it may rise within one lease. Absent: up to its worst case at any moment. */
  readonly risesAtMost?: PerPhase<number> | undefined;
  readonly meterId?: string | undefined;
  readonly staleAfterMs: number;
  /** Of a metered load: the most that generation behind its meter may take off the reading, unseen. Absent: none. */
  readonly hides?: PerPhase<number> | undefined;
}

/** PV or a battery with a meter of its own. What it takes while it charges is an other load, on the same meter. */
export interface SourceInput {
  readonly circuitId: string;
  readonly name: string;
  /** Shows a current below 0 while it supplies. */
  readonly meterId: string;
  readonly staleAfterMs: number;
  readonly atMost: PerPhase<number>;
}

export interface LimitOverrideInput {
  readonly powerLimitW: number;
  readonly validUntilMs: number;
  readonly setBy: string;
  readonly reason: string;
}

export type SiteProblemCode =
  | 'no-root'
  | 'two-roots'
  | 'circuit-loop'
  | 'unknown-parent'
  | 'duplicate-id'
  | 'bad-id'
  | 'negative-rating'
  | 'bad-power-limit'
  | 'bad-continuous-factor'
  | 'bad-overload'
  | 'bad-derating'
  | 'bad-dc'
  | 'bad-cabinet'
  | 'unknown-circuit'
  | 'bad-phases'
  | 'bad-current'
  | 'bad-lease'
  | 'bad-ladder'
  | 'bad-voltage'
  | 'bad-meter'
  | 'bad-rise'
  | 'bad-source'
  | 'sources-do-not-fit'
  | 'bad-discharge'
  | 'bad-export-limit'
  | 'bad-tier'
  | 'bad-session-rule'
  | 'bad-switching'
  | 'bad-objective'
  | 'bad-demand-limit'
  | 'bad-tariff'
  | 'bad-override'
  | 'too-large'
  | 'fallbacks-do-not-fit';

/** Why a site is refused. */
export interface SiteProblem {
  readonly code: SiteProblemCode;
  /** One sentence with the numbers. */
  readonly detail: string;
  /** Where in the site document, as a JSON pointer; empty: the whole. */
  readonly pointer: string;
}

export const problem = (code: SiteProblemCode, detail: string, pointer: string): SiteProblem => ({
  code,
  detail,
  pointer,
});

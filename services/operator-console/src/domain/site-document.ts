import { err, ok, type Result } from '@headroom/kernel';

/** One value per phase, amperes. */
export interface PhaseAmps {
  readonly l1A: number;
  readonly l2A: number;
  readonly l3A: number;
}

/** A site as people write it (console-and-api.md section 11), every default filled in. Currents in A, power in kW. */
export interface SiteDocument {
  readonly siteId: string;
  readonly displayName: string;
  /** IANA zone. */
  readonly timezone: string;
  readonly nominalVoltageV: number;
  readonly circuits: readonly CircuitSpec[];
  readonly meters: readonly MeterSpec[];
  readonly loads: readonly LoadSpec[];
  readonly sources: readonly SourceSpec[];
  readonly stations: readonly StationSpec[];
  /** How long a lease is; where `leaseAtLeastS` is there, the longest that one may be. */
  readonly leaseS: number;
  /** The platform chooses a length from this to `leaseS`. Absent: it is `leaseS`. */
  readonly leaseAtLeastS?: number;
  /** The last step against a bay that disobeys which is taken without a person. Absent: inoperative, the whole ladder. */
  readonly ladderEnd?: LadderEndName;
  readonly share: SharePolicy;
  /** How far a tier of EVSEs goes before the next one. Absent: floor-first. */
  readonly tiers?: 'strict';
  /** What its plans make as good as possible. Absent: delivery. */
  readonly objective?: 'cost';
  /** What it should draw on the mean of a quarter of an hour at most. Absent: nobody asks for less than its limits. */
  readonly demandLimitKw?: number;
  /** By its name. Absent: none. */
  readonly tariff?: string;
  /** What may flow out through the grid connection. Absent: nothing. */
  readonly exportLimitKw?: number;
}

export type LadderEndName = 'forbid' | 'stop';

interface CircuitSpec {
  readonly name: string;
  /** Absent: the root, the grid connection. */
  readonly parent?: string;
  readonly displayName: string;
  readonly ratingPerPhaseA: PhaseAmps;
  readonly limitKw?: number;
  /** Of its rating, what may flow for hours; above 0, at most 1. Absent: 1. */
  readonly continuousFactor?: number;
  /** A power cabinet. Absent: a plain circuit. */
  readonly cabinet?: DcSpec;
  /** While nobody is alive to lower the stations. Absent: never above the rating. */
  readonly overloadAllowance?: { readonly percent: number; readonly forMs: number };
  /** What its conductors bear when it is hot. Absent: the rating, whatever the temperature. */
  readonly derating?: DeratingSpec;
}

/** Temperatures in degrees Celsius. */
export interface DeratingSpec {
  readonly sensor: string;
  readonly staleAfterMs: number;
  /** The most by which it gets hotter within one lease, its margin and the age of a fresh reading. */
  readonly risesAtMostC: number;
  /** Rising temperatures, falling percents of the rating. */
  readonly steps: readonly { readonly aboveC: number; readonly percent: number }[];
}

/** What a meter shows is the load beside the stations. */
interface MeterSpec {
  readonly name: string;
  readonly circuit: string;
  readonly staleAfterMs: number;
  readonly worstCasePerPhaseA: PhaseAmps;
  /** The most by which it may rise within one lease. Absent: up to the worst case. */
  readonly risesAtMostPerPhaseA?: PhaseAmps;
  /** The most that generation behind the meter may take off a reading. Absent: none. */
  readonly hidesPerPhaseA?: PhaseAmps;
}

/** PV or a battery with a meter of its own. */
interface SourceSpec {
  readonly name: string;
  readonly circuit: string;
  readonly staleAfterMs: number;
  readonly atMostPerPhaseA: PhaseAmps;
}

interface LoadSpec {
  readonly name: string;
  readonly circuit: string;
  readonly worstCasePerPhaseA: PhaseAmps;
}

interface StationSpec {
  readonly id: string;
  readonly circuit: string;
  readonly evses: readonly EvseSpec[];
}

export type PhaseName = 'L1' | 'L2' | 'L3';

/** Output to batteries, and what it takes from the supply for it, at its worst. */
export interface DcSpec {
  readonly maxKw: number;
  readonly efficiency: number;
  readonly powerFactor: number;
}

export type WiringName = 'line-to-line' | 'split-phase';

export interface EvseSpec {
  readonly evse: number;
  readonly name: string;
  readonly phases: readonly PhaseName[];
  /** Between its two phases. Absent: from each phase to neutral. */
  readonly wiring?: WiringName;
  /** Absent: AC. */
  readonly dc?: DcSpec;
  readonly maxA: number;
  readonly minimumA: number;
  readonly fallbackA: number;
  /** What a car may give back on each phase, at its supply. Absent: nothing. */
  readonly maxDischargeA?: number;
  /** Who goes short last: 1 before 2. Absent: 1. */
  readonly tier?: number;
  /** Inside its tier. Absent: 1. */
  readonly weight?: number;
  /** For whoever charges here. Absent: none. */
  readonly sessionRules?: SessionRulesSpec;
  /** An accessible bay: whoever charges here has so much before anybody else has anything. Absent: it is none. */
  readonly minimumShareA?: number;
  /** How often its contactor may close. Absent: as often as usual. */
  readonly switching?: SwitchingSpec;
}

/** Within an hour. What is absent is as usual. */
export interface SwitchingSpec {
  readonly closingsAnHour?: number;
  readonly mostClosingsAnHour?: number;
}

/** What a session may have, and when it has enough. What is absent is not ruled. */
export interface SessionRulesSpec {
  readonly maximumKw?: number;
  readonly minimumKw?: number;
  readonly minimumSocPercent?: number;
  readonly stopAtSocPercent?: number;
  readonly stopAtTarget?: true;
}

/** A site as it stands: its document, and what the platform adds. */
export interface Site {
  readonly document: SiteDocument;
  readonly version: number;
  readonly configuredAtMs: number;
  readonly override?: {
    readonly powerKw: number;
    readonly validUntilMs: number;
    readonly setBy: string;
    readonly reason: string;
  };
}

/** What is wrong with something a person sent: a closed code, a sentence, and where. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  /** JSON pointer; empty: the whole. */
  readonly pointer: string;
}

const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** A day: nothing in a document lasts longer. */
export const MAX_DURATION_MS = 86_400_000;

/** `5s`, `2m`, `1.5h`, `250ms`, or a number of seconds, as whole milliseconds. */
export function parseDuration(written: string | number): Result<number, string> {
  const match = typeof written === 'number' ? [`${written}`, `${written}`, 's'] : DURATION.exec(written.trim());
  const [, digits, unit] = match ?? [];
  const ms = Math.round(Number(digits) * (UNIT_MS[unit ?? ''] ?? Number.NaN));
  if (!Number.isFinite(ms)) return err(`"${written}" is no duration; write 5s, 2m, 1h or a number of seconds.`);
  if (ms <= 0 || ms > MAX_DURATION_MS) return err(`"${written}" lies outside the durations from 1ms to 24h.`);
  return ok(ms);
}

/** The shortest way to write a duration exactly. */
export function formatDuration(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  // Leases and staleness are commonly spoken of in seconds: 120s, not 2m.
  if (ms % 1_000 === 0) return `${ms / 1_000}s`;
  return `${ms}ms`;
}

export const samePhases = (amps: number): PhaseAmps => ({ l1A: amps, l2A: amps, l3A: amps });
/** A single number where all phases are equal. */
export const shortPhases = (amps: PhaseAmps): number | PhaseAmps =>
  amps.l1A === amps.l2A && amps.l2A === amps.l3A ? amps.l1A : amps;

/** How a site may share what is left, in the words of the document. */
export const SHARE_POLICIES = [
  'equal',
  'equal-surplus',
  'proportional',
  'first-come',
  'earliest-departure',
  'least-laxity',
  'lowest-soc',
  'smoothed-soc',
  'smoothed-laxity',
  'density',
] as const;
export type SharePolicy = (typeof SHARE_POLICIES)[number];

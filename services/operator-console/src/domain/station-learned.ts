import type { DeciAmps, EpochMs, SiteId, StationId } from '@headroom/kernel';

/** What the platform has learned of a station, as its dispatcher told it last. */
export interface StationLearned {
  readonly siteId: SiteId;
  readonly stationId: StationId;
  readonly toldAtMs: EpochMs;
  readonly connected: boolean;
  /** By its last boot; empty: none is known. */
  readonly vendor: string;
  readonly model: string;
  readonly firmware: string;
  /** "OCPP 1.6". Absent: not known. */
  readonly version?: StationVersion;
  /** Absent: it was never asked, or has another firmware since. */
  readonly abilities?: Abilities;
  readonly quirks: readonly LearnedQuirk[];
  readonly concessions: readonly Concession[];
  /** Absent: it was never asked. */
  readonly profiles?: ProfilesTold;
  readonly limits: readonly OthersLimit[];
  readonly evses: readonly EvseLearned[];
}

export type StationVersion = 'OCPP 1.6' | 'OCPP 2.0.1' | 'OCPP 2.1';

export interface Abilities {
  readonly readAtMs: EpochMs;
  /** Questions in a row without an answer; the rest is then what is assumed. */
  readonly failures: number;
  readonly inAmperes: boolean;
  readonly inWatts: boolean;
  readonly maxStackLevel: number;
  readonly maxPeriods: number;
  /** Absent: it did not say. */
  readonly maxProfiles?: number;
  readonly phaseSwitching: boolean;
  readonly maxOfflineDuration: boolean;
  readonly dynamicProfiles: boolean;
  readonly remarks: readonly string[];
}

/** A row of a quirk pack (docs/quirks.md). */
export interface LearnedQuirk {
  readonly quirk: string;
  readonly value: string;
  /** Of the report: H86. */
  readonly id: string;
  readonly seen: string;
  readonly pack: string;
  readonly stations: string;
}

/** What its limits go without, because of what it can do. */
export type Concession = 'smart-charging-off' | 'no-limits' | 'no-lease' | 'watts' | 'one-period' | 'leases-unseen';

export interface ProfilesTold {
  /** 0: not since it booted last. */
  readonly readAtMs: EpochMs;
  readonly failures: number;
  /** Something was not as it should be, also where no finding says what. */
  readonly differs: boolean;
  /** Absent: it is not asked again, or at once. */
  readonly nextMs?: EpochMs;
  readonly findings: readonly ProfileFinding[];
}

/** `missing` and `changed` are of ours, `foreign` is somebody else's. */
export interface ProfileFinding {
  readonly kind: 'missing' | 'changed' | 'foreign';
  /** 0: the station as a whole. */
  readonly evse: number;
  readonly profileId: number;
  readonly stackLevel: number;
  readonly purpose: string;
  readonly allowsMore: boolean;
  /** By its own words. Absent: it names no end. */
  readonly endsAtMs?: EpochMs;
}

/** What somebody beside us allows it, by its own word. */
export interface OthersLimit {
  /** 0: the station as a whole. */
  readonly evse: number;
  readonly source: string;
  readonly isGridCritical: boolean;
  /** All of them hold. None: nobody said how much. */
  readonly schedules: readonly OthersSchedule[];
  readonly validUntilMs: EpochMs;
  /** Its station has told of all profiles that it holds since, and did not name it: it limits nothing any more. */
  readonly isUnlisted?: true;
}

export interface OthersSchedule {
  readonly unit: 'A' | 'W';
  /** By ascending instant. Deci-amps of each phase, or W of all of them. */
  readonly steps: readonly { readonly fromMs: EpochMs; readonly limit: number }[];
  readonly untilMs?: EpochMs;
}

export interface EvseLearned {
  readonly evse: number;
  readonly maxCurrent: DeciAmps;
  readonly fallback: DeciAmps;
  readonly proven: boolean;
  /** Whatever it was told. */
  readonly countsWithMaximum: boolean;
  /** Of a limit, what its car is offered. Absent: all of it. */
  readonly passesPercent?: number;
  /** It refused a limit with two steps since it booted. */
  readonly singlePeriod: boolean;
  /** Absent: nothing is held against it. */
  readonly disobedience?: DisobedienceLearned;
  /** Whether we have taken it out of service. */
  readonly service: 'in' | 'out' | 'returning';
  /** What it says that its charging profiles come to, where that is not what it was told. Absent: it is, or nobody asked. */
  readonly composite?: CompositeLearned;
}

export interface CompositeLearned {
  /** At some instant more than it was told; less than its lease; its lease does not end. */
  readonly findings: readonly ('more' | 'less' | 'never-ends')[];
  /** Its first limit: `16 A`. */
  readonly says: string;
  /** It is offered no more. Absent: nothing bounds it. */
  readonly atMost?: DeciAmps;
}

export type LadderStepName = 'resend' | 'ask' | 'forbid' | 'stop' | 'inoperative' | 'alarm';

export interface DisobedienceLearned {
  readonly sinceMs: EpochMs;
  readonly step: LadderStepName;
  readonly steppedAtMs: EpochMs;
  readonly obeysSinceMs?: EpochMs;
  /** What it said when it was asked. */
  readonly says?: string;
  /** It keeps to its limits, but refuses 0 A where nothing else fits (H86). */
  readonly refusesZero: boolean;
}

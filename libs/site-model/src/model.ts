import type {
  CircuitId,
  DeciAmps,
  EpochMs,
  EvseId,
  EvseNumber,
  GridPhase,
  PerPhaseDeciAmps,
  SiteId,
  StationId,
  Watts,
} from '@headroom/kernel';

import type { DcInput } from './dc-input.ts';
import type { PlanObjective, SharePolicy, SiteTariff, TierMode, Wiring } from './input.ts';
import type { LadderEnd } from './ladder.ts';

/** A commissioned site: it exists only after `buildSiteModel` found nothing wrong with it. */
export interface SiteModel {
  readonly siteId: SiteId;
  readonly version: number;
  readonly name: string;
  readonly timezone: string;
  /** Line to neutral. */
  readonly nominalVoltageV: number;
  readonly rootCircuitId: CircuitId;
  /** In document order, which is not necessarily parents first. */
  readonly circuits: ReadonlyMap<CircuitId, CircuitModel>;
  readonly evses: ReadonlyMap<EvseId, EvseModel>;
  readonly otherLoads: readonly OtherLoadModel[];
  /** Absent: none. */
  readonly sources?: readonly SourceModel[];
  /**
   * How long a generous limit outlives our silence at most, in seconds (SI14): as long as every lease, or where `leaseAtLeastS` is there
   * the longest of them. What is checked and announced ahead goes by it, so that it holds for whatever length is chosen.
   */
  readonly leaseS: number;
  /** A length from this to `leaseS` is chosen by how much the metered loads move (SI26). Absent: it is `leaseS`. */
  readonly leaseAtLeastS?: number;
  /** How far the platform goes by itself against an EVSE that disobeys. Absent: the whole ladder. */
  readonly ladderEnd?: LadderEnd;
  /** How its EVSEs share what is left. Absent: equal current. */
  readonly share?: SharePolicy;
  /** How far a tier of EVSEs goes before the next one. Absent: floor-first. It bears on no limit. */
  readonly tiers?: TierMode;
  /** What its plans make as good as possible. Absent: delivery. It bears on no limit. */
  readonly objective?: PlanObjective;
  /** Absent: what a kWh costs is not known from the document. */
  readonly tariff?: SiteTariff;
  readonly limitOverride?: LimitOverrideModel;
  /** What may flow out through the grid connection. Absent: nothing. */
  readonly exportLimitW?: Watts;
  /**
   * PC9: what it should draw from the grid on the mean of a quarter of an hour at most. A wish: no row of the gate knows of it. Absent: none.
   */
  readonly demandLimitW?: Watts;
  /** Limits from outside of the document, now and to come. Absent: none. */
  readonly imposed?: readonly ImposedLimitModel[];
  /** What circuits that a document derates bear by what was read of them. Missing: what they bear at their hottest. */
  readonly derated?: ReadonlyMap<CircuitId, DeratedCircuit>;
}

export interface CircuitModel {
  readonly circuitId: CircuitId;
  /** Absent: the root, which is the grid connection. */
  readonly parentCircuitId?: CircuitId;
  readonly name: string;
  /** What each conductor can bear. */
  readonly rating: PerPhaseDeciAmps;
  /** Contract in watts, summed over the phases. Absent: no such limit. */
  readonly powerLimitW?: Watts;
  /**
   * Percent of the rating that may be loaded for hours, as charging does (LC1). Beside other load L, what charges may come to
   * (rating - L) x percent / 100, now and in the row of the dead. Absent: 100.
   */
  readonly continuousPercent?: number;
  /** What the operator lets its conductors bear while nobody is alive to lower the stations (SI29). Absent: the rating. */
  readonly overload?: OverloadModel;
  /** What its conductors bear when it is hot (LC2). Absent: the rating, whatever the temperature. */
  readonly derating?: DeratingModel;
  /** It gives no more than this to all its EVSEs together, whatever each of them was told (MD14). Absent: a plain circuit. */
  readonly cabinet?: DcInput;
}

/**
 * Never part of what holds now, nor of what holds once every lease has ended: only the rise of other load within the last lease may
 * go this far beyond the rating, for so long at most.
 */
export interface OverloadModel {
  readonly percent: number;
  readonly seconds: number;
}

/** What a circuit bears at which temperature, as its operator says. Where nothing fresh is read the last step counts. */
export interface DeratingModel {
  /** The name under which its temperature is read. */
  readonly sensorId: string;
  readonly staleAfterMs: number;
  /** The most by which it gets hotter within one lease, its margin and the age of a fresh reading. */
  readonly risesAtMostDeciC: number;
  /** Rising temperatures, falling percents of the rating; at least one. */
  readonly steps: readonly DeratingStep[];
}

export interface DeratingStep {
  /** From the first tenth of a degree above it on. */
  readonly aboveDeciC: number;
  readonly percent: number;
}

/** Percent of the rating that the conductors of a circuit bear (LC2), in the two rows of the gate. */
export interface DeratedCircuit {
  readonly nowPercent: number;
  /** With what may be reached while nobody lives, until the last lease has ended. Never above `nowPercent`. */
  readonly deadPercent: number;
}

export interface EvseModel {
  readonly evseId: EvseId;
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly circuitId: CircuitId;
  readonly name: string;
  /** Grid phase behind the socket's L1, L2, L3 in this order: the rotation (MD4). */
  readonly phases: readonly GridPhase[];
  /** Between the two `phases`, as one circuit. Absent: from each phase to neutral. */
  readonly wiring?: Wiring;
  /** Of a DC station: its currents here are those of its supply, never those of a battery (MD12). */
  readonly dc?: DcInput;
  readonly maxCurrent: DeciAmps;
  /** Least current that a car can take; nothing between 0 and this is ever offered (MD7). */
  readonly minCurrent: DeciAmps;
  /** Permanent limit beneath every lease (SI1). 0, or at least `minCurrent`. */
  readonly fallback: DeciAmps;
  /** What its car may give back on each of its phases (V2G). Absent: it only takes. */
  readonly maxDischarge?: DeciAmps;
  /** Of two that want the same current the one of the lower tier has it (MD13). It bears on no limit. Absent: 1. */
  readonly tier?: number;
  /** How much it counts inside its tier. Absent: 1. */
  readonly weight?: number;
  /** For whoever charges here (C65). They bear on no limit. Absent: none. */
  readonly rules?: SessionRules;
  /** Of an accessible bay (C61): what whoever charges here has before anybody else has anything, as far as it fits. Absent: it is none. */
  readonly minimumShare?: DeciAmps;
  /** How often its contactor may close (`switching.ts`). It bears on no limit. Absent: as often as usual. */
  readonly switching?: SwitchingBudget;
}

/** Within an hour. */
export interface SwitchingBudget {
  /** Who has closed so often comes after all others. */
  readonly closingsAnHour: number;
  /** And closes no more, whatever is left; no less than `closingsAnHour`. */
  readonly mostClosingsAnHour: number;
}

/** What a session may have, and when it has enough, as its document says. What is absent is not ruled. */
export interface SessionRules {
  readonly maximumW?: number;
  readonly minimumW?: number;
  readonly minimumSocPercent?: number;
  readonly stopAtSocPercent?: number;
  readonly stopAtTarget?: true;
}

/** How many phases its station knows: those of an OCPP profile and of a meter value, not the conductors that carry them. */
export const socketPhases = ({ phases, wiring }: Pick<EvseModel, 'phases' | 'wiring'>): number =>
  wiring === undefined ? phases.length : 1;

/** What draws on a circuit beside the stations. It counts on that circuit and on all its ancestors. */
export interface OtherLoadModel {
  readonly circuitId: CircuitId;
  readonly name: string;
  /** Counts whenever no fresh reading stands against it (TL1). */
  readonly worstCase: PerPhaseDeciAmps;
  /**
   * The operator's word on how much it may rise within one lease, its margin and the age of a fresh reading (SI26).
   * Absent: up to the worst case.
   */
  readonly risesAtMost?: PerPhaseDeciAmps;
  /** Absent: not metered, the worst case counts always. */
  readonly meterId?: string;
  readonly staleAfterMs: number;
  /** The most by which generation behind its meter makes the reading less than what is drawn. It may vanish (MD16). Absent: none. */
  readonly hides?: PerPhaseDeciAmps;
}

/** PV or a battery with a meter of its own. It may vanish at any moment: what it supplies now holds for no later instant (MD15). */
export interface SourceModel {
  readonly circuitId: CircuitId;
  readonly name: string;
  readonly meterId: string;
  readonly staleAfterMs: number;
  readonly atMost: PerPhaseDeciAmps;
}

/** An operator's limit on the grid connection for a while. It may only lower what the site allows. */
export interface LimitOverrideModel {
  readonly powerLimitW: Watts;
  readonly validUntilMs: EpochMs;
  readonly setBy: string;
  readonly reason: string;
}

/**
 * A limit that somebody outside puts on a circuit for a while (LC3). It may only lower what the circuit has: of all limits the
 * lowest holds.
 */
export interface ImposedLimitModel {
  readonly circuitId: CircuitId;
  /** Summed over the phases. */
  readonly powerLimitW: Watts;
  readonly startMs: EpochMs;
  /** Free of it from this instant on. Absent: no end is known. */
  readonly endMs?: EpochMs;
}

/** One reading of a site meter, or of a sensor of temperature. */
export interface MeterReading {
  readonly meterId: string;
  /** Of a sensor: 0 A. No load and no source has its name, so that nobody counts it. */
  readonly current: PerPhaseDeciAmps;
  readonly sampledAtMs: EpochMs;
  readonly receivedAtMs: EpochMs;
  /** Of a sensor, in tenths of a degree Celsius. Absent: it is a meter. */
  readonly temperatureDeciC?: number;
}

import {
  type DeciAmps,
  type EpochMs,
  type EvseId,
  type SessionId,
  type StationId,
  type TransactionId,
  type WattHours,
  wattHours,
} from '@headroom/kernel';
import type { LadderStep, MeterReading, PhaseEvidence, PhaseMask, StationLimit } from '@headroom/site-model';
import type { ChargingState, ConnectorStatus, DischargeOffer, EvseSample, SaidBattery } from './facts.ts';
import type { GridTimelines } from './grid-timeline.ts';
import type { KeptPlan } from './planning/kept-plan.ts';
import { VersionedMap } from './versioned-map.ts';

/** What the facts say about one site. It grows only with the site; a replay of the facts rebuilds it. */
export interface SiteState {
  readonly stations: ReadonlyMap<StationId, StationState>;
  readonly evses: ReadonlyMap<EvseId, EvseState>;
  /** Last reading of each site meter. */
  readonly readings: ReadonlyMap<string, MeterReading>;
  /** What the grid asks. */
  readonly grid: GridTimelines;
  /** The newest plan, whether it may be followed or not. Absent: none is known. */
  readonly plan?: KeptPlan;
}

export interface StationState {
  readonly connected: boolean;
  readonly generation: bigint;
  /** Its last boot, connect or disconnect: what was learned of its cars' phases until then no longer counts (MD5). */
  readonly interruptedAtMs: EpochMs;
  /** What somebody beside us allows it, by its own word; on this connection, since its last boot. */
  readonly limits: readonly StationLimit[];
}

export interface EvseState {
  readonly status?: { readonly value: ConnectorStatus; readonly sinceMs: EpochMs };
  readonly chargingState?: {
    readonly transactionId: TransactionId;
    readonly value: ChargingState;
    readonly sinceMs: EpochMs;
  };
  readonly session?: SessionState;
  readonly transaction?: TransactionState;
  /** Newest last; a repeated fact about one of them changes nothing. */
  readonly closedTransactions: readonly TransactionId[];
  readonly endedSessions: readonly SessionId[];
  readonly sample?: EvseSample;
  /** What the samples show of the phases that its car uses. */
  readonly phases?: PhaseEvidence;
  readonly draw: DrawState;
  readonly dispatch: DispatchState;
}

export interface SessionState {
  readonly sessionId: SessionId;
  readonly startedAtMs: EpochMs;
  /** Of its closed transactions. */
  readonly energyBefore: WattHours;
  /** What it gave back in its closed transactions. Absent: nothing. */
  readonly exportedBefore?: WattHours;
  /** Of one in which its driver let it nobody saw how much: no offer counts any more. */
  readonly exportUnknown?: true;
  readonly requested?: {
    readonly energy: WattHours;
    readonly departureAtMs?: EpochMs;
    readonly discharge?: DischargeOffer;
    readonly battery?: SaidBattery;
  };
}

export interface TransactionState {
  readonly transactionId: TransactionId;
  readonly authorized: boolean;
  readonly openedAtMs: EpochMs;
  /** Register at its start; where nobody told, of the first sample in it. */
  readonly meterStart?: WattHours;
  /** The same of what its car gives back. */
  readonly exportStart?: WattHours;
  /** And the highest that was told since: what a battery has lost does not come back because a sample says nothing of it. */
  readonly exportSeen?: WattHours;
  /** C70: until then its car comes before all others of the site. Absent: it does not. */
  readonly boost?: Boost;
}

export interface Boost {
  readonly untilMs: EpochMs;
  /** Who asked. */
  readonly setBy: string;
}

/** How the car behaves under its limit (UD2 to UD5). Instants are those of receipt. */
export interface DrawState {
  /** Draws less than its limit allows, by more than the tolerance, since. */
  readonly underSinceMs?: EpochMs;
  /** Draws nothing although it may, since. */
  readonly nothingSinceMs?: EpochMs;
  /** Draws more than its limit, by more than the tolerance, since. */
  readonly overSinceMs?: EpochMs;
  /** Of the decreases that it has not been seen to follow yet, when the first one was sent. Absent: there is none. */
  readonly loweredSinceMs?: EpochMs;
  /** What the car seems to take at most (UD2); absent: not learned. */
  readonly bound?: { readonly limit: DeciAmps; readonly changedAtMs: EpochMs };
}

export interface DispatchState {
  /** Absent: nobody told, it counts with its maximum. */
  readonly committed?: DeciAmps;
  /** The phases on which the dispatcher counts it; absent: all that are wired. */
  readonly mask?: PhaseMask;
  readonly committedAtMs?: EpochMs;
  /** Current it draws, or may draw unseen, beyond every limit of ours: `measured` and `hardware-maximum` members. */
  readonly measured?: DeciAmps;
  readonly unverified: boolean;
  /** The limit last sent and not replaced. Absent: the fallback holds. */
  readonly commanded?: DeciAmps;
  readonly commandedRaisedAtMs?: EpochMs;
  readonly leaseUntilMs?: EpochMs;
  /** Of a limit, what its car is offered at the nominal voltage: of a station of watts less than all (H82). Absent: all of it. */
  readonly passesPercent?: number;
  /** The most that its car may be giving back. Absent: nothing. */
  readonly discharge?: DeciAmps;
  /** It refused a limit, or did not answer it, and has taken none since: what it obeys is not ours to lower. */
  readonly refused?: true;
  /** It draws more than it was told, and what is done about it. Only told to people: what counts of it stands above. */
  readonly disobeys?: LadderStep;
  /** That is, it refuses 0 A where nothing else fits (H86). */
  readonly refusesZero?: true;
  /** Its station keeps no lease: whatever it is given, it has its fallback (H81). */
  readonly fallbackOnly?: true;
  /** Its leases do not end, so it is never leased more than this (SI28). Absent: they end. */
  readonly leaseAtMost?: DeciAmps;
  readonly last?: { readonly commandId: string; readonly outcome: 'sent' | 'accepted' | 'rejected' | 'unanswered' };
}

export const EMPTY_SITE_STATE: SiteState = {
  stations: VersionedMap.of(new Map()),
  evses: VersionedMap.of(new Map()),
  readings: VersionedMap.of(new Map()),
  grid: new Map(),
};

export const EMPTY_EVSE_STATE: EvseState = {
  closedTransactions: [],
  endedSessions: [],
  draw: {},
  dispatch: { unverified: false },
};

/** EVSEs, stations and meters of one site that are tracked at most; facts about further ones are dropped. */
export const MAX_TRACKED = 4_000;

/** The instant until which samples of a station's cars no longer count as evidence of their phases. */
export const interruptedAt = (state: SiteState, stationId: StationId): EpochMs =>
  state.stations.get(stationId)?.interruptedAtMs ?? 0;

/** The boost that holds now; undefined: none does. */
export const boostAt = ({ transaction }: EvseState, nowMs: EpochMs): Boost | undefined =>
  transaction?.boost !== undefined && nowMs < transaction.boost.untilMs ? transaction.boost : undefined;

/** The largest current reported on any phase; undefined where none was. */
export function largestPhase(sample: EvseSample): DeciAmps | undefined {
  const { l1, l2, l3 } = sample.current;
  let largest: DeciAmps | undefined;
  for (const value of [l1, l2, l3]) {
    if (value !== undefined && (largest === undefined || value > largest)) largest = value;
  }
  return largest;
}

/** Energy of the session so far, from register differences; undefined where no register was ever seen. */
export function sessionEnergy({ session, transaction, sample }: EvseState): WattHours | undefined {
  if (session === undefined) return undefined;
  if (transaction === undefined) return session.energyBefore;
  if (transaction.meterStart === undefined || sample?.register === undefined) return undefined;
  // A register that fell (a replaced meter) proves nothing: never a negative energy.
  return wattHours(session.energyBefore + Math.max(0, sample.register - transaction.meterStart));
}

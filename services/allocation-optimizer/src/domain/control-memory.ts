import type { DeciAmps, EpochMs, EvseId, PerPhase } from '@headroom/kernel';
import type { DemandGuard } from './demand-guard.ts';
import type { LeaseMemory } from './lease-memory.ts';
import type { Credit } from './rotation.ts';

/** What the loop remembers of its own doing, from one decision to the next. */
export interface ControlMemory {
  /** What each EVSE was given last. */
  readonly given: ReadonlyMap<EvseId, Given>;
  /** How high each site meter counts (TL3). */
  readonly envelopes: ReadonlyMap<string, LoadEnvelope>;
  /** How long leases are. Absent: it was not looked at yet. */
  readonly lease?: LeaseMemory;
  /** PC9. Absent: nobody asks for one, or nothing was measured yet. */
  readonly demandGuard?: DemandGuard;
}

export interface Given {
  readonly limit: DeciAmps;
  /** Absent: it never rose while this session was there. */
  readonly raisedAtMs?: EpochMs;
  /** Last change in either direction. */
  readonly changedAtMs?: EpochMs;
  /** Since when it has had more than nothing in this session (OD2). Absent: it has nothing, or takes no part in the sharing. */
  readonly onSinceMs?: EpochMs;
  /** When it was last raised from nothing, oldest first (`switching-budget.ts`); it outlasts sessions. Absent: it never was. */
  readonly closedAtMs?: readonly EpochMs[];
  /** What it is owed (RF1). Absent: nothing. */
  readonly credit?: Credit;
  /** What was announced beside it; absent: no drop of its limit is known. */
  readonly later?: Later;
}

/** A lower limit from a known instant on (SI27). */
export interface Later {
  readonly fromMs: EpochMs;
  readonly limit: DeciAmps;
  readonly changedAtMs: EpochMs;
}

export interface LoadEnvelope {
  readonly level: PerPhase<DeciAmps>;
  /** Where the present fall began, and when: what it is drawn from in a straight line. */
  readonly fallFrom: PerPhase<DeciAmps>;
  readonly fallSinceMs: PerPhase<EpochMs>;
}

export const EMPTY_MEMORY: ControlMemory = { given: new Map(), envelopes: new Map() };

import type { Obeyed } from './obeyed.ts';
import type { WireProfile } from './wire-profile.ts';

/** Who goes on with a lease that is over, as a station does whose leases do not end (H89). */
export interface KeptLeases {
  /** A station is told a profile. */
  received(nowMs: number, stationId: string, profile: WireProfile): void;
  /** Said of what an EVSE obeys now. */
  of(nowMs: number, evseId: string, obeyed: Pick<Obeyed, 'source'>): Kept;
}

/**
 * Its lease is over, so nobody was there who renewed it: nobody takes away what it has, until somebody is. What it keeps fits in every rating beside
 * the worst of all others (SI28). Whether it fits below a limit in kW that begins meanwhile nobody could say beforehand.
 */
export interface Kept {
  /** Absent: it is not so. */
  readonly isKept?: true;
}

/** So late a station may apply what it is told (H78): until then it keeps what it had. */
const APPLIES_WITHIN_MS = 6_000;

const IS_KEPT: Kept = { isKept: true };
const IS_NOT: Kept = {};

/** @param keepsLeases whether the leases of a station end by nothing but another one */
export function createKeptLeases(keepsLeases: (stationId: string) => boolean): KeptLeases {
  const leases = new Map<string, Lease>();
  const isOver = ({ fromMs, untilMs, wasOver }: Lease, nowMs: number): boolean =>
    nowMs >= untilMs || (wasOver && nowMs < fromMs);
  return {
    received(nowMs, stationId, { evse, purpose, durationS, isUpdate }) {
      if (purpose !== 'TxProfile' || isUpdate || !keepsLeases(stationId)) return;
      const evseId = `${stationId}/${evse}`;
      const before = leases.get(evseId);
      const times = { fromMs: nowMs + APPLIES_WITHIN_MS, untilMs: nowMs + (durationS ?? Infinity) * 1_000 };
      leases.set(evseId, { ...times, wasOver: before !== undefined && isOver(before, nowMs) });
    },
    of(nowMs, evseId, { source }) {
      const lease = leases.get(evseId);
      return source === 'tx' && lease !== undefined && isOver(lease, nowMs) ? IS_KEPT : IS_NOT;
    },
  };
}

/** The last that it was told. */
interface Lease {
  /** From here on it is obeyed. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** The one before was over when this one came. */
  readonly wasOver: boolean;
}

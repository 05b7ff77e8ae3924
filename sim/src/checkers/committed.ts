import type { Obeyed } from './obeyed.ts';
import type { ControlFact } from './decisions.ts';
import type { SiteFacts } from './site-facts.ts';
import type { OwnedRecord } from './tenures.ts';
import type { Report } from './violation.ts';

export interface CommittedChecker {
  /** What an owner says of limits stands in the log. */
  stored(by: OwnedRecord, fact: ControlFact): void;
  /** What an EVSE obeys of what it was told. */
  look(nowMs: number, evseId: string, obeyed: Pick<Obeyed, 'limitA' | 'source'>): void;
  /** An EVSE says less than what it obeys, for somebody beside the platform holds it down: what it says shows nothing of its limits. */
  masked(nowMs: number, evseId: string): void;
  /** A station has lost what it was told, or heeds nothing of it (see `Forgotten`). */
  forgot(stationId: string): void;
  /** It has the permanent limit of another site until it obeys one of this (HO-15): seconds after it has accepted that (H88). */
  brings(evseId: string): void;
}

/** Limits are told in tenths, and watts are rounded down. */
const TOLERANCE_A = 0.05;

const HARDWARE = 'hardware';
const PERMANENT = 'tx-default';
/** An offer that was taken for obedience is wrong for as long as a lease may last that was told then, and a renewal of it. */
const LEASES = 2;

interface Claim {
  readonly countsA: number;
  /** The highest lease that its owners were about to send since. */
  intendedA: number;
}

/**
 * SI1, SI3, SI4: no EVSE obeys more than the log says that it counts with. The sums of a circuit may hold all the same, for there is room
 * to spare or a car takes little: what is believed too little of one EVSE is an overload that waits for its hour, so each is judged by
 * itself. One that somebody holds down of whom nobody may have heard is let be for a while. An intent counts from when it stands in the log (HO-2); what an owner concludes behind the mark of a later one counts for nothing.
 */
export function createCommittedChecker({ leaseS }: Pick<SiteFacts, 'leaseS'>, report: Report): CommittedChecker {
  const claims = new Map<string, Claim>();
  const newestEpoch = new Map<number, number>();
  /** They have obeyed a profile: from then on what speaks as the hardware is a limit as high as that. */
  const led = new Set<string>();
  const maskedUntilMs = new Map<string, number>();
  const told = new Set<string>();
  /** Of who was hung up with it, the permanent limit of before; undefined: it was not looked at yet. */
  const brought = new Map<string, number | undefined>();
  const isBrought = (evseId: string, limitA: number): boolean => {
    if (!brought.has(evseId)) return false;
    const ofBefore = brought.get(evseId) ?? limitA;
    if (ofBefore === limitA) brought.set(evseId, limitA);
    else brought.delete(evseId);
    return ofBefore === limitA;
  };
  return {
    stored({ role, shard, epoch }, fact) {
      if (role !== 'dispatcher') return;
      const newest = Math.max(epoch, newestEpoch.get(shard) ?? epoch);
      newestEpoch.set(shard, newest);
      if (fact.kind === 'counted' && epoch === newest) claims.set(fact.evseId, { countsA: fact.countsA, intendedA: 0 });
      const claim = fact.kind === 'intended' ? claims.get(fact.evseId) : undefined;
      if (fact.kind === 'intended' && claim !== undefined) claim.intendedA = Math.max(claim.intendedA, fact.limitA);
    },
    look(nowMs, evseId, { limitA, source }) {
      if (source !== HARDWARE) led.add(evseId);
      const ofBefore = source === PERMANENT && isBrought(evseId, limitA);
      const claim = claims.get(evseId);
      if (claim === undefined || !led.has(evseId) || told.has(evseId)) return;
      if (nowMs <= (maskedUntilMs.get(evseId) ?? Number.NEGATIVE_INFINITY)) return;
      const countsA = Math.max(claim.countsA, claim.intendedA);
      if (limitA <= countsA + TOLERANCE_A || ofBefore) return;
      told.add(evseId);
      const detail = `${evseId} obeys ${limitA.toFixed(1)} A (${source}), and counts with ${countsA.toFixed(1)} A`;
      report({ checker: 'committed', atMs: nowMs, detail });
    },
    masked: (nowMs, evseId) => void maskedUntilMs.set(evseId, nowMs + LEASES * leaseS * 1_000),
    brings: (evseId) => void brought.set(evseId, undefined),
    forgot(stationId) {
      for (const evseId of led) if (evseId.startsWith(`${stationId}/`)) led.delete(evseId);
    },
  };
}

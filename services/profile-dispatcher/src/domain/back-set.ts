import { type DeciAmps, deciAmps, type EpochMs, type TransactionId } from '@headroom/kernel';
import type { EvseModel } from '@headroom/site-model';
import { committedOf, type Counting, dropEndedLeases, firstEndMs, membersOf } from './committed-set.ts';
import { intendLease, type LeaseAttempt, type LimitSet, UNKNOWN_SET } from './limit-set.ts';

/**
 * What an EVSE was told to give back and may be giving still (MD18). It is kept as limits are, and by the same rules: each `limit` in it is a
 * discharge, on each conductor. What was sent counts from before the send (SI3), what was given up until it is seen given up (SI4), of a
 * station that is away without end (HO-8). One thing differs: no permanent limit lets anything flow back, so none is in it, and nothing has to
 * prove one. While there is such a set every lease of its EVSE stands in it, with 0 where it gives nothing.
 */
export type BackSet = LimitSet;

/** What a lease is to give back, and what the last one that was sent gives at this instant. */
export interface BackChange {
  readonly wanted: DeciAmps;
  readonly from: DeciAmps;
  /** Nothing else makes the lease leave: with no more to give it does not. */
  readonly isReason?: true;
}

/** A control, as far as it is about what flows back. */
export interface MayGive {
  readonly set: LimitSet;
  readonly back?: BackSet;
}

const NOTHING = deciAmps(0);

/**
 * A lease is about to be sent. One that gives nothing is noted only beside others that may be obeyed still.
 *
 * @param discharge of the lease, on each conductor
 */
export function intendBack(
  { set, back }: MayGive,
  attempt: LeaseAttempt,
  discharge: DeciAmps | undefined,
): BackSet | undefined {
  if (discharge === undefined && back === undefined) return undefined;
  const known = back ?? noneBack({ set });
  const { later: _l, dynamicIn: _d, isUpdate: _u, ...plain } = attempt;
  return intendLease(known, { ...plain, limit: discharge ?? NOTHING });
}

/** A set in which nothing is yet. */
export const noneBack = ({ set }: Pick<MayGive, 'set'>): BackSet => ({
  ...UNKNOWN_SET,
  proven: true,
  ended: set.ended,
});

/** After whatever happened to it. Undefined: nothing in it gives anything any more. */
export const kept = (back: BackSet | undefined): BackSet | undefined =>
  back === undefined || mayFlow(back) ? back : undefined;

const mayFlow = ({ attempts, acknowledged, unsettled, sample }: BackSet): boolean =>
  (sample?.draw ?? 0) > 0 ||
  (acknowledged?.limit ?? 0) > 0 ||
  (unsettled?.limit ?? 0) > 0 ||
  attempts.some(({ limit }) => limit > 0);

/** A control with this back set; as a value, so that a set that is gone leaves no field. */
export function withBack<Control extends MayGive>(control: Control, back: BackSet | undefined): Control {
  const left = kept(back);
  if (left === control.back) return control;
  const { back: _, ...rest } = control;
  return (left === undefined ? rest : { ...rest, back: left }) as Control;
}

/** A control whose two sets have changed alike. */
export const withBoth = <Control extends MayGive>(control: Control, change: (set: LimitSet) => LimitSet): Control =>
  withBack({ ...control, set: change(control.set) }, control.back && change(control.back));

/** How it counts: as its limits do, with all that its car can give where the word of its station proves nothing (SI5). */
const countingBack = (counting: Counting, { maxDischarge }: Pick<EvseModel, 'maxDischarge'>): Counting => {
  const { isUnsteered: _, ...rest } = counting;
  return { ...rest, fallback: NOTHING, maxCurrent: maxDischarge ?? NOTHING };
};

/** The most that may be flowing back, on each conductor. */
export const committedBack = (back: BackSet | undefined, counting: Counting, evse: EvseModel): DeciAmps =>
  back === undefined ? NOTHING : committedOf(membersOf(back, countingBack(counting, evse)));

/** Leases that have surely ended give nothing back any more, whatever becomes of their station. */
export const dropEndedBack = <Control extends MayGive>(control: Control, counting: Counting): Control =>
  withBack(control, control.back && dropEndedLeases(control.back, counting));

/** No lease of either set ends before this instant. */
export const firstEndOfBoth = ({ set, back }: MayGive): EpochMs =>
  back === undefined ? firstEndMs(set) : Math.min(firstEndMs(set), firstEndMs(back));

/** What the lease gives that its station ends up with once all that was sent has arrived; nothing once that is over. */
export function lastBack(
  { back }: MayGive,
  { transactionId, nowMs }: { readonly transactionId: TransactionId; readonly nowMs: EpochMs },
): DeciAmps {
  const sent = back?.attempts.findLast((attempt) => attempt.transactionId === transactionId);
  const last = sent ?? (back?.acknowledged?.transactionId === transactionId ? back.acknowledged : undefined);
  return last === undefined || nowMs >= last.untilMs ? NOTHING : last.limit;
}

/** What this command lets its car give back, as far as anybody waits for its answer. */
export const backOfCommand = ({ back }: MayGive, commandId: string): DeciAmps =>
  back?.attempts.find((attempt) => attempt.commandId === commandId)?.limit ?? NOTHING;

/** As a field: absent where nothing is given back. */
export const withDischarge = (discharge: DeciAmps | undefined): { readonly discharge?: DeciAmps } =>
  discharge === undefined || discharge <= 0 ? {} : { discharge };

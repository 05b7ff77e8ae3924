import { type DeciAmps, deciAmps } from '@headroom/kernel';
import { type EvseModel, gate, type GateInput } from '@headroom/site-model';
import { committedOf, type Member } from './committed-set.ts';

/** What the gate needs, beside a proposal. */
export type GateView = Omit<GateInput, 'proposal'>;

export interface GateSubject {
  readonly evse: EvseModel;
  readonly members: readonly Member[];
}

/** Partial grants come in whole amperes: stations that know no tenths round by themselves, in either direction (H86). */
export const GRANT_STEP_DECI_A = 10;

/**
 * Asks the gate as though this EVSE had nothing but its fallback, with `counted` as the value that must fit. So a value
 * that counts already is judged afresh as well, which SI17 wants of every renewal.
 */
function ask(view: GateView, { evse }: GateSubject, counted: number) {
  const committed = new Map(view.committed).set(evse.evseId, evse.fallback);
  return gate({ ...view, committed, proposal: { evseId: evse.evseId, limit: deciAmps(counted) } });
}

/** Would this limit fit once nothing above it is obeyed any more? */
export const fitsAfresh = (view: GateView, subject: GateSubject, limit: DeciAmps): boolean =>
  ask(view, subject, limit).kind === 'pass';

/**
 * The largest limit up to `wanted` with which every row holds: W := max(W, limit) (SI8); where the hardware maximum
 * counts, it is left out: W := max(what else counts, limit) (HO-5). Undefined: none above the fallback.
 */
export function roomFor(view: GateView, subject: GateSubject, wanted: DeciAmps): DeciAmps | undefined {
  const standing = committedOf(subject.members.filter(({ kind }) => kind !== 'hardware-maximum'));
  const verdict = ask(view, subject, Math.max(wanted, standing));
  if (verdict.kind === 'pass') return wanted;
  const step = Math.floor(verdict.largest / GRANT_STEP_DECI_A) * GRANT_STEP_DECI_A;
  // Below what counts already there is no room at all: the row is broken (SI20).
  if (step < standing || step <= subject.evse.fallback || step >= wanted) return undefined;
  return deciAmps(step);
}

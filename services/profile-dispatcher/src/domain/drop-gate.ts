import type { DeciAmps, EpochMs, EvseId } from '@headroom/kernel';
import type { EvseModel, PhaseMask, SiteModel } from '@headroom/site-model';
import { latenessMs, skewMsOf } from './clock-skew.ts';
import { committedOf, type Member, membersOf } from './committed-set.ts';
import type { Falling } from './later-limit.ts';
import { droppedModel } from './limited-model.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';
import { createRoom, type GateView } from './room.ts';
import { controlAt, countingOf, type SiteState } from './site-state.ts';

/** A lease that might be sent. */
export interface LeaseTerms extends Falling {
  readonly untilMs: EpochMs;
}

/**
 * The gate's second look, at the instant when an announced drop begins (SI27). What an EVSE may be obeying then counts: of leases that end,
 * or fall, before it with their margin only what is left. What was announced to one EVSE frees nothing for another until it is
 * acknowledged, as with limits of now (SI8).
 */
export interface DropGate {
  /** May it still be obeyed when the drop has begun? */
  allows(evse: EvseModel, terms: LeaseTerms, mustFit: boolean): boolean;
  /** By when a lease must end so that it counts no more when the drop begins; undefined: none ever surely does. */
  latestEndMs(evse: EvseModel): EpochMs | undefined;
  /** From now on this counts. */
  grant(evse: EvseModel, terms: LeaseTerms): void;
}

export interface DropView extends Pick<GateView, 'otherLoad' | 'horizonLoad' | 'nowMs'> {
  /** The document. */
  readonly model: SiteModel;
  readonly masks: ReadonlyMap<EvseId, PhaseMask>;
  readonly leaseNowMs: EpochMs;
  /** Of leases, where a clock is known and right. */
  readonly marginMs: number;
}

/**
 * HO-5: beside the hardware maximum, or what was measured, a value above all else that counts is no decrease. Nor is it one
 * beside what a station has said that it gives up: that counts because Accepted is a claim, and covers nothing.
 */
const isWord = (kind: Member['kind']): boolean =>
  kind !== 'hardware-maximum' && kind !== 'measured' && kind !== 'unsettled';

/** Undefined: no drop is announced, or it has begun: then its limits are those of now. */
export function createDropGate(state: SiteState, view: DropView): DropGate | undefined {
  const { model, nowMs } = view;
  const drop = state.decision?.drop;
  if (state.decision === undefined || drop === undefined || nowMs >= drop.atMs) return undefined;
  // By the time of leases, which may stand behind the clock (SI18).
  const at = { leaseNowMs: view.leaseNowMs + (drop.atMs - nowMs), marginMs: view.marginMs };
  const members = new Map<EvseId, readonly Member[]>();
  for (const evse of model.evses.values()) {
    const { set } = controlAt(state, evse);
    // SI6: what is drawn under a limit of now says nothing of later; who draws more than that does not obey.
    const disobeyed = membersOf(set, countingOf(state, evse, view)).filter(({ kind }) => kind === 'measured');
    const then = membersOf({ ...set, sample: undefined }, countingOf(state, evse, at));
    members.set(evse.evseId, [...then, ...disobeyed]);
  }
  const room = createRoom(
    { ...view, site: droppedModel(model, state.decision) },
    new Map([...members].map(([evseId, counted]) => [evseId, committedOf(counted)])),
  );
  const membersAt = ({ evseId }: EvseModel): readonly Member[] => members.get(evseId) ?? [];
  // Of a lease that is told now.
  const marginOf = (evse: EvseModel): number | undefined => {
    const { leaseMarginMs, clock } = countingOf(state, evse, at);
    return leaseMarginMs === undefined ? undefined : leaseMarginMs + latenessMs(clock, skewMsOf(clock));
  };
  const obeyedThen = (evse: EvseModel, { limit, later, untilMs }: LeaseTerms): DeciAmps => {
    const marginMs = marginOf(evse);
    if (marginMs === undefined) return limit;
    if (untilMs + marginMs <= drop.atMs) return evse.fallback;
    return later !== undefined && later.fromMs + marginMs <= drop.atMs ? later.limit : limit;
  };
  return {
    allows(evse, terms, mustFit) {
      const then = obeyedThen(evse, terms);
      const counted = committedOf(membersAt(evse).filter(({ kind }) => isWord(kind)));
      if (!mustFit && then <= counted) return true;
      // What made room for it may have been accepted just now, and be obeyed only when the drop has begun (SI4).
      if (then > counted && nowMs + OBEYS_WITHIN_MS >= drop.atMs) return false;
      return room.largest({ evse, members: membersAt(evse) }, then) === then;
    },
    latestEndMs(evse) {
      const marginMs = marginOf(evse);
      return marginMs === undefined ? undefined : drop.atMs - marginMs;
    },
    grant: (evse, terms) => room.grant(evse, obeyedThen(evse, terms)),
  };
}

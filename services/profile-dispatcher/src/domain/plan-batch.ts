import { type DeciAmps, deciAmps, type EpochMs, type EvseId } from '@headroom/kernel';
import { type EvseModel, type Rest, type SiteModel } from '@headroom/site-model';
import { committedView, type CountingTime } from './committed-view.ts';
import { type Beside, type Counts, countsOf, documentAt, roomBeside } from './counts.ts';
import { createDropGate, type DropGate } from './drop-gate.ts';
import { refusesZero, type Target } from './evse-control.ts';
import { givesOf } from './may-give.ts';
import { type Falling, isNowhereAbove, withLater } from './later-limit.ts';
import { leaseSecondsOf } from './lease-span.ts';
import { limitedModel } from './limited-model.ts';
import { backAloneOf, type BackPlanning, dischargeOf, isTooLittle, planBack, stopOf } from './plan-back.ts';
import { addressOf, type Candidate, type LeaseOrder, planLease, type PlannedCommand } from './plan-lease.ts';
import { planOf } from './plan-of.ts';
import { byNeed, bySafety } from './plan-order.ts';
import { proofsDue } from './lease-proof.ts';
import { neverPaused } from './never-paused.ts';
import { isSteered, leastLimit, plannedKind } from './planned-kind.ts';
import { keptOf, lastingLimits, restOf } from './lasting.ts';
import { GRANT_STEP_DECI_A, type Room } from './room.ts';
import { heldAtInstalled } from './raised-fallback.ts';
import type { DispatchRules } from './rules.ts';
import { asUpdate } from './schedule-update.ts';
import { controlAt, isLasting, mayBeAsked, type SiteState, stationOf } from './site-state.ts';
import { type Allowance, allowed } from './station-limits.ts';
import { quirksOfStation } from './station-traits.ts';
import { wishesOf } from './wishes.ts';

export type { PlannedCommand } from './plan-lease.ts';

export interface PlanTime {
  readonly nowMs: EpochMs;
  readonly leaseNowMs: EpochMs;
}

/** Raises and renewals of one pass; each costs a walk over the site by the gate. The others follow in the next. */
export const MAX_GATED_OF_PASS = 64;

/**
 * The commands of a site that may leave now: fallbacks and decreases first (SI10), then renewals, then raises, each
 * through the gate with everything that the ones before it may come to (SI8). Until an earlier owner can do nothing any
 * more (`mayRaise`, HO-2) nothing is raised or renewed. Pure; sends and remembers nothing.
 */
export function planBatch(site: SiteState, time: PlanTime, rules: DispatchRules, mayRaise: boolean): PlannedBatch {
  const model = limitedModel(site, time.nowMs);
  if (model === undefined) return NOTHING;
  const lasting = lastingLimits(site, time.nowMs);
  const counting = { ...time, marginMs: rules.leaseMarginMs, lasting };
  const counts = countsOf(site, model, counting);
  let known: Beside | undefined;
  const beside = (): Beside => (known ??= roomBeside(site, model, counts, counting));
  const held = heldAtInstalled(site, model, () => beside().room);
  const { candidates, waiting, giving } = survey(site, model, counts, { ...counting, held });
  if (candidates.length === 0) return { commands: [], waiting };
  const { nowMs } = time;
  const { room, loads, committed } = beside();
  const document = documentAt(site, counts, counting);
  const kept = (evse: EvseModel): DeciAmps => {
    if (model.evses.has(evse.evseId))
      return keptOf(committedView(site, evse, counting).members, lasting.has(evse.evseId));
    return isLasting(site, evse) ? (committed.get(evse.evseId) ?? evse.maxCurrent) : evse.fallback;
  };
  const planning: Planning = {
    room,
    rest: restOf(document, lasting, kept),
    dropGate: document && createDropGate(site, { ...loads, ...counting, model: document }),
    ...planBack(site, { candidates, giving, mayRaise, nowMs }),
    nowMs,
    leaseMs: model.leaseS * 1_000,
  };
  const may = mayRaise
    ? candidates
    : candidates.flatMap((candidate) => (isFree(candidate) ? candidate : instead(candidate)));
  const free = may.filter(isFree).toSorted(bySafety);
  const gated = may.filter((candidate) => !isFree(candidate)).toSorted(byNeed);
  const planned = free.flatMap((candidate) => planFree(site, candidate, planning) ?? []);
  const bound = planned.length + MAX_GATED_OF_PASS;
  for (const candidate of gated) {
    const command = planGated(site, candidate, planning);
    if (command === undefined) {
      planned.push(...instead(candidate).flatMap((other) => planFree(site, other, planning) ?? []));
      continue;
    }
    planning.room.grant(candidate.evse, command.limit);
    // One whose lease ends comes back to its permanent limit.
    if (isLasting(site, candidate.evse)) planning.rest?.grant(candidate.evse, command.limit);
    if (command.discharge !== undefined) planning.backGate?.grant(candidate.evse, command.discharge);
    planned.push({ ...command, isGated: true });
    if (planned.length >= bound) break;
  }
  return { commands: planned, waiting };
}

const isFree = ({ wish }: Candidate): boolean => wish.kind === 'fallback' || wish.kind === 'lower';

/** What leaves in the place of one that may not leave now (H79). */
const instead = (candidate: Candidate): readonly Candidate[] =>
  candidate.wish.kind === 'fallback' || candidate.wish.otherwise === undefined
    ? []
    : [{ ...candidate, wish: candidate.wish.otherwise }];

export interface PlannedBatch {
  readonly commands: readonly PlannedCommand[];
  /** Raises that wait only because their stations were raised just now (OD6, OD9). */
  readonly waiting: number;
}
const NOTHING: PlannedBatch = { commands: [], waiting: 0 };

/** What the commands of one pass are judged by. */
interface Planning extends BackPlanning {
  readonly room: Room;
  /** Undefined: every lease of the site ends. */
  readonly rest: Rest | undefined;
  readonly dropGate: DropGate | undefined;
  readonly nowMs: EpochMs;
  readonly leaseMs: number;
}

interface Surveying extends CountingTime {
  /** Those whose permanent limit is not the one of the document yet. */
  readonly held: ReadonlyMap<EvseId, EvseModel>;
}

function survey(site: SiteState, model: SiteModel, { views }: Counts, counted: Surveying) {
  const giving = new Map<EvseId, DeciAmps>();
  const candidates: Candidate[] = [];
  let waiting = 0;
  const { nowMs, marginMs, lasting, held } = counted;
  const stale = isStale(site, nowMs);
  const leaseMs = leaseSecondsOf(site) * 1_000;
  const targets = new Map<EvseId, Target>();
  for (const evse of model.evses.values()) {
    const { mask, discharge } = views.get(evse.evseId) ?? {};
    if (discharge !== undefined) giving.set(evse.evseId, discharge);
    const target = targetOf(site, { model, evse, mask, nowMs }, lasting.get(evse.evseId));
    if (target !== undefined) targets.set(evse.evseId, target);
  }
  const proofs = proofsDue(site, model, { targets, stale, nowMs, marginMs });
  const stays = neverPaused(site, model, targets, counted);
  for (const wired of model.evses.values()) {
    const station = stationOf(site, wired.stationId);
    if (!station.connected || !isSteered(site, wired)) continue;
    const { members } = views.get(wired.evseId) ?? committedView(site, wired, counted);
    const evse = held.get(wired.evseId) ?? wired;
    const control = controlAt(site, evse);
    const askable = mayBeAsked(station, nowMs);
    const { minRaiseGapMs } = quirksOfStation(station.traits.identity);
    const target = targets.get(evse.evseId);
    const staysAt = stays.get(evse.evseId);
    const least = {
      ...(refusesZero(control) ? { leastTaken: leastLimit(site, evse) } : {}),
      ...(staysAt === undefined ? {} : { staysAt }),
    };
    const watches = proofs.get(evse.evseId);
    const gives = stale ? {} : givesOf(site, evse, counted);
    const context = {
      evse,
      askable,
      target,
      stale,
      leaseMs,
      marginMs,
      minRaiseGapMs,
      ...least,
      ...gives,
      ...(watches === undefined ? {} : { watches }),
      nowMs,
    };
    for (const wished of wishesOf(control, context)) {
      const waits = wished.kind === 'raise' && wished.waits === true;
      if (waits) waiting += 1;
      const wish = waits ? wished.otherwise : wished;
      if (wish !== undefined) candidates.push({ evse, control, members, wish });
    }
  }
  return { candidates, waiting, giving };
}

/** @param lasting what it may be leased at most, because its leases do not end (SI28); undefined: they do */
function targetOf(site: SiteState, of: Allowance, lasting: DeciAmps | undefined): Target | undefined {
  const decided = site.decision?.targets.get(of.evse.evseId);
  if (decided?.transactionId === undefined) return undefined;
  const { limit, later } = lasting === undefined ? decided : lastingAtMost(decided, lasting);
  return { limit: allowed(site, limit, of), ...withLater(later), transactionId: decided.transactionId };
}

/** What is announced is no more than that either, and no drop where nothing falls. */
function lastingAtMost({ limit, later }: Falling, most: DeciAmps): Falling {
  const least = limit < most ? limit : most;
  if (later === undefined || (limit > most && later.limit >= most)) return { limit: least };
  return { limit: least, later: later.limit < most ? later : { ...later, limit: most } };
}

const isStale = ({ decision }: SiteState, nowMs: EpochMs): boolean =>
  decision === undefined || nowMs >= decision.validUntilMs;

/** Fallbacks raise nothing above what counts already, and pass a broken row (HO-6). Decreases likewise (SI7). */
function planFree(site: SiteState, candidate: Candidate, planning: Planning): PlannedCommand | undefined {
  const { room, dropGate, nowMs } = planning;
  const { wish, evse } = candidate;
  if (wish.kind === 'fallback') {
    const [profile] = planOf({ ...plannedKind(site, evse), fallback: wish.limit });
    if (profile === undefined) return undefined;
    const terms = { profile, purpose: 'fallback' as const, limit: wish.limit, transactionId: undefined };
    return { ...addressOf(site, evse), ...terms, untilMs: undefined, increase: false, decisionSeq: 0 };
  }
  const fresh = !isStale(site, nowMs) && room.fitsAfresh(candidate, wish.limit);
  const coveredMs = fresh ? Infinity : coveredUntil(candidate, wish);
  if (coveredMs === undefined) return stopping(site, candidate, planning);
  const endMs = Math.min(coveredMs, wish.watchedUntilMs ?? Infinity);
  const order = { limit: wish.limit, ...dischargeOf(candidate, planning), nowMs, endMs, dropGate };
  const lease = planLease(site, candidate, order) ?? planWhatHolds(site, candidate, order);
  if (lease === undefined) return stopping(site, candidate, planning);
  if (wish.watchedUntilMs !== undefined) return { ...lease, isWatched: true };
  return wish.isRepeat === true ? lease : asUpdate(candidate, lease, planning);
}

/**
 * SI28: a lease that is over, and of which nobody knows whether it has ended. What is lower than that may be an increase, so it is told its
 * permanent limit, which is none whatever has come of it.
 */
function planWhatHolds(site: SiteState, candidate: Candidate, order: LeaseOrder): PlannedCommand | undefined {
  const { evse, wish } = candidate;
  if (wish.kind !== 'lower' || wish.limit <= evse.fallback || !isLasting(site, evse)) return undefined;
  return planLease(site, candidate, { ...order, limit: evse.fallback, endMs: Infinity });
}

/** In its place, where nothing else may leave. */
function stopping(site: SiteState, candidate: Candidate, planning: Planning): PlannedCommand | undefined {
  const stop = stopOf(candidate);
  return stop && planFree(site, stop, planning);
}

/**
 * SI7: a longer lease can hide an increase. Where the lower limit would not fit afresh it still leaves, but ends with
 * the lease that it replaces. HO-5: beside the hardware maximum no lease bounds what counts, so nothing is covered.
 */
function coveredUntil({ members, evse }: Candidate, { limit, later }: Falling): EpochMs | undefined {
  if (limit <= evse.fallback) return Infinity;
  if (members.some(({ kind }) => kind === 'hardware-maximum')) return undefined;
  const ends = members.flatMap(({ kind, limit: counted, untilMs, later: falls }) => {
    // What the station has said that it gives up covers nothing, though it counts.
    if (kind === 'unsettled' || counted < limit || untilMs === undefined) return [];
    // What it replaces may fall before it ends; then it covers only what falls with it.
    return [falls === undefined || falls.limit >= limit || isNowhereAbove(later, falls) ? untilMs : falls.fromMs];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** SI28: of a lease that does not end no more than fits at rest, in whole amperes as any part (H86). */
function atRest(
  site: SiteState,
  { evse, wish }: Candidate,
  { limit, planning }: { readonly limit: DeciAmps; readonly planning: Planning },
): DeciAmps {
  if (planning.rest === undefined || !isLasting(site, evse)) return limit;
  // What else counts of it, as its maximum or what it gave up, is gone once more is known (HO-5); what it is leased now stays.
  const most = planning.rest.most(
    evse,
    wish.kind === 'fallback' || wish.from < evse.fallback ? evse.fallback : wish.from,
  );
  return limit <= most ? limit : deciAmps(Math.floor(most / GRANT_STEP_DECI_A) * GRANT_STEP_DECI_A);
}

/** SI8, SI9, SI17. */
function planGated(site: SiteState, candidate: Candidate, planning: Planning): PlannedCommand | undefined {
  const { room, dropGate, nowMs } = planning;
  const { wish, evse } = candidate;
  if (wish.kind === 'fallback') return undefined;
  const limit = room.largest(candidate, atRest(site, candidate, { limit: wish.limit, planning }));
  if (limit === undefined) return aloneGated(site, candidate, planning);
  // A part of a renewal would be a limit of our own making: the optimizer decides who goes down.
  if (wish.kind === 'renew' && limit < wish.limit) return undefined;
  if (wish.kind === 'raise' && limit < wish.limit && (limit <= wish.from || limit < leastLimit(site, evse)))
    return aloneGated(site, candidate, planning);
  const back = dischargeOf(candidate, planning);
  if (isTooLittle(candidate, back)) return undefined;
  const order = { limit, ...back, nowMs, endMs: Infinity, dropGate };
  return asUpdate(candidate, planLease(site, candidate, order), planning);
}

/** What its car is to give back waits for no room of what it draws. */
function aloneGated(site: SiteState, candidate: Candidate, planning: Planning): PlannedCommand | undefined {
  const alone = backAloneOf(candidate);
  return alone && planGated(site, alone, planning);
}

import { type EpochMs, type EvseId, GRID_PHASES, perPhase } from '@headroom/kernel';
import { isFresh, MASK_TRUST_MS, type PhaseEvidence, type SiteModel } from '@headroom/site-model';
import type { ControlMemory, Given, LoadEnvelope } from './control-memory.ts';
import { asksToGiveBack, mayGiveBack } from './discharge.ts';
import { restOf } from './giving-up.ts';
import { neededFor } from './load-envelope.ts';
import { NEED_STEP_MS, needsOtherwise, needStepOf } from './need.ts';
import { isBehindOtherwise } from './planning/usable-plan.ts';
import { policyOf } from './policies/policy-of.ts';
import { isOwed, noteInstants } from './quiet-instants.ts';
import { hasCharged } from './roles.ts';
import { areSensorsFresh, bearsOtherwise } from './quiet-sensors.ts';
import { ruledOtherwise } from './session-rules.ts';
import type { DispatchState, DrawState, EvseState, SiteState } from './site-state.ts';

/** What a decision was made from, and what it left in memory. */
export interface Decided {
  readonly site: SiteModel;
  readonly state: SiteState;
  readonly before: ControlMemory;
  readonly memory: ControlMemory;
  readonly nowMs: EpochMs;
}

/**
 * From `nowMs` until this instant, exclusive, the same facts lead to the same decision: nothing in it changes by time alone,
 * but for readings of loads that grow old (`areReadingsFresh`). `nowMs`: it moves, a load is falling or its reading is too
 * old, or a limit has just changed. It is asked of time only; facts are judged by `bearsOnDecision`.
 */
export function quietUntil({ site, state, before, memory, nowMs }: Decided): EpochMs {
  if (hasMoved(before, memory) || isUnsettled(site, state, memory, nowMs)) return nowMs;
  if (asksToGiveBack(site, state, nowMs)) return nowMs;
  const hasSteps = policyOf(site).looksAtNeeds || isOwed(memory);
  let nextMs = hasSteps ? needStepOf(nowMs) + NEED_STEP_MS : Infinity;
  noteInstants({ site, state, memory, nowMs }, (atMs) => {
    if (atMs > nowMs && atMs < nextMs) nextMs = atMs;
  });
  return nextMs;
}

/**
 * Whether every load and every source that was read counts by its reading now. While a decision stands it did so when that was made, and a newer
 * reading takes the place of the one before.
 */
export const areReadingsFresh = (site: SiteModel, state: SiteState, nowMs: EpochMs): boolean => {
  const countsAsRead = (metered: Metered): boolean => {
    const reading = metered.meterId === undefined ? undefined : state.readings.get(metered.meterId);
    return reading === undefined || isFresh(reading, metered, nowMs);
  };
  return (
    site.otherLoads.every(countsAsRead) &&
    (site.sources ?? []).every(countsAsRead) &&
    areSensorsFresh(site, state, nowMs)
  );
};

type Metered = Parameters<typeof isFresh>[1] & Pick<SiteModel['otherLoads'][number], 'meterId'>;

/** What a look that decides nothing leaves: a load that does not fall has not fallen until now (TL3). */
export function rested(memory: ControlMemory, nowMs: EpochMs): ControlMemory {
  const envelopes = new Map<string, LoadEnvelope>();
  for (const [meterId, { level }] of memory.envelopes) {
    envelopes.set(meterId, { level, fallFrom: level, fallSinceMs: perPhase(() => nowMs) });
  }
  return { ...memory, envelopes };
}

/** Nothing changes after at most one move per EVSE: what has moved is looked at once more. */
function hasMoved(before: ControlMemory, { given, envelopes }: ControlMemory): boolean {
  if (given.size !== before.given.size) return true;
  for (const [evseId, now] of given) if (!isSame(before.given.get(evseId), now)) return true;
  for (const [meterId, { level }] of envelopes) {
    const was = before.envelopes.get(meterId)?.level;
    if (was === undefined || GRID_PHASES.some((phase) => was[phase] !== level[phase])) return true;
  }
  return false;
}

const isSame = (a: Given | undefined, b: Given): boolean =>
  a === b ||
  (a?.limit === b.limit &&
    a.raisedAtMs === b.raisedAtMs &&
    a.changedAtMs === b.changedAtMs &&
    a.onSinceMs === b.onSinceMs);

function isUnsettled(site: SiteModel, state: SiteState, memory: ControlMemory, nowMs: EpochMs): boolean {
  return site.otherLoads.some((load) => {
    const reading = load.meterId === undefined ? undefined : state.readings.get(load.meterId);
    const level = load.meterId === undefined ? undefined : memory.envelopes.get(load.meterId)?.level;
    if (reading === undefined || level === undefined) return false;
    // The next reading ends it, whatever it says.
    if (!isFresh(reading, load, nowMs)) return true;
    const needed = neededFor(site, load, reading);
    return GRID_PHASES.some((phase) => needed[phase] < level[phase]);
  });
}

export interface Standing {
  readonly model: SiteModel | undefined;
  readonly state: SiteState;
  /** When the decision that stands was made; nothing since then bore on it. */
  readonly decidedAtMs: EpochMs;
}

/** Whether what was learned of one EVSE, or of the site as a whole, may lead to another decision; else it is only shown. */
export function bearsOnDecision(
  { model, state: before, decidedAtMs }: Standing,
  after: SiteState,
  evseId: EvseId | undefined,
): boolean {
  if (before.stations !== after.stations || before.grid !== after.grid || model === undefined) return true;
  if (before.plan !== after.plan)
    return policyOf(model).followsPlan === true || mayGiveBack(model, before) || mayGiveBack(model, after);
  const isRead = before.readings !== after.readings;
  if (isRead && readsOtherwise(model, before, after)) return true;
  if (before.evses === after.evses || evseId === undefined) return before.evses !== after.evses;
  const [was, is] = [before.evses.get(evseId), after.evses.get(evseId)];
  if (was === undefined || is === undefined || mayDiffer(was, is, decidedAtMs)) return true;
  if (ruledOtherwise(model.evses.get(evseId)?.rules, was, is)) return true;
  const { looksAtNeeds, followsPlan } = policyOf(model);
  if (looksAtNeeds && needsOtherwise(was, is)) return true;
  return followsPlan === true && after.plan !== undefined && isBehindOtherwise(after.plan, was, is);
}

const readsOtherwise = (site: SiteModel, before: SiteState, after: SiteState): boolean =>
  loadsOtherwise(site, before, after) ||
  suppliesOtherwise(site, before, after) ||
  bearsOtherwise(site, before.readings, after.readings);

/** A load counts in steps: most readings lead to the one that counts already. Whether one is too old is asked by itself. */
const loadsOtherwise = (site: SiteModel, before: SiteState, after: SiteState): boolean =>
  site.otherLoads.some((load) => {
    const [was, is] = [before.readings, after.readings].map((readings) => readings.get(load.meterId ?? ''));
    if (was === is) return false;
    if (was === undefined || is === undefined) return true;
    const [counted, counts] = [neededFor(site, load, was), neededFor(site, load, is)];
    return GRID_PHASES.some((phase) => counted[phase] !== counts[phase]);
  });

/** What a source supplies counts as it was read, without steps. */
const suppliesOtherwise = ({ sources = [] }: SiteModel, before: SiteState, after: SiteState): boolean =>
  sources.some(({ meterId }) => before.readings.get(meterId) !== after.readings.get(meterId));

/** How a change of each part bears on a decision. Complete by its type: whoever adds a part to the state adds its line here. */
type Bears<T> = { readonly [Part in keyof Required<T>]: (was: T, is: T, decidedAtMs: EpochMs) => boolean };

const otherwise =
  <T>(part: keyof T) =>
  (was: T, is: T): boolean =>
    was[part] !== is[part];
const never = (): boolean => false;

const bears =
  <T>(parts: Bears<T>) =>
  (was: T, is: T, decidedAtMs: EpochMs): boolean => {
    if (was === is) return false;
    for (const part in parts) if (parts[part](was, is, decidedAtMs)) return true;
    return false;
  };

/** A sample by itself counts only where a station does not obey, or a car is said to want nothing. */
const isSampleAsked = ({ draw, chargingState, status }: EvseState): boolean =>
  draw.overSinceMs !== undefined || chargingState?.value === 'suspended-ev' || status?.value === 'suspended-ev';

/** Of who takes nothing its energy tells how long it rests: a register may be read later than its current. */
const restsOtherwise = (was: EvseState, is: EvseState): boolean =>
  is.draw.nothingSinceMs !== undefined && restOf(was) !== restOf(is);

const behavesOtherwise = bears<DrawState>({
  // It leads to a bound, and to nothing else.
  underSinceMs: never,
  nothingSinceMs: otherwise('nothingSinceMs'),
  overSinceMs: otherwise('overSinceMs'),
  // It leads to the one before, and to nothing else.
  loweredSinceMs: never,
  bound: (was, is) => was.bound?.limit !== is.bound?.limit,
});

const countsOtherwise = bears<DispatchState>({
  committed: otherwise('committed'),
  mask: otherwise('mask'),
  measured: otherwise('measured'),
  unverified: otherwise('unverified'),
  commanded: otherwise('commanded'),
  refused: otherwise('refused'),
  passesPercent: otherwise('passesPercent'),
  disobeys: otherwise('disobeys'),
  refusesZero: otherwise('refusesZero'),
  fallbackOnly: otherwise('fallbackOnly'),
  leaseAtMost: otherwise('leaseAtMost'),
  discharge: otherwise('discharge'),
  // Only shown.
  committedAtMs: never,
  commandedRaisedAtMs: never,
  leaseUntilMs: never,
  last: never,
});

/**
 * A sample that bears out what was known is no news where that was trusted when it was decided on, and this one is not of a
 * time to come: then it is trusted from there on, and longer than before.
 */
function showsOtherwise(was: PhaseEvidence | undefined, is: PhaseEvidence | undefined, decidedAtMs: EpochMs): boolean {
  if (was === is) return false;
  if (was === undefined || is === undefined || was.transactionId !== is.transactionId) return true;
  return (
    was.silent.join() !== is.silent.join() ||
    was.carried.join() !== is.carried.join() ||
    was.provenFromMs !== is.provenFromMs ||
    was.mostVoltageV !== is.mostVoltageV ||
    (is.silent.length > 0 && was.supportedAtMs !== is.supportedAtMs && !isTrustedOn(was, is, decidedAtMs))
  );
}

const isTrustedOn = (was: PhaseEvidence, is: PhaseEvidence, decidedAtMs: EpochMs): boolean =>
  is.supportedAtMs > was.supportedAtMs &&
  Math.abs(decidedAtMs - was.supportedAtMs) <= MASK_TRUST_MS &&
  is.supportedAtMs - decidedAtMs <= MASK_TRUST_MS;

const mayDiffer = bears<EvseState>({
  status: otherwise('status'),
  chargingState: otherwise('chargingState'),
  session: otherwise('session'),
  transaction: otherwise('transaction'),
  // Their ends show in the two before.
  closedTransactions: never,
  endedSessions: never,
  sample: (was, is) =>
    was.sample !== is.sample &&
    (isSampleAsked(was) || isSampleAsked(is) || restsOtherwise(was, is) || hasCharged(was) !== hasCharged(is)),
  phases: (was, is, decidedAtMs) => showsOtherwise(was.phases, is.phases, decidedAtMs),
  draw: (was, is, decidedAtMs) => behavesOtherwise(was.draw, is.draw, decidedAtMs),
  dispatch: (was, is, decidedAtMs) => countsOtherwise(was.dispatch, is.dispatch, decidedAtMs),
});

import { type Cancel, type EpochMs, type EvseId, evseId, type SiteId } from '@headroom/kernel';
import type { MeterReading, SiteModel } from '@headroom/site-model';
import { MAX_LINKS } from '@headroom/telemetry';
import { type BillingMemory, drawnUntil } from '../domain/billing-memory.ts';
import { type ControlMemory, EMPTY_MEMORY } from '../domain/control-memory.ts';
import type { Decision } from '../domain/decision.ts';
import { guardOf } from '../domain/demand-guard.ts';
import { evolve } from '../domain/evolve.ts';
import type { ForecastMemory } from '../domain/forecast/forecast-memory.ts';
import type { Forecaster } from '../domain/forecast/forecaster.ts';
import { suppliedUntil } from '../domain/forecast/learn-supply.ts';
import { SEASONAL } from '../domain/forecast/seasonal.ts';
import type { Fact } from '../domain/facts.ts';
import { lookAtLease, NO_RISES, type Rises, risesAfter, risesOf } from '../domain/lease-memory.ts';
import type { RecordedPlan } from '../domain/planning/kept-plan.ts';
import { tariffOf } from '../domain/planning/plan-money.ts';
import { policyOf } from '../domain/policies/policy-of.ts';
import { asksForPlan, limitsOtherwise } from '../domain/planning/when-to-plan.ts';
import { bearsOnDecision } from '../domain/quiet.ts';
import { EMPTY_SITE_STATE, type SiteState } from '../domain/site-state.ts';
import { forgetForeignDraws } from '../domain/supply-sample.ts';
import type { DecidedFrom } from '../domain/what-if/decided-from.ts';
import type { InputPosition, RestoredSite, Trigger } from '../ports.ts';

/** What a lane asks of the tenure it belongs to. */
export interface LaneTenure {
  readonly shard: number;
  /** Taken for this tenure. */
  readonly epoch: bigint;
  /** Under which decisions may leave now; undefined while none may: inputs not read to their end (HO-11), or not ours. */
  readonly decidingEpoch: () => bigint | undefined;
  /** Asked right before each write: are we still the owner (OW-30)? */
  readonly fence: () => boolean;
  /** The shard was lost: nothing that comes late may have an effect any more. */
  readonly isOver: () => boolean;
  readonly dispatcherEpoch: () => bigint;
  readonly positions: () => readonly InputPosition[];
  /** Before the shard moves this write is awaited (HO-2c). */
  readonly track: (write: Promise<unknown>) => void;
  /** Absent: the one of this service (`SEASONAL`). */
  readonly forecaster?: Forecaster | undefined;
}

/** Everything one site needs, in its owner's memory, for one tenure. Only `app/` changes it, one site at a time. */
export interface SiteLane {
  readonly siteId: SiteId;
  readonly tenure: LaneTenure;
  /** The snapshot it began from. Records that are contained in it are skipped. */
  readonly restored: RestoredSite | undefined;
  model: SiteModel | undefined;
  state: SiteState;
  memory: ControlMemory;
  /** What was seen of its metered loads' rises (SI26). No part of `state`: what is chosen from it stands in `memory`. */
  rises: Rises;
  /** What was drawn from the grid, for the demand charges of its tariff. Undefined: it has none, or nothing was measured yet. */
  billing: BillingMemory | undefined;
  /** What its meters showed of its building and its sources. Undefined: it is not planned, or nothing was measured yet. */
  forecast: ForecastMemory | undefined;
  /** The newest decision of earlier owners that `memory` contains. */
  replayed: { readonly epoch: bigint; readonly seq: bigint };
  /** The last decision, whether it was worth a record or not. */
  decision: Decision | undefined;
  /** What that was made from: why it is as it is can be asked for as long as it stands. */
  from: DecidedFrom | undefined;
  decidedAtMonoMs: number;
  /**
   * When that was by the clock, and until when another look finds nothing new unless a fact does (`domain/quiet.ts`);
   * -Infinity: it may at once.
   */
  decidedAtMs: number;
  quietUntilMs: number;
  /** The last decision of this tenure that stands in the log. */
  written: { readonly decision: Decision; readonly seq: bigint; readonly atMonoMs: number } | undefined;
  seq: bigint;
  /** What decisions were made from, as far as it is written; undefined: the next record is whole. */
  kept: KeptInputs | undefined;
  inputsUnderWay: number;
  /** A record is on its way; a decision wanted meanwhile is made after it. */
  writing: boolean;
  wanted: Trigger | undefined;
  coalescing: Cancel | undefined;
  /** What the next decision is wanted for. */
  causes: Causes;
  /** Something changed since the last snapshot. */
  readonly snapshot: SnapshotPace;
  readonly planning: PlanPace;
}

export interface PlanPace {
  /** Something happened for which the next plan does not wait; since when is noted at the next look. */
  isWanted: boolean;
  wantedAtMonoMs: number | undefined;
  /** When the next one is due at the latest. */
  nextAtMonoMs: number;
  isAsking: boolean;
  seq: bigint;
  /** Plans in a row that should have come and did not (PR8). */
  missed: number;
  /** The newest one, with all that is shown of it. */
  shown: RecordedPlan | undefined;
}

/** What decisions of a site were made from, as far as it is written in this tenure. */
export interface KeptInputs {
  readonly from: DecidedFrom;
  readonly seq: bigint;
  readonly wholeSeq: bigint;
  readonly sinceWhole: number;
}

/** Facts that ask for a decision. */
export interface Causes {
  /** When the oldest of them was handled, monotonic; undefined: none, only time. */
  readonly sinceMonoMs: number | undefined;
  /** W3C Trace Context of those that are traced, `MAX_LINKS` at most, in the order in which they came. */
  readonly traces: readonly string[];
}

export const NO_CAUSES: Causes = { sinceMonoMs: undefined, traces: [] };

/** One more fact asks for a decision. */
export function addCause(lane: SiteLane, monoMs: number, trace: string | undefined): void {
  const { sinceMonoMs, traces } = lane.causes;
  if (sinceMonoMs !== undefined && trace === undefined) return;
  const more = trace === undefined || traces.length >= MAX_LINKS ? traces : [...traces, trace];
  lane.causes = { sinceMonoMs: sinceMonoMs ?? monoMs, traces: more };
}

export interface SnapshotPace {
  seq: bigint;
  liveDue: boolean;
  logDue: boolean;
  liveBusy: boolean;
  logBusy: boolean;
  liveAtMonoMs: number;
  logAtMonoMs: number;
}

/** Applies a fact; true if it changed anything. */
export function apply(lane: SiteLane, fact: Fact): boolean {
  const after = evolve(lane.state, fact);
  if (after === lane.state) return false;
  if (bearsOnDecision(lane, after, evseOf(fact))) lane.quietUntilMs = -Infinity;
  if (asksForPlan(fact)) lane.planning.isWanted = true;
  lane.state = after;
  touch(lane);
  return true;
}

/** The site's document, or its limit overridden. */
export function configure(lane: SiteLane, model: SiteModel): void {
  lane.state = forgetForeignDraws(lane.state, lane.model, model);
  if (limitsOtherwise(lane.model, model)) lane.planning.isWanted = true;
  lane.model = model;
  lane.rises = risesOf(model, lane.rises);
  // By the document of before it counts no more.
  const { demandGuard: _, ...memory } = lane.memory;
  lane.memory = memory;
  lane.quietUntilMs = -Infinity;
  touch(lane);
}

/** What a reading shows of how far its load moves. Without the site's document nothing is learned. */
export function learnRise(lane: SiteLane, reading: MeterReading): void {
  const { model } = lane;
  if (model === undefined) return;
  lane.rises = risesAfter(lane.rises, model, reading);
  reviewLease(lane, reading.receivedAtMs);
}

/** MD21: what the meters have shown up to `atMs` of what a demand charge is for. Without one nothing is learned. */
export function learnDrawn(lane: SiteLane, atMs: EpochMs): void {
  const { model: site, state, billing } = lane;
  const tariff = site === undefined ? undefined : tariffOf(site);
  const isAsked = (tariff?.demandCharges.length ?? 0) > 0 || site?.demandLimitW !== undefined;
  if (site === undefined || !isAsked) return;
  lane.billing = drawnUntil(billing, { site, tariff, state, atMs });
  if (lane.billing === billing) return;
  reviewGuard(lane, atMs);
  touch(lane);
}

/** PC9: what may be drawn in the rest of the window by what was measured. Another power is decided on as anything else that changed. */
export function reviewGuard(lane: SiteLane, nowMs: EpochMs): void {
  const { model: site, billing, memory } = lane;
  if (site === undefined) return;
  const guard = guardOf({ site, billing, nowMs });
  const { demandGuard: before, ...others } = memory;
  if (guard?.limitW === before?.limitW && guard?.untilMs === before?.untilMs) return;
  lane.memory = guard === undefined ? others : { ...others, demandGuard: guard };
  lane.quietUntilMs = -Infinity;
}

/** What the site's meters have shown up to `atMs` of what a plan is to expect. Of a site that follows none nothing is learned. */
export function learnSupply(lane: SiteLane, atMs: EpochMs): void {
  const { model: site, state, forecast } = lane;
  if (site === undefined || policyOf(site).followsPlan !== true) return;
  lane.forecast = suppliedUntil(forecast, { site, state, forecaster: forecasterOf(lane), atMs });
  if (lane.forecast !== forecast) touch(lane);
}

export const forecasterOf = ({ tenure }: SiteLane): Forecaster => tenure.forecaster ?? SEASONAL;

/** SI26: how long leases should be by what was seen up to now. Another length is decided on as anything else that changed. */
export function reviewLease(lane: SiteLane, nowMs: EpochMs): void {
  const { model, rises, memory } = lane;
  if (model === undefined) return;
  const lease = lookAtLease(memory.lease, { site: model, rises, nowMs });
  if (lease === memory.lease) return;
  lane.memory = { ...memory, lease };
  if (lease.leaseS !== memory.lease?.leaseS) lane.quietUntilMs = -Infinity;
}

const evseOf = (fact: Fact): EvseId | undefined =>
  'evse' in fact && fact.evse !== 0 ? evseId(fact.stationId, fact.evse) : undefined;

/** A new snapshot is due. */
export function touch(lane: SiteLane): void {
  lane.snapshot.liveDue = true;
  lane.snapshot.logDue = true;
}

export const openLane = (siteId: SiteId, tenure: LaneTenure, restored?: RestoredSite): SiteLane => ({
  siteId,
  tenure,
  restored,
  model: undefined,
  state: restored?.state ?? EMPTY_SITE_STATE,
  memory: restored?.memory ?? EMPTY_MEMORY,
  rises: restored?.rises ?? NO_RISES,
  billing: restored?.billing,
  forecast: restored?.forecast,
  replayed: restored === undefined ? { epoch: 0n, seq: 0n } : { epoch: restored.ownerEpoch, seq: restored.decisionSeq },
  decision: undefined,
  from: undefined,
  decidedAtMonoMs: -Infinity,
  decidedAtMs: 0,
  quietUntilMs: -Infinity,
  written: undefined,
  seq: 0n,
  kept: undefined,
  inputsUnderWay: 0,
  writing: false,
  wanted: undefined,
  coalescing: undefined,
  causes: NO_CAUSES,
  snapshot: {
    seq: 0n,
    liveDue: false,
    logDue: false,
    liveBusy: false,
    logBusy: false,
    liveAtMonoMs: -Infinity,
    logAtMonoMs: -Infinity,
  },
  planning: {
    ...{ isWanted: false, wantedAtMonoMs: undefined, nextAtMonoMs: -Infinity, isAsking: false },
    ...{ seq: 0n, missed: 0, shown: undefined },
  },
});

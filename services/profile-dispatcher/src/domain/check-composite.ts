import { deciAmps, type EpochMs, type EvseNumber } from '@headroom/kernel';
import { type EvseModel, stationLimitAt } from '@headroom/site-model';
import { saidMarginMs, skewMsOf } from './clock-skew.ts';
import {
  afterNoSaying,
  type CompositeFinding,
  type CompositeRead,
  type CompositeSaid,
  NEVER_SAID,
  ROUNDS_BY_DECI_A,
} from './composite-said.ts';
import type { EvseControl } from './evse-control.ts';
import type { CommandAnswered, CompositeChecked } from './facts.ts';
import { MAX_SAID_CHARS } from './judge-sample.ts';
import { goesOn } from './pausing.ts';
import { takesLimits } from './plan-of.ts';
import { plannedKind } from './planned-kind.ts';
import { wholly } from './resolve-limit.ts';
import type { DispatchRules } from './rules.ts';
import {
  controlAt,
  controlOf,
  evsesOfStation,
  leaseEndOf,
  setControl,
  type SiteState,
  stationOf,
} from './site-state.ts';
import { type ToldComposite, toldComposite } from './told-composite.ts';

/** It is asked at least so far ahead, and so long beyond the end of its leases. */
const AHEAD_LEAST_S = 60;
const BEYOND_LEASES_S = 60;
/** A start that lies further away from now is one of another clock, or that of a profile: then it counts from when it was said. */
const START_WITHIN_MS = 600_000;
/** Beyond it, a limit is another one (UD5: as for what is drawn). */
const TOLERANCE_PERCENT = 5;
/** A sample that is older says nothing of what holds now. */
const SHOWN_WITHIN_MS = 60_000;

type Time = { readonly nowMs: EpochMs; readonly rules: Pick<DispatchRules, 'leaseMarginMs'> };

/**
 * What it says can be laid beside what it was told: its permanent limit has been taken, and its limits are ours to say. What its car gives back
 * is not compared.
 * TODO(#6): setpoints in the answer of a station that gives back.
 */
function isComparable(site: SiteState, evse: EvseModel): boolean {
  const { set, back } = controlAt(site, evse);
  const kind = plannedKind(site, evse);
  return set.proven && back === undefined && takesLimits(kind, kind.place);
}

/** And nothing of ours is on its way to it, so that it can say one thing only. */
export function mayBeAskedComposite(site: SiteState, evse: EvseModel): boolean {
  const { set, pausing } = controlAt(site, evse);
  const isQuiet = set.fallbacks.length === 0 && set.attempts.length === 0 && pausing.owedSinceMs === undefined;
  return isQuiet && isComparable(site, evse);
}

/** How far ahead it is asked, in seconds: to beyond the end of all its leases, so that it says whether they end. */
export function aheadS({ set: { acknowledged, unsettled, attempts } }: EvseControl, nowMs: EpochMs): number {
  const endsMs = [acknowledged, unsettled, ...attempts].map((lease) => lease?.untilMs ?? nowMs);
  return Math.max(AHEAD_LEAST_S, Math.ceil((Math.max(...endsMs) - nowMs) / 1_000) + BEYOND_LEASES_S);
}

/**
 * An answer of one EVSE, taken into the site. One that names no limit is a question in vain (H70, H87). Undefined: it says what it was told, and
 * did before; or that cannot be known just now.
 */
export function takeComposite(
  site: SiteState,
  answer: CommandAnswered,
  number: EvseNumber,
  time: Time,
): Omit<CompositeChecked, 'epoch'> | undefined {
  const { stationId, composite: said, detail, atMs, outcome, commandId } = answer;
  const evse = evsesOfStation(site, stationId).find((known) => known.evse === number);
  if (evse === undefined || (outcome === 'accepted' && !isComparable(site, evse))) return undefined;
  // It says what held then, perhaps with another car: whatever was found in that would be wrong.
  if (controlAt(site, evse).composite?.unansweredId === commandId) return undefined;
  const found = outcome === 'accepted' && said !== undefined ? findingsOf(site, evse, said, time) : undefined;
  const control = controlAt(site, evse);
  const before = control.composite ?? NEVER_SAID;
  if (found === undefined) {
    const isUnable = /^Not(?:Supported|Implemented)\b/.test(detail);
    const late = outcome === 'unanswered' ? { unansweredId: commandId } : {};
    setControl(site, { ...control, composite: { ...afterNoSaying(before, atMs, isUnable), ...late } });
    return undefined;
  }
  const of = { siteId: site.siteId, stationId, evse: number, atMs, says: detail.slice(0, MAX_SAID_CHARS) };
  const checked = { kind: 'composite-checked', ...of, ...atFirst(found, before) } as const;
  applyComposite(site, checked);
  return found.findings.length > 0 || before.findings.length > 0 ? checked : undefined;
}

/** It may have lost its lease: then it says less, and nothing holds it there. Whoever says so once more, when it was told it again, is held by something. */
function atFirst(found: Found, before: CompositeRead): Found {
  if (found.atMost === undefined || before.findings.includes('less')) return found;
  const { atMost: _, ...rest } = found;
  return rest;
}

/**
 * Also of what an earlier owner has found. Whoever says less is told once more what it has, and asked again; then it is offered no more. Whoever may let more flow counts with its maximum until it says otherwise; and is told its permanent
 * limit once more, since it may have lost that (SI5, H91), and then asked once more.
 */
export function applyComposite(site: SiteState, checked: Omit<CompositeChecked, 'epoch'>): void {
  const { stationId, evse, atMs, findings, says, atMost } = checked;
  const control = controlOf(site, stationId, evse);
  const isNew = findings.includes('more') && control.composite?.findings.includes('more') !== true;
  const isFirst = control.composite?.findings.includes('less') !== true;
  const isLost = findings.includes('less') && atMost === undefined && isFirst;
  const composite: CompositeRead = {
    ...{ readAtMs: isNew || isLost ? 0 : atMs, failures: 0, findings, says },
    ...(atMost === undefined ? {} : { atMost }),
  };
  const pausing = isLost ? goesOn(control.pausing, atMs) : control.pausing;
  if (!isNew) return setControl(site, { ...control, composite, pausing });
  const set = { ...control.set, proven: false, acknowledged: wholly(control.set.acknowledged) };
  setControl(site, { ...control, composite, set, fallbackBackoff: undefined });
}

type Found = Pick<CompositeChecked, 'findings' | 'atMost'>;

function findingsOf(site: SiteState, evse: EvseModel, said: CompositeSaid, { nowMs, rules }: Time): Found | undefined {
  const control = controlAt(site, evse);
  const { clock } = stationOf(site, evse.stationId);
  const untilMs = nowMs + aheadS(control, nowMs) * 1_000;
  const told = toldComposite(site, evse, control, { unit: said.unit, nowMs, untilMs, skewMs: skewMsOf(clock) });
  if (told === undefined) return undefined;
  const claim = claimOf(said, told, { skewMs: skewMsOf(clock), nowMs });
  // A clock of which nothing is known may end leases at any time (SI31).
  const marginMs = saidMarginMs(clock, rules.leaseMarginMs) ?? Number.POSITIVE_INFINITY;
  const excesses = excessesOf(claim, told, { nowMs, untilMs, marginMs });
  // It has one of its leases, and nobody knows which: where it does not come down at the end of the first of them, nor later, as far as it
  // says. One whose clock was moved ends them late.
  const { limit: beforeEnd = 0 } = limitAt(claim, told.firstEndMs - 1) ?? {};
  const { limit: atLast = 0 } = limitAt(claim, Math.min(claim.untilMs, untilMs) - 1) ?? {};
  const isKept = ({ atMs, limit }: Excess): boolean =>
    atMs >= told.leasesEndMs + marginMs &&
    limit >= beforeEnd &&
    atLast >= beforeEnd &&
    !isAbove(limit, told.ofLeases, told.roundsBy);
  const findings: CompositeFinding[] = excesses.every(isKept) ? [] : ['more'];
  // Of one that is declared to keep them it is no news.
  if (excesses.some(isKept) && leaseEndOf(site, evse.stationId) !== 'disproven') findings.push('never-ends');
  const less = lessOf(site, { evse, control, told, saidNow: limitAt(claim, nowMs)?.limit }, nowMs);
  return less === undefined ? { findings } : { ...less, findings: [...findings, 'less'] };
}

/** By our clock; as `ToldComposite` has it. */
interface Claim {
  readonly steps: readonly { readonly fromMs: EpochMs; readonly limit: number }[];
  readonly untilMs: EpochMs;
}

function claimOf(
  { startMs, durationS, steps }: CompositeSaid,
  { spreadOver = 1 }: ToldComposite,
  { skewMs, nowMs }: { readonly skewMs: number; readonly nowMs: EpochMs },
): Claim {
  const saidMs = (startMs ?? nowMs + skewMs) - skewMs;
  const fromMs = Math.abs(saidMs - nowMs) <= START_WITHIN_MS ? saidMs : nowMs;
  return {
    steps: steps.map(({ fromS, limit, phases = spreadOver }) => ({
      fromMs: fromMs + fromS * 1_000,
      // W on fewer phases are more amperes.
      limit: limit / Math.min(spreadOver, phases),
    })),
    // One that names no end says nothing of what is further ahead than it is ever asked at least.
    untilMs: fromMs + (durationS ?? AHEAD_LEAST_S) * 1_000,
  };
}

const limitAt = ({ steps, untilMs }: Claim, atMs: EpochMs) =>
  atMs < untilMs ? steps.findLast(({ fromMs }) => fromMs <= atMs) : undefined;

interface Excess {
  readonly atMs: EpochMs;
  readonly limit: number;
}

/** Where it says more than it can have been told, with a margin for its clock. Both sides are steps, so that it is enough to look where either changes. */
function excessesOf(
  claim: Claim,
  { most, roundsBy }: ToldComposite,
  { nowMs, untilMs, marginMs }: { readonly nowMs: EpochMs; readonly untilMs: EpochMs; readonly marginMs: number },
): readonly Excess[] {
  const changesMs = [nowMs, ...claim.steps.map(({ fromMs }) => fromMs), ...most.map((step) => step.untilMs + marginMs)];
  return changesMs.flatMap((atMs): readonly Excess[] => {
    const said = atMs < nowMs || atMs >= untilMs ? undefined : limitAt(claim, atMs);
    if (said === undefined) return [];
    const isNear = (step: ToldComposite['most'][number]): boolean =>
      step.fromMs - marginMs <= atMs && atMs < step.untilMs + marginMs;
    const may = most.reduce((high, step) => (isNear(step) ? Math.max(high, step.limit) : high), 0);
    return isAbove(said.limit, may, roundsBy) ? [{ atMs, limit: said.limit }] : [];
  });
}

const isAbove = (said: number, may: number, roundsBy: number): boolean =>
  said > may + Math.max(roundsBy, (may * TOLERANCE_PERCENT) / 100);

interface SaidNow {
  readonly evse: EvseModel;
  readonly control: EvseControl;
  readonly told: ToldComposite;
  readonly saidNow: number | undefined;
}

/**
 * Something holds it below its lease that nobody told of. What it is offered is bounded by that, unless a sample shows the contrary; never
 * below what lets its car charge, so that one shows it if there is any. Undefined: it says no less, or somebody has told why.
 */
function lessOf(
  site: SiteState,
  { evse, control, told, saidNow }: SaidNow,
  nowMs: EpochMs,
): Pick<CompositeChecked, 'atMost'> | undefined {
  const { now, roundsBy } = told;
  const { set, transactionId } = control;
  if (now === undefined || saidNow === undefined || set.acknowledged?.transactionId !== transactionId) return undefined;
  if (!isAbove(now, saidNow, roundsBy)) return undefined;
  const { limits } = stationOf(site, evse.stationId);
  const nominalVoltageV = site.model?.nominalVoltageV ?? 0;
  const others = stationLimitAt(limits, { evse, phases: evse.phases.length, nominalVoltageV, nowMs });
  const lease = set.acknowledged?.limit ?? deciAmps(0);
  if (others !== undefined && others.limit < lease) return undefined;
  const atMost = deciAmps(Math.max(evse.fallback, evse.minCurrent, Math.floor((lease * saidNow) / now)));
  const { sample } = set;
  const isShown =
    sample !== undefined &&
    sample.sampledAtMs >= nowMs - SHOWN_WITHIN_MS &&
    Math.max(sample.draw, sample.offered ?? 0) > atMost + ROUNDS_BY_DECI_A;
  return isShown || atMost >= lease ? {} : { atMost };
}

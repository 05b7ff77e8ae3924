import type { BindingStationLimit, EvseModel, LadderEnd, LadderStep, SiteModel, UsedRow } from '@headroom/site-model';
import { assertNever, type DeciAmps, type EpochMs } from '@headroom/kernel';
import type { Reason, ReasonCode } from './decision.ts';
import { type Precedence, whoHas } from './precedence.ts';
import type { FixedReason, MaximumReason, Role } from './roles.ts';
import type { Least, Reached, SocOfRule } from './session-rules.ts';
import type { Boost, DispatchState } from './site-state.ts';
import type { TurnAhead } from './turns.ts';
import { amps, kilowatts, limiterName, type RowCause, rowClause, sharedWith, timeOfDay } from './sentences.ts';

/** What held a contender where it is, as the steps of the decision found it. */
export type Verdict =
  | {
      readonly kind: 'maximum';
      readonly why: MaximumReason;
      readonly external?: BindingStationLimit | undefined;
      readonly reached?: Reached | undefined;
    }
  | ({ readonly kind: 'row'; readonly row: UsedRow; readonly others: number; readonly byWeight: boolean } & Behind)
  | { readonly kind: 'ramping'; readonly target: DeciAmps }
  | { readonly kind: 'closed-often'; readonly times: number; readonly fromMs: EpochMs; readonly isAsked: boolean }
  | ({
      readonly kind: 'waiting';
      readonly row: UsedRow;
      readonly position: number;
      readonly overfull: boolean;
      /** Absent: it waits for something else than the end of somebody's turn. */
      readonly turn?: TurnAhead | undefined;
      /** OD3: when it was paused, and until when it has only what others leave. Absent: that is not why it waits. */
      readonly paused?: { readonly atMs: EpochMs; readonly untilMs: EpochMs } | undefined;
    } & Behind);

interface Behind {
  /** Of those who come before it, and have something of the row, who comes first. Absent: nobody. */
  readonly behind?: Precedence;
}

export interface ReasonContext {
  readonly site: SiteModel;
  readonly evse: EvseModel;
  /** How many phases its current flows on. */
  readonly phases: number;
  readonly given: DeciAmps;
  /** The least with which it charges. */
  readonly least: Least;
  readonly socOfRule: SocOfRule;
  /** C70. Undefined: it is not boosted. */
  readonly boost: Boost | undefined;
  readonly causeOf: (row: UsedRow) => RowCause;
  /** Is this conductor full while another one of its circuit has room? */
  readonly oneSided: (row: UsedRow) => boolean;
  readonly sharedHow: string;
}

export function contenderReason(context: ReasonContext, verdict: Verdict): Reason {
  const reason = plainReason(context, verdict);
  const sentence = `${reason.sentence}${ofBoost(context)}${ofRuledSoc(context, verdict)}`;
  return { ...reason, ...(isByBoost(context, verdict) ? { code: 'BOOSTED' } : {}), sentence };
}

/** What its station, its cable or a rule allows it, and no less: that is what a boost gives. */
const isByBoost = ({ boost, given }: ReasonContext, verdict: Verdict): boolean =>
  boost !== undefined &&
  given > 0 &&
  verdict.kind === 'maximum' &&
  (verdict.why === 'EVSE_MAX' || verdict.why === 'MANUAL_LIMIT');

const ofBoost = ({ boost }: ReasonContext): string =>
  boost === undefined
    ? ''
    : ` Boosted until ${timeOfDay(boost.untilMs)}${boost.setBy === '' ? '' : ` by ${boost.setBy}`}.`;

/**
 * C65: nothing, or that a rule of its bay does not apply, or does by a word and not by a measurement, where it would bear on what it has. With a
 * space before it.
 */
function ofRuledSoc({ evse, socOfRule, given }: ReasonContext, { kind }: Verdict): string {
  if (socOfRule === 'measured') return '';
  const { minimumSocPercent, stopAtSocPercent } = evse.rules ?? {};
  const isShared = kind === 'row' || kind === 'waiting';
  if (socOfRule === 'said')
    return minimumSocPercent !== undefined && isShared
      ? ' What its battery holds is what its driver said and what was metered since; nobody measured it.'
      : '';
  const says = ' Its battery does not say what it holds';
  if (minimumSocPercent !== undefined && isShared)
    return `${says}, so it does not come first until ${minimumSocPercent} %.`;
  return stopAtSocPercent !== undefined && given > 0 ? `${says}, so it does not stop at ${stopAtSocPercent} %.` : '';
}

function plainReason(context: ReasonContext, verdict: Verdict): Reason {
  const { site, given, sharedHow } = context;
  const power = kilowatts(site, context, given);
  switch (verdict.kind) {
    case 'maximum':
      return { code: codeOfMaximum(verdict.why), sentence: `${power}. ${maximumClause(verdict, given)}` };
    case 'ramping': {
      const sentence = `${power}. On the way to ${kilowatts(site, context, verdict.target)}, one step every 10 s.`;
      return { code: 'RAMP_LIMIT', sentence };
    }
    case 'closed-often': {
      const { times, isAsked, fromMs } = verdict;
      const until = isAsked ? 'others come first until' : 'it does not start again before';
      const sentence = `Paused. It started ${times} times within an hour; to spare its contactor ${until} ${timeOfDay(fromMs)}.`;
      return { code: 'SWITCHING_BUDGET', sentence };
    }
    case 'row': {
      const { row, others, byWeight } = verdict;
      const clause = `${rowClause(site, row, context.causeOf(row))}${sharedWith(sharedHow, others, byWeight)}`;
      const sentence = `${power}. ${clause}.${comesFirst(verdict)}`;
      return { code: sharedCode(rowCode(context, row), verdict), circuitId: row.circuitId, row: row.kind, sentence };
    }
    case 'waiting': {
      const { row, overfull } = verdict;
      const clause = rowClause(site, row, context.causeOf(row));
      // In a row that is lost some may charge all the same, and nobody knows when it is won back.
      const rest = overfull ? '' : `${comesFirst(verdict)} ${untilWhen(verdict)}`;
      return {
        ...{ code: waitingCode(verdict), circuitId: row.circuitId, row: row.kind },
        sentence: `Paused. ${clause}; ${leastOf(context)} more do not fit.${rest}`,
      };
    }
    default:
      return assertNever(verdict);
  }
}

/** What does not fit, and that a rule asks for it where a car could do with less. */
const leastOf = ({ evse, least }: ReasonContext): string =>
  least.isRuled ? `the ${amps(least.current)} that the rules of its bay ask for` : amps(evse.minCurrent);

type Waiting = Extract<Verdict, { readonly kind: 'waiting' }>;

function waitingCode({ row, overfull, behind, turn }: Waiting): ReasonCode {
  if (row.source === 'demand-target') return 'DEMAND_PEAK_GUARD';
  if (overfull) return 'BELOW_MINIMUM_PAUSED';
  if (behind !== undefined) return 'LOWER_PRIORITY';
  return turn === undefined ? 'QUEUED' : 'ROUND_ROBIN_TURN';
}

function untilWhen({ position, turn, paused }: Waiting): string {
  if (paused !== undefined)
    return `It was paused at ${timeOfDay(paused.atMs)}; others come first until ${timeOfDay(paused.untilMs)}.`;
  if (turn === undefined) return `Number ${position} in the queue.`;
  return `Cars take turns: that of ${turn.of} lasts until ${timeOfDay(turn.untilMs)}, its own is expected at ${timeOfDay(turn.expectedAtMs)}.`;
}

/** What bounds a station for a reason of its own is its maximum, as people are told. */
function codeOfMaximum(why: MaximumReason): ReasonCode {
  if (why === 'LEASE_LASTS') return 'EVSE_MAX';
  return why === 'NOT_FOLLOWED' ? 'PROFILE_NOT_ENFORCED' : why;
}

type Maximum = Extract<Verdict, { readonly kind: 'maximum' }>;

function maximumClause({ why, external, reached }: Maximum, given: DeciAmps): string {
  switch (why) {
    case 'EXTERNAL_LIMIT':
      return `${limiterName(external?.source ?? '')} allows its station no more than ${amps(external?.limit ?? given)}.`;
    case 'LEASE_LASTS':
      return `Its station does not let a limit end by itself: ${amps(given)} is what fits if nobody can ever take it back.`;
    case 'EVSE_MAX':
      return `The most this station can give (${amps(given)}).`;
    case 'MANUAL_LIMIT':
      return `The rules of its bay allow it no more than ${amps(given)}.`;
    case 'TARGET_REACHED':
      return reached === undefined ? 'The car has enough.' : enoughClause(reached);
    case 'EV_MAX':
      return `The car takes no more than about ${amps(given)}.`;
    case 'EV_NOT_DRAWING':
      if (given === 0) return 'The car took nothing, and others need what was ready for it; it is offered again later.';
      return `The car takes nothing now; ${amps(given)} stay ready for it.`;
    case 'TARIFF_WAIT':
      return 'The plan charges it later, when that costs less; what it needs it has in time.';
    case 'PROFILE_NOT_ENFORCED':
      return `The car draws more than its limit of ${amps(given)}: no more until it keeps to it.`;
    case 'NOT_FOLLOWED':
      return `Its station has not shown that it keeps to its limit of ${amps(given)}: no more until it does.`;
    default:
      return assertNever(why);
  }
}

const enoughClause = (reached: Reached): string =>
  reached.kind === 'soc'
    ? `The battery holds ${reached.percent} %${reached.isSaid ? ' by what its driver said and what was metered since' : ''}, and the rules of its bay give it no more.`
    : `The car has the ${Math.round(reached.energy / 100) / 10} kWh that were asked for, and the rules of its bay give it no more.`;

/** Nothing, or a sentence with a space before it. */
const comesFirst = ({ behind }: Behind): string => (behind === undefined ? '' : ` ${whoHas(behind)}`);

/** What limits a row for a while is more to the point than who comes first in it. */
function sharedCode(code: ReasonCode, { behind }: Behind): ReasonCode {
  const isPlain = code === 'SITE_LIMIT' || code === 'CIRCUIT_LIMIT' || code === 'PHASE_LIMIT';
  return isPlain && behind !== undefined ? 'LOWER_PRIORITY' : code;
}

function rowCode({ site, causeOf, oneSided }: ReasonContext, row: UsedRow): ReasonCode {
  const cause = causeOf(row);
  if (cause.kind === 'override') return 'MANUAL_LIMIT';
  if (cause.kind === 'grid') return 'DR_EVENT';
  if (cause.kind === 'demand-target') return 'DEMAND_PEAK_GUARD';
  if (cause.kind === 'stale-meter') return 'METER_STALE_FALLBACK';
  if (cause.kind === 'derating') return 'TEMP_DERATE';
  if (cause.kind === 'rise' || cause.kind === 'hotter') return 'RESERVE_FOR_OFFLINE';
  if (row.kind !== 'power' && oneSided(row)) return 'PHASE_LIMIT';
  return row.circuitId === site.rootCircuitId ? 'SITE_LIMIT' : 'CIRCUIT_LIMIT';
}

/** What is done about an EVSE that draws more than it was told, in words for people. */
const STEPS: Readonly<Record<LadderStep, string>> = {
  resend: 'it was told its limit once more',
  ask: 'it was asked what it has',
  forbid: 'it was told 0 A',
  stop: 'its transaction is being stopped',
  inoperative: 'it is taken out of service',
  alarm: 'nothing has helped, somebody must go there',
};

/** What a site does not let the platform do by itself. Absent: it lets it do everything. */
const NOT_DONE: Readonly<Partial<Record<LadderEnd, string>>> = {
  forbid: 'this site lets no car be stopped and no bay be put out of service',
  stop: 'this site lets no bay be put out of service',
};

/** Once all that its site allows was in vain, what was not done is said too. */
function doneAbout(step: LadderStep, end: LadderEnd | undefined): string {
  const notDone = step === 'alarm' && end !== undefined ? NOT_DONE[end] : undefined;
  return notDone === undefined ? STEPS[step] : `${STEPS[step]} (${notDone})`;
}

/** H86: what is done about a station that refuses 0 A where nothing else fits. Undefined: nothing, or there is nobody whom it concerns. */
export function refusalReason(
  role: Role,
  dispatch: Pick<DispatchState, 'disobeys' | 'refusesZero'> | undefined,
  ladderEnd?: LadderEnd,
): Reason | undefined {
  const step = dispatch?.disobeys;
  if (step === undefined || dispatch?.refusesZero !== true) return undefined;
  if (role.kind === 'contender') {
    const sentence = `Nothing but 0 A fits, and the station refuses 0 A: ${doneAbout(step, ladderEnd)}.`;
    return { code: 'PROFILE_NOT_ENFORCED', sentence };
  }
  const wasStopped = step !== 'alarm' || ladderEnd !== 'forbid';
  if (role.why !== 'AUTH_PENDING' || !wasStopped) return undefined;
  const sentence = 'Its transaction was stopped: nothing but 0 A fitted, and the station refuses 0 A.';
  return { code: role.why, sentence };
}

/** The reason of an EVSE that takes no part in the sharing. `worst`: what every sum holds for it. */
export function fixedReason(
  { why, evse, worst: counted }: { readonly why: FixedReason; readonly evse: EvseModel; readonly worst: DeciAmps },
  disobeys?: LadderStep,
  ladderEnd?: LadderEnd,
): Reason {
  switch (why) {
    case 'STATION_OFFLINE_FALLBACK':
      return {
        code: why,
        sentence: `The station is offline: it falls back to ${amps(evse.fallback)}, and ${amps(counted)} stay counted for it.`,
      };
    case 'PROFILE_NOT_ENFORCED':
      if (disobeys !== undefined) {
        const sentence = `The station lets more flow than it was told: ${doneAbout(disobeys, ladderEnd)}. ${amps(counted)} stay counted for it.`;
        return { code: why, sentence };
      }
      return {
        code: why,
        sentence: `${amps(evse.fallback)} until the station has shown that it keeps its limit; ${amps(counted)} stay counted for it.`,
      };
    case 'FALLBACK_ONLY':
      return {
        code: 'EVSE_MAX',
        sentence: `${amps(evse.fallback)}: the station keeps no limit beside its permanent one, so it never has more.`,
      };
    case 'AUTH_PENDING':
      return { code: why, sentence: 'Plugged in, waiting for authorization.' };
    case 'FAULTED':
      return { code: 'NONE', sentence: 'The station reports a fault.' };
    case 'FREE':
      return { code: 'NONE', sentence: 'No car is plugged in.' };
    default:
      return assertNever(why);
  }
}

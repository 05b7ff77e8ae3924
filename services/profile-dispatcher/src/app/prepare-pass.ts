import type { EpochMs } from '@headroom/kernel';
import { commandId, type CommandOrder } from '../domain/command-name.ts';
import {
  type BackSet,
  dropEndedBack,
  firstEndOfBoth,
  intendBack,
  withBack,
  withDischarge,
} from '../domain/back-set.ts';
import { dropEndedLeases } from '../domain/committed-set.ts';
import type { JournalFact, LimitIntended } from '../domain/facts.ts';
import type { EvseControl } from '../domain/evse-control.ts';
import { withLater } from '../domain/later-limit.ts';
import { intendFallback, intendLease, type LeaseAttempt, type LimitSet } from '../domain/limit-set.ts';
import type { ProfilePlan } from '../domain/plan-of.ts';
import { planBatch, type PlannedCommand, type PlanTime } from '../domain/plan-batch.ts';
import { forgive } from '../domain/judge-sample.ts';
import { afterResending } from '../domain/obedience.ts';
import { afterLapse } from '../domain/lease-proof.ts';
import { unwatchStation, withProof } from '../domain/unwatch.ts';
import { beginWatch, endWatch, failWatch, isWatchOver, type LeaseProof } from '../domain/watched-lease.ts';
import { afterRaise } from '../domain/pace.ts';
import { afterTelling } from '../domain/pausing.ts';
import { resolveCommand } from '../domain/resolve-command.ts';
import type { DispatchRules } from '../domain/rules.ts';
import { controlAt, controlOf, countingOf, setControl, type SiteState, stationOf } from '../domain/site-state.ts';
import { withToldSkew } from '../domain/told-clock.ts';
import { pressOn } from '../domain/zero-refusal.ts';
import type { GatewayCommand } from '../ports.ts';
import { mayRaise, queueRecord, type Shard } from './shard.ts';

/** A command with its name, counted already, to be written once its intent is durable. */
export interface IntendedCommand {
  readonly site: SiteState;
  readonly gatewayAddress: string;
  readonly generation: number;
  readonly intent: LimitIntended;
  readonly command: GatewayCommand;
  /** A raise, or a renewal: see `lookAgain`. */
  readonly isGated: boolean;
}

export interface PreparedPass {
  /** What became of earlier commands, then the intents of these: durable before a command leaves (HO-2). */
  readonly intended: readonly JournalFact[];
  /** Of which something was planned, or may have changed. */
  readonly sites: readonly SiteState[];
  readonly commands: readonly IntendedCommand[];
}

/**
 * Everything of a pass up to the first wait: late answers, ended leases, and the plan.
 * The commands count from here on, before anything is written anywhere (SI3).
 */
export function preparePass(shard: Shard, time: PlanTime, rules: DispatchRules): PreparedPass {
  const commands: IntendedCommand[] = [];
  const sites = [...shard.touched].flatMap((siteId) => shard.sites.get(siteId) ?? []);
  shard.touched.clear();
  const raise = mayRaise(shard);
  for (const site of sites) {
    tidyUp(shard, site, time, rules);
    const batch = planBatch(site, time, rules, raise);
    shard.waiting.set(site.siteId, batch.waiting);
    for (const planned of batch.commands) commands.push(intend(shard, site, planned, { time, rules }));
  }
  // What was found out of an earlier owner's command is our finding: it bears our epoch.
  const resolved = shard.outbox.splice(0).map((record) => ({ ...record, epoch: shard.epoch }));
  return {
    intended: [...resolved, ...commands.map(({ intent }) => intent)],
    sites,
    commands,
  };
}

/** Time passes: attempts that nobody answered in time become unresolved, leases end. */
function tidyUp(shard: Shard, site: SiteState, time: PlanTime, rules: DispatchRules): void {
  const counted = { leaseNowMs: time.leaseNowMs, marginMs: rules.leaseMarginMs };
  // Controls are replaced meanwhile, none comes or goes.
  for (const control of site.controls.values()) {
    const { attempts, fallbacks } = control.set;
    if (attempts.length + fallbacks.length > 0) giveUpLate(shard, site, control, { time, rules });
    const pressed = pressOn(site, controlOf(site, control.stationId, control.evse), { ...time, ...counted });
    queueRecord(shard, pressed && { ...pressed, epoch: shard.epoch });
    if (control.proof !== undefined && isWatchOver(control.proof, time.nowMs)) {
      const known = controlOf(site, control.stationId, control.evse);
      if (known.proof !== undefined) setControl(site, withProof(known, failWatch(known.proof, time.nowMs)));
    }
    const forgiven = forgive(site, controlOf(site, control.stationId, control.evse), time.nowMs);
    queueRecord(shard, forgiven && { ...forgiven, epoch: shard.epoch });
    // Giving an attempt up brings no end forward.
    if (counted.leaseNowMs < firstEndOfBoth(control)) continue;
    const evse = site.model?.evses.get(control.evseId);
    if (evse === undefined) continue;
    const known = controlAt(site, evse);
    const counting = countingOf(site, evse, counted);
    const set = dropEndedLeases(known.set, counting);
    const left = dropEndedBack(known, counting);
    if (set !== known.set || left !== known) setControl(site, afterLapse(site, known, { ...left, set }));
  }
}

function giveUpLate(
  shard: Shard,
  site: SiteState,
  { stationId, evse, set }: EvseControl,
  { time: { nowMs }, rules }: { readonly time: PlanTime; readonly rules: DispatchRules },
): void {
  for (const { commandId: id, answerDueMs } of [...set.attempts, ...set.fallbacks]) {
    if (id === undefined || answerDueMs === undefined || nowMs < answerDueMs) continue;
    const { generation } = stationOf(site, stationId);
    const detail = `no answer within ${rules.answerDueMs} ms`;
    const outcome = 'unanswered' as const;
    const late = { stationId, evse, commandId: id, outcome, detail, atMs: nowMs, nowMs, generation };
    queueRecord(shard, resolveCommand(site, late, rules));
  }
}

function intend(
  shard: Shard,
  site: SiteState,
  planned: PlannedCommand,
  { time, rules }: { readonly time: PlanTime; readonly rules: DispatchRules },
): IntendedCommand {
  shard.seq += 1;
  shard.changed.add(site.siteId);
  const order = { epoch: shard.epoch, seq: shard.seq };
  const { purpose, evse, limit, later, stationId, transactionId, untilMs, toldSkewMs } = planned;
  const id = commandId({ purpose, evse, limit, shard: shard.shard, order });
  // Of another limit, to whichever EVSE of its station, nothing that comes now shows how the watched one ended.
  unwatchStation(site, stationId, time.nowMs, endWatch);
  const control = controlOf(site, stationId, evse);
  const terms = { id, order, answerDueMs: time.nowMs + rules.answerDueMs };
  const proof = planned.isWatched === true ? watching(site, { control, planned, id }, rules) : control.proof;
  setControl(site, {
    ...withProof(withBack(control, countBack(control, planned, terms)), proof),
    disobedience: control.disobedience && afterResending(control.disobedience),
    raised: planned.increase ? afterRaise(control.raised, time.nowMs, id) : control.raised,
    pausing: afterTelling(control.pausing, id, time.nowMs),
    set: count(control.set, planned, terms),
  });
  const { increase, decisionSeq, profile, connectionGeneration: generation, gatewayAddress } = planned;
  return {
    site,
    gatewayAddress,
    generation,
    isGated: planned.isGated === true,
    intent: {
      kind: 'limit-intended',
      siteId: site.siteId,
      ...order,
      commandId: id,
      ...{
        stationId,
        evse,
        purpose,
        limit,
        ...withLater(later),
        ...withDischarge(planned.discharge),
        transactionId,
        untilMs,
        ...withToldSkew(toldSkewMs),
        decisionSeq,
        increase,
        generation,
      },
      intendedAtMs: time.nowMs,
    },
    command: {
      commandId: id,
      seq: order.seq,
      stationId,
      connectionGeneration: generation,
      notAfterMs: time.nowMs + rules.notAfterMs,
      profile,
    },
  };
}

function watching(
  site: SiteState,
  { control, planned, id }: { readonly control: EvseControl; readonly planned: PlannedCommand; readonly id: string },
  { leaseMarginMs: marginMs }: DispatchRules,
): LeaseProof | undefined {
  const { transactionId, limit, untilMs, stationId } = planned;
  const { clock } = stationOf(site, stationId);
  const { installed: fallback } = control.set;
  if (transactionId === undefined || untilMs === undefined || fallback === undefined || clock.kind !== 'known')
    return control.proof;
  const { skewMs } = clock;
  return beginWatch(control.proof, { commandId: id, transactionId, limit, untilMs, fallback, skewMs, marginMs });
}

interface AttemptTerms {
  readonly id: string;
  readonly order: CommandOrder;
  readonly answerDueMs: EpochMs;
}

function count(
  set: LimitSet,
  { limit, later, transactionId, untilMs, toldSkewMs, connectionGeneration: generation, profile }: PlannedCommand,
  { id, order, answerDueMs }: AttemptTerms,
): LimitSet {
  const attempt = { commandId: id, order, generation, limit, answerDueMs };
  return transactionId === undefined || untilMs === undefined
    ? intendFallback(set, attempt)
    : intendLease(set, {
        ...{ ...attempt, ...withLater(later), transactionId, untilMs },
        ...{ ...withToldSkew(toldSkewMs), ...dynamicOf(profile) },
      });
}

/** The same of what it lets its car give back. */
function countBack(
  control: EvseControl,
  { limit, discharge, transactionId, untilMs, toldSkewMs, connectionGeneration: generation }: PlannedCommand,
  { id, order, answerDueMs }: AttemptTerms,
): BackSet | undefined {
  if (transactionId === undefined || untilMs === undefined) return control.back;
  const by = { ...{ transactionId, untilMs }, ...withToldSkew(toldSkewMs) };
  const attempt = { commandId: id, order, generation, limit, answerDueMs, ...by };
  return intendBack(control, attempt, discharge);
}

/** Not for the journal: an heir who does not know it tells the next lease as a whole. */
const dynamicOf = ({ lease, unit }: ProfilePlan): Pick<LeaseAttempt, 'dynamicIn' | 'isUpdate'> => ({
  ...(lease?.isDynamic === true ? { dynamicIn: unit } : {}),
  ...(lease?.isUpdate === true ? { isUpdate: true } : {}),
});

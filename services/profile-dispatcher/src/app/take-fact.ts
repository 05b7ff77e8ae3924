import { assertNever, type EpochMs, evseId } from '@headroom/kernel';
import { readCommandId, type ReadingName, readReadingId } from '../domain/command-name.ts';
import { applyComposite, takeComposite } from '../domain/check-composite.ts';
import { applyFindings, readSoon } from '../domain/check-profiles.ts';
import * as evolve from '../domain/evolve.ts';
import { saySoon, withComposite } from '../domain/composite-said.ts';
import { changesCount } from '../domain/changes-count.ts';
import type {
  CommandAnswered,
  CommittedChanged,
  EpochOpened,
  EvseMeasured,
  Fact,
  JournalFact,
  LimitResolved,
  StationBooted,
} from '../domain/facts.ts';
import {
  closeReplay,
  noteAnswer,
  onCommittedChanged,
  onLimitIntended,
  onLimitResolved,
} from '../domain/replay-journal.ts';
import { forgiveAll, judgeSample, onEvseDisobeys, onSaid } from '../domain/judge-sample.ts';
import { outcomeOf, resolveCommand } from '../domain/resolve-command.ts';
import { onLeaseEndSeen, unlearn, watchSample } from '../domain/lease-proof.ts';
import { onChargingSeen } from '../domain/resume.ts';
import type { DispatchRules } from '../domain/rules.ts';
import { controlOf, setControl, type SiteState, stationOf } from '../domain/site-state.ts';
import { onStationLimit } from '../domain/station-limits.ts';
import { takeProfiles } from './take-profiles.ts';
import { queueRecord, quietSiteOf, type Shard, siteOf, touchAll } from './shard.ts';

export interface Taking {
  readonly nowMs: EpochMs;
  readonly rules: DispatchRules;
  /** Told what an answer of a station has settled. */
  readonly onResolved?: (record: LimitResolved) => void;
}

/** One fact into the state of its shard. It has no other effect; what follows from it is the next pass's work. */
export function takeFact(shard: Shard, fact: Fact, taking: Taking): void {
  switch (fact.kind) {
    case 'site-configured':
      return evolve.onSiteConfigured(siteOf(shard, fact.siteId), fact);
    case 'station-connected':
      return evolve.onStationConnected(siteOf(shard, fact.siteId), fact);
    case 'station-disconnected':
      return evolve.onStationDisconnected(siteOf(shard, fact.siteId), fact);
    case 'station-booted':
      return takeBoot(shard, fact);
    case 'station-time-seen':
      // It moves ends of leases by fractions of a second: the next whole round is soon enough.
      return evolve.onStationTimeSeen(quietSiteOf(shard, fact.siteId), fact);
    case 'transaction-started':
      return evolve.onTransactionStarted(siteOf(shard, fact.siteId), fact);
    case 'charging-seen':
      // Most of them say what is known.
      if (onChargingSeen(quietSiteOf(shard, fact.siteId), fact)) shard.touched.add(fact.siteId);
      return undefined;
    case 'transaction-ended':
      return evolve.onTransactionEnded(siteOf(shard, fact.siteId), fact, taking.nowMs);
    case 'command-answered':
      return takeAnswer(shard, fact, taking);
    case 'capabilities-answered':
      shard.asked.delete(fact.stationId);
      return evolve.onCapabilitiesAnswered(siteOf(shard, fact.siteId), fact);
    case 'station-limited':
    case 'station-limit-cleared':
      return onStationLimit(siteOf(shard, fact.siteId), fact);
    case 'profiles-answered':
    case 'profiles-reported':
      return takeProfiles(shard, fact);
    case 'evse-measured':
      return takeSampleOf(shard, fact, taking);
    case 'site-meter-read':
      // Decreases come by decisions, and the optimizer reads the same meter; only a raise may find room by it.
      return evolve.onSiteMeterRead(quietSiteOf(shard, fact.siteId), fact);
    case 'decision-made':
      return evolve.onDecisionMade(siteOf(shard, fact.siteId), fact, shard.optimizerEpoch);
    case 'optimizer-epoch-opened':
    case 'dispatcher-epoch-opened':
      return takeEpoch(shard, fact);
    case 'limit-intended':
    case 'limit-resolved':
    case 'committed-changed':
    case 'station-unreachable':
    case 'evse-disobeys':
    case 'profiles-checked':
    case 'composite-checked':
    case 'lease-end-seen':
      return takeJournal(shard, fact);
    default:
      return assertNever(fact);
  }
}

/** A restarted station begins anew: until it has its fallback it counts with all that it could draw anyway (SI5). */
function takeBoot(shard: Shard, fact: StationBooted): void {
  const site = siteOf(shard, fact.siteId);
  const forgiven = fact.onRequest === true || shard.phase !== 'acting' ? [] : forgiveAll(site, fact);
  for (const step of forgiven) queueRecord(shard, { ...step, epoch: shard.epoch });
  if (fact.onRequest !== true) shard.readings.delete(fact.stationId);
  evolve.onStationBooted(site, fact);
}

/** Most samples show what is known. */
function takeSampleOf(shard: Shard, fact: EvseMeasured, { nowMs, rules }: Taking): void {
  const site = quietSiteOf(shard, fact.siteId);
  const before = controlOf(site, fact.stationId, fact.evse);
  evolve.onEvseMeasured(site, fact);
  // What an earlier owner saw and did stands in his journal.
  const step = shard.phase === 'acting' ? judgeSample(site, fact, nowMs) : undefined;
  if (step !== undefined) {
    queueRecord(shard, { ...step, epoch: shard.epoch });
    const kept = unlearn(site, step);
    queueRecord(shard, kept && { ...kept, epoch: shard.epoch });
    if (step.step === 'ask') readSoon(site, fact.stationId);
    if (step.step === 'resend') setSoon(site, fact);
    shard.touched.add(fact.siteId);
  }
  const seen = shard.phase === 'acting' ? watchSample(site, fact, { nowMs, marginMs: rules.leaseMarginMs }) : undefined;
  if (seen !== undefined) {
    queueRecord(shard, { ...seen, epoch: shard.epoch });
    shard.touched.add(fact.siteId);
  }
  if (changesCount(before, controlOf(site, fact.stationId, fact.evse))) shard.touched.add(fact.siteId);
}

/** What it was told once more it is to say. */
function setSoon(site: SiteState, { stationId, evse }: EvseMeasured): void {
  const control = controlOf(site, stationId, evse);
  setControl(site, { ...control, ...withComposite(saySoon(control.composite)) });
}

function takeAnswer(shard: Shard, fact: CommandAnswered, { nowMs, rules, onResolved }: Taking): void {
  const name = readCommandId(fact.commandId);
  if (name === undefined) return takeReading(shard, fact, { nowMs, rules });
  const site = siteOf(shard, fact.siteId);
  if (shard.phase === 'replaying') return noteAnswer(site, shard.noted, fact);
  const record = resolveCommand(site, outcomeOf(fact, name.evse, nowMs), rules);
  queueRecord(shard, record);
  if (record !== undefined) onResolved?.(record);
}

/** What it said to an earlier owner was true then, and may be from before what this one was told (HO-10); so is that of another connection. */
function takeReading(shard: Shard, fact: CommandAnswered, taking: Taking): void {
  const name = readReadingId(fact.commandId);
  if (name === undefined) return;
  const site = quietSiteOf(shard, fact.siteId);
  if (fact.outcome === 'accepted' && name.isAct) onSaid(site, fact, name.evse);
  if (!name.isAct) shard.saying.delete(fact.stationId);
  const isOurs = shard.phase === 'acting' && name.epoch === shard.epoch;
  if (isOurs && fact.generation === stationOf(site, fact.stationId).generation) compare(shard, fact, name, taking);
}

function compare(shard: Shard, fact: CommandAnswered, { evse }: ReadingName, taking: Taking): void {
  const checked = takeComposite(quietSiteOf(shard, fact.siteId), fact, evse, taking);
  if (checked === undefined) return;
  queueRecord(shard, { ...checked, epoch: shard.epoch });
  shard.touched.add(fact.siteId);
}

function takeEpoch(shard: Shard, { kind, epoch }: EpochOpened): void {
  if (kind === 'optimizer-epoch-opened') {
    shard.optimizerEpoch = Math.max(shard.optimizerEpoch, epoch);
    return;
  }
  shard.openedEpoch = Math.max(shard.openedEpoch, epoch);
  // HO-10: somebody else has taken it since; going on would be in vain for ever.
  if (epoch > shard.epoch) shard.phase = 'lost';
}

/**
 * Our own records were taken in when they were made; those of other owners count now (HO-2). Behind the mark of a later
 * owner an intent counts all the same, and a conclusion is void: its writer did not know what that owner intended.
 */
function takeJournal(shard: Shard, fact: JournalFact): void {
  if (fact.epoch === shard.epoch) return;
  const isOutdated = fact.epoch < shard.openedEpoch;
  if (isOutdated && fact.kind !== 'limit-intended') return;
  const site = siteOf(shard, fact.siteId);
  switch (fact.kind) {
    case 'limit-intended':
      return onLimitIntended(site, fact, isOutdated);
    case 'limit-resolved':
      return onLimitResolved(site, fact);
    case 'committed-changed':
      return takeRecord(shard, fact);
    case 'station-unreachable':
      return evolve.onStationDisconnected(site, fact);
    case 'evse-disobeys':
      return onEvseDisobeys(site, fact);
    case 'profiles-checked':
      return applyFindings(site, fact);
    case 'composite-checked':
      return applyComposite(site, fact);
    case 'lease-end-seen':
      return onLeaseEndSeen(site, fact);
    default:
      return assertNever(fact);
  }
}

function takeRecord(shard: Shard, fact: CommittedChanged): void {
  shard.journaled.set(evseId(fact.stationId, fact.evse), fact);
  onCommittedChanged(siteOf(shard, fact.siteId), fact);
}

const NEVER_SINCE_BOOT = -1;

/** The replay is over, and its owner acts: answers whose intents came later, and what the newest samples show. */
export function closeShardReplay(shard: Shard, { nowMs, rules }: Taking): void {
  for (const answers of shard.noted.values()) {
    for (const answer of answers) {
      const name = readCommandId(answer.commandId);
      if (name === undefined) continue;
      // What an accepted fallback proves was taken when it was read, in order with the boots.
      const generation = name.purpose === 'fallback' ? NEVER_SINCE_BOOT : answer.generation;
      const outcome = { ...outcomeOf(answer, name.evse, nowMs), generation };
      queueRecord(shard, resolveCommand(siteOf(shard, answer.siteId), outcome, rules));
    }
  }
  shard.noted.clear();
  for (const site of shard.sites.values()) closeReplay(site, shard.journaled);
  shard.contained.clear();
  touchAll(shard);
  if (shard.phase === 'replaying') shard.phase = 'acting';
}

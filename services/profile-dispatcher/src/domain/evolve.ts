import { compareNumbers, deciAmps, type EpochMs, maxPhases, type StationId } from '@headroom/kernel';
import { learnPhases, settledReading, type SiteModel } from '@headroom/site-model';
import { withBack, withBoth } from './back-set.ts';
import { observeClock, perhapsSet } from './clock-skew.ts';
import type {
  CapabilitiesAnswered,
  DecisionMade,
  EvseMeasured,
  SiteConfigured,
  SiteMeterRead,
  StationBooted,
  StationConnected,
  StationDisconnected,
  StationUnreachable,
  StationTimeSeen,
  TransactionEnded,
  TransactionStarted,
} from './facts.ts';
import { afterSample, saySoon, unbounded, withComposite } from './composite-said.ts';
import { unwatchStation } from './unwatch.ts';
import { afterTransaction } from './obedience.ts';
import { afterPauses, afterReconnect, afterStart } from './pausing.ts';
import { disconnect, endTransaction, reboot, takeSample } from './resolve-limit.ts';
import { setpointEvsesOf } from './may-give.ts';
import { forgetLimits, isMasked } from './station-limits.ts';
import { isSameIdentity, learnCapabilities, type StationTraits } from './station-traits.ts';
import { departing } from './departed.ts';
import { takeGiven } from './judge-back.ts';
import { forgetForeignSamples, supplySample } from './supply-sample.ts';
import {
  controlOf,
  controlsOfStation,
  MAX_METERS_OF_SITE,
  setControl,
  setStation,
  type SiteState,
  stationOf,
  type StationState,
} from './site-state.ts';

/** A document of a lower version is an older one read late. */
export function onSiteConfigured(site: SiteState, fact: SiteConfigured): void {
  if (site.model !== undefined && fact.model.version < site.model.version) return;
  forgetForeignSamples(site, fact);
  site.departed = departing(site, fact.model);
  forgetPermanent(site, fact.model);
  site.model = fact.model;
}

/** HO-15: who was left out by a document and is named again may have been told otherwise elsewhere; nothing is proven of it. */
function forgetPermanent(site: SiteState, next: SiteModel): void {
  for (const { evseId, stationId } of site.model === undefined ? [] : next.evses.values()) {
    const control = site.controls.get(evseId);
    if (control === undefined || site.model?.evses.has(evseId) !== false) continue;
    setStation(site, stationId, { bootGeneration: undefined });
    setControl(site, { ...control, set: { ...control.set, proven: false, installed: undefined } });
  }
}

export function onStationConnected(site: SiteState, fact: StationConnected): void {
  const { stationId, generation, gatewayAddress, atMs, version } = fact;
  // A repeat, read late, changes nothing: an end is final for its generation (R8, H48).
  if (generation <= stationOf(site, stationId).generation) return;
  // Its clock may have been set while it was away: leases do not end until it has shown its time (SI31, HO-8).
  setStation(site, stationId, {
    connected: true,
    connectedAtMs: atMs,
    generation,
    gatewayAddress,
    givenUp: false,
    clock: perhapsSet(stationOf(site, stationId).clock),
    interruptedAtMs: interrupted(site, stationId, atMs),
    traits: { ...stationOf(site, stationId).traits, version },
    ...unread(site, stationId),
  });
  // Their end may have been told to nobody. What still holds, its report shows (K09).
  forgetLimits(site, stationId);
  unwatchStation(site, stationId, atMs);
  for (const control of controlsOfStation(site, stationId)) {
    setControl(site, {
      ...withBoth(control, disconnect),
      ...withComposite(saySoon(unbounded(control.composite))),
      leaseBackoff: undefined,
      fallbackBackoff: undefined,
      pausing: afterReconnect(control.pausing),
    });
  }
}

/** Also of one whose gateway is given up: the same holds of it until it connects anew. */
export function onStationDisconnected(
  site: SiteState,
  { kind, stationId, generation, atMs }: StationDisconnected | StationUnreachable,
): void {
  const before = stationOf(site, stationId);
  if (generation < before.generation) return;
  // An end that was told stays one.
  const isEnded = !before.connected && !before.givenUp && generation === before.generation;
  setStation(site, stationId, {
    ...{ connected: false, generation, interruptedAtMs: interrupted(site, stationId, atMs) },
    givenUp: kind === 'station-unreachable' && !isEnded,
  });
  unwatchStation(site, stationId, atMs);
  for (const control of controlsOfStation(site, stationId)) setControl(site, withBoth(control, disconnect));
}

/**
 * SI5, H91: whatever it kept or lost, nothing is known of it until the fallback is accepted anew. One that says that it was
 * only asked who it is keeps what it had; but the answer has set its clock.
 */
export function onStationBooted(site: SiteState, fact: StationBooted): void {
  const { stationId, generation, atMs, onRequest } = fact;
  const clock = perhapsSet(stationOf(site, stationId).clock);
  const traits = traitsOf(site, fact);
  unwatchStation(site, stationId, atMs);
  if (onRequest) {
    setStation(site, stationId, { clock, traits });
    // What it counts with may hang on who it is.
    for (const control of controlsOfStation(site, stationId)) setControl(site, { ...control });
    return;
  }
  const interruptedAtMs = interrupted(site, stationId, atMs);
  // The boot of an older connection, read late, does not hide a newer one.
  const bootGeneration = Math.max(generation, stationOf(site, stationId).bootGeneration ?? generation);
  setStation(site, stationId, {
    bootGeneration,
    clock,
    interruptedAtMs,
    traits,
    ...unread(site, stationId),
  });
  // One that still holds it tells anew; one that it does not would hold an EVSE down for nothing.
  forgetLimits(site, stationId);
  for (const control of controlsOfStation(site, stationId)) {
    const { backRefusedIn: _, lapses: __, ...before } = withBack(control, control.back && disconnect(control.back));
    setControl(site, {
      ...before,
      ...withComposite(saySoon(unbounded(control.composite))),
      set: reboot(control.set),
      singlePeriod: false,
      refusal: undefined,
      disobedience: undefined,
      service: control.service === 'in' ? 'in' : 'returning',
      pausing: afterPauses(control.pausing),
      leaseBackoff: undefined,
      fallbackBackoff: undefined,
    });
  }
}

/** What it holds now nobody knows; what overruled ours may be there still. */
function unread(site: SiteState, stationId: StationId): Pick<StationState, 'profiles'> {
  const { profiles } = stationOf(site, stationId);
  return profiles === undefined ? {} : { profiles: { ...profiles, readAtMs: 0 } };
}

/** Another firmware may be able to do other things: it is asked anew (H58: once a firmware). */
const traitsOf = (site: SiteState, { identity, stationId }: StationBooted): StationTraits => {
  const { traits } = stationOf(site, stationId);
  if (identity !== undefined && !isSameIdentity(identity, traits.identity))
    return { ...traits, identity, known: undefined };
  // With a boot it is told to sample what all do: with its answer its gateway asks it for what flows back as well.
  return traits.known === undefined || setpointEvsesOf(site, stationId).length === 0
    ? traits
    : { ...traits, known: { ...traits.known, readAtMs: 0 } };
};

export function onCapabilitiesAnswered(site: SiteState, { stationId, settings, atMs }: CapabilitiesAnswered): void {
  const { traits } = stationOf(site, stationId);
  setStation(site, stationId, { traits: { ...traits, known: learnCapabilities(traits, settings, atMs) } });
  // What it counts with may hang on what it can do.
  for (const control of controlsOfStation(site, stationId)) setControl(site, { ...control });
}

/** Facts may be read out of order over the topics: the latest instant counts. */
const interrupted = (site: SiteState, stationId: StationId, atMs: EpochMs): EpochMs =>
  Math.max(stationOf(site, stationId).interruptedAtMs, atMs);

export function onStationTimeSeen(site: SiteState, { stationId, stationTimeMs, atMs }: StationTimeSeen): void {
  setStation(site, stationId, { clock: observeClock(stationOf(site, stationId).clock, stationTimeMs, atMs) });
}

export function onTransactionStarted(
  site: SiteState,
  { stationId, evse, transactionId, atMs, hasWaited }: TransactionStarted,
): void {
  const known = controlOf(site, stationId, evse);
  // TODO(#6): a station that gives an id of its last transactions again is leased nothing in it, and its samples are dropped.
  if (known.transactionId === transactionId || known.set.ended.includes(transactionId)) return;
  // Also of another EVSE: what comes to one may bear on all of a station.
  unwatchStation(site, stationId, atMs);
  const control = controlOf(site, stationId, evse);
  const before = control.transactionId;
  // One that waited shows no end of the one before, which may have begun behind it and run: what that was told counts to its own end.
  const isEnd = before !== undefined && hasWaited !== true;
  const left = isEnd ? withBoth(control, (set) => endTransaction(set, before)) : control;
  setControl(site, {
    ...left,
    ...{ transactionId, transactionSinceMs: atMs },
    leaseBackoff: undefined,
    pausing: afterStart(control.pausing, transactionId),
  });
}

/** @param nowMs when it is read */
export function onTransactionEnded(
  site: SiteState,
  { stationId, evse, transactionId }: TransactionEnded,
  nowMs: EpochMs,
): void {
  unwatchStation(site, stationId, nowMs);
  const control =
    evse === undefined
      ? controlsOfStation(site, stationId).find((known) => known.transactionId === transactionId)
      : controlOf(site, stationId, evse);
  if (control === undefined) return;
  const isCurrent = control.transactionId === transactionId;
  setControl(site, {
    ...withBoth(control, (set) => endTransaction(set, transactionId)),
    ...(isCurrent ? { transactionId: undefined, transactionSinceMs: undefined } : {}),
    leaseBackoff: isCurrent ? undefined : control.leaseBackoff,
    disobedience: isCurrent ? afterTransaction(control.disobedience, nowMs) : control.disobedience,
    ...(isCurrent ? withComposite(unbounded(control.composite)) : {}),
    pausing: isCurrent ? afterPauses(control.pausing) : control.pausing,
  });
}

export function onEvseMeasured(site: SiteState, measured: EvseMeasured): void {
  const fact = supplySample(site, measured);
  const control = controlOf(site, fact.stationId, fact.evse);
  // The last values of a transaction often come after its end, and no others for a long while: that car is gone.
  if (fact.transactionId !== undefined && control.set.ended.includes(fact.transactionId)) return;
  const { offered, sampledAtMs } = fact;
  const { sample } = control.set;
  // A message without currents says nothing of the draw: what was measured before stands.
  const { draw, transactionId } =
    fact.draw === undefined
      ? { draw: sample?.draw ?? deciAmps(0), transactionId: sample?.transactionId }
      : { draw: fact.draw, transactionId: fact.transactionId };
  setControl(site, {
    ...withBack(control, takeGiven(site, control, fact)),
    ...withComposite(afterSample(control.composite, fact)),
    phases: learnPhases(control.phases, fact, stationOf(site, fact.stationId).interruptedAtMs),
    set: takeSample(control.set, {
      ...(isMasked(site, fact) ? { offered: undefined, isMasked: true } : { offered }),
      ...{ draw, transactionId, sampledAtMs },
      ...(site.model === undefined ? { isUnread: true } : {}),
    }),
  });
}

export function onSiteMeterRead(site: SiteState, { reading }: SiteMeterRead): void {
  const before = site.readings.get(reading.meterId);
  if (before === undefined && site.readings.size >= MAX_METERS_OF_SITE) return;
  if (before !== undefined && reading.sampledAtMs < before.sampledAtMs) return;
  // Of two of one instant nobody knows which is newer: the higher one counts on each conductor.
  const isSame = before?.sampledAtMs === reading.sampledAtMs;
  const read = isSame ? { ...reading, current: maxPhases(before.current, reading.current) } : reading;
  site.readings.set(reading.meterId, settledReading(before, read));
}

/** (epoch, seq) lexicographic: a new owner counts from the start. `openedEpoch`: what a later owner has announced. */
export function onDecisionMade(site: SiteState, fact: DecisionMade, openedEpoch: number): void {
  const { decision } = site;
  if (fact.epoch < openedEpoch) return;
  if (decision !== undefined) {
    const order = compareNumbers(fact.epoch, decision.epoch) || compareNumbers(fact.seq, decision.seq);
    if (order <= 0) return;
  }
  const { epoch, seq, validUntilMs, targets, limits, drop, leaseS } = fact;
  site.decision = {
    ...{ epoch, seq, validUntilMs, targets },
    ...(limits === undefined ? {} : { limits }),
    ...(drop === undefined ? {} : { drop }),
    ...(leaseS === undefined ? {} : { leaseS }),
  };
}

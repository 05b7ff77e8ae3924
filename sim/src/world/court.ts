import { HEADERS } from '@headroom/contracts';
import type { Use } from '../checkers/capacity.ts';
import type { EvseNow, PhaseTriple } from '../checkers/circuits.ts';
import { PAIR } from '../checkers/conductors.ts';
import type { EvseFlow } from '../checkers/excess.ts';
import type { GivesNow } from '../checkers/given.ts';
import { asItCounts } from '../checkers/forgotten.ts';
import { asItIsKnown } from '../checkers/overdraw.ts';
import type { Violation } from '../checkers/violation.ts';
import { optional } from '../json.ts';
import { RESTING_SHARES } from '../documents.ts';
import { createChanging } from './changing.ts';
import { compositeFoundOf, connectedOf, isLeaseEndSeen, ownersWordOf } from './control-facts.ts';
import { saidIn } from './said-in.ts';
import { createJury, type JuryDeps } from './jury.ts';
import type { Seen } from './narrator.ts';
import { storeRest } from './store-rest.ts';
import { isStrangers } from './strangers.ts';
import type { Court } from './verdict.ts';

/** Violations of one run that are told; a broken rule is broken many times. */
const MAX_VIOLATIONS = 20;
const CLOCK_MOVES_MS = 2_000;

export interface CourtDeps extends Omit<JuryDeps, 'accuse'> {
  /** By which its violations are told, where there are several. */
  readonly siteName?: string;
}

export type { Court } from './verdict.ts';

export function createCourt(deps: CourtDeps): Court {
  const { plan, trace, nowMs } = deps;
  const violations: Violation[] = [];
  const accuse = (violation: Violation): void => {
    if (violations.length >= MAX_VIOLATIONS) return;
    violations.push(violation);
    const { checker, siteId, detail } = violation;
    trace.tell(`VIOLATION ${checker}${siteId === undefined ? '' : ` at ${siteId}`}: ${detail}`);
  };
  const jury = createJury({ ...deps, accuse: (each) => accuse({ ...each, ...optional('siteId', deps.siteName) }) });
  const { facts, limits, timelines, isUneven, strangers, ignores, narrator, overdraws, ladder, given } = jury;
  const { circuits, atRest, excess, otherLoad, decided, committed, retold, forgotten, silence, unrest } = jury;
  const { capacity, unproven, regained, cleared, closings, composites, isRepeat, heat, knownHeat, keptLeases } = jury;
  const { acknowledged, boots, books, energy, meterReadings, temperatures, order, ownership } = jury;
  const { stationOrder, handovers, afterBoot } = jury;
  const evseIds = new Map(plan.stations.map(({ stationId }) => [stationId, `${stationId}/1`]));
  /** As they were looked at last: as they count, and as they are. */
  const evses = new Map<string, EvseNow>();
  const flows = new Map<string, EvseFlow>();
  /** With its clock a station moves the ends of what it was told. */
  const skewsMs = new Map<string, number>();
  /** Of a model of which nobody has told whether its leases end one is watched now and then, which is news to the others (ADR 39). */
  const isWatched = plan.stations.some(({ stationId }) => deps.isUnheardOf(stationId));
  /** Until then not all live. */
  let deadUntilMs = Number.NEGATIVE_INFINITY;
  const changing = createChanging(plan, timelines);

  return {
    accuse,
    isGuilty: () => violations.length > 0,
    hear: {
      dialled({ number, gateway, stationId }) {
        ownership.dialled(number, { gateway: gateway.process, stationId });
        decided.dialled(nowMs(), stationId);
        ladder.dialled(nowMs(), stationId);
        retold.begins(stationId);
      },
      written({ number, gateway, stationId }, frame) {
        trace.line(`${gateway.process} > ${stationId} ${frame.text}`);
        ownership.written(nowMs(), number, { gateway: gateway.process, stationId }, frame);
        stationOrder.written(nowMs(), gateway.name, stationId, frame);
        acknowledged.written(nowMs(), stationId, frame);
        boots.written(nowMs(), gateway.process, stationId, frame);
        books.written(nowMs(), stationId, frame);
      },
      received(stationId, frame) {
        trace.line(`> ${stationId} ${frame.text}`);
        decided.received(nowMs(), stationId, frame);
        ladder.received(nowMs(), stationId, frame);
        cleared.received(nowMs(), stationId, frame);
        retold.received(nowMs(), stationId, frame);
        const profile = frame.profile();
        if (profile !== undefined) {
          narrator?.told(stationId, profile);
          for (const each of [forgotten, afterBoot]) each.told(stationId, profile);
          keptLeases.received(nowMs(), stationId, profile);
        }
        handovers.received(nowMs(), stationId, frame);
        unrest.received(nowMs(), stationId, frame);
        // Whose lease was never seen to end is tried again, later and later (SI28).
        if (!(deps.isUnheardOf(stationId) && deps.keepsLeases(stationId))) silence.received(nowMs(), stationId, frame);
      },
      sent(gateway, stationId, frame) {
        trace.line(`< ${stationId} ${frame.text}`);
        for (const each of [decided, retold, ladder, handovers]) each.sent(nowMs(), stationId, frame);
        for (const each of [forgotten, afterBoot, strangers, acknowledged, boots]) each.sent(stationId, frame);
        stationOrder.sent(gateway.name, stationId, frame);
        books.sent(stationId, frame);
      },
    },
    stored(record) {
      trace.line(`log ${record.topic} ${record.partition} ${record.offset} ${record.headers['event-id']}`);
      const connected = connectedOf(record);
      if (connected !== undefined) ownership.announced(nowMs(), connected);
      const said = saidIn(record);
      if (said !== undefined) acknowledged.stored(said.stationId, said.frame, record.headers[HEADERS.eventId] ?? '');
      if (said !== undefined) stationOrder.stored(nowMs(), said.stationId, said.frame);
      if (said !== undefined) boots.kept(said.stationId, said.frame);
      if (said !== undefined) afterBoot.heard(nowMs(), said.stationId, said.frame);
      if (said !== undefined && isRepeat(record)) decided.again(nowMs(), said.stationId, said.frame);
      const word = ownersWordOf(record);
      if (word !== undefined) ownership.stored(nowMs(), word.by, word.control);
      if (word?.control !== undefined) {
        committed.stored(word.by, word.control);
        afterBoot.stored(word.by, word.control);
        decided.stored(nowMs(), word.control);
        ladder.stored(nowMs(), word.control);
        closings.stored(nowMs(), word.control);
        given.stored(word.by, word.control);
        narrator?.decided(word.control);
      }
      if (isLeaseEndSeen(record)) unproven.seen();
      const found = compositeFoundOf(record);
      if (found !== undefined) composites.stored(nowMs(), found);
      if (found !== undefined) decided.bounded(found.atMs, found);
      if (found?.isLess === true) decided.lost(found.atMs, found.evseId);
      storeRest({ meterReadings, temperatures, timelines, order }, record, {
        nowMs: nowMs(),
        toldWithinMs: deps.toldWithinMs(),
      });
    },
    born(process) {
      ownership.born(nowMs(), process);
      boots.born(nowMs(), process);
    },
    died(backInMs) {
      deadUntilMs = nowMs() + backInMs;
      regained.died(deadUntilMs);
    },
    databaseAway(forMs) {
      ownership.databaseAway(nowMs(), forMs);
      boots.databaseAway(nowMs(), forMs);
      stationOrder.databaseAway(nowMs(), forMs);
    },
    logAway: (forMs) => [decided, afterBoot].forEach((each) => each.logAway(nowMs(), nowMs() + forMs)),
    kept(record) {
      const said = saidIn(record);
      if (said === undefined) return;
      trace.line(`kept ${said.stationId} ${said.frame.text}`);
      acknowledged.kept(said.stationId, said.frame, record.eventId);
      boots.kept(said.stationId, said.frame);
    },
    taken: (reading) => meterReadings.acknowledged(nowMs(), reading),
    warmSent: (reading) => knownHeat.sent(nowMs(), reading),
    warmTaken({ sensor: whose, sampledAtMs, celsius }) {
      knownHeat.taken(nowMs(), { sensor: whose, sampledAtMs, celsius });
      temperatures.acknowledged(nowMs(), { whose, sampledAtMs: Math.floor(sampledAtMs), celsius });
    },
    charges(turn) {
      energy.began(turn);
      decided.began(nowMs(), turn.stationId);
    },
    asked(change) {
      limits.asked(change);
      changing.changed(nowMs());
    },
    answered(source, obeyedWithinMs) {
      limits.answered(nowMs(), source, obeyedWithinMs);
      changing.changed(nowMs());
    },
    look({ stations, building, ducts }, { judge, measure, regains }) {
      heat.look(nowMs(), new Map(ducts.map((duct) => [duct.sensor, duct.celsius()])));
      const isDead = nowMs() < deadUntilMs;
      const uses: Use[] = [];
      const seen: Seen[] = [];
      const gives: GivesNow[] = [];
      for (const station of stations) {
        const bay = station.load(1);
        const evseId = evseIds.get(station.stationId);
        if (bay === undefined || evseId === undefined) continue;
        const source = strangers.sourceOf(station.stationId, bay.obeyed);
        const movedMs = Math.abs(station.skewMs() - (skewsMs.get(station.stationId) ?? station.skewMs()));
        skewsMs.set(station.stationId, station.skewMs());
        if (station.outside.isSet() || movedMs > CLOCK_MOVES_MS) composites.changed(station.stationId);
        if (!isStrangers(bay.obeyed)) decided.look(nowMs(), station.stationId, bay.obeyed);
        const evse = facts.evses.get(evseId);
        const usedPhases = evse?.isPair === true ? PAIR : bay.plugged ? bay.phasesUsed : 3;
        const fallbackA = evse?.fallbackA ?? 0;
        const isOnline = !isDead && station.isOnline();
        const recalled = { source, flowA: bay.currentA, fallbackA, isOnline, runs: bay.runs };
        const standing = forgotten.look(nowMs(), station.stationId, recalled);
        const toldA = bay.obeyed.limitA;
        const kept = keptLeases.of(nowMs(), evseId, bay.obeyed);
        const now = { obeyedA: bay.doesA ?? toldA, flowA: bay.currentA, usedPhases, ...kept };
        const drawn = { toldA, doesA: bay.doesA, flowA: bay.currentA, isOnline: station.isOnline() };
        const knownA = overdraws.look(nowMs(), evseId, drawn);
        if (deps.isUnruly(station.stationId)) {
          const isOnline = station.isOnline() && standing === 'told' && !isStrangers(bay.obeyed);
          ladder.look(nowMs(), evseId, { ...drawn, isOnline, runs: bay.runs }, deps.struckAtMs());
        }
        if (isStrangers(bay.obeyed) || bay.isHeldDown) committed.masked(nowMs(), evseId);
        else if (standing === 'told') committed.look(nowMs(), evseId, bay.obeyed);
        const told = knownA === undefined ? now : asItIsKnown(now, toldA, knownA);
        evses.set(evseId, standing === 'told' ? told : asItCounts(standing, now, fallbackA));
        unrest.look(nowMs(), evseId, { plugged: bay.plugged, flowA: bay.currentA });
        const isLeased = bay.obeyed.source === 'tx' && bay.doesA === undefined && !bay.isHeldDown;
        closings.look(nowMs(), evseId, { runs: bay.runs, isClosed: bay.offeredA > 0, isLeased });
        const isKnown = bay.doesA === undefined || bay.doesA <= toldA;
        const overdrawn = isKnown ? {} : optional('knownA', knownA);
        if (bay.obeyed.backA !== undefined || bay.givesA > 0)
          gives.push({
            ...{ evseId, toldA: bay.obeyed.backA ?? 0, flowA: bay.givesA, usedPhases },
            ...optional('battery', bay.battery),
          });
        flows.set(evseId, { ...now, hasForgotten: standing !== 'told', ...overdrawn });
        if (narrator !== undefined) seen.push({ stationId: station.stationId, bay });
        unproven.look(nowMs(), station.stationId, bay);
        capacity.offered(nowMs(), evseId, bay.offeredA, bay.wantsA);
        const lasts = deps.keepsLeases(station.stationId);
        const leasedA = standing === 'told' && bay.obeyed.source === 'tx' ? bay.obeyed.limitA : undefined;
        atRest.look(evseId, lasts ? leasedA : undefined);
        // How much it may have for ever is not for a judge to say: of the others it takes what it is offered.
        const isBounded = lasts || composites.isEndless(station.stationId);
        const wantsA = isBounded ? Math.min(bay.wantsA, bay.offeredA) : bay.wantsA;
        if (measure || regains) uses.push({ evseId, usedPhases, wantsA, offeredA: bay.offeredA, flowA: bay.currentA });
      }
      const { l1A, l2A, l3A } = building.current();
      const load: PhaseTriple = [l1A, l2A, l3A];
      retold.look(nowMs(), Math.max(deps.struckAtMs(), Math.min(deadUntilMs, nowMs())));
      narrator?.looked(nowMs(), seen, load);
      const counted = otherLoad === false ? load : otherLoad.look(nowMs(), load);
      if (judge) circuits.look(nowMs(), evses, counted);
      if (judge) atRest.conclude(nowMs());
      given.look(nowMs(), gives, load);
      if (judge) excess.look(nowMs(), flows, load, counted);
      // Who waits for a price leaves room that nobody is to take; and so does who obeys more than it was told, or spares its contactor.
      if (isUneven || plan.document.spec.policy.objective !== undefined) return;
      if (measure) capacity.look(nowMs(), uses, load);
      if (regains) regained.look(nowMs(), uses, load, changing.at(nowMs()));
    },
    still: () =>
      !isUneven && !isWatched && RESTING_SHARES.includes(plan.document.spec.policy.share) && silence.begins(nowMs()),
    forgot(stationId, says) {
      decided.forgot(stationId);
      committed.forgot(stationId);
      retold.begins(stationId);
      for (const each of [forgotten, afterBoot]) each.forgot(stationId, says);
      composites.changed(stationId);
    },
    forgotOffline(stationId) {
      decided.forgot(stationId);
      committed.forgot(stationId);
      retold.begins(stationId);
      forgotten.forgotAsKnown(stationId);
      composites.changed(stationId);
    },
    ignores,
    brings(stationId) {
      decided.brings(stationId);
      committed.brings(evseIds.get(stationId) ?? '');
      retold.begins(stationId);
    },
    gone(stationId) {
      const evseId = evseIds.get(stationId) ?? '';
      evses.delete(evseId);
      flows.delete(evseId);
      atRest.gone(evseId);
      closings.gone(evseId);
      afterBoot.gone(stationId);
      retold.begins(stationId);
    },
    conclude(recorded) {
      const verdict = { capacity: capacity.conclude(nowMs()), regained: regained.conclude(nowMs()) };
      if (recorded !== undefined) {
        acknowledged.conclude(nowMs());
        books.compare(nowMs(), recorded);
        energy.compare(nowMs(), recorded.transactions);
        meterReadings.compare(nowMs(), recorded.meterReadings);
        temperatures.compare(nowMs(), recorded.temperatures);
        order.conclude(nowMs());
      }
      return {
        violations,
        ...{ handovers: handovers.count(), acknowledged: acknowledged.count() },
        ...{ limited: limits.count(), announced: timelines.count() },
        ...verdict,
        fullest: circuits.fullest(),
        excess: excess.conclude(),
        ladder: ladder.steps(),
        given: given.conclude(),
        derated: heat.changes(),
        bookedKwh: energy.bookedKwh(),
        unrest: unrest.conclude(),
        renewals: silence.renewals(),
      };
    },
  };
}

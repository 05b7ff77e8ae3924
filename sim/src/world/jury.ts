import { createAcknowledgedChecker } from '../checkers/acknowledged.ts';
import { createAfterBootChecker } from '../checkers/after-boot.ts';
import { createAtRest } from '../checkers/at-rest.ts';
import { createBooksChecker } from '../checkers/books.ts';
import { createBootsChecker } from '../checkers/boots.ts';
import { createCapacityChecker } from '../checkers/capacity.ts';
import { createCircuitChecker } from '../checkers/circuits.ts';
import { createClearedChecker } from '../checkers/cleared.ts';
import { createClosings } from '../checkers/closings.ts';
import { createCommittedChecker } from '../checkers/committed.ts';
import { createCompositesChecker } from '../checkers/composites.ts';
import { createDecidedChecker } from '../checkers/decided.ts';
import type { Kinds } from '../checkers/kinds.ts';
import { atHottest } from '../checkers/derated-rows.ts';
import { createEnergyChecker } from '../checkers/energy.ts';
import { createExcessChecker } from '../checkers/excess.ts';
import { createGivenChecker } from '../checkers/given.ts';
import { createForgotten } from '../checkers/forgotten.ts';
import { createHandoverCounter } from '../checkers/handovers.ts';
import { createHeat, heated } from '../checkers/heat.ts';
import { createKnownHeat } from '../checkers/known-heat.ts';
import { createKeptLeases } from '../checkers/kept-leases.ts';
import { createLadderChecker } from '../checkers/ladder.ts';
import { createLimits, type Limits } from '../checkers/limits.ts';
import { createMeterReadingsChecker } from '../checkers/meter-readings.ts';
import { createOrderChecker } from '../checkers/order.ts';
import { createOtherLoad } from '../checkers/other-load.ts';
import { createOverdraws } from '../checkers/overdraw.ts';
import { createOwnershipChecker } from '../checkers/ownership.ts';
import { createRegained } from '../checkers/regained.ts';
import { createRetoldChecker } from '../checkers/retold.ts';
import { createRowLimits, type RowLimits } from '../checkers/row-limits.ts';
import { createSilence } from '../checkers/silence.ts';
import { gridRowsOf, powerA, siteFactsOf } from '../checkers/site-facts.ts';
import { createStationOrderChecker } from '../checkers/station-order.ts';
import { createTemperaturesChecker } from '../checkers/temperatures.ts';
import { createTimelines } from '../checkers/timelines.ts';
import { createUnproven } from '../checkers/unproven.ts';
import { createUnrest } from '../checkers/unrest.ts';
import type { Report } from '../checkers/violation.ts';
import type { SitePlan } from '../documents.ts';
import { saysWhoIsFirst } from '../site/bay-rules.ts';
import { sparesContactors } from '../site/contactors.ts';
import { createNarrator } from './narrator.ts';
import { createRepeats } from './repeats.ts';
import { createStrangers } from './strangers.ts';
import type { Trace } from './trace.ts';

export interface JuryDeps extends Kinds {
  readonly plan: SitePlan;
  readonly accuse: Report;
  /** A utility may announce limits. */
  readonly hasUtility: boolean;
  readonly trace: Trace;
  readonly nowMs: () => number;
  /** The building may rise by more than its operator says. */
  readonly breaksWord: boolean;
  /** What one station comes to do is known, and the others have made room for it. */
  readonly reactsWithinMs: number;
  /** When the last fault fired. */
  readonly struckAtMs: () => number;
  /** When the last one did that may have disturbed this station, or who commands it. */
  readonly struckAt: (stationId: string) => number;
  /** The same of what is announced now, and then stands in what stations hold. */
  readonly toldWithinMs: () => number;
  /** It takes no amperes at all. */
  readonly takesWattsOnly: (stationId: string) => boolean;
}

/** Limits as the document says them. */
const RATINGS: RowLimits = { mayHold: ({ limitA }) => limitA, inForce: ({ limitA }) => limitA };

/** All checkers of one run, for its site. Each is told of what it judges by the court. */
export function createJury(deps: JuryDeps) {
  const { plan, hasUtility, breaksWord, trace, nowMs, reactsWithinMs, takesWattsOnly, accuse } = deps;
  const facts = siteFactsOf(plan.document);
  const limits = createLimits();
  const timelines = createTimelines();
  /** Who obeys old leases keeps to no limit that was lowered before they have ended: there only ratings are judged. */
  const isSlow = plan.stations.some(({ stationId }) => deps.obeysOldLeases(stationId));
  /** Beside one that keeps to no limit there is room that nobody is to take, and limits that come again. */
  const isUnruly = plan.stations.some(({ stationId }) => deps.isUnruly(stationId));
  /** There is room that nobody is to take: beside one of these, or for who has closed his contactor too often, until time gives it back to him. */
  const isUneven = isSlow || isUnruly || sparesContactors(plan.document);
  const gridRows = hasUtility && !isSlow ? gridRowsOf(plan.document, facts) : [];
  const ofRows = isSlow ? RATINGS : createRowLimits({ document: plan.document, limits, timelines, gridRows });
  const heat = createHeat({ document: plan.document, ...(breaksWord ? { reactsWithinMs } : {}) });
  const knownHeat = createKnownHeat(plan.document);
  const circuits = createCircuitChecker({
    ...{ site: facts, report: accuse, grid: gridRows },
    limitOf: heated(ofRows, heat.reacted).mayHold,
  });
  // What is there with nobody alive, and what flows back, must fit however hot it gets.
  const hottest = atHottest(facts, plan.document);
  const atRest = createAtRest(hottest, accuse);
  const borne = heated(ofRows, heat.bears);
  const excess = createExcessChecker({
    ...{ site: facts, report: accuse, grid: gridRows },
    inForce: borne.inForce,
    reacted: borne.mayHold,
    reactedToHeat: heated(ofRows, heat.reacted).inForce,
  });
  const [meter] = plan.document.spec.meters;
  const otherLoad = breaksWord && createOtherLoad({ risesA: meter?.risesAtMostPerPhaseA ?? 0, reactsWithinMs });
  const decided = createDecidedChecker(facts, accuse, {
    ...deps,
    keepsLeases: (stationId) => deps.keepsLeases(stationId) || deps.misstates(stationId),
  });
  /** What it holds need not be what it was told last. */
  const isOdd = (stationId: string): boolean =>
    deps.misstates(stationId) ||
    deps.keepsLeases(stationId) ||
    deps.obeysOldLeases(stationId) ||
    deps.isUnruly(stationId);
  const committed = createCommittedChecker(facts, accuse);
  const afterBoot = createAfterBootChecker(facts, accuse);
  const closings = createClosings(facts, accuse);
  const cleared = createClearedChecker(accuse);
  const retold = createRetoldChecker((evseId) => facts.evses.get(evseId)?.minimumA ?? 0, accuse);
  const acknowledged = createAcknowledgedChecker(accuse);
  const boots = createBootsChecker(accuse);
  const books = createBooksChecker(accuse);
  const energy = createEnergyChecker(accuse);
  const meterReadings = createMeterReadingsChecker(accuse);
  const temperatures = createTemperaturesChecker(accuse);
  const order = createOrderChecker(accuse);
  const ownership = createOwnershipChecker(facts, accuse);
  const stationOrder = createStationOrderChecker(accuse);
  const composites = createCompositesChecker(accuse, isOdd);
  /** One that keeps its leases is of another model. */
  const unproven = createUnproven((id) => deps.isUnheardOf(id) && !deps.keepsLeases(id), deps.struckAt);
  const capacityOptions = {
    passes: (stationId: string) => (takesWattsOnly(stationId) ? 0.9 : 1),
    sharesEqually: plan.document.spec.policy.share === 'equal' && !saysWhoIsFirst(plan.document),
    isHeldBack: (stationId: string) =>
      strangers.isTold(stationId) || composites.isHigh(stationId) || closings.isSpent(nowMs(), `${stationId}/1`),
    isUnproven: unproven.isOpen,
  };
  const asked = (limitOf: Limits['of']): Limits['of'] => {
    return (row, atMs) => limitOf(row, atMs) * knownHeat.allows(row, atMs);
  };
  // Of an operator's limit the newest: the judge of circuits lets an older and higher one hold for as long as trouble may last, and nobody has to use that.
  const capacityOf = () => createCapacityChecker(facts, accuse, asked(limits.inForce), capacityOptions);
  const capacity = capacityOf();
  const regained = createRegained(capacityOf(), accuse);
  const handovers = createHandoverCounter();
  const unrest = createUnrest();
  const keptLeases = createKeptLeases(deps.keepsLeases);
  const silence = createSilence({ leaseMs: facts.leaseS * 1_000, report: accuse });
  const forgotten = createForgotten(reactsWithinMs, accuse);
  const overdraws = createOverdraws(reactsWithinMs);
  const ladder = createLadderChecker(facts, accuse);
  const given = createGivenChecker({
    site: hottest,
    exportA: powerA(plan.document.spec.exportLimitKw ?? 0, plan.document),
    report: accuse,
  });
  const ignores = (stationId: string): void => {
    decided.ignores(stationId);
    committed.forgot(stationId);
    forgotten.forgot(stationId, false);
    composites.changed(stationId);
  };
  const strangers = createStrangers(ignores);
  const narrator =
    trace.narrate &&
    createNarrator({ site: facts, limitOf: (row) => limits.of(row, nowMs()) * heat.bears(row), say: trace.narrate });
  return {
    ...{ heat, knownHeat, keptLeases },
    ...{ facts, limits, timelines, isUneven, strangers, ignores, narrator, overdraws, ladder, given },
    ...{
      circuits,
      atRest,
      excess,
      otherLoad,
      decided,
      committed,
      afterBoot,
      closings,
      cleared,
      retold,
      forgotten,
      capacity,
      unproven,
      composites,
      regained,
      silence,
      unrest,
      isRepeat: createRepeats(),
    },
    ...{ acknowledged, boots, books, energy, meterReadings, temperatures, order, ownership, stationOrder, handovers },
  };
}

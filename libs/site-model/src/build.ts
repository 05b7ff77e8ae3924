import {
  circuitId,
  deciAmps,
  epochMs,
  err,
  evseId,
  mapPhases,
  ok,
  type PerPhase,
  type PerPhaseDeciAmps,
  type Result,
  siteId,
  stationId,
  watts,
} from '@headroom/kernel';
import { checkCircuits } from './check-circuits.ts';
import { checkCabinets } from './check-dc.ts';
import { checkDeratings } from './check-derating.ts';
import { checkDischarge } from './check-discharge.ts';
import { checkSources } from './check-sources.ts';
import { checkEquipment } from './check-equipment.ts';
import { checkMoney } from './check-money.ts';
import { checkRules } from './check-rules.ts';
import { checkSwitching, unusualSwitching } from './switching.ts';
import { checkTiers, USUAL_TIER, USUAL_WEIGHT } from './check-tiers.ts';
import { WHOLE_LADDER } from './ladder.ts';
import { checkOverloads } from './check-overloads.ts';
import { checkCommissioning } from './commissioning.ts';
import {
  type CircuitInput,
  type DeratingInput,
  type EvseInput,
  type LimitOverrideInput,
  type OtherLoadInput,
  problem,
  type SiteModelInput,
  type SiteProblem,
  type SourceInput,
} from './input.ts';
import type {
  CircuitModel,
  DeratingModel,
  EvseModel,
  LimitOverrideModel,
  OtherLoadModel,
  SiteModel,
  SourceModel,
} from './model.ts';

/** A site larger than this is refused: every decision walks all of it. */
export const MAX_CIRCUITS = 1_000;
export const MAX_EVSES = 2_000;
export const MAX_OTHER_LOADS = 500;
export const MAX_SOURCES = 200;

/** Structural checks, then, where the structure is sound, the commissioning check (7.4). Units as in `SiteModelInput`. */
export function buildSiteModel(input: SiteModelInput): Result<SiteModel, readonly SiteProblem[]> {
  const tooLarge = checkSize(input);
  if (tooLarge.length > 0) return err(tooLarge);
  const structural = [
    ...checkCircuits(input),
    ...checkEquipment(input),
    ...checkOverloads(input),
    ...checkDeratings(input),
    ...checkCabinets(input),
    ...checkSources(input),
    ...checkDischarge(input),
    ...checkMoney(input),
    ...checkTiers(input),
    ...checkRules(input),
    ...checkSwitching(input),
  ];
  if (structural.length > 0) return err(structural);
  const site = toModel(input);
  const unfit = checkCommissioning(site);
  return unfit.length > 0 ? err(unfit) : ok(site);
}

function checkSize(input: SiteModelInput): readonly SiteProblem[] {
  const check = (count: number, most: number, what: string, pointer: string): readonly SiteProblem[] =>
    count <= most
      ? []
      : [problem('too-large', `The site has ${count} ${what}; at most ${most} are possible.`, pointer)];
  return [
    ...check(input.circuits.length, MAX_CIRCUITS, 'circuits', '/spec/circuits'),
    ...check(input.evses.length, MAX_EVSES, 'EVSEs', '/spec/stations'),
    ...check(input.otherLoads.length, MAX_OTHER_LOADS, 'meters and loads', '/spec/meters'),
    ...check(input.sources?.length ?? 0, MAX_SOURCES, 'sources', '/spec/sources'),
  ];
}

/** A document as a model, right or wrong: for the checks, and for what they are tested with. */
export function toModel(input: SiteModelInput): SiteModel {
  const circuits = input.circuits.map(toCircuit);
  const root = circuits.find((circuit) => circuit.parentCircuitId === undefined);
  const evses = input.evses.map(toEvse);
  return {
    siteId: siteId(input.siteId),
    version: input.version,
    name: input.name,
    timezone: input.timezone,
    nominalVoltageV: input.nominalVoltageV,
    rootCircuitId: root?.circuitId ?? circuitId(''),
    circuits: new Map(circuits.map((circuit) => [circuit.circuitId, circuit])),
    evses: new Map(evses.map((evse) => [evse.evseId, evse])),
    otherLoads: input.otherLoads.map(toOtherLoad),
    ...(input.sources === undefined || input.sources.length === 0 ? {} : { sources: input.sources.map(toSource) }),
    leaseS: input.leaseS,
    ...(input.leaseAtLeastS === undefined ? {} : { leaseAtLeastS: input.leaseAtLeastS }),
    ...(input.ladderEnd === undefined || input.ladderEnd === WHOLE_LADDER ? {} : { ladderEnd: input.ladderEnd }),
    ...(input.share === undefined ? {} : { share: input.share }),
    ...(input.tiers === undefined || input.tiers === 'floor-first' ? {} : { tiers: input.tiers }),
    ...(input.objective === undefined || input.objective === 'delivery' ? {} : { objective: input.objective }),
    ...(input.tariff === undefined ? {} : { tariff: { ...input.tariff } }),
    ...(input.limitOverride === undefined ? {} : { limitOverride: toOverride(input.limitOverride) }),
    ...(input.exportLimitW === undefined ? {} : { exportLimitW: watts(input.exportLimitW) }),
    ...(input.demandLimitW === undefined ? {} : { demandLimitW: watts(input.demandLimitW) }),
  };
}

const toCurrents = (currents: PerPhase<number>): PerPhaseDeciAmps => mapPhases(currents, (value) => deciAmps(value));

const toCircuit = (input: CircuitInput): CircuitModel => ({
  circuitId: circuitId(input.circuitId),
  ...(input.parentCircuitId === undefined ? {} : { parentCircuitId: circuitId(input.parentCircuitId) }),
  name: input.name,
  rating: toCurrents(input.rating),
  ...(input.powerLimitW === undefined ? {} : { powerLimitW: watts(input.powerLimitW) }),
  ...(input.continuousPercent === undefined ? {} : { continuousPercent: input.continuousPercent }),
  ...(input.overload === undefined ? {} : { overload: { ...input.overload } }),
  ...(input.derating === undefined ? {} : { derating: toDerating(input.derating) }),
  ...(input.cabinet === undefined ? {} : { cabinet: { ...input.cabinet } }),
});

const toDerating = ({ steps, ...derating }: DeratingInput): DeratingModel => ({
  ...derating,
  steps: steps.map((step) => ({ ...step })),
});

const toEvse = (input: EvseInput): EvseModel => ({
  evseId: evseId(stationId(input.stationId), input.evse),
  stationId: stationId(input.stationId),
  evse: input.evse,
  circuitId: circuitId(input.circuitId),
  name: input.name,
  phases: [...input.phases],
  ...(input.wiring === undefined ? {} : { wiring: input.wiring }),
  ...(input.dc === undefined ? {} : { dc: { ...input.dc } }),
  maxCurrent: deciAmps(input.maxCurrent),
  minCurrent: deciAmps(input.minCurrent),
  fallback: deciAmps(input.fallback),
  ...(input.maxDischarge === undefined ? {} : { maxDischarge: deciAmps(input.maxDischarge) }),
  ...(input.tier === undefined || input.tier === USUAL_TIER ? {} : { tier: input.tier }),
  ...(input.weight === undefined || input.weight === USUAL_WEIGHT ? {} : { weight: input.weight }),
  ...toRules(input.rules),
  ...(input.minimumShare === undefined ? {} : { minimumShare: deciAmps(input.minimumShare) }),
  ...unusualSwitching(input),
});

/** What rules nothing is left out, so that a site without rules is what it was. */
function toRules(rules: EvseInput['rules']): Pick<EvseModel, 'rules'> {
  const { maximumW, minimumW, minimumSocPercent, stopAtSocPercent, stopAtTarget } = rules ?? {};
  const said = {
    ...(maximumW === undefined ? {} : { maximumW }),
    ...(minimumW === undefined ? {} : { minimumW }),
    ...(minimumSocPercent === undefined ? {} : { minimumSocPercent }),
    ...(stopAtSocPercent === undefined ? {} : { stopAtSocPercent }),
    ...(stopAtTarget === true ? { stopAtTarget } : {}),
  };
  return Object.keys(said).length === 0 ? {} : { rules: said };
}

const toOtherLoad = (input: OtherLoadInput): OtherLoadModel => ({
  circuitId: circuitId(input.circuitId),
  name: input.name,
  worstCase: toCurrents(input.worstCase),
  ...(input.risesAtMost === undefined ? {} : { risesAtMost: toCurrents(input.risesAtMost) }),
  ...(input.meterId === undefined ? {} : { meterId: input.meterId }),
  staleAfterMs: input.staleAfterMs,
  ...(input.hides === undefined ? {} : { hides: toCurrents(input.hides) }),
});

const toSource = (input: SourceInput): SourceModel => ({
  circuitId: circuitId(input.circuitId),
  name: input.name,
  meterId: input.meterId,
  staleAfterMs: input.staleAfterMs,
  atMost: toCurrents(input.atMost),
});

const toOverride = (input: LimitOverrideInput): LimitOverrideModel => ({
  powerLimitW: watts(input.powerLimitW),
  validUntilMs: epochMs(input.validUntilMs),
  setBy: input.setBy,
  reason: input.reason,
});

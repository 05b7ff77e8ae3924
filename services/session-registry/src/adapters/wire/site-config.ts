import { type commonV1, siteV1 } from '@headroom/contracts';
import {
  err,
  type EpochMs,
  type GridPhase,
  ok,
  type PerPhase,
  type Result,
  siteId as toSiteId,
} from '@headroom/kernel';
import {
  buildSiteModel,
  type CircuitInput,
  type EvseInput,
  type OtherLoadInput,
  type OverloadInput,
  type SiteModel,
  type SiteModelInput,
  type SourceInput,
} from '@headroom/site-model';
import {
  deratingFromWire,
  deratingToWire,
  ladderEndFromWire,
  ladderEndToWire,
  objectiveFromWire,
  objectiveToWire,
  phaseFromWire,
  phaseToWire,
  rulesFromWire,
  rulesToWire,
  switchingFromWire,
  switchingToWire,
  shareFromWire,
  shareToWire,
  tiersFromWire,
  tiersToWire,
  wiringFromWire,
  wiringToWire,
} from '@headroom/site-wire';
import { type Problem, problem } from '../../domain/problem.ts';
import type { Site } from '../../domain/site.ts';
import { dcFrom, dcTo } from './dc-input.ts';

// headroom.site.v1.SiteConfig <-> Site. What the wire leaves out is told as a problem, never read as 0 (Q7).

type Missing = (what: string, pointer: string) => void;

/** A document as somebody sent it; version and override are the registry's own and are taken as they stand. */
export function documentFromConfig(config: siteV1.SiteConfig): Result<SiteModelInput, readonly Problem[]> {
  const problems: Problem[] = [];
  const missing: Missing = (what, pointer) => problems.push(problem('missing-value', `${what} is missing.`, pointer));
  for (const [index, station] of config.stations.entries()) {
    if (station.evses.length > 0) continue;
    const detail = `Station "${station.stationId}" has no EVSE.`;
    problems.push(problem('station-without-evses', detail, `/spec/stations/${index}/evses`));
  }
  const share = shareFromWire(config.policy?.kind ?? siteV1.PolicyKind.UNSPECIFIED);
  if (share === undefined) missing('A known policy', '/spec/policy/share');
  if (config.policy?.ladderEnd === siteV1.LadderEnd.UNRECOGNIZED) {
    missing('A known end of the ladder', '/spec/policy/ladderEnd');
  }
  if (config.policy?.objective === siteV1.PlanObjective.UNRECOGNIZED) {
    missing('A known objective', '/spec/policy/objective');
  }
  if (config.policy?.tiers === siteV1.TierMode.UNRECOGNIZED) missing('A known way of tiers', '/spec/policy/tiers');
  const { limitOverride } = config;
  const document: SiteModelInput = {
    siteId: config.siteId,
    version: Number(config.version),
    name: config.name,
    timezone: config.timezone,
    nominalVoltageV: config.nominalVoltageV,
    circuits: config.circuits.map((circuit, index) => circuitFrom(circuit, index, missing)),
    evses: config.stations.flatMap((station, index) => evsesFrom(station, index, missing)),
    otherLoads: config.otherLoads.map((load) => loadFrom(load, missing)),
    ...(config.sources.length === 0
      ? {}
      : { sources: config.sources.map((source, index) => sourceFrom(source, index, missing)) }),
    leaseS: config.policy?.leaseS ?? 0,
    ...(config.policy?.leaseAtLeastS === undefined ? {} : { leaseAtLeastS: config.policy.leaseAtLeastS }),
    ...ladderEndFrom(config.policy),
    ...(share === undefined || share === 'equal' ? {} : { share }),
    ...objectiveFrom(config.policy),
    ...(config.policy?.demandLimitW === undefined ? {} : { demandLimitW: Number(config.policy.demandLimitW) }),
    ...tiersFrom(config.policy),
    ...(config.tariff === undefined ? {} : { tariff: { ...config.tariff } }),
    ...(config.exportLimitW === undefined ? {} : { exportLimitW: Number(config.exportLimitW) }),
    ...(limitOverride === undefined
      ? {}
      : {
          limitOverride: {
            powerLimitW: Number(limitOverride.powerLimitW),
            validUntilMs: Number(limitOverride.validUntilMs),
            setBy: limitOverride.setBy,
            reason: limitOverride.reason,
          },
        }),
  };
  return problems.length > 0 ? err(problems) : ok(document);
}

const ladderEndFrom = (policy: siteV1.Policy | undefined): Pick<SiteModelInput, 'ladderEnd'> => {
  const ladderEnd = ladderEndFromWire(policy?.ladderEnd);
  return ladderEnd === undefined ? {} : { ladderEnd };
};

const objectiveFrom = (policy: siteV1.Policy | undefined): Pick<SiteModelInput, 'objective'> => {
  const objective = objectiveFromWire(policy?.objective);
  return objective === undefined ? {} : { objective };
};

const tiersFrom = (policy: siteV1.Policy | undefined): Pick<SiteModelInput, 'tiers'> => {
  const tiers = tiersFromWire(policy?.tiers);
  return tiers === undefined ? {} : { tiers };
};

/** The checked model of a config, as every reader of site.config needs it. */
export function siteModelFromConfig(config: siteV1.SiteConfig): Result<SiteModel, readonly Problem[]> {
  const document = documentFromConfig(config);
  return document.kind === 'err' ? document : buildSiteModel(document.value);
}

export function configFromSite({ document, configuredAtMs }: Site): siteV1.SiteConfig {
  const { limitOverride } = document;
  return {
    siteId: document.siteId,
    version: BigInt(document.version),
    configuredAtMs: BigInt(configuredAtMs),
    name: document.name,
    timezone: document.timezone,
    nominalVoltageV: document.nominalVoltageV,
    circuits: document.circuits.map((circuit) => ({
      circuitId: circuit.circuitId,
      parentCircuitId: circuit.parentCircuitId,
      name: circuit.name,
      rating: currentsTo(circuit.rating),
      powerLimitW: circuit.powerLimitW === undefined ? undefined : BigInt(circuit.powerLimitW),
      continuousFactorPercent: circuit.continuousPercent,
      overloadAllowance: circuit.overload && { ...circuit.overload },
      cabinet: circuit.cabinet && dcTo(circuit.cabinet),
      derating: deratingToWire(circuit.derating),
    })),
    stations: stationsTo(document.evses),
    otherLoads: document.otherLoads.map((load) => ({
      circuitId: load.circuitId,
      worstCase: currentsTo(load.worstCase),
      meterId: load.meterId,
      staleAfterMs: load.staleAfterMs,
      name: load.name,
      risesAtMost: load.risesAtMost === undefined ? undefined : currentsTo(load.risesAtMost),
      hides: load.hides && currentsTo(load.hides),
    })),
    sources: (document.sources ?? []).map(({ atMost, ...source }) => ({ ...source, atMost: currentsTo(atMost) })),
    policy: {
      kind: shareToWire(document.share ?? 'equal'),
      leaseS: document.leaseS,
      leaseAtLeastS: document.leaseAtLeastS,
      ladderEnd: ladderEndToWire(document.ladderEnd),
      objective: objectiveToWire(document.objective),
      tiers: tiersToWire(document.tiers),
      demandLimitW: document.demandLimitW === undefined ? undefined : BigInt(document.demandLimitW),
    },
    tariff: document.tariff && { ...document.tariff },
    exportLimitW: document.exportLimitW === undefined ? undefined : BigInt(document.exportLimitW),
    limitOverride:
      limitOverride === undefined
        ? undefined
        : {
            powerLimitW: BigInt(limitOverride.powerLimitW),
            validUntilMs: BigInt(limitOverride.validUntilMs),
            setBy: limitOverride.setBy,
            reason: limitOverride.reason,
          },
  };
}

export function siteFromConfig(config: siteV1.SiteConfig): Result<Site, readonly Problem[]> {
  const document = documentFromConfig(config);
  if (document.kind === 'err') return document;
  const configuredAtMs: EpochMs = Number(config.configuredAtMs);
  return ok({ siteId: toSiteId(config.siteId), document: document.value, configuredAtMs });
}

function currentsFrom(currents: commonV1.PhaseCurrents | undefined, what: string, at: string, missing: Missing) {
  const read = (value: number | undefined, phase: GridPhase): number => {
    if (value === undefined) missing(`${what} on ${phase.toUpperCase()}`, at);
    return value ?? 0;
  };
  return { l1: read(currents?.l1DeciA, 'l1'), l2: read(currents?.l2DeciA, 'l2'), l3: read(currents?.l3DeciA, 'l3') };
}

const currentsTo = ({ l1, l2, l3 }: PerPhase<number>): commonV1.PhaseCurrents => ({
  l1DeciA: l1,
  l2DeciA: l2,
  l3DeciA: l3,
});

function circuitFrom(circuit: siteV1.Circuit, index: number, missing: Missing): CircuitInput {
  const { circuitId, name, parentCircuitId, powerLimitW, continuousFactorPercent, overloadAllowance, cabinet } =
    circuit;
  const at = `/spec/circuits/${index}/ratingPerPhaseA`;
  return {
    circuitId,
    name,
    rating: currentsFrom(circuit.rating, `The rating of circuit "${circuitId}"`, at, missing),
    ...(parentCircuitId === undefined ? {} : { parentCircuitId }),
    ...(powerLimitW === undefined ? {} : { powerLimitW: Number(powerLimitW) }),
    ...(continuousFactorPercent === undefined ? {} : { continuousPercent: continuousFactorPercent }),
    ...(overloadAllowance === undefined ? {} : { overload: overloadFrom(overloadAllowance) }),
    ...(cabinet === undefined ? {} : { cabinet: dcFrom(cabinet) }),
    ...deratingFromWire(circuit.derating),
  };
}

const overloadFrom = ({ percent, seconds }: siteV1.OverloadAllowance): OverloadInput => ({ percent, seconds });

function evsesFrom(station: siteV1.Station, index: number, missing: Missing): readonly EvseInput[] {
  return station.evses.map((evse, position) => ({
    stationId: station.stationId,
    evse: evse.evse,
    circuitId: station.circuitId,
    name: evse.name,
    phases: evse.phases.flatMap((phase) => {
      const known = phaseFromWire(phase);
      if (known === undefined) missing('A known phase', `/spec/stations/${index}/evses/${position}/phases`);
      return known ?? [];
    }),
    ...wiringFrom(evse.wiring, () => missing('A known wiring', `/spec/stations/${index}/evses/${position}/wiring`)),
    ...(evse.dc === undefined ? {} : { dc: dcFrom(evse.dc) }),
    maxCurrent: evse.maxCurrentDeciA,
    minCurrent: evse.minCurrentDeciA,
    fallback: evse.fallbackDeciA,
    ...(evse.maxDischargeDeciA === undefined ? {} : { maxDischarge: evse.maxDischargeDeciA }),
    // As they were sent: one that cannot be is refused with its place.
    ...(evse.tier === undefined ? {} : { tier: evse.tier }),
    ...(evse.weight === undefined ? {} : { weight: evse.weight }),
    ...(evse.sessionRules === undefined ? {} : { rules: rulesFromWire(evse.sessionRules) }),
    ...(evse.minimumShareDeciA === undefined ? {} : { minimumShare: evse.minimumShareDeciA }),
    ...(evse.switching === undefined ? {} : { switching: switchingFromWire(evse.switching) }),
  }));
}

function wiringFrom(wire: siteV1.Wiring | undefined, unknown: () => void): Pick<EvseInput, 'wiring'> {
  const wiring = wiringFromWire(wire);
  if (wiring.kind === 'err') unknown();
  return wiring.kind === 'err' || wiring.value === undefined ? {} : { wiring: wiring.value };
}

/** EVSEs of one station on one circuit stand together. */
function stationsTo(evses: readonly EvseInput[]): siteV1.Station[] {
  const stations = new Map<string, siteV1.Station>();
  for (const evse of evses) {
    const key = JSON.stringify([evse.stationId, evse.circuitId]);
    const station = stations.get(key) ?? { stationId: evse.stationId, circuitId: evse.circuitId, evses: [] };
    stations.set(key, station);
    station.evses.push({
      evse: evse.evse,
      phases: evse.phases.map(phaseToWire),
      wiring: wiringToWire(evse.wiring),
      dc: evse.dc && dcTo(evse.dc),
      maxCurrentDeciA: evse.maxCurrent,
      minCurrentDeciA: evse.minCurrent,
      fallbackDeciA: evse.fallback,
      maxDischargeDeciA: evse.maxDischarge,
      tier: evse.tier,
      weight: evse.weight,
      sessionRules: rulesToWire(evse.rules),
      minimumShareDeciA: evse.minimumShare,
      switching: switchingToWire(evse.switching),
      name: evse.name,
    });
  }
  return [...stations.values()];
}

function loadFrom(load: siteV1.OtherLoad, missing: Missing): OtherLoadInput {
  return {
    circuitId: load.circuitId,
    name: load.name,
    worstCase: currentsFrom(load.worstCase, `The worst case of "${load.name}"`, '/spec/meters', missing),
    staleAfterMs: load.staleAfterMs,
    ...(load.meterId === undefined ? {} : { meterId: load.meterId }),
    ...(load.risesAtMost === undefined
      ? {}
      : { risesAtMost: currentsFrom(load.risesAtMost, `The rise of "${load.name}"`, '/spec/meters', missing) }),
    ...(load.hides === undefined
      ? {}
      : { hides: currentsFrom(load.hides, `What "${load.name}" hides`, '/spec/meters', missing) }),
  };
}

function sourceFrom(source: siteV1.Source, index: number, missing: Missing): SourceInput {
  const { circuitId, meterId, name, staleAfterMs } = source;
  const at = `/spec/sources/${index}/atMostPerPhaseA`;
  const atMost = currentsFrom(source.atMost, `The most that "${meterId}" supplies`, at, missing);
  return { circuitId, meterId, name, staleAfterMs, atMost };
}

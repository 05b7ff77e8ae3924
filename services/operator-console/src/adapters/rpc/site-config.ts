import { type commonV1, siteV1 } from '@headroom/contracts';
import { demandDeciAmps, type GridPhase, limitDeciAmps } from '@headroom/kernel';
import {
  ladderEndFromWire,
  ladderEndToWire,
  objectiveToWire,
  phasesFromWire,
  phaseToWire,
  shareFromWire,
  shareToWire,
  tiersFromWire,
  tiersToWire,
  wiringFromWire,
  wiringToWire,
} from '@headroom/site-wire';
import {
  type DcSpec,
  type EvseSpec,
  type PhaseAmps,
  type PhaseName,
  type SharePolicy,
  type Site,
  type SiteDocument,
} from '../../domain/site-document.ts';
import { deratingConfig, deratingOf } from './derating.ts';
import { rulesConfig, rulesSpec, switchingSpec, wholeWatts } from './session-rules.ts';

type Amps = (amps: number) => number;

/** The document of a tariff as JSON; undefined: none of this name is known. */
export type TariffText = (name: string) => string | undefined;

/**
 * A document as the registry takes it. Ratings and limits round down, loads and needs round up. The tariff that it names goes with it
 * whole; of one that is not known the name alone, and the registry refuses it.
 */
export function siteConfigOf(document: SiteDocument, tariffText: TariffText = () => undefined): siteV1.SiteConfig {
  return {
    siteId: document.siteId,
    version: 0n,
    configuredAtMs: 0n,
    name: document.displayName,
    timezone: document.timezone,
    nominalVoltageV: document.nominalVoltageV,
    circuits: document.circuits.map((circuit) => ({
      circuitId: circuit.name,
      parentCircuitId: circuit.parent,
      name: circuit.displayName,
      rating: phaseCurrents(circuit.ratingPerPhaseA, limitDeciAmps),
      powerLimitW: circuit.limitKw === undefined ? undefined : wholeWatts(circuit.limitKw),
      continuousFactorPercent:
        circuit.continuousFactor === undefined ? undefined : Math.floor(circuit.continuousFactor * 100 + 1e-6),
      cabinet: circuit.cabinet && dcConfig(circuit.cabinet),
      overloadAllowance: circuit.overloadAllowance && {
        percent: circuit.overloadAllowance.percent,
        seconds: Math.floor(circuit.overloadAllowance.forMs / 1_000),
      },
      derating: deratingConfig(circuit.derating),
    })),
    stations: document.stations.map((station) => ({
      stationId: station.id,
      circuitId: station.circuit,
      evses: station.evses.map(evseConfig),
    })),
    otherLoads: [
      ...document.meters.map((meter) => ({
        circuitId: meter.circuit,
        worstCase: phaseCurrents(meter.worstCasePerPhaseA, demandDeciAmps),
        meterId: meter.name,
        staleAfterMs: meter.staleAfterMs,
        name: meter.name,
        risesAtMost:
          meter.risesAtMostPerPhaseA === undefined
            ? undefined
            : phaseCurrents(meter.risesAtMostPerPhaseA, demandDeciAmps),
        hides: meter.hidesPerPhaseA && phaseCurrents(meter.hidesPerPhaseA, demandDeciAmps),
      })),
      ...document.loads.map((load) => ({
        circuitId: load.circuit,
        worstCase: phaseCurrents(load.worstCasePerPhaseA, demandDeciAmps),
        meterId: undefined,
        staleAfterMs: 0,
        name: load.name,
        risesAtMost: undefined,
      })),
    ],
    sources: document.sources.map((source) => ({
      circuitId: source.circuit,
      meterId: source.name,
      name: source.name,
      staleAfterMs: source.staleAfterMs,
      // How much may flow back, and vanish: up.
      atMost: phaseCurrents(source.atMostPerPhaseA, demandDeciAmps),
    })),
    policy: {
      kind: shareToWire(document.share),
      leaseS: document.leaseS,
      leaseAtLeastS: document.leaseAtLeastS,
      ladderEnd: ladderEndToWire(document.ladderEnd),
      objective: objectiveToWire(document.objective),
      tiers: tiersToWire(document.tiers),
      demandLimitW: document.demandLimitKw === undefined ? undefined : wholeWatts(document.demandLimitKw),
    },
    tariff: document.tariff === undefined ? undefined : tariffOf(document.tariff, tariffText),
    exportLimitW: document.exportLimitKw === undefined ? undefined : wholeWatts(document.exportLimitKw),
    limitOverride: undefined,
  };
}

const tariffOf = (name: string, tariffText: TariffText): siteV1.SiteTariff => ({
  name,
  documentJson: tariffText(name) ?? '',
});

/** A word that this release does not know is how a site shares about which nothing was said. */
export const shareOf = (kind: siteV1.PolicyKind | undefined): SharePolicy =>
  shareFromWire(kind ?? siteV1.PolicyKind.UNSPECIFIED) ?? 'equal';

const evseConfig = (evse: EvseSpec): siteV1.Evse => ({
  evse: evse.evse,
  phases: evse.phases.map((phase) => phaseToWire(OUR_PHASES[phase])),
  wiring: wiringToWire(evse.wiring),
  dc: evse.dc && dcConfig(evse.dc),
  // What its hardware gives, and what it counts with while nobody knows better (SI5): never less than that.
  maxCurrentDeciA: demandDeciAmps(evse.maxA),
  minCurrentDeciA: demandDeciAmps(evse.minimumA),
  fallbackDeciA: limitDeciAmps(evse.fallbackA),
  maxDischargeDeciA: evse.maxDischargeA === undefined ? undefined : limitDeciAmps(evse.maxDischargeA),
  tier: evse.tier,
  weight: evse.weight,
  sessionRules: rulesConfig(evse.sessionRules),
  minimumShareDeciA: evse.minimumShareA === undefined ? undefined : demandDeciAmps(evse.minimumShareA),
  switching: evse.switching && { ...evse.switching },
  name: evse.name,
});

const OUR_PHASES = { L1: 'l1', L2: 'l2', L3: 'l3' } as const satisfies Record<PhaseName, GridPhase>;
const PHASE_NAMES = { l1: 'L1', l2: 'L2', l3: 'L3' } as const satisfies Record<GridPhase, PhaseName>;

/** To the side of more current: power up, efficiency and power factor down. */
const dcConfig = ({ maxKw, efficiency, powerFactor }: DcSpec): siteV1.DcInput => ({
  outputMaxW: BigInt(Math.ceil(maxKw * 1_000 - 1e-6)),
  efficiencyPercent: Math.floor(efficiency * 100 + 1e-6),
  powerFactorPercent: Math.floor(powerFactor * 100 + 1e-6),
});
const dcSpec = (wire: siteV1.DcInput): DcSpec => ({
  maxKw: Number(wire.outputMaxW) / 1_000,
  efficiency: wire.efficiencyPercent / 100,
  powerFactor: wire.powerFactorPercent / 100,
});

const phaseCurrents = (amps: PhaseAmps, round: Amps): commonV1.PhaseCurrents => ({
  l1DeciA: round(amps.l1A),
  l2DeciA: round(amps.l2A),
  l3DeciA: round(amps.l3A),
});

/** What the registry holds, as people write it. */
export function siteOf(config: siteV1.SiteConfig): Site {
  const { limitOverride } = config;
  return {
    document: documentOf(config),
    version: Number(config.version),
    configuredAtMs: Number(config.configuredAtMs),
    ...(limitOverride === undefined
      ? {}
      : {
          override: {
            powerKw: Number(limitOverride.powerLimitW) / 1_000,
            validUntilMs: Number(limitOverride.validUntilMs),
            setBy: limitOverride.setBy,
            reason: limitOverride.reason,
          },
        }),
  };
}

function documentOf(config: siteV1.SiteConfig): SiteDocument {
  const loads = config.otherLoads.map((load) => ({ ...load, worstCasePerPhaseA: phaseAmps(load.worstCase) }));
  return {
    siteId: config.siteId,
    displayName: config.name,
    timezone: config.timezone,
    nominalVoltageV: config.nominalVoltageV,
    circuits: config.circuits.map((circuit) => ({
      name: circuit.circuitId,
      ...(circuit.parentCircuitId === undefined ? {} : { parent: circuit.parentCircuitId }),
      displayName: circuit.name,
      ratingPerPhaseA: phaseAmps(circuit.rating),
      ...(circuit.powerLimitW === undefined ? {} : { limitKw: Number(circuit.powerLimitW) / 1_000 }),
      ...(circuit.continuousFactorPercent === undefined
        ? {}
        : { continuousFactor: circuit.continuousFactorPercent / 100 }),
      ...(circuit.cabinet === undefined ? {} : { cabinet: dcSpec(circuit.cabinet) }),
      ...(circuit.overloadAllowance === undefined ? {} : { overloadAllowance: allowanceOf(circuit.overloadAllowance) }),
      ...deratingOf(circuit.derating),
    })),
    meters: loads.flatMap(({ meterId, circuitId, staleAfterMs, worstCasePerPhaseA, risesAtMost, hides }) => {
      if (meterId === undefined) return [];
      const meter = { name: meterId, circuit: circuitId, staleAfterMs, worstCasePerPhaseA };
      return [
        {
          ...meter,
          ...(risesAtMost === undefined ? {} : { risesAtMostPerPhaseA: phaseAmps(risesAtMost) }),
          ...(hides === undefined ? {} : { hidesPerPhaseA: phaseAmps(hides) }),
        },
      ];
    }),
    sources: config.sources.map(({ meterId, circuitId, staleAfterMs, atMost }) => ({
      ...{ name: meterId, circuit: circuitId, staleAfterMs, atMostPerPhaseA: phaseAmps(atMost) },
    })),
    loads: loads.flatMap(({ meterId, name, circuitId, worstCasePerPhaseA }) =>
      meterId === undefined ? [{ name, circuit: circuitId, worstCasePerPhaseA }] : [],
    ),
    stations: config.stations.map((station) => ({
      id: station.stationId,
      circuit: station.circuitId,
      evses: station.evses.map(evseSpec),
    })),
    leaseS: config.policy?.leaseS ?? 0,
    ...(config.policy?.leaseAtLeastS === undefined ? {} : { leaseAtLeastS: config.policy.leaseAtLeastS }),
    ...ladderEndOf(config.policy),
    share: shareOf(config.policy?.kind),
    ...(tiersFromWire(config.policy?.tiers) === 'strict' ? { tiers: 'strict' as const } : {}),
    ...(config.policy?.objective === siteV1.PlanObjective.COST ? { objective: 'cost' as const } : {}),
    ...(config.policy?.demandLimitW === undefined ? {} : { demandLimitKw: Number(config.policy.demandLimitW) / 1_000 }),
    ...(config.tariff === undefined ? {} : { tariff: config.tariff.name }),
    ...(config.exportLimitW === undefined ? {} : { exportLimitKw: Number(config.exportLimitW) / 1_000 }),
  };
}

function ladderEndOf(policy: siteV1.Policy | undefined): Pick<SiteDocument, 'ladderEnd'> {
  const ladderEnd = ladderEndFromWire(policy?.ladderEnd);
  return ladderEnd === undefined || ladderEnd === 'inoperative' ? {} : { ladderEnd };
}

const allowanceOf = ({ percent, seconds }: siteV1.OverloadAllowance) => ({ percent, forMs: seconds * 1_000 });

const evseSpec = (evse: siteV1.Evse): EvseSpec => ({
  evse: evse.evse,
  name: evse.name,
  phases: phasesFromWire(evse.phases).map((phase) => PHASE_NAMES[phase]),
  ...wiringOf(evse.wiring),
  ...(evse.dc === undefined ? {} : { dc: dcSpec(evse.dc) }),
  maxA: evse.maxCurrentDeciA / 10,
  minimumA: evse.minCurrentDeciA / 10,
  fallbackA: evse.fallbackDeciA / 10,
  ...(evse.maxDischargeDeciA === undefined ? {} : { maxDischargeA: evse.maxDischargeDeciA / 10 }),
  ...(evse.tier === undefined ? {} : { tier: evse.tier }),
  ...(evse.weight === undefined ? {} : { weight: evse.weight }),
  ...(evse.sessionRules === undefined ? {} : { sessionRules: rulesSpec(evse.sessionRules) }),
  ...(evse.minimumShareDeciA === undefined ? {} : { minimumShareA: evse.minimumShareDeciA / 10 }),
  ...(evse.switching === undefined ? {} : { switching: switchingSpec(evse.switching) }),
});

function wiringOf(wire: siteV1.Wiring | undefined): Pick<EvseSpec, 'wiring'> {
  const wiring = wiringFromWire(wire);
  return wiring.kind === 'err' || wiring.value === undefined ? {} : { wiring: wiring.value };
}

const phaseAmps = (current: commonV1.PhaseCurrents | undefined): PhaseAmps => ({
  l1A: (current?.l1DeciA ?? 0) / 10,
  l2A: (current?.l2DeciA ?? 0) / 10,
  l3A: (current?.l3DeciA ?? 0) / 10,
});

import type { commonV1 } from '@headroom/contracts';
import { siteV1 } from '@headroom/contracts';
import { err, ok, type PerPhase, perPhase, type Result } from '@headroom/kernel';
import {
  buildSiteModel,
  type CircuitInput,
  type DcInput,
  type EvseInput,
  knownDischarge,
  knownExportLimit,
  knownRules,
  knownShare,
  knownSwitching,
  knownTier,
  knownWeight,
  readTariff,
  type SiteModel,
  type SiteModelInput,
} from '@headroom/site-model';

import { deratingFromWire } from './derating.ts';
import { ladderEndFromWire } from './ladder-steps.ts';
import { objectiveFromWire } from './objective.ts';
import { phasesFromWire } from './phases.ts';
import { rulesFromWire, switchingFromWire } from './rules.ts';
import { shareFromWire } from './share.ts';
import { tiersFromWire } from './tiers.ts';
import { wiringFromWire } from './wiring.ts';

/** The site of a record, or why it is none; a document that the registry accepted is judged once more. */
export function siteModelFromConfig(config: siteV1.SiteConfig): Result<SiteModel, string> {
  // It bears on no limit: a word that we do not know yet means what an absent one does, equal current.
  const share = shareFromWire(config.policy?.kind ?? siteV1.PolicyKind.UNSPECIFIED);
  const built = buildSiteModel({
    siteId: config.siteId,
    version: Number(config.version),
    name: config.name,
    timezone: config.timezone,
    nominalVoltageV: config.nominalVoltageV,
    circuits: config.circuits.map(circuitOf),
    evses: config.stations.flatMap((station) => evsesOf(station, config.nominalVoltageV)),
    otherLoads: config.otherLoads.map(({ circuitId, name, worstCase, risesAtMost, hides, meterId, staleAfterMs }) => ({
      circuitId,
      name,
      worstCase: currents(worstCase),
      risesAtMost: risesAtMost && currents(risesAtMost),
      hides: hides && currents(hides),
      meterId,
      staleAfterMs,
    })),
    sources: config.sources.map(({ atMost, ...source }) => ({ ...source, atMost: currents(atMost) })),
    leaseS: config.policy?.leaseS ?? Number.NaN,
    leaseAtLeastS: config.policy?.leaseAtLeastS,
    share,
    tiers: tiersFromWire(config.policy?.tiers),
    // Neither do these: a site is not lost for a tariff that this release cannot read.
    objective: share === 'smoothed-laxity' ? objectiveFromWire(config.policy?.objective) : undefined,
    tariff: tariffOf(config.tariff),
    demandLimitW: config.policy?.demandLimitW === undefined ? undefined : Number(config.policy.demandLimitW),
    ladderEnd: ladderEndFromWire(config.policy?.ladderEnd),
    // What cannot be read of these gives nothing back.
    exportLimitW: knownExportLimit(config.exportLimitW === undefined ? undefined : Number(config.exportLimitW)),
    limitOverride: overrideOf(config.limitOverride),
  });
  if (built.kind === 'ok') return ok(built.value);
  return err(`no site: ${built.error.map(({ code, detail }) => `${code}: ${detail}`).join(' ')}`);
}

const tariffOf = (tariff: siteV1.SiteTariff | undefined): SiteModelInput['tariff'] =>
  tariff !== undefined && readTariff(tariff.documentJson).kind === 'ok' ? { ...tariff } : undefined;

const circuitOf = (circuit: siteV1.Circuit): CircuitInput => ({
  circuitId: circuit.circuitId,
  parentCircuitId: circuit.parentCircuitId,
  name: circuit.name,
  rating: currents(circuit.rating),
  powerLimitW: circuit.powerLimitW === undefined ? undefined : Number(circuit.powerLimitW),
  continuousPercent: circuit.continuousFactorPercent,
  overload: circuit.overloadAllowance,
  ...deratingFromWire(circuit.derating),
  cabinet: circuit.cabinet && dcOf(circuit.cabinet),
});

const evsesOf = ({ stationId, circuitId, evses }: siteV1.Station, nominalVoltageV: number): readonly EvseInput[] =>
  evses.map((evse) =>
    withKnownRules(evse, nominalVoltageV, {
      stationId,
      circuitId,
      evse: evse.evse,
      name: evse.name,
      ...wiredAs(evse),
      dc: evse.dc && dcOf(evse.dc),
      maxCurrent: evse.maxCurrentDeciA,
      minCurrent: evse.minCurrentDeciA,
      fallback: evse.fallbackDeciA,
      ...dischargeOf(evse),
      // Nor do these: what this release cannot read is what an absent one is.
      tier: knownTier(evse.tier),
      weight: knownWeight(evse.weight),
    }),
  );

/** A rule that this release cannot keep is none: the site is not lost for it. */
function withKnownRules(wire: siteV1.Evse, nominalVoltageV: number, evse: EvseInput): EvseInput {
  const rules = rulesFromWire(wire.sessionRules);
  const switching = switchingFromWire(wire.switching);
  const ruled = { ...evse, rules, minimumShare: wire.minimumShareDeciA, switching };
  const known = { minimumShare: knownShare(ruled), switching: knownSwitching(ruled) };
  return { ...evse, rules: knownRules(ruled, nominalVoltageV), ...known };
}

/** A document may be of a later release, which knows how what is wired otherwise gives back, or less than a car can. */
function dischargeOf(evse: siteV1.Evse): Pick<EvseInput, 'maxDischarge'> {
  const maxDischarge = knownDischarge(evse.maxDischargeDeciA);
  const wiring = wiringFromWire(evse.wiring);
  const isModelled = wiring.kind === 'ok' && wiring.value === undefined;
  return isModelled && (maxDischarge ?? 0) >= evse.minCurrentDeciA ? { maxDischarge } : {};
}

/** Of an EVSE whose wiring we do not know we know no phase either: the model refuses it. */
function wiredAs(evse: siteV1.Evse): Pick<EvseInput, 'phases' | 'wiring'> {
  const wiring = wiringFromWire(evse.wiring);
  return wiring.kind === 'ok' ? { phases: phasesFromWire(evse.phases), wiring: wiring.value } : { phases: [] };
}

const dcOf = ({ outputMaxW, ...percents }: siteV1.DcInput): DcInput => ({
  ...percents,
  outputMaxW: Number(outputMaxW),
});

// An absent phase is unknown: not a number, which no check of the model lets pass.
const currents = (wire: commonV1.PhaseCurrents | undefined): PerPhase<number> =>
  perPhase((phase) => wire?.[`${phase}DeciA`] ?? Number.NaN);

const overrideOf = (wire: siteV1.LimitOverride | undefined) =>
  wire === undefined
    ? undefined
    : {
        powerLimitW: Number(wire.powerLimitW),
        validUntilMs: Number(wire.validUntilMs),
        setBy: wire.setBy,
        reason: wire.reason,
      };

import { commonV1, decodeRecord, siteV1, TOPICS } from '@headroom/contracts';
import { err, type GridPhase, ok, type PerPhase, type Result } from '@headroom/kernel';
import {
  buildSiteModel,
  type DcInput,
  type EvseInput,
  type SiteModel,
  type SiteModelInput,
  type Wiring,
} from '@headroom/site-model';
import type { Decoded } from '../../service.ts';

/** A site document of the log as a model; what the model refuses is parked with the first problem. */
export const siteConfigOf = (value: Uint8Array): Decoded<SiteModel> => {
  const decoded = decodeRecord(TOPICS.siteConfig, value);
  if (decoded.kind === 'err') return decoded;
  const model = siteModelFromConfig(decoded.value);
  return model.kind === 'err' ? model : ok({ siteId: model.value.siteId, content: model.value });
};

export function siteModelFromConfig(config: siteV1.SiteConfig): Result<SiteModel, string> {
  const input: SiteModelInput = {
    siteId: config.siteId,
    version: Number(config.version),
    name: config.name,
    timezone: config.timezone,
    nominalVoltageV: config.nominalVoltageV,
    circuits: config.circuits.map((circuit) => ({
      circuitId: circuit.circuitId,
      parentCircuitId: circuit.parentCircuitId,
      name: circuit.name,
      rating: currents(circuit.rating),
      powerLimitW: circuit.powerLimitW === undefined ? undefined : Number(circuit.powerLimitW),
      continuousPercent: circuit.continuousFactorPercent,
      overload: circuit.overloadAllowance,
      cabinet: circuit.cabinet && dcOf(circuit.cabinet),
    })),
    evses: config.stations.flatMap((station) => station.evses.map((evse) => evseInput(station, evse))),
    otherLoads: config.otherLoads.map((load) => ({
      circuitId: load.circuitId,
      name: load.name,
      worstCase: currents(load.worstCase),
      risesAtMost: load.risesAtMost && currents(load.risesAtMost),
      hides: load.hides && currents(load.hides),
      meterId: load.meterId,
      staleAfterMs: load.staleAfterMs,
    })),
    sources: config.sources.map(({ atMost, ...source }) => ({ ...source, atMost: currents(atMost) })),
    leaseS: config.policy?.leaseS ?? Number.NaN,
    limitOverride: config.limitOverride && {
      powerLimitW: Number(config.limitOverride.powerLimitW),
      validUntilMs: Number(config.limitOverride.validUntilMs),
      setBy: config.limitOverride.setBy,
      reason: config.limitOverride.reason,
    },
  };
  const model = buildSiteModel(input);
  if (model.kind === 'ok') return model;
  const first = model.error[0];
  return err(`no site: ${first?.code ?? 'unknown'} at "${first?.pointer ?? ''}": ${first?.detail ?? ''}`);
}

const evseInput = (station: siteV1.Station, evse: siteV1.Evse): EvseInput => ({
  stationId: station.stationId,
  evse: evse.evse,
  circuitId: station.circuitId,
  name: evse.name,
  // Of an EVSE whose wiring we do not know we know no phase either: the model refuses it.
  phases: WIRINGS.has(wiringOf(evse)) ? evse.phases.flatMap(gridPhase) : [],
  wiring: WIRINGS.get(wiringOf(evse)),
  dc: evse.dc && dcOf(evse.dc),
  maxCurrent: evse.maxCurrentDeciA,
  minCurrent: evse.minCurrentDeciA,
  fallback: evse.fallbackDeciA,
});

/** A phase we do not know is left out; an EVSE without any is refused by the model. */
function gridPhase(phase: commonV1.GridPhase): readonly GridPhase[] {
  switch (phase) {
    case commonV1.GridPhase.L1:
      return ['l1'];
    case commonV1.GridPhase.L2:
      return ['l2'];
    case commonV1.GridPhase.L3:
      return ['l3'];
    case commonV1.GridPhase.UNSPECIFIED:
    case commonV1.GridPhase.UNRECOGNIZED:
      return [];
  }
}

const dcOf = ({ outputMaxW, ...percents }: siteV1.DcInput): DcInput => ({
  ...percents,
  outputMaxW: Number(outputMaxW),
});

const wiringOf = ({ wiring }: siteV1.Evse): siteV1.Wiring => wiring ?? siteV1.Wiring.UNSPECIFIED;
const WIRINGS: ReadonlyMap<siteV1.Wiring, Wiring | undefined> = new Map([
  [siteV1.Wiring.UNSPECIFIED, undefined],
  [siteV1.Wiring.LINE_TO_LINE, 'line-to-line'],
  [siteV1.Wiring.SPLIT_PHASE, 'split-phase'],
]);

/** An absent current is no number, which the model refuses by name. */
const currents = (wire: commonV1.PhaseCurrents | undefined): PerPhase<number> => ({
  l1: wire?.l1DeciA ?? Number.NaN,
  l2: wire?.l2DeciA ?? Number.NaN,
  l3: wire?.l3DeciA ?? Number.NaN,
});

import type { dispatchStateV1 } from '@headroom/contracts';
import { deciAmps, evseId, perPhase, siteId, type StationId, stationId } from '@headroom/kernel';
import type { MeterReading, PhaseEvidence } from '@headroom/site-model';
import { heldLimitFromWire, phasesFromWire, stepFromWire } from '@headroom/site-wire';
import type { Backoff, EvseControl, ZeroRefusal } from '../../domain/evse-control.ts';
import type { CommittedChanged } from '../../domain/facts.ts';
import type { ProfilesRead } from '../../domain/held-profiles.ts';
import type { Disobedience } from '../../domain/obedience.ts';
import type { Pausing } from '../../domain/pausing.ts';
import type { SiteSnapshot } from '../../domain/site-snapshot.ts';
import type { Decision, StationState } from '../../domain/site-state.ts';
import type { KnownCapabilities, StationTraits } from '../../domain/station-traits.ts';
import { maybeReadFromWire } from './composite-checked.ts';
import { committedFromWire } from './journal-codec.ts';
import { reference, required, setFromWire, type Transactions } from './limit-set-from-wire.ts';
import { wiredFromWire } from './evse-wired.ts';
import { findingFromWire } from './profiles-checked.ts';
import {
  dischargeFromWire,
  dropFromWire,
  lapsesOf,
  laterFromWire,
  limitsFromWire,
  maybeNumber,
  modelFromWire,
  serviceFromWire,
  since21FromWire,
  versionFromWire,
} from './wire-words.ts';

/** Throws where a value is none (a fraction of a deci-ampere, a phase without current): then there is no snapshot. */
export function snapshotFromWire(wire: dispatchStateV1.DispatchState): SiteSnapshot {
  const site = siteId(wire.siteId);
  return {
    siteId: site,
    epoch: Number(wire.dispatcherEpoch),
    seq: Number(wire.snapshotSeq),
    takenAtMs: Number(wire.takenAtMs),
    positions: new Map(wire.inputs.map(({ topic, offset }) => [topic, offset])),
    ownOffset: wire.ownOffset,
    ...{ openedEpoch: Number(wire.openedEpoch), optimizerEpoch: Number(wire.optimizerEpoch) },
    decision: wire.decision && decisionFromWire(wire.decision, wire.evses),
    stations: new Map(wire.stations.map(stationFromWire)),
    controls: new Map(wire.evses.map((evse) => [evseId(stationId(evse.stationId), evse.evse), evseFromWire(evse)])),
    readings: new Map(wire.meters.map((meter) => [meter.meterId, readingFromWire(meter)])),
    leaseEnds: new Map(wire.leaseEnds.map(modelFromWire)),
    wired: new Map(wire.evses.flatMap((evse) => wiredFromWire(evse) ?? []).map((evse) => [evse.evseId, evse])),
    told: wire.evses.flatMap(({ told, toldEpoch, stationId: of, evse }): readonly CommittedChanged[] =>
      told === undefined
        ? []
        : [committedFromWire({ siteId: site, epoch: Number(toldEpoch) }, { ...told, stationId: of, evse })],
    ),
  };
}

const stationFromWire = (wire: dispatchStateV1.StationSnapshot): readonly [StationId, StationState] => [
  stationId(wire.stationId),
  {
    connected: wire.connected,
    connectedAtMs: Number(wire.connectedAtMs),
    generation: Number(wire.connectionGeneration),
    gatewayAddress: wire.gatewayAddress,
    bootGeneration: maybeNumber(wire.bootGeneration),
    interruptedAtMs: Number(wire.interruptedAtMs),
    givenUp: wire.givenUp,
    traits: traitsFromWire(wire),
    limits: wire.limits.flatMap(heldLimitFromWire),
    ...(wire.profiles === undefined ? {} : { profiles: profilesFromWire(wire.profiles) }),
    clock:
      wire.clockSkewMs === undefined
        ? { kind: 'unknown', recentMs: wire.clockDistancesMs.map(Number) }
        : { kind: 'known', skewMs: Number(wire.clockSkewMs), recentMs: wire.clockDistancesMs.map(Number) },
  },
];

const profilesFromWire = (wire: dispatchStateV1.ProfilesRead): ProfilesRead => ({
  ...{ ...wire, readAtMs: Number(wire.readAtMs) },
  findings: wire.findings.map(findingFromWire),
});

const traitsFromWire = (wire: dispatchStateV1.StationSnapshot): StationTraits => ({
  version: versionFromWire(wire.ocppVersion),
  identity:
    wire.vendor === '' && wire.model === '' && wire.firmwareVersion === ''
      ? undefined
      : { vendor: wire.vendor, model: wire.model, firmware: wire.firmwareVersion },
  known: wire.capabilities && capabilitiesFromWire(wire.capabilities),
});

const capabilitiesFromWire = (wire: dispatchStateV1.StationCapabilities): KnownCapabilities => ({
  readAtMs: Number(wire.readAtMs),
  failures: wire.failures,
  remarks: wire.remarks,
  capabilities: {
    smartCharging: !wire.smartChargingOff,
    units: [...(wire.inAmperes ? (['A'] as const) : []), ...(wire.inWatts ? (['W'] as const) : [])],
    maxStackLevel: wire.maxStackLevel,
    maxPeriods: wire.maxPeriods,
    ...(wire.maxProfiles === undefined ? {} : { maxProfiles: wire.maxProfiles }),
    phaseSwitching: wire.phaseSwitching,
    ...(wire.since21 === undefined ? {} : { since21: since21FromWire(wire.since21) }),
  },
});

const evseFromWire = (wire: dispatchStateV1.EvseSnapshot): EvseControl => ({
  evseId: evseId(stationId(wire.stationId), wire.evse),
  ...{ stationId: stationId(wire.stationId), evse: wire.evse, set: setFromWire(wire) },
  ...backFromWire(wire),
  ...lapsesOf(wire.lapses, reference(wire, wire.lapsedIn)),
  ...{ transactionId: reference(wire, wire.transaction), transactionSinceMs: maybeNumber(wire.transactionStartedAtMs) },
  phases: wire.phases && evidenceFromWire(wire, wire.phases),
  leaseBackoff: wire.leaseBackoff && backoffFromWire(wire.leaseBackoff),
  fallbackBackoff: wire.fallbackBackoff && backoffFromWire(wire.fallbackBackoff),
  ...{ singlePeriod: wire.singlePeriod, service: serviceFromWire(wire.service) },
  ...maybeReadFromWire(wire.composite),
  refusal: wire.zeroRefusals === 0 ? undefined : refusalFromWire(wire),
  disobedience: wire.disobedience && disobedienceFromWire(wire.disobedience),
  raised: wire.raised && { lastMs: Number(wire.raised.lastMs), fullAtMs: Number(wire.raised.fullAtMs) },
  pausing: pausingFromWire(wire),
});

function refusalFromWire(wire: dispatchStateV1.EvseSnapshot): ZeroRefusal {
  const transaction = reference(wire, wire.zeroRefusedIn);
  return { times: wire.zeroRefusals, ...(transaction === undefined ? {} : { transactionId: transaction }) };
}

function pausingFromWire(wire: dispatchStateV1.EvseSnapshot): Pausing {
  const pausedIn = reference(wire, wire.pausedIn);
  return {
    ...(pausedIn === undefined ? {} : { pausedIn }),
    ...(wire.retellOwed ? { owedSinceMs: Number(wire.retellOwedSinceMs ?? 0n) } : {}),
    ...(wire.retellFullAtMs === undefined ? {} : { fullAtMs: Number(wire.retellFullAtMs) }),
  };
}

/** What was due then its owner has done, or it was lost with him. */
function disobedienceFromWire(wire: dispatchStateV1.Disobedience): Disobedience | undefined {
  const step = stepFromWire(wire.step);
  if (step === undefined) return undefined;
  return {
    ...{ sinceMs: Number(wire.sinceMs), step, steppedAtMs: Number(wire.steppedAtMs) },
    ...(wire.obeysSinceMs === undefined ? {} : { obeysSinceMs: Number(wire.obeysSinceMs) }),
    ...(wire.leftAtMs === undefined ? {} : { leftAtMs: Number(wire.leftAtMs) }),
    ...(wire.says === '' ? {} : { says: wire.says }),
    ...(wire.refusesZero ? { refusesZero: true } : {}),
    ...(wire.givesBack ? { givesBack: true } : {}),
  };
}

function backFromWire(wire: dispatchStateV1.EvseSnapshot): Pick<EvseControl, 'back' | 'backRefusedIn'> {
  const { toldBack, endedTransactions } = wire;
  const backRefusedIn = reference(wire, wire.backRefusedIn);
  const known = toldBack && { ...wire, ...toldBack, fallbacks: [], installedDeciA: undefined, endedTransactions };
  return {
    ...(known === undefined ? {} : { back: { ...setFromWire(known), proven: true } }),
    ...(backRefusedIn === undefined ? {} : { backRefusedIn }),
  };
}

const evidenceFromWire = (of: Transactions, wire: dispatchStateV1.PhaseEvidence): PhaseEvidence => ({
  transactionId: required(of, wire.transaction),
  lastAtMs: Number(wire.lastAtMs),
  carried: phasesFromWire(wire.carried),
  silent: phasesFromWire(wire.silent),
  provenFromMs: Number(wire.provenFromMs),
  supportedAtMs: Number(wire.supportedAtMs),
  ...(wire.run === undefined
    ? {}
    : {
        run: {
          silent: phasesFromWire(wire.run.silent),
          firstAtMs: Number(wire.run.firstAtMs),
          lastAtMs: Number(wire.run.lastAtMs),
          samples: wire.run.samples,
        },
      }),
  mostVoltageV: wire.mostVoltageV,
});

const backoffFromWire = ({ failures, notBeforeMs, limitDeciA, dischargeDeciA }: dispatchStateV1.Backoff): Backoff => ({
  ...{ failures, notBeforeMs: Number(notBeforeMs), limit: deciAmps(limitDeciA) },
  ...dischargeFromWire(dischargeDeciA),
});

const decisionFromWire = (
  wire: dispatchStateV1.DecisionSnapshot,
  evses: readonly dispatchStateV1.EvseSnapshot[],
): Decision => ({
  epoch: Number(wire.epoch),
  seq: Number(wire.seq),
  validUntilMs: Number(wire.validUntilMs),
  ...limitsFromWire(wire.limits),
  ...dropFromWire(wire.dropAtMs, wire.dropLimits),
  ...(wire.leaseS === undefined ? {} : { leaseS: wire.leaseS }),
  targets: new Map(
    evses.flatMap(({ target, ...evse }) => {
      if (target === undefined) return [];
      const { limitDeciA, transaction } = target;
      const decided = {
        limit: deciAmps(limitDeciA),
        ...laterFromWire(target),
        ...dischargeFromWire(target.dischargeDeciA),
        transactionId: reference(evse, transaction),
      };
      return [[evseId(stationId(evse.stationId), evse.evse), decided] as const];
    }),
  ),
});

function readingFromWire(wire: dispatchStateV1.MeterSnapshot): MeterReading {
  const { meterId, current, sampledAtMs, receivedAtMs, temperatureDeciC } = wire;
  return {
    meterId,
    current: perPhase((phase) => {
      const value = current?.[`${phase}DeciA`];
      if (value === undefined) throw new RangeError(`the reading of meter ${meterId} lacks ${phase}`);
      return deciAmps(value);
    }),
    sampledAtMs: Number(sampledAtMs),
    receivedAtMs: Number(receivedAtMs),
    ...(temperatureDeciC === undefined ? {} : { temperatureDeciC }),
  };
}

import type { commonV1, siteStateV1 } from '@headroom/contracts';
import {
  type DeciAmps,
  deciAmps,
  type EpochMs,
  epochMs,
  err,
  type EvseId,
  evseId,
  type GridPhase,
  ok,
  type PerPhase,
  type PerPhaseDeciAmps,
  perPhase,
  type Result,
  sessionId,
  siteId,
  stationId,
  type StationId,
  transactionId,
  type WattHours,
  wattHours,
  watts,
} from '@headroom/kernel';
import type { LadderStep, MeterReading, PhaseEvidence } from '@headroom/site-model';
import type { ControlMemory, Given, LoadEnvelope } from '../../domain/control-memory.ts';
import type { EvseSample } from '../../domain/facts.ts';
import type { DispatchState, DrawState, EvseState, SiteState, StationState } from '../../domain/site-state.ts';
import { VersionedMap } from '../../domain/versioned-map.ts';
import type { RestoredSite } from '../../ports.ts';
import { billingMemoryOf, demandGuardOf } from './billing-memory.ts';
import { leaseMemoryOf, risesOfWire } from './lease-memory.ts';
import { creditOf } from './allocation-facts.ts';
import { dischargeOfferFrom } from './discharge-offer.ts';
import { saidBatteryFrom } from './said-battery.ts';
import { forecastMemoryOf } from './forecast-memory.ts';
import { gridMemoryOf } from './grid-memory.ts';
import { keptPlanOf } from './plan-wire.ts';
import { CHARGING_STATES, PHASES, STATUSES } from './wire-enums.ts';
import { presentPhases } from './present-phases.ts';
import { heldLimitFromWire, stepFromWire } from '@headroom/site-wire';

/** A snapshot as the next owner takes it; the error says why it counts as none. */
export function restoredSiteOf(wire: siteStateV1.SiteState): Result<RestoredSite, string> {
  const { memory } = wire;
  if (memory === undefined) return err(`the snapshot of ${wire.siteId} is of an older release: it holds no memory`);
  return ok({
    siteId: siteId(wire.siteId),
    ownerEpoch: wire.ownerEpoch,
    decisionSeq: wire.decisionSeq,
    snapshotSeq: memory.snapshotSeq,
    dispatcherEpoch: memory.dispatcherEpoch,
    inputs: new Map(wire.inputs.map(({ topic, offset }) => [topic, offset])),
    state: stateOf(memory),
    memory: controlOf(memory),
    rises: risesOfWire(memory.rises),
    billing: memory.billing && billingMemoryOf(memory.billing),
    forecast: forecastMemoryOf(memory.forecast),
  });
}

export const stateOf = (memory: siteStateV1.OwnerMemory): SiteState => ({
  stations: versioned(
    memory.stations.map((wire): [StationId, StationState] => [stationId(wire.stationId), stationOf(wire)]),
  ),
  evses: versioned(memory.evses.map((wire): [EvseId, EvseState] => [idOf(wire), evseOf(wire)])),
  readings: versioned(memory.readings.map((wire): [string, MeterReading] => [wire.meterId, readingOf(wire)])),
  grid: gridMemoryOf(memory.grid),
  ...planOf(memory),
});

function planOf(memory: siteStateV1.OwnerMemory): Pick<SiteState, 'plan'> {
  const plan = keptPlanOf(memory.plan);
  return plan === undefined ? {} : { plan };
}

const versioned = <K, V>(entries: readonly [K, V][]): VersionedMap<K, V> => VersionedMap.of(new Map(entries));

export function controlOf(memory: siteStateV1.OwnerMemory): ControlMemory {
  const lease = leaseMemoryOf(memory.lease?.length, memory.lease?.siteConfigVersion);
  return {
    given: new Map(memory.given.map((wire): [EvseId, Given] => [idOf(wire), givenOf(wire)])),
    envelopes: new Map(memory.envelopes.map((wire): [string, LoadEnvelope] => [wire.meterId, envelopeOf(wire)])),
    ...(lease === undefined ? {} : { lease }),
    ...(memory.demandGuard === undefined ? {} : { demandGuard: demandGuardOf(memory.demandGuard) }),
  };
}

const idOf = (wire: { readonly stationId: string; readonly evse: number }): EvseId =>
  evseId(stationId(wire.stationId), wire.evse);

const at = (ms: bigint): EpochMs => epochMs(Number(ms));

const stationOf = (wire: siteStateV1.StationMemory): StationState => ({
  connected: wire.connected,
  generation: wire.connectionGeneration,
  interruptedAtMs: at(wire.interruptedAtMs),
  limits: wire.limits.flatMap(heldLimitFromWire),
});

const readingOf = (wire: siteStateV1.MeterMemory): MeterReading => ({
  meterId: wire.meterId,
  current: allPhases(wire.current),
  sampledAtMs: at(wire.sampledAtMs),
  receivedAtMs: at(wire.receivedAtMs),
  ...(wire.temperatureDeciC === undefined ? {} : { temperatureDeciC: wire.temperatureDeciC }),
});

/** What we write has all three; a 0 for a missing one would be a lie, and `deciAmps` refuses what is no number. */
const allPhases = (wire: commonV1.PhaseCurrents | undefined): PerPhaseDeciAmps => {
  const { l1DeciA, l2DeciA, l3DeciA } = wire ?? {};
  const known: PerPhase<number | undefined> = { l1: l1DeciA, l2: l2DeciA, l3: l3DeciA };
  return perPhase((phase) => deciAmps(known[phase] ?? Number.NaN));
};

function evseOf(wire: siteStateV1.EvseMemory): EvseState {
  const { status, chargingState, session, transaction, sample, phases } = wire;
  const statusValue = status && STATUSES.ours(status.status);
  const stateValue = chargingState && CHARGING_STATES.ours(chargingState.state);
  return {
    ...(status && statusValue ? { status: { value: statusValue, sinceMs: at(status.sinceMs) } } : {}),
    ...(chargingState && stateValue
      ? {
          chargingState: {
            transactionId: transactionId(chargingState.transactionId),
            value: stateValue,
            sinceMs: at(chargingState.sinceMs),
          },
        }
      : {}),
    ...(session ? { session: sessionOf(session) } : {}),
    ...(transaction
      ? {
          transaction: {
            transactionId: transactionId(transaction.transactionId),
            authorized: transaction.authorized,
            openedAtMs: at(transaction.openedAtMs),
            ...energy('meterStart', transaction.meterStartWh),
            ...energy('exportStart', transaction.exportStartWh),
            ...energy('exportSeen', transaction.exportSeenWh),
            ...(transaction.boostUntilMs === undefined
              ? {}
              : { boost: { untilMs: at(transaction.boostUntilMs), setBy: transaction.boostedBy } }),
          },
        }
      : {}),
    closedTransactions: wire.closedTransactions.map(transactionId),
    endedSessions: wire.endedSessions.map(sessionId),
    ...(sample ? { sample: sampleOf(sample) } : {}),
    ...(phases ? { phases: evidenceOf(phases) } : {}),
    draw: drawOf(wire.draw),
    dispatch: dispatchOf(wire.dispatch),
  };
}

function sessionOf(wire: siteStateV1.SessionMemory): NonNullable<EvseState['session']> {
  const { requestedEnergyWh, departureAtMs } = wire;
  const requested = requestedEnergyWh === undefined ? undefined : wattHours(Number(requestedEnergyWh));
  const departure = departureAtMs === undefined ? {} : { departureAtMs: at(departureAtMs) };
  const said = { ...departure, ...dischargeOfferFrom(wire.discharge), ...saidBatteryFrom(wire.battery) };
  return {
    sessionId: sessionId(wire.sessionId),
    startedAtMs: at(wire.startedAtMs),
    energyBefore: wattHours(Number(wire.energyBeforeWh)),
    ...energy('exportedBefore', wire.exportedBeforeWh),
    ...(wire.exportUnknown ? { exportUnknown: true } : {}),
    ...(requested === undefined ? {} : { requested: { energy: requested, ...said } }),
  };
}

function sampleOf(wire: siteStateV1.SampleMemory): EvseSample {
  return {
    current: presentPhases(wire.current),
    ...(wire.powerW === undefined ? {} : { power: watts(Number(wire.powerW)) }),
    ...energy('register', wire.registerWh),
    ...energy('exported', wire.exportedRegisterWh),
    ...(wire.offeredDeciA === undefined ? {} : { offered: deciAmps(wire.offeredDeciA) }),
    ...(wire.socPercent === undefined ? {} : { socPercent: wire.socPercent }),
    ...(wire.transactionId === undefined ? {} : { transactionId: transactionId(wire.transactionId) }),
    isGood: wire.good,
    sampledAtMs: at(wire.sampledAtMs),
    receivedAtMs: at(wire.receivedAtMs),
  };
}

const phasesOf = (wire: readonly commonV1.GridPhase[]): readonly GridPhase[] =>
  wire.flatMap((phase) => PHASES.ours(phase) ?? []);

const evidenceOf = (wire: siteStateV1.PhaseMemory): PhaseEvidence => ({
  transactionId: transactionId(wire.transactionId),
  lastAtMs: at(wire.lastAtMs),
  carried: phasesOf(wire.carried),
  silent: phasesOf(wire.silent),
  provenFromMs: at(wire.provenFromMs),
  supportedAtMs: at(wire.supportedAtMs),
  ...(wire.run
    ? {
        run: {
          silent: phasesOf(wire.run.silent),
          firstAtMs: at(wire.run.firstAtMs),
          lastAtMs: at(wire.run.lastAtMs),
          samples: wire.run.samples,
        },
      }
    : {}),
  mostVoltageV: wire.mostVoltageV,
});

function drawOf(wire: siteStateV1.DrawMemory | undefined): DrawState {
  const { underSinceMs, nothingSinceMs, overSinceMs, loweredSinceMs, boundDeciA, boundChangedAtMs } = wire ?? {};
  const bound =
    boundDeciA === undefined ? undefined : { limit: deciAmps(boundDeciA), changedAtMs: at(boundChangedAtMs ?? 0n) };
  return {
    ...instant('underSinceMs', underSinceMs),
    ...instant('nothingSinceMs', nothingSinceMs),
    ...instant('overSinceMs', overSinceMs),
    ...instant('loweredSinceMs', loweredSinceMs),
    ...(bound === undefined ? {} : { bound }),
  };
}

type Outcome = NonNullable<DispatchState['last']>['outcome'];
const OUTCOMES: readonly Outcome[] = ['sent', 'accepted', 'rejected', 'unanswered'];

/** Nothing known: it counts with its maximum until the dispatcher speaks. */
function dispatchOf(wire: siteStateV1.DispatchMemory | undefined): DispatchState {
  if (wire === undefined) return { unverified: false };
  const outcome = OUTCOMES.find((known) => known === wire.lastOutcome);
  return {
    ...limit('committed', wire.committedDeciA),
    ...(wire.elsewhereDeciA === undefined
      ? {}
      : { mask: { phases: phasesOf(wire.phases), elsewhere: deciAmps(wire.elsewhereDeciA) } }),
    ...instant('committedAtMs', wire.committedAtMs),
    ...limit('measured', wire.measuredDeciA),
    unverified: wire.unverified,
    ...limit('commanded', wire.commandedDeciA),
    ...limit('discharge', wire.dischargeDeciA),
    ...instant('commandedRaisedAtMs', wire.commandedRaisedAtMs),
    ...instant('leaseUntilMs', wire.leaseUntilMs),
    ...(wire.passesPercent === undefined ? {} : { passesPercent: wire.passesPercent }),
    ...(wire.refused ? { refused: true as const } : {}),
    ...disobeysOf(stepFromWire(wire.disobeys)),
    ...(wire.refusesZero ? { refusesZero: true } : {}),
    ...(wire.fallbackOnly ? { fallbackOnly: true } : {}),
    ...limit('leaseAtMost', wire.leaseAtMostDeciA),
    ...(wire.lastCommandId === undefined || outcome === undefined
      ? {}
      : { last: { commandId: wire.lastCommandId, outcome } }),
  };
}

const disobeysOf = (disobeys: LadderStep | undefined): Pick<DispatchState, 'disobeys'> =>
  disobeys === undefined ? {} : { disobeys };

const givenOf = (wire: siteStateV1.GivenMemory): Given => ({
  limit: deciAmps(wire.limitDeciA),
  ...instant('raisedAtMs', wire.raisedAtMs),
  ...instant('changedAtMs', wire.changedAtMs),
  ...instant('onSinceMs', wire.onSinceMs),
  ...(wire.closedAtMs.length === 0 ? {} : { closedAtMs: wire.closedAtMs.map(at) }),
  ...(wire.credit === undefined ? {} : { credit: creditOf(wire.credit) }),
  ...laterOf(wire),
});

function laterOf({ later, laterChangedAtMs }: siteStateV1.GivenMemory): Pick<Given, 'later'> {
  if (later === undefined) return {};
  const { fromMs, limitDeciA } = later;
  return { later: { fromMs: at(fromMs), limit: deciAmps(limitDeciA), changedAtMs: at(laterChangedAtMs ?? 0n) } };
}

const envelopeOf = (wire: siteStateV1.EnvelopeMemory): LoadEnvelope => ({
  level: allPhases(wire.level),
  fallFrom: allPhases(wire.fallFrom),
  fallSinceMs: { l1: at(wire.fallSinceL1Ms), l2: at(wire.fallSinceL2Ms), l3: at(wire.fallSinceL3Ms) },
});

/** A field that is absent where the wire has none. */
function limit<Name extends string>(name: Name, deciA: number | undefined): Partial<Record<Name, DeciAmps>> {
  const known: Partial<Record<string, DeciAmps>> = deciA === undefined ? {} : { [name]: deciAmps(deciA) };
  return known;
}

function energy<Name extends string>(name: Name, wh: bigint | undefined): Partial<Record<Name, WattHours>> {
  const known: Partial<Record<string, WattHours>> = wh === undefined ? {} : { [name]: wattHours(Number(wh)) };
  return known;
}

function instant<Name extends string>(name: Name, ms: bigint | undefined): Partial<Record<Name, EpochMs>> {
  const known: Partial<Record<string, EpochMs>> = ms === undefined ? {} : { [name]: at(ms) };
  return known;
}

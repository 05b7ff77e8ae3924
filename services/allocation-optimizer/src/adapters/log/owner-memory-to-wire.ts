import type { siteStateV1 } from '@headroom/contracts';
import type { EvseId, GridPhase } from '@headroom/kernel';
import type { Given, LoadEnvelope } from '../../domain/control-memory.ts';
import type { EvseSample } from '../../domain/facts.ts';
import type { DispatchState, DrawState, EvseState } from '../../domain/site-state.ts';
import type { SiteSnapshot } from '../../ports.ts';
import { billingMemoryToWire, demandGuardToWire } from './billing-memory.ts';
import { creditToWire, laterToWire, phasesToWire } from './decision-to-wire.ts';
import { leaseMemoryToWire, risesToWire } from './lease-memory.ts';
import { dischargeOfferTo } from './discharge-offer.ts';
import { saidBatteryTo } from './said-battery.ts';
import { whole } from './whole.ts';
import { refOf } from './evse-ref.ts';
import { forecastMemoryToWire } from './forecast-memory.ts';
import { gridMemoryToWire } from './grid-memory.ts';
import { keptPlanToWire } from './plan-wire.ts';
import { CHARGING_STATES, PHASES, STATUSES } from './wire-enums.ts';
import { heldLimitToWire, stepToWire } from '@headroom/site-wire';

/** All that the owner keeps of a site. `ownerMemoryOf` reads it back, without any loss. */
export function ownerMemoryToWire(
  snapshot: Pick<
    SiteSnapshot,
    'state' | 'memory' | 'rises' | 'billing' | 'forecast' | 'snapshotSeq' | 'dispatcherEpoch'
  >,
): siteStateV1.OwnerMemory {
  const { state, memory, rises, billing, forecast } = snapshot;
  return {
    snapshotSeq: snapshot.snapshotSeq,
    dispatcherEpoch: snapshot.dispatcherEpoch,
    stations: [...state.stations].map(([station, { connected, generation, interruptedAtMs, limits }]) => ({
      stationId: station,
      connected,
      connectionGeneration: generation,
      interruptedAtMs: BigInt(interruptedAtMs),
      limits: limits.map(heldLimitToWire),
    })),
    evses: [...state.evses].map(([evseId, evse]) => evseToWire(evseId, evse)),
    readings: [...state.readings.values()].map(({ meterId, current, sampledAtMs, receivedAtMs, temperatureDeciC }) => ({
      meterId,
      current: phasesToWire(current),
      sampledAtMs: BigInt(sampledAtMs),
      receivedAtMs: BigInt(receivedAtMs),
      temperatureDeciC,
    })),
    given: [...memory.given].map(([evseId, given]) => givenToWire(evseId, given)),
    envelopes: [...memory.envelopes].map(([meterId, envelope]) => envelopeToWire(meterId, envelope)),
    grid: gridMemoryToWire(state.grid),
    lease: memory.lease && leaseMemoryToWire(memory.lease),
    rises: risesToWire(rises),
    billing: billing && billingMemoryToWire(billing),
    forecast: forecast && forecastMemoryToWire(forecast),
    demandGuard: memory.demandGuard && demandGuardToWire(memory.demandGuard),
    plan: state.plan && { ownerEpoch: state.plan.epoch, plan: keptPlanToWire(state.plan) },
  };
}

const phasesOf = (phases: readonly GridPhase[]) => phases.map(PHASES.wire);

function evseToWire(evseId: EvseId, evse: EvseState): siteStateV1.EvseMemory {
  const { status, chargingState, session, transaction, sample, phases } = evse;
  return {
    ...refOf(evseId),
    status: status && { status: STATUSES.wire(status.value), sinceMs: BigInt(status.sinceMs) },
    chargingState: chargingState && {
      transactionId: chargingState.transactionId,
      state: CHARGING_STATES.wire(chargingState.value),
      sinceMs: BigInt(chargingState.sinceMs),
    },
    session: session && {
      sessionId: session.sessionId,
      startedAtMs: BigInt(session.startedAtMs),
      energyBeforeWh: BigInt(session.energyBefore),
      requestedEnergyWh: whole(session.requested?.energy),
      departureAtMs: whole(session.requested?.departureAtMs),
      exportedBeforeWh: whole(session.exportedBefore),
      exportUnknown: session.exportUnknown ?? false,
      discharge: session.requested?.discharge && dischargeOfferTo(session.requested.discharge),
      battery: session.requested?.battery && saidBatteryTo(session.requested.battery),
    },
    transaction: transaction && {
      transactionId: transaction.transactionId,
      authorized: transaction.authorized,
      openedAtMs: BigInt(transaction.openedAtMs),
      meterStartWh: whole(transaction.meterStart),
      exportStartWh: whole(transaction.exportStart),
      exportSeenWh: whole(transaction.exportSeen),
      boostUntilMs: whole(transaction.boost?.untilMs),
      boostedBy: transaction.boost?.setBy ?? '',
    },
    closedTransactions: [...evse.closedTransactions],
    endedSessions: [...evse.endedSessions],
    sample: sample && sampleToWire(sample),
    phases: phases && {
      transactionId: phases.transactionId,
      lastAtMs: BigInt(phases.lastAtMs),
      carried: phasesOf(phases.carried),
      silent: phasesOf(phases.silent),
      provenFromMs: BigInt(phases.provenFromMs),
      supportedAtMs: BigInt(phases.supportedAtMs),
      run: phases.run && {
        silent: phasesOf(phases.run.silent),
        firstAtMs: BigInt(phases.run.firstAtMs),
        lastAtMs: BigInt(phases.run.lastAtMs),
        samples: phases.run.samples,
      },
      mostVoltageV: phases.mostVoltageV,
    },
    draw: drawToWire(evse.draw),
    dispatch: dispatchToWire(evse.dispatch),
  };
}

const sampleToWire = (sample: EvseSample): siteStateV1.SampleMemory => ({
  current: phasesToWire(sample.current),
  powerW: whole(sample.power),
  registerWh: whole(sample.register),
  offeredDeciA: sample.offered,
  socPercent: sample.socPercent,
  transactionId: sample.transactionId,
  good: sample.isGood,
  sampledAtMs: BigInt(sample.sampledAtMs),
  receivedAtMs: BigInt(sample.receivedAtMs),
  exportedRegisterWh: whole(sample.exported),
});

const drawToWire = (draw: DrawState): siteStateV1.DrawMemory => ({
  underSinceMs: whole(draw.underSinceMs),
  nothingSinceMs: whole(draw.nothingSinceMs),
  overSinceMs: whole(draw.overSinceMs),
  loweredSinceMs: whole(draw.loweredSinceMs),
  boundDeciA: draw.bound?.limit,
  boundChangedAtMs: BigInt(draw.bound?.changedAtMs ?? 0),
});

const dispatchToWire = (dispatch: DispatchState): siteStateV1.DispatchMemory => ({
  committedDeciA: dispatch.committed,
  committedAtMs: whole(dispatch.committedAtMs),
  phases: phasesOf(dispatch.mask?.phases ?? []),
  elsewhereDeciA: dispatch.mask?.elsewhere,
  measuredDeciA: dispatch.measured,
  unverified: dispatch.unverified,
  commandedDeciA: dispatch.commanded,
  commandedRaisedAtMs: whole(dispatch.commandedRaisedAtMs),
  leaseUntilMs: whole(dispatch.leaseUntilMs),
  passesPercent: dispatch.passesPercent,
  dischargeDeciA: dispatch.discharge,
  refused: dispatch.refused === true,
  lastCommandId: dispatch.last?.commandId,
  lastOutcome: dispatch.last?.outcome ?? '',
  disobeys: stepToWire(dispatch.disobeys),
  refusesZero: dispatch.refusesZero ?? false,
  fallbackOnly: dispatch.fallbackOnly ?? false,
  leaseAtMostDeciA: dispatch.leaseAtMost,
});

const givenToWire = (evseId: EvseId, given: Given): siteStateV1.GivenMemory => {
  const { limit, raisedAtMs, changedAtMs, onSinceMs, closedAtMs = [], credit, later } = given;
  return {
    ...refOf(evseId),
    limitDeciA: limit,
    raisedAtMs: whole(raisedAtMs),
    changedAtMs: whole(changedAtMs),
    onSinceMs: whole(onSinceMs),
    closedAtMs: closedAtMs.map(BigInt),
    credit: credit && creditToWire(credit),
    later: later && laterToWire(later),
    laterChangedAtMs: whole(later?.changedAtMs),
  };
};

const envelopeToWire = (
  meterId: string,
  { level, fallFrom, fallSinceMs }: LoadEnvelope,
): siteStateV1.EnvelopeMemory => ({
  meterId,
  level: phasesToWire(level),
  fallFrom: phasesToWire(fallFrom),
  fallSinceL1Ms: BigInt(fallSinceMs.l1),
  fallSinceL2Ms: BigInt(fallSinceMs.l2),
  fallSinceL3Ms: BigInt(fallSinceMs.l3),
});

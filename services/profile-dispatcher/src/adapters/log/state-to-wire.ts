import type { commonV1, dispatchStateV1 } from '@headroom/contracts';
import { type DeciAmps, evseId, type GridPhase, type TransactionId } from '@headroom/kernel';
import type { EvseModel, MeterReading, PhaseEvidence } from '@headroom/site-model';
import { heldLimitToWire, phaseToWire, stepToWire } from '@headroom/site-wire';
import type { Aimed } from '../../domain/command-name.ts';
import type { Backoff, EvseControl } from '../../domain/evse-control.ts';
import type { CommittedChanged } from '../../domain/facts.ts';
import type { ProfilesRead } from '../../domain/held-profiles.ts';
import type { LimitSet } from '../../domain/limit-set.ts';
import type { Disobedience } from '../../domain/obedience.ts';
import type { Pausing } from '../../domain/pausing.ts';
import type { SiteSnapshot } from '../../domain/site-snapshot.ts';
import type { DecidedTarget, Decision, StationState } from '../../domain/site-state.ts';
import type { KnownCapabilities, StationTraits } from '../../domain/station-traits.ts';
import { committedToWire } from './journal-codec.ts';
import { readToWire } from './composite-checked.ts';
import { wiredToWire } from './evse-wired.ts';
import { findingToWire } from './profiles-checked.ts';
import { laterToWire, maybeWhole, SERVICES, versionToWire, whole } from './wire-words.ts';

/** A snapshot on the wire. `shard`: the partition of its positions. */
export function snapshotToWire(snapshot: SiteSnapshot, shard: number): dispatchStateV1.DispatchState {
  const told = new Map(snapshot.told.map((record) => [evseId(record.stationId, record.evse), record]));
  return {
    siteId: snapshot.siteId,
    dispatcherEpoch: whole(snapshot.epoch),
    snapshotSeq: whole(snapshot.seq),
    takenAtMs: whole(snapshot.takenAtMs),
    inputs: [...snapshot.positions].map(
      ([topic, offset]): commonV1.LogPosition => ({
        ...{ topic, partition: shard, offset },
      }),
    ),
    ownOffset: snapshot.ownOffset,
    openedEpoch: whole(snapshot.openedEpoch),
    optimizerEpoch: whole(snapshot.optimizerEpoch),
    stations: [...snapshot.stations].map(([stationId, station]) => stationToWire(stationId, station)),
    evses: [...snapshot.controls.values()].map((control) =>
      evseToWire(control, {
        told: told.get(control.evseId),
        target: snapshot.decision?.targets.get(control.evseId),
        wired: snapshot.wired.get(control.evseId),
      }),
    ),
    decision: snapshot.decision && decisionToWire(snapshot.decision),
    meters: [...snapshot.readings.values()].map(readingToWire),
    leaseEnds: [...snapshot.leaseEnds.values()].map(({ vendor, model, firmware, isKept }) => ({
      ...{ vendor, model, firmwareVersion: firmware, isKept: isKept === true },
    })),
  };
}

const stationToWire = (stationId: string, station: StationState): dispatchStateV1.StationSnapshot => ({
  stationId,
  connected: station.connected,
  connectionGeneration: whole(station.generation),
  connectedAtMs: whole(station.connectedAtMs),
  gatewayAddress: station.gatewayAddress,
  bootGeneration: maybeWhole(station.bootGeneration),
  interruptedAtMs: whole(station.interruptedAtMs),
  clockSkewMs: station.clock.kind === 'known' ? whole(station.clock.skewMs) : undefined,
  clockDistancesMs: station.clock.recentMs.map(whole),
  givenUp: station.givenUp,
  ...traitsToWire(station.traits),
  limits: station.limits.map(heldLimitToWire),
  profiles: station.profiles && profilesToWire(station.profiles),
});

export const profilesToWire = ({
  readAtMs,
  overruled,
  findings,
  ...read
}: ProfilesRead): dispatchStateV1.ProfilesRead => ({
  ...{ ...read, readAtMs: whole(readAtMs), overruled: [...overruled] },
  findings: findings.map(findingToWire),
});

const traitsToWire = ({ version, identity, known }: StationTraits) => ({
  vendor: identity?.vendor ?? '',
  model: identity?.model ?? '',
  firmwareVersion: identity?.firmware ?? '',
  ocppVersion: versionToWire(version),
  capabilities: known && capabilitiesToWire(known),
});

export const capabilitiesToWire = ({
  capabilities,
  readAtMs,
  failures,
  remarks,
}: KnownCapabilities): dispatchStateV1.StationCapabilities => ({
  readAtMs: whole(readAtMs),
  failures,
  smartChargingOff: !capabilities.smartCharging,
  inAmperes: capabilities.units.includes('A'),
  inWatts: capabilities.units.includes('W'),
  maxStackLevel: capabilities.maxStackLevel,
  maxPeriods: capabilities.maxPeriods,
  maxProfiles: capabilities.maxProfiles,
  phaseSwitching: capabilities.phaseSwitching,
  since21: capabilities.since21 && {
    ...capabilities.since21,
    setpointEvses: [...(capabilities.since21.setpointEvses ?? [])],
  },
  remarks: [...remarks],
});

interface BesideControl {
  readonly told: CommittedChanged | undefined;
  readonly target: DecidedTarget | undefined;
  readonly wired: EvseModel | undefined;
}

function evseToWire(control: EvseControl, { told, target, wired }: BesideControl): dispatchStateV1.EvseSnapshot {
  const { stationId, evse, set, transactionId, transactionSinceMs, phases, disobedience } = control;
  const transactions: TransactionId[] = [];
  const ref: Reference = (id) => {
    if (id === undefined) return 0;
    const known = transactions.indexOf(id);
    return known < 0 ? transactions.push(id) : known + 1;
  };
  return {
    ...{ stationId, evse, transaction: ref(transactionId) },
    ...setToWire(set, ref),
    phases: phases && evidenceToWire(phases, ref),
    leaseBackoff: control.leaseBackoff && backoffToWire(control.leaseBackoff),
    fallbackBackoff: control.fallbackBackoff && backoffToWire(control.fallbackBackoff),
    told: told && { ...committedToWire(told), stationId: '', evse: 0 },
    toldEpoch: whole(told?.epoch ?? 0),
    target: target && {
      limitDeciA: target.limit,
      transaction: ref(target.transactionId),
      later: laterToWire(target.later),
      dischargeDeciA: target.discharge,
    },
    toldBack: control.back && backToWire(control.back, ref),
    backRefusedIn: ref(control.backRefusedIn),
    transactions,
    singlePeriod: control.singlePeriod,
    zeroRefusals: control.refusal?.times ?? 0,
    zeroRefusedIn: ref(control.refusal?.transactionId),
    ...{ lapses: control.lapses?.times ?? 0, lapsedIn: ref(control.lapses?.transactionId) },
    transactionStartedAtMs: maybeWhole(transactionSinceMs),
    disobedience: disobedience && disobedienceToWire(disobedience),
    service: SERVICES[control.service],
    raised: control.raised && { lastMs: whole(control.raised.lastMs), fullAtMs: whole(control.raised.fullAtMs) },
    pausedIn: ref(control.pausing.pausedIn),
    ...retellToWire(control.pausing),
    retellFullAtMs: maybeWhole(control.pausing.fullAtMs),
    composite: control.composite && readToWire(control.composite),
    wired: wired && wiredToWire(wired),
  };
}

/** One that is on its way may be lost with its owner: it is owed until it is answered. */
function retellToWire({ owedSinceMs, told }: Pausing) {
  const sinceMs = owedSinceMs ?? told?.sinceMs;
  return { retellOwed: sinceMs !== undefined, retellOwedSinceMs: maybeWhole(sinceMs) };
}

/** 1 for the first transaction of the EVSE, 0 for none. */
type Reference = (id: TransactionId | undefined) => number;

type WireSet = Pick<
  dispatchStateV1.EvseSnapshot,
  | 'proven'
  | 'installedDeciA'
  | 'earlier'
  | 'fallbacks'
  | 'attempts'
  | 'acknowledged'
  | 'unsettled'
  | 'sample'
  | 'endedTransactions'
>;

const setToWire = (set: LimitSet, ref: Reference): WireSet => ({
  proven: set.proven,
  installedDeciA: set.installed,
  earlier: set.earlier && {
    limitDeciA: set.earlier.limit,
    untilMs: whole(set.earlier.untilMs),
    lease: set.earlier.isLease ?? false,
  },
  fallbacks: set.fallbacks.map(({ commandId, ...attempt }) => ({ commandId, ...aimedToWire(attempt) })),
  ...backToWire(set, ref),
  endedTransactions: set.ended.map(ref),
});

/** Transactions that have ended are those of the limits. */
const backToWire = (
  { acknowledged, unsettled, sample, ...set }: LimitSet,
  ref: Reference,
): dispatchStateV1.ToldBack => ({
  attempts: set.attempts.map(({ commandId = '', later, untilMs, transactionId, isStray = false, ...attempt }) => ({
    ...{ commandId, ...aimedToWire(attempt), transaction: ref(transactionId) },
    ...{
      untilMs: whole(untilMs),
      stray: isStray,
      later: laterToWire(later),
      toldSkewMs: maybeWhole(attempt.toldSkewMs),
    },
  })),
  acknowledged: acknowledged && {
    ...aimedToWire(acknowledged),
    transaction: ref(acknowledged.transactionId),
    untilMs: whole(acknowledged.untilMs),
    answeredAtMs: whole(acknowledged.answeredAtMs),
    later: laterToWire(acknowledged.later),
    toldSkewMs: maybeWhole(acknowledged.toldSkewMs),
  },
  unsettled: unsettled && {
    limitDeciA: unsettled.limit,
    untilMs: whole(unsettled.untilMs),
    transaction: ref(unsettled.transactionId),
    provableFromMs: whole(unsettled.provableFromMs),
    stray: unsettled.isStray ?? false,
    later: laterToWire(unsettled.later),
    toldSkewMs: maybeWhole(unsettled.toldSkewMs),
  },
  sample: sample && {
    drawDeciA: sample.draw,
    transaction: ref(sample.transactionId),
    offeredDeciA: sample.offered,
    sampledAtMs: whole(sample.sampledAtMs),
  },
});

const aimedToWire = ({ order, generation, limit }: Aimed & { readonly limit: DeciAmps }) => ({
  epoch: whole(order.epoch),
  seq: whole(order.seq),
  limitDeciA: limit,
  connectionGeneration: maybeWhole(generation),
});

const evidenceToWire = (evidence: PhaseEvidence, ref: Reference): dispatchStateV1.PhaseEvidence => ({
  transaction: ref(evidence.transactionId),
  lastAtMs: whole(evidence.lastAtMs),
  carried: phasesToWire(evidence.carried),
  silent: phasesToWire(evidence.silent),
  provenFromMs: whole(evidence.provenFromMs),
  supportedAtMs: whole(evidence.supportedAtMs),
  run: evidence.run && {
    silent: phasesToWire(evidence.run.silent),
    firstAtMs: whole(evidence.run.firstAtMs),
    lastAtMs: whole(evidence.run.lastAtMs),
    samples: evidence.run.samples,
  },
  mostVoltageV: evidence.mostVoltageV,
});

export const disobedienceToWire = (known: Disobedience): dispatchStateV1.Disobedience => ({
  ...{ sinceMs: whole(known.sinceMs), step: stepToWire(known.step), steppedAtMs: whole(known.steppedAtMs) },
  ...{ obeysSinceMs: maybeWhole(known.obeysSinceMs), leftAtMs: maybeWhole(known.leftAtMs), says: known.says ?? '' },
  refusesZero: known.refusesZero ?? false,
  givesBack: known.givesBack ?? false,
});

const backoffToWire = ({ failures, notBeforeMs, limit, discharge }: Backoff): dispatchStateV1.Backoff => ({
  ...{ failures, notBeforeMs: whole(notBeforeMs), limitDeciA: limit, dischargeDeciA: discharge },
});

const decisionToWire = ({
  epoch,
  seq,
  validUntilMs,
  limits,
  drop,
  leaseS,
}: Decision): dispatchStateV1.DecisionSnapshot => ({
  ...{ epoch: whole(epoch), seq: whole(seq), validUntilMs: whole(validUntilMs) },
  limits: limitsToWire(limits),
  dropAtMs: maybeWhole(drop?.atMs),
  dropLimits: limitsToWire(drop?.limits),
  leaseS,
});

const limitsToWire = (limits: Decision['limits']): dispatchStateV1.CircuitLimit[] =>
  [...(limits ?? [])].map(([circuitId, powerLimitW]) => ({ circuitId, powerLimitW: whole(powerLimitW) }));

const readingToWire = ({
  meterId,
  current,
  sampledAtMs,
  receivedAtMs,
  temperatureDeciC,
}: MeterReading): dispatchStateV1.MeterSnapshot => ({
  meterId,
  current: { l1DeciA: current.l1, l2DeciA: current.l2, l3DeciA: current.l3 },
  sampledAtMs: whole(sampledAtMs),
  receivedAtMs: whole(receivedAtMs),
  temperatureDeciC,
});

const phasesToWire = (phases: readonly GridPhase[]): commonV1.GridPhase[] => phases.map(phaseToWire);

import { type allocationV1, commonV1, meteringV1, siteStateV1 } from '@headroom/contracts';
import {
  circuitId,
  type DeciAmps,
  deciAmps,
  evseId,
  type GridPhase,
  type PerPhaseDeciAmps,
  perPhase,
  siteId,
  stationId,
  watts,
} from '@headroom/kernel';
import type {
  CircuitSnapshot,
  DeratingSnapshot,
  DrawSnapshot,
  EvseCondition,
  EvseMeasurement,
  EvseSnapshot,
  LimitSource,
  SessionSnapshot,
  SiteSnapshot,
  SomePhases,
} from '../../domain/site-snapshot.ts';

/** `site:{siteId}` as the console thinks of it. Throws where the bytes do not decode. */
export function siteSnapshotOf(bytes: Uint8Array): SiteSnapshot {
  const state = siteStateV1.SiteState.decode(bytes);
  const { limitOverride, lease } = state;
  return {
    siteId: siteId(state.siteId),
    name: state.name,
    timezone: state.timezone === '' ? 'UTC' : state.timezone,
    nominalVoltageV: state.nominalVoltageV === 0 ? 230 : state.nominalVoltageV,
    ownerEpoch: Number(state.ownerEpoch),
    decisionSeq: Number(state.decisionSeq),
    atMs: Number(state.atMs),
    circuits: state.circuits.map(circuitSnapshot),
    evses: state.evses.map(evseSnapshot),
    ...(lease === undefined ? {} : { lease: { leaseS: lease.leaseS, reason: lease.reason } }),
    ...(limitOverride === undefined
      ? {}
      : {
          override: {
            powerLimitW: watts(Number(limitOverride.powerLimitW)),
            validUntilMs: Number(limitOverride.validUntilMs),
            setBy: limitOverride.setBy,
            reason: limitOverride.reason,
          },
        }),
  };
}

/** `draw:{siteId}`. Throws where the bytes do not decode. */
export function drawSnapshotOf(bytes: Uint8Array): DrawSnapshot {
  const draw = meteringV1.SiteDraw.decode(bytes);
  return {
    evses: new Map(draw.evses.map((evse) => [evseId(stationId(evse.stationId), evse.evse), measurementOf(evse)])),
    meters: draw.meters.map((meter) => ({
      meterId: meter.meterId,
      current: wholePhases(meter.current),
      atMs: Number(meter.sampledAtMs),
    })),
    sensors: draw.sensors.flatMap(({ meterId: sensorId, temperatureDeciC: deciC, sampledAtMs }) =>
      deciC === undefined ? [] : [{ sensorId, deciC, atMs: Number(sampledAtMs) }],
    ),
  };
}

function circuitSnapshot(state: siteStateV1.CircuitState): CircuitSnapshot {
  const use = state.use;
  return {
    circuitId: circuitId(use?.circuitId ?? ''),
    ...(state.parentCircuitId === '' ? {} : { parentCircuitId: circuitId(state.parentCircuitId) }),
    name: state.name,
    limit: wholePhases(use?.limit),
    ...(use?.powerLimitW === undefined ? {} : { powerLimitW: watts(Number(use.powerLimitW)) }),
    limitSource: sourceOf(use?.limitSource),
    ...(use?.limitValidUntilMs === undefined ? {} : { limitValidUntilMs: Number(use.limitValidUntilMs) }),
    otherLoad: wholePhases(use?.otherLoad),
    committed: wholePhases(use?.committed),
    ...(use?.rise === undefined ? {} : { rise: wholePhases(use.rise) }),
    ...(state.measuredOtherLoad === undefined ? {} : { measuredOtherLoad: wholePhases(state.measuredOtherLoad) }),
    ...(state.measuredAtMs === undefined ? {} : { measuredAtMs: Number(state.measuredAtMs) }),
    ...(state.derating === undefined ? {} : { derating: deratingSnapshot(state.derating) }),
  };
}

const deratingSnapshot = (state: siteStateV1.DeratingState): DeratingSnapshot => ({
  sensorId: state.sensorId,
  ...(state.countedDeciC === undefined ? {} : { countedDeciC: state.countedDeciC }),
  ...(state.sampledAtMs === undefined ? {} : { atMs: Number(state.sampledAtMs) }),
  silent: state.silent,
  nowPercent: state.nowPercent,
  deadPercent: state.deadPercent,
});

function evseSnapshot(state: siteStateV1.EvseState): EvseSnapshot {
  const measured = measuredIn(state);
  const session = sessionIn(state);
  return {
    evseId: evseId(stationId(state.stationId), state.evse),
    stationId: stationId(state.stationId),
    evse: state.evse,
    name: state.name,
    circuitId: circuitId(state.circuitId),
    phases: state.phases.flatMap((phase) => GRID_PHASE_WORDS.get(phase) ?? []),
    connected: state.connected,
    condition: CONDITIONS.get(state.state) ?? 'free',
    ...(state.commandedDeciA === undefined ? {} : { commanded: deciAmps(state.commandedDeciA) }),
    committed: deciAmps(state.committedDeciA),
    target: deciAmps(state.targetDeciA),
    maxCurrent: deciAmps(state.maxCurrentDeciA),
    fallback: deciAmps(state.fallbackDeciA),
    ...(measured === undefined ? {} : { measured }),
    reason: reasonOf(state.reason),
    ...givesBackOf(state),
    ...(state.boostUntilMs === undefined
      ? {}
      : { boost: { untilMs: Number(state.boostUntilMs), setBy: state.boostedBy } }),
    ...(session === undefined ? {} : { session }),
    ...(state.leaseUntilMs === undefined ? {} : { leaseUntilMs: Number(state.leaseUntilMs) }),
    lastDispatch: state.lastDispatch,
  };
}

/** 0 A is nothing. */
function givesBackOf({ dischargeDeciA = 0, dischargeReason }: siteStateV1.EvseState): Pick<EvseSnapshot, 'givesBack'> {
  if (dischargeDeciA <= 0) return {};
  return { givesBack: { current: deciAmps(dischargeDeciA), sentence: dischargeReason?.sentence ?? '' } };
}

function measuredIn(state: siteStateV1.EvseState): EvseMeasurement | undefined {
  if (state.drawnAtMs === undefined) return undefined;
  return {
    drawn: somePhases(state.drawn),
    ...(state.drawnPowerW === undefined ? {} : { drawnPowerW: Number(state.drawnPowerW) }),
    ...(state.offeredDeciA === undefined ? {} : { offered: deciAmps(state.offeredDeciA) }),
    ...(state.socPercent === undefined ? {} : { socPercent: state.socPercent }),
    atMs: Number(state.drawnAtMs),
  };
}

function sessionIn(state: siteStateV1.EvseState): SessionSnapshot | undefined {
  if (state.sessionId === '') return undefined;
  return {
    sessionId: state.sessionId,
    ...(state.transactionId === '' ? {} : { transactionId: state.transactionId }),
    ...(state.sessionStartedAtMs === undefined ? {} : { startedAtMs: Number(state.sessionStartedAtMs) }),
    ...(state.sessionEnergyWh === undefined ? {} : { energyWh: Number(state.sessionEnergyWh) }),
    ...(state.requestedEnergyWh === undefined ? {} : { requestedWh: Number(state.requestedEnergyWh) }),
    ...(state.departureAtMs === undefined ? {} : { departureAtMs: Number(state.departureAtMs) }),
    ...(state.saidSocPercent === undefined ? {} : { saidSocPercent: state.saidSocPercent }),
  };
}

const measurementOf = (evse: meteringV1.EvseMeasured): EvseMeasurement => ({
  drawn: somePhases(evse.current),
  ...(evse.powerW === undefined ? {} : { drawnPowerW: Number(evse.powerW) }),
  ...(evse.offeredDeciA === undefined ? {} : { offered: deciAmps(evse.offeredDeciA) }),
  ...(evse.socPercent === undefined ? {} : { socPercent: evse.socPercent }),
  atMs: Number(evse.sampledAtMs),
});

const reasonOf = (reason: allocationV1.Reason | undefined): EvseSnapshot['reason'] => ({
  code: reason?.code ?? '',
  sentence: reason?.sentence ?? '',
  ...(reason === undefined || reason.circuitId === '' ? {} : { circuitId: circuitId(reason.circuitId) }),
  ...(reason === undefined || reason.row === '' ? {} : { row: reason.row }),
});

const wholePhases = (current: commonV1.PhaseCurrents | undefined): PerPhaseDeciAmps => {
  const values: Record<GridPhase, DeciAmps | undefined> = {
    l1: undefined,
    l2: undefined,
    l3: undefined,
    ...somePhases(current),
  };
  return perPhase((phase) => values[phase] ?? deciAmps(0));
};

const somePhases = (current: commonV1.PhaseCurrents | undefined): SomePhases => ({
  ...(current?.l1DeciA === undefined ? {} : { l1: deciAmps(current.l1DeciA) }),
  ...(current?.l2DeciA === undefined ? {} : { l2: deciAmps(current.l2DeciA) }),
  ...(current?.l3DeciA === undefined ? {} : { l3: deciAmps(current.l3DeciA) }),
});

const sourceOf = (word: string | undefined): LimitSource =>
  word === 'derating' || word === 'contract' || word === 'override' || word === 'grid' ? word : 'rating';

const GRID_PHASE_WORDS: ReadonlyMap<commonV1.GridPhase, GridPhase> = new Map([
  [commonV1.GridPhase.L1, 'l1'],
  [commonV1.GridPhase.L2, 'l2'],
  [commonV1.GridPhase.L3, 'l3'],
]);

const Phase = siteStateV1.EvsePhaseOfSession;
const CONDITIONS: ReadonlyMap<siteStateV1.EvsePhaseOfSession, EvseCondition> = new Map([
  [Phase.FREE, 'free'],
  [Phase.PLUGGED, 'plugged'],
  [Phase.CHARGING, 'charging'],
  [Phase.PAUSED, 'paused'],
  [Phase.WAITING, 'waiting'],
  [Phase.FAULTED, 'faulted'],
  [Phase.NOT_OBEYING, 'not-obeying'],
]);

import { siteStateV1 } from '@headroom/contracts';
import { type CircuitId, type GridPhase, type PerPhaseDeciAmps, ZERO_PHASES } from '@headroom/kernel';
import { type CircuitModel, countsAt, type EvseModel, isFresh } from '@headroom/site-model';
import { socOf } from '../../domain/battery-soc.ts';
import { drawnByCircuit, type EvsePhase, evsePhase } from '../../domain/evse-phase.ts';
import { isConnected } from '../../domain/roles.ts';
import { boostAt, EMPTY_EVSE_STATE, sessionEnergy } from '../../domain/site-state.ts';
import type { SiteSnapshot } from '../../ports.ts';
import { PHASES as GRID } from './wire-enums.ts';
import { circuitUseToWire, dischargeToWire, leaseToWire, phasesToWire, reasonToWire } from './decision-to-wire.ts';
import { deratingStateToWire } from './derating-state.ts';
import { whole } from './whole.ts';

const PHASES: Readonly<Record<EvsePhase, siteStateV1.EvsePhaseOfSession>> = {
  free: siteStateV1.EvsePhaseOfSession.FREE,
  plugged: siteStateV1.EvsePhaseOfSession.PLUGGED,
  charging: siteStateV1.EvsePhaseOfSession.CHARGING,
  paused: siteStateV1.EvsePhaseOfSession.PAUSED,
  waiting: siteStateV1.EvsePhaseOfSession.WAITING,
  faulted: siteStateV1.EvsePhaseOfSession.FAULTED,
  'not-obeying': siteStateV1.EvsePhaseOfSession.NOT_OBEYING,
};

/** The site as its owner sees it, for people. What is not known is absent, never 0. */
export function siteStateToWire(snapshot: SiteSnapshot): siteStateV1.SiteState {
  const { site, decision, atMs } = snapshot;
  const drawn = drawnByCircuit(site, snapshot.state);
  const override = site.limitOverride;
  return {
    siteId: site.siteId,
    ownerEpoch: snapshot.ownerEpoch,
    decisionSeq: snapshot.decisionSeq,
    atMs: BigInt(atMs),
    name: site.name,
    circuits: [...site.circuits.values()].map((circuit) => circuitToWire(snapshot, circuit, drawn)),
    evses: [...site.evses.values()].map((evse) => evseToWire(snapshot, evse)),
    inputs: snapshot.inputs.map((position) => ({ ...position })),
    timezone: site.timezone,
    ownerAddress: '',
    nominalVoltageV: site.nominalVoltageV,
    lease: leaseToWire(decision.lease),
    ...(override === undefined || decision.decidedAtMs >= override.validUntilMs
      ? {}
      : {
          limitOverride: {
            powerLimitW: BigInt(override.powerLimitW),
            validUntilMs: BigInt(override.validUntilMs),
            setBy: override.setBy,
            reason: override.reason,
          },
        }),
  };
}

function circuitToWire(
  snapshot: SiteSnapshot,
  circuit: CircuitModel,
  drawn: ReadonlyMap<CircuitId, PerPhaseDeciAmps>,
): siteStateV1.CircuitState {
  const use = snapshot.decision.circuits.find((candidate) => candidate.circuitId === circuit.circuitId);
  return {
    use: use === undefined ? undefined : circuitUseToWire(use),
    name: circuit.name,
    parentCircuitId: circuit.parentCircuitId ?? '',
    ...measured(snapshot, circuit.circuitId),
    drawn: phasesToWire(drawn.get(circuit.circuitId) ?? ZERO_PHASES),
    derating: deratingStateToWire(snapshot, circuit),
  };
}

/** Sum of the fresh readings of the meters on this circuit; absent unless all of them are fresh. */
function measured(
  { site, state, atMs }: SiteSnapshot,
  circuitId: CircuitId,
): Pick<siteStateV1.CircuitState, 'measuredOtherLoad' | 'measuredAtMs'> {
  const metered = site.otherLoads.filter((load) => load.circuitId === circuitId && load.meterId !== undefined);
  const fresh = metered.flatMap((load) => {
    const reading = state.readings.get(load.meterId ?? '');
    return reading !== undefined && isFresh(reading, load, atMs) ? [reading] : [];
  });
  if (fresh.length === 0 || fresh.length < metered.length) return {};
  const sum = (phase: GridPhase): number => fresh.reduce((total, reading) => total + reading.current[phase], 0);
  return {
    measuredOtherLoad: phasesToWire({ l1: sum('l1'), l2: sum('l2'), l3: sum('l3') }),
    measuredAtMs: BigInt(Math.min(...fresh.map((reading) => reading.sampledAtMs))),
  };
}

function evseToWire({ state, decision, atMs }: SiteSnapshot, evse: EvseModel): siteStateV1.EvseState {
  const facts = state.evses.get(evse.evseId) ?? EMPTY_EVSE_STATE;
  const allocation = decision.allocations.get(evse.evseId);
  const { session, transaction, sample, dispatch } = facts;
  const boost = boostAt(facts, atMs);
  const soc = socOf(facts);
  return {
    stationId: evse.stationId,
    evse: evse.evse,
    name: evse.name,
    circuitId: evse.circuitId,
    phases: (allocation?.phases ?? evse.phases).map(GRID.wire),
    connected: isConnected(state, evse),
    state: PHASES[evsePhase(facts, allocation, atMs)],
    committedDeciA: countsAt(evse, dispatch.committed),
    reason: allocation === undefined ? undefined : reasonToWire(allocation.reason),
    maxCurrentDeciA: evse.maxCurrent,
    fallbackDeciA: evse.fallback,
    targetDeciA: allocation?.limit ?? evse.fallback,
    commandedDeciA: dispatch.commanded,
    leaseUntilMs: whole(dispatch.leaseUntilMs),
    lastDispatch: dispatch.last?.outcome ?? '',
    drawn: sample && phasesToWire(sample.current),
    drawnAtMs: whole(sample?.sampledAtMs),
    offeredDeciA: sample?.offered,
    drawnPowerW: whole(sample?.power),
    socPercent: sample?.socPercent,
    saidSocPercent: soc?.isSaid === true ? soc.percent : undefined,
    sessionId: session?.sessionId ?? '',
    transactionId: transaction?.transactionId ?? '',
    sessionEnergyWh: whole(sessionEnergy(facts)),
    sessionStartedAtMs: whole(session?.startedAtMs),
    requestedEnergyWh: whole(session?.requested?.energy),
    departureAtMs: whole(session?.requested?.departureAtMs),
    ...dischargeToWire(allocation?.discharge),
    boostUntilMs: whole(boost?.untilMs),
    boostedBy: boost?.setBy ?? '',
  };
}

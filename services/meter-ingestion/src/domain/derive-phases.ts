import { type DeciAmps, demandDeciAmps } from '@headroom/kernel';
import { SOCKET_PHASES, type SocketCurrents, type SocketPhase } from './samples.ts';

/** What is known about the socket that was measured. */
export interface Socket {
  /** Conductors behind it: 1, 2 or 3; 0 of a DC station, whose currents are those of a battery. */
  readonly phases: number;
  readonly nominalVoltageV: number;
  /** By the site document a car may give back here. Absent: what its meter says of that is of no use to us. */
  readonly givesBack?: true;
}

export interface CurrentEvidence {
  readonly byPhaseA: ReadonlyMap<SocketPhase, number>;
  /** A current without a phase. */
  readonly sumA?: number;
  readonly powerW?: number;
  readonly voltageV?: number;
  readonly offeredA?: number;
}

export interface DerivedCurrents {
  readonly current: SocketCurrents;
  readonly derived: boolean;
}

/** A current of which no phase is said is one phase's share, not the total, above this ratio of P to V*I. */
const PER_PHASE_RATIO = 1.5;

/**
 * Currents per socket phase from what was reported (H38, H41).
 * Measured phases stand as they are; the rest is worked out and flagged, on the side of more current:
 * a total is spread evenly, but no conductor counts with less than what the pilot offers, if the total reaches it.
 */
export function deriveCurrents(socket: Socket, evidence: CurrentEvidence): DerivedCurrents {
  const current: Partial<Record<SocketPhase, DeciAmps>> = {};
  for (const [phase, amps] of evidence.byPhaseA) current[phase] = toDeciAmps(amps);
  const missing = SOCKET_PHASES.filter((phase, index) => index < socket.phases && current[phase] === undefined);
  if (missing.length === 0) return { current, derived: false };
  const share = missingShareA(socket, evidence, missing.length);
  if (share === undefined) return { current, derived: false };
  for (const phase of missing) current[phase] = toDeciAmps(share);
  // One conductor and one value without a phase: nothing was guessed.
  const derived = !(socket.phases === 1 && evidence.sumA !== undefined);
  return { current, derived };
}

function missingShareA(socket: Socket, evidence: CurrentEvidence, missing: number): number | undefined {
  const voltageV =
    evidence.voltageV !== undefined && evidence.voltageV > 50 ? evidence.voltageV : socket.nominalVoltageV;
  const fromPowerA = evidence.powerW === undefined ? undefined : Math.max(0, evidence.powerW) / voltageV;
  if (evidence.byPhaseA.size > 0) {
    if (fromPowerA === undefined) return undefined;
    const known = [...evidence.byPhaseA.values()].reduce((sum, amps) => sum + amps, 0);
    return Math.max(0, fromPowerA - known) / missing;
  }
  const { sumA } = evidence;
  if (sumA !== undefined) {
    const isTotal = missing > 1 && fromPowerA !== undefined && fromPowerA < sumA * PER_PHASE_RATIO;
    return isTotal ? spread(sumA, missing, evidence.offeredA) : sumA;
  }
  return fromPowerA === undefined ? undefined : spread(fromPowerA, missing, evidence.offeredA);
}

const spread = (totalA: number, conductors: number, offeredA = 0): number =>
  Math.max(totalA / conductors, Math.min(totalA, offeredA));

const toDeciAmps = (amps: number): DeciAmps => demandDeciAmps(Math.max(0, amps));

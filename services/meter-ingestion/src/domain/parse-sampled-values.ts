import { limitDeciAmps, wattHours, watts } from '@headroom/kernel';
import { deriveCurrents, type Socket } from './derive-phases.ts';
import { type Interpreted, interpretValue, type Quantity } from './interpret-value.ts';
import { type Measured, type SampledText, SOCKET_PHASES, type SocketPhase } from './samples.ts';

/** Values of one meter value that are read; a station that sends more is cut there (H45). */
export const MAX_SAMPLED_VALUES = 200;

/**
 * One meter value's sampled values as one measurement of one EVSE. Never throws: a bad value is dropped alone and
 * marks the rest `derived`; undefined where nothing of use is left.
 */
export function parseSampledValues(values: readonly SampledText[], socket: Socket): Measured | undefined {
  const found = new Map<string, Interpreted>();
  let dropped = Math.max(0, values.length - MAX_SAMPLED_VALUES);
  for (const text of values.slice(0, MAX_SAMPLED_VALUES)) {
    const read = interpretValue(text);
    if (read.kind === 'dropped') dropped += 1;
    if (read.kind !== 'value') continue;
    const slot = `${read.value.quantity}/${read.value.phase}`;
    const before = found.get(slot);
    if (before === undefined || read.value.distance < before.distance) found.set(slot, read.value);
  }
  if (found.size === 0) return undefined;
  return assembleMeasured(found, socket, dropped);
}

function assembleMeasured(found: ReadonlyMap<string, Interpreted>, socket: Socket, dropped: number): Measured {
  const of = (quantity: Quantity): PhaseValues => phaseValues(found, quantity);
  const power = of('power').total();
  const energy = of('energy').total();
  const offered = of('offered').most();
  const soc = of('soc').sum;
  const current = of('current');
  const voltageV = of('voltage').mean();
  const currents = deriveCurrents(socket, {
    byPhaseA: current.byPhase,
    ...(current.sum === undefined ? {} : { sumA: current.sum }),
    ...(power === undefined ? {} : { powerW: power }),
    ...(voltageV === undefined ? {} : { voltageV }),
    ...(offered === undefined ? {} : { offeredA: offered }),
  });
  const doubtful = [...found.values()].some((value) => value.doubtful);
  return {
    current: currents.current,
    ...(power === undefined ? {} : { powerW: watts(Math.round(power)) }),
    ...(energy === undefined ? {} : { energyRegisterWh: wattHours(Math.round(energy)) }),
    ...(offered === undefined ? {} : { offered: limitDeciAmps(offered) }),
    ...(soc === undefined ? {} : { socPercent: Math.round(soc) }),
    quality: currents.derived || doubtful || dropped > 0 ? 'derived' : 'good',
    dropped,
  };
}

interface PhaseValues {
  readonly byPhase: ReadonlyMap<SocketPhase, number>;
  /** The value without a phase. */
  readonly sum: number | undefined;
  /** The sum as reported, else of the phases (H38). */
  total(): number | undefined;
  most(): number | undefined;
  mean(): number | undefined;
}

function phaseValues(found: ReadonlyMap<string, Interpreted>, quantity: Quantity): PhaseValues {
  const byPhase = new Map<SocketPhase, number>();
  for (const phase of SOCKET_PHASES) {
    const value = found.get(`${quantity}/${phase}`)?.value;
    if (value !== undefined) byPhase.set(phase, value);
  }
  const sum = found.get(`${quantity}/sum`)?.value;
  const phases = [...byPhase.values()];
  const ofPhases = phases.length === 0 ? undefined : phases.reduce((a, b) => a + b, 0);
  return {
    byPhase,
    sum,
    total: () => sum ?? ofPhases,
    most: () => (sum === undefined && phases.length === 0 ? undefined : Math.max(...phases, sum ?? 0)),
    mean: () => sum ?? (ofPhases === undefined ? undefined : ofPhases / phases.length),
  };
}

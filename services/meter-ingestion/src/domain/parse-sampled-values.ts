import { demandDeciAmps, limitDeciAmps, wattHours, watts } from '@headroom/kernel';
import { deriveCurrents, type Socket } from './derive-phases.ts';
import { type Interpreted, interpretValue, type Quantity, type ValuePhase } from './interpret-value.ts';
import { type Measured, type SampledText, SOCKET_PHASES, type SocketPhase } from './samples.ts';

/** Values of one meter value that are read; a station that sends more is cut there (H45). */
export const MAX_SAMPLED_VALUES = 200;

/**
 * One meter value's sampled values as one measurement of one EVSE. Never throws: a bad value is dropped alone and
 * marks the rest `derived`; undefined where nothing of use is left.
 */
export function parseSampledValues(values: readonly SampledText[], socket: Socket): Measured | undefined {
  const found: Found = {};
  const read = values.length > MAX_SAMPLED_VALUES ? values.slice(0, MAX_SAMPLED_VALUES) : values;
  let dropped = values.length - read.length;
  for (const text of read) {
    const reading = interpretValue(text, socket.givesBack);
    if (reading.kind === 'dropped') dropped += 1;
    if (reading.kind === 'value') keepNearest(found, reading.value);
  }
  return Object.keys(found).length === 0 ? undefined : assembleMeasured(found, socket, dropped);
}

type OfPhases = Partial<Record<ValuePhase, Interpreted>>;
/** The value that counts of each quantity and phase. */
type Found = Partial<Record<Quantity, OfPhases>>;

function keepNearest(found: Found, value: Interpreted): void {
  const ofPhases = (found[value.quantity] ??= {});
  const before = ofPhases[value.phase];
  if (before === undefined || value.distance < before.distance) ofPhases[value.phase] = value;
}

const isDoubtful = (found: Found): boolean =>
  Object.values(found).some((ofPhases) => Object.values(ofPhases).some((value) => value.doubtful));

function assembleMeasured(found: Found, socket: Socket, dropped: number): Measured {
  const power = totalOf(found.power);
  const energy = totalOf(found.energy);
  const exported = totalOf(found.exported);
  const offered = mostOf(found.offered);
  const soc = found.soc?.sum?.value;
  const sumA = found.current?.sum?.value;
  const voltageV = meanOf(found.voltage);
  const given = givenA(found, socket, voltageV ?? socket.nominalVoltageV);
  const currents = deriveCurrents(socket, {
    byPhaseA: byPhase(found.current),
    ...(sumA === undefined ? {} : { sumA }),
    ...(power === undefined ? {} : { powerW: power }),
    ...(voltageV === undefined ? {} : { voltageV }),
    ...(offered === undefined ? {} : { offeredA: offered }),
  });
  return {
    current: currents.current,
    ...(power === undefined ? {} : { powerW: watts(Math.round(power)) }),
    ...(energy === undefined ? {} : { energyRegisterWh: wattHours(Math.round(energy)) }),
    ...(exported === undefined ? {} : { exportedRegisterWh: wattHours(Math.round(exported)) }),
    ...(offered === undefined ? {} : { offered: limitDeciAmps(offered) }),
    ...(given === undefined ? {} : { given: demandDeciAmps(Math.max(0, given)) }),
    ...(soc === undefined ? {} : { socPercent: Math.round(soc) }),
    quality: currents.derived || dropped > 0 || isDoubtful(found) ? 'derived' : 'good',
    dropped,
  };
}

/**
 * Of currents that were measured, or of a power that can only flow on one conductor: on several nobody knows how it is spread, and currents of a
 * DC station are those of a battery. TODO(#7) what a DC station gives back is told by its power, which its input makes a current of.
 */
function givenA({ given, givenPower }: Found, { phases }: Socket, voltageV: number): number | undefined {
  if (phases === 0) return undefined;
  if (given !== undefined) return mostOf(given);
  const powerW = totalOf(givenPower);
  return phases > 1 || powerW === undefined || voltageV <= 0 ? undefined : powerW / voltageV;
}

function byPhase(found: OfPhases = {}): ReadonlyMap<SocketPhase, number> {
  const values = new Map<SocketPhase, number>();
  for (const phase of SOCKET_PHASES) {
    const value = found[phase]?.value;
    if (value !== undefined) values.set(phase, value);
  }
  return values;
}

const phasesOf = (found: OfPhases): readonly number[] => [...byPhase(found).values()];
const sumOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The sum as reported, else of the phases (H38). */
function totalOf(found: OfPhases | undefined): number | undefined {
  if (found === undefined) return undefined;
  return found.sum?.value ?? sumOf(phasesOf(found));
}

function mostOf(found: OfPhases | undefined): number | undefined {
  return found && Math.max(...phasesOf(found), found.sum?.value ?? 0);
}

function meanOf(found: OfPhases | undefined): number | undefined {
  if (found === undefined) return undefined;
  const phases = phasesOf(found);
  return found.sum?.value ?? sumOf(phases) / phases.length;
}

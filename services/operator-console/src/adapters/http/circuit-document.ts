import type { PerPhaseDeciAmps } from '@headroom/kernel';
import { z } from 'zod';
import type { CircuitView } from '../../domain/live-view.ts';
import { CircuitDeratingSchema, deratingJson } from './derating-document.ts';
import { PhaseAmpsSchema } from './schemas.ts';

const number = z.number().nullable();

/** Unknown numbers are null, never 0. */
export const CircuitLiveSchema = z.object({
  circuitId: z.string(),
  name: z.string(),
  parentCircuitId: z.string().nullable(),
  limit: PhaseAmpsSchema,
  powerLimitKw: number,
  otherLoad: PhaseAmpsSchema,
  committed: PhaseAmpsSchema,
  keptForRise: PhaseAmpsSchema.nullable().describe('Kept free for a rise of the other load within a lease.'),
  drawn: PhaseAmpsSchema,
  drawnKw: number,
  derating: CircuitDeratingSchema.nullable().describe('Null: what it bears follows no temperature.'),
});

export const kilo = (value: number | null): number | null => (value === null ? null : Math.round(value) / 1_000);
export const phaseAmps = (current: PerPhaseDeciAmps) => ({
  l1A: current.l1 / 10,
  l2A: current.l2 / 10,
  l3A: current.l3 / 10,
});

export const circuitJson = (circuit: CircuitView): z.output<typeof CircuitLiveSchema> => ({
  circuitId: circuit.circuitId,
  name: circuit.name,
  parentCircuitId: circuit.parentCircuitId,
  limit: phaseAmps(circuit.limit),
  powerLimitKw: kilo(circuit.powerLimitW),
  otherLoad: phaseAmps(circuit.otherLoad),
  committed: phaseAmps(circuit.committed),
  keptForRise: circuit.kept === null ? null : phaseAmps(circuit.kept),
  drawn: phaseAmps(circuit.drawn),
  drawnKw: kilo(circuit.drawnW),
  derating: deratingJson(circuit.derating),
});

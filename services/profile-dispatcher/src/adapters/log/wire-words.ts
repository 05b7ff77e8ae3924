import { commonV1 } from '@headroom/contracts';
import { GRID_PHASES, type GridPhase, type TransactionId, transactionId } from '@headroom/kernel';

/** Words that several messages of ours share. */
export const PHASES: Readonly<Record<GridPhase, commonV1.GridPhase>> = {
  l1: commonV1.GridPhase.L1,
  l2: commonV1.GridPhase.L2,
  l3: commonV1.GridPhase.L3,
};

/** A phase of a later release is left out. */
export const phasesFromWire = (wire: readonly commonV1.GridPhase[]): readonly GridPhase[] =>
  wire.flatMap((each) => GRID_PHASES.filter((phase) => PHASES[phase] === each));

export const whole = (value: number): bigint => BigInt(Math.round(value));

export const transactionFromWire = (wire: string): TransactionId | undefined =>
  wire === '' ? undefined : transactionId(wire);

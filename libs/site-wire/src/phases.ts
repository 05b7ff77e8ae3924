import { commonV1 } from '@headroom/contracts';
import { GRID_PHASES, type GridPhase } from '@headroom/kernel';

/** Complete by its type: a phase that the kernel knows has its line here. */
const PHASES: Readonly<Record<GridPhase, commonV1.GridPhase>> = {
  l1: commonV1.GridPhase.L1,
  l2: commonV1.GridPhase.L2,
  l3: commonV1.GridPhase.L3,
};

export const phaseToWire = (phase: GridPhase): commonV1.GridPhase => PHASES[phase];

/** Undefined: not said, or a phase of a later release. */
export const phaseFromWire = (wire: commonV1.GridPhase): GridPhase | undefined =>
  GRID_PHASES.find((phase) => PHASES[phase] === wire);

/** In the order of the message; what is not known here is left out. */
export const phasesFromWire = (wire: readonly commonV1.GridPhase[]): readonly GridPhase[] =>
  wire.flatMap((each) => phaseFromWire(each) ?? []);

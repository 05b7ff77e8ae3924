import { commonV1, siteV1 } from '@headroom/contracts';
import { assertNever, type GridPhase } from '@headroom/kernel';
import type { EvseInput, Wiring } from '@headroom/site-model';

const WIRINGS: ReadonlyMap<siteV1.Wiring, Wiring | undefined> = new Map([
  [siteV1.Wiring.UNSPECIFIED, undefined],
  [siteV1.Wiring.LINE_TO_LINE, 'line-to-line'],
  [siteV1.Wiring.SPLIT_PHASE, 'split-phase'],
]);

export function wiringFrom(
  wire: siteV1.Wiring | undefined,
  missing: (what: string) => void,
): Pick<EvseInput, 'wiring'> {
  if (wire === undefined) return {};
  if (!WIRINGS.has(wire)) missing('A known wiring');
  const wiring = WIRINGS.get(wire);
  return wiring === undefined ? {} : { wiring };
}

export function wiringTo(wiring: Wiring | undefined): siteV1.Wiring | undefined {
  switch (wiring) {
    case undefined:
      return undefined;
    case 'line-to-line':
      return siteV1.Wiring.LINE_TO_LINE;
    case 'split-phase':
      return siteV1.Wiring.SPLIT_PHASE;
    default:
      return assertNever(wiring);
  }
}

const PHASES: ReadonlyMap<commonV1.GridPhase, GridPhase> = new Map([
  [commonV1.GridPhase.L1, 'l1'],
  [commonV1.GridPhase.L2, 'l2'],
  [commonV1.GridPhase.L3, 'l3'],
]);
export const phaseFrom = (phase: commonV1.GridPhase): GridPhase | undefined => PHASES.get(phase);

export function phaseTo(phase: GridPhase): commonV1.GridPhase {
  switch (phase) {
    case 'l1':
      return commonV1.GridPhase.L1;
    case 'l2':
      return commonV1.GridPhase.L2;
    case 'l3':
      return commonV1.GridPhase.L3;
    default:
      return assertNever(phase);
  }
}

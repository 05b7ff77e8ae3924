import { type DeciAmps, deciAmps } from './quantities.ts';

/** Phases of the grid at the site's root. A station's socket phases map onto them by its rotation. */
export type GridPhase = 'l1' | 'l2' | 'l3';
export const GRID_PHASES: readonly GridPhase[] = ['l1', 'l2', 'l3'];

export interface PerPhase<T> {
  readonly l1: T;
  readonly l2: T;
  readonly l3: T;
}
export type PerPhaseDeciAmps = PerPhase<DeciAmps>;

export const perPhase = <T>(make: (phase: GridPhase) => T): PerPhase<T> => ({
  l1: make('l1'),
  l2: make('l2'),
  l3: make('l3'),
});
export const mapPhases = <A, B>(a: PerPhase<A>, f: (value: A, phase: GridPhase) => B): PerPhase<B> =>
  perPhase((phase) => f(a[phase], phase));
export const anyPhase = <A>(a: PerPhase<A>, test: (value: A, phase: GridPhase) => boolean): boolean =>
  GRID_PHASES.some((phase) => test(a[phase], phase));

export const ZERO_PHASES: PerPhaseDeciAmps = perPhase(() => deciAmps(0));
export const addPhases = (a: PerPhaseDeciAmps, b: PerPhaseDeciAmps): PerPhaseDeciAmps =>
  perPhase((p) => deciAmps(a[p] + b[p]));
export const subtractPhases = (a: PerPhaseDeciAmps, b: PerPhaseDeciAmps): PerPhaseDeciAmps =>
  perPhase((p) => deciAmps(a[p] - b[p]));
export const maxPhases = (a: PerPhaseDeciAmps, b: PerPhaseDeciAmps): PerPhaseDeciAmps =>
  perPhase((p) => deciAmps(Math.max(a[p], b[p])));
export const minPhases = (a: PerPhaseDeciAmps, b: PerPhaseDeciAmps): PerPhaseDeciAmps =>
  perPhase((p) => deciAmps(Math.min(a[p], b[p])));

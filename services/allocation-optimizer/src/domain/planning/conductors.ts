import type { EvseModel } from '@headroom/site-model';

/** By how many times the voltage to neutral its current is multiplied to a power (PH4, MD12). */
export function conductorsOf({ wiring }: Pick<EvseModel, 'wiring'>, phases: number): number {
  if (wiring === undefined) return phases;
  return wiring === 'split-phase' ? 2 : Math.sqrt(3);
}

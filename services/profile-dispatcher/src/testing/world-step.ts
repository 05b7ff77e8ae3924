import type { Announced, Fate, LateWorld } from './late-stations.ts';

/** What may happen at a site, whoever owns it. `number`: of a station, from 1. */
export type WorldStep =
  | { readonly kind: 'decide'; readonly targetsA: readonly number[]; readonly later: Announced | undefined }
  | { readonly kind: 'meets'; readonly number: number; readonly fate: Fate }
  | {
      readonly kind: 'obey' | 'sample' | 'set-right' | 'disconnect' | 'reconnect' | 'reboot' | 'plug-in' | 'unplug';
      readonly number: number;
    }
  | { readonly kind: 'wait'; readonly ms: number };

/** `look`: at every instant of a wait. */
export function takeStep(world: LateWorld, at: WorldStep, look: () => void): void {
  switch (at.kind) {
    case 'decide':
      return world.decide(at.targetsA, at.later);
    case 'meets':
      return world.meets(at.number, at.fate);
    case 'obey':
      return world.station(at.number).obeyNext();
    case 'sample':
      return world.sample(at.number);
    case 'set-right':
      return world.setRight(at.number);
    case 'disconnect':
      return world.disconnect(at.number);
    case 'reconnect':
      return world.reconnect(at.number);
    case 'reboot':
      return world.reboot(at.number);
    case 'plug-in':
      return world.plugIn(at.number);
    case 'unplug':
      return world.unplug(at.number);
    case 'wait':
      return world.wait(at.ms, look);
  }
}

import { OBEDIENT, type Persona } from '../station/persona.ts';

const named = (model: string): Pick<Persona, 'identity'> => ({ identity: { ...OBEDIENT.identity, model } });

/** What single stations of a site can do less than others: some say it when they are asked, some by their model alone. */
export const ABILITIES: readonly Partial<Persona>[] = [
  { rateUnits: ['W'] },
  { rateUnits: ['A'], maxStackLevel: 0 },
  { maxPeriods: 1 },
  { ...named('Virtual AC22 whole amps'), wholeAmps: true },
  { ...named('Virtual AC22 single level'), singleLevel: true },
  { forgetsOnReboot: true },
  { ...named('Virtual AC22 keeps leases'), keepsLeases: true },
  { leastLimitA: 6 },
  { composite: 'doubled' },
  { composite: 'none', unable: ['TriggerMessage'] },
  { unable: ['GetConfiguration', 'GetVariables'] },
  { saysAvailable: true },
];
/** The one kind that is not drawn: beside it a small site stays at its fallbacks, and nothing else is to be seen there (H76). */
export const FORGETS_OFFLINE: Partial<Persona> = { ...named('Virtual AC22 forgets offline'), forgetsOffline: true };
/** Not drawn either: seeds that have found something are to stay the runs they are. Those of 2.1 take updates of their limits (K28). */
export const DYNAMIC: Partial<Persona> = { ...named('Virtual AC22 dynamic'), dynamicProfiles: true };
/** Of stations, those that can do all of it. */
const ABLE_SHARE = 0.5;

/** `draw`: from 0 to 1, of one station. */
export function ableAs(draw: number): Partial<Persona> {
  if (draw < ABLE_SHARE) return {};
  const at = Math.floor(((draw - ABLE_SHARE) / (1 - ABLE_SHARE)) * ABILITIES.length);
  return ABILITIES[at] ?? {};
}

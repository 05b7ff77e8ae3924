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
];
/** Of stations, those that can do all of it. */
const ABLE_SHARE = 0.5;

/** `draw`: from 0 to 1, of one station. */
export function ableAs(draw: number): Partial<Persona> {
  if (draw < ABLE_SHARE) return {};
  const at = Math.floor(((draw - ABLE_SHARE) / (1 - ABLE_SHARE)) * ABILITIES.length);
  return ABILITIES[at] ?? {};
}

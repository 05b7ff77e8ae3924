import type { Kinds } from '../checkers/kinds.ts';
import { rngFor } from '../rng.ts';
import { OBEDIENT, type Persona } from '../station/persona.ts';

const named = (model: string): Pick<Persona, 'identity'> => ({ identity: { ...OBEDIENT.identity, model } });

/** What single stations of a site can do less than others: some say it when they are asked, some by their model alone. */
export const ABILITIES: ReadonlyMap<string, Partial<Persona>> = new Map<string, Partial<Persona>>([
  ['H82-watts', { rateUnits: ['W'] }],
  ['H81-levels', { rateUnits: ['A'], maxStackLevel: 0 }],
  ['one-period', { maxPeriods: 1 }],
  ['H86-whole', { ...named('Virtual AC22 whole amps'), wholeAmps: true }],
  ['H81-single', { ...named('Virtual AC22 single level'), singleLevel: true }],
  ['H91', { forgetsOnReboot: true }],
  ['H89', { ...named('Virtual AC22 keeps leases'), keepsLeases: true }],
  ['H86-least', { leastLimitA: 6 }],
  ['H87-doubled', { composite: 'doubled' }],
  ['H87-none', { composite: 'none', unable: ['TriggerMessage'] }],
  ['H75', { unable: ['GetConfiguration', 'GetVariables'] }],
  ['H92', { saysAvailable: true }],
  ['H67', { countsMessageIds: true }],
  ['H73', { queueMax: 5, makesRoom: false }],
  ['H79', { forgetsWhenPaused: true }],
  ['H88', { deafAfterClearMs: 30_000, pilotRisesAPerS: 2 }],
  ['H90-refused', { stationMax: 'refused' }],
  ['H90-ignored', { stationMax: 'ignored' }],
]);
const DRAWN = [...ABILITIES.values()];
/** The one kind that is not drawn: beside it a small site stays at its fallbacks, and nothing else is to be seen there (H76). */
export const FORGETS_OFFLINE: Partial<Persona> = { ...named('Virtual AC22 forgets offline'), forgetsOffline: true };
/** Not drawn either: seeds that have found something are to stay the runs they are. Those of 2.1 take updates of their limits (K28). */
export const DYNAMIC: Partial<Persona> = { ...named('Virtual AC22 dynamic'), dynamicProfiles: true };
/** Not drawn with the others, for the same reason: by a draw of its own in few seeds (`field.ts`). */
export const OLD_LEASES: Partial<Persona> = { obeysOldLeases: true };
/** It takes no stop either, so that nothing but a restart ends it. */
const NO_STOP: Partial<Persona> = { unable: ['RemoteStopTransaction', 'RequestStopTransaction'] };
/**
 * Those that accept a limit and do not keep to it: the ladder is for them (`obedience.ts` of the dispatcher). In few seeds some
 * stations are so (`unrulyAs`).
 */
export const UNRULY: ReadonlyMap<string, Partial<Persona>> = new Map<string, Partial<Persona>>([
  ['H78-holds', { holdsOn: 'to-the-end' }],
  ['H78-stuck', { holdsOn: 'to-a-restart', ...NO_STOP }],
  ['H80', { overdrawsPercent: 25 }],
  ['H80-tenth', { overdrawsPercent: 10 }],
]);
/** The model that is declared to go on without a limit. */
const RESUMES_FREELY = 'Virtual AC22 resumes freely';
/** Of a model of which no pack tells whether its leases end (SI28): it does as the text of OCPP says, or it does not. */
const UNHEARD_OF = 'Unheard of';
const ofModel = (model: string): Pick<Persona, 'identity'> => ({
  identity: { ...OBEDIENT.identity, vendor: UNHEARD_OF, model },
});
export const UNHEARD: Partial<Persona> = ofModel('Box');
export const UNHEARD_KEEPS: Partial<Persona> = { ...ofModel('Chest'), keepsLeases: true };
/** Those that `--persona` names and the draw of abilities leaves out: of two that do the same, the one whose model says so. */
const NAMED: ReadonlyMap<string, Partial<Persona>> = new Map<string, Partial<Persona>>([
  ['H79-known', { ...named(RESUMES_FREELY), forgetsWhenPaused: true }],
  ['H78-old', OLD_LEASES],
  ['unknown', UNHEARD],
  ['H89-unknown', UNHEARD_KEEPS],
  ['H87-known', { ...named('Virtual AC22 overstates'), composite: 'doubled' }],
  ['H87-halved', { composite: 'halved' }],
  ['H87-endless', { composite: 'endless' }],
  ['H70-composite', { unable: ['GetCompositeSchedule'] }],
  ['H83', { ...named('Virtual AC22 wrong unit'), rateUnits: ['A'], saysUnits: ['W'] }],
  ['H32', { ...named('Virtual AC22 relative only'), relativeOnly: true }],
  ...UNRULY,
]);
export const PERSONAS: ReadonlyMap<string, Partial<Persona>> = new Map([...ABILITIES, ...NAMED]);
/** Of stations, those that can do all of it. */
const ABLE_SHARE = 0.5;

/** `draw`: from 0 to 1, of one station. */
export function ableAs(draw: number): Partial<Persona> {
  if (draw < ABLE_SHARE) return {};
  const at = Math.floor(((draw - ABLE_SHARE) / (1 - ABLE_SHARE)) * DRAWN.length);
  return DRAWN[at] ?? {};
}

/** Of seeds, those in which some stations keep to no limit (H78, H80); and of the stations there. */
const [UNRULY_SEEDS, UNRULY_STATIONS] = [0.05, 0.25];

/** By draws of its own: other seeds stay the runs they are. Undefined: it is as others are. */
export function unrulyAs(seed: number, stationId: string): Partial<Persona> | undefined {
  if (rngFor(seed, 'unruly').next() >= UNRULY_SEEDS) return undefined;
  const draw = rngFor(seed, `unruly ${stationId}`).next();
  return [...UNRULY.values()][Math.floor((draw / UNRULY_STATIONS) * UNRULY.size)];
}

const isUnruly = ({ holdsOn = 'never', overdrawsPercent = 0 }: Partial<Persona>): boolean =>
  holdsOn !== 'never' || overdrawsPercent > 0;

const misstates = ({ composite = 'true' }: Partial<Persona>): boolean => composite !== 'true' && composite !== 'none';

/** A lease of such is watched to its end before any is believed to end (ADR 39). */
export const isUnheardOf = ({ identity }: Partial<Persona>): boolean => identity?.vendor === UNHEARD_OF;

/** What stations of these abilities may be told otherwise than others. */
export const kindsBy = (ableOf: (stationId: string) => Partial<Persona>): Kinds => ({
  takesWholeAmps: (stationId) => ableOf(stationId).wholeAmps === true,
  keepsLeases: (stationId) => ableOf(stationId).keepsLeases === true,
  isNeverPaused: (stationId) => ableOf(stationId).identity?.model === RESUMES_FREELY,
  isUnheardOf: (stationId) => isUnheardOf(ableOf(stationId)),
  obeysOldLeases: (stationId) => ableOf(stationId).obeysOldLeases === true,
  isUnruly: (stationId) => isUnruly(ableOf(stationId)),
  misstates: (stationId) => misstates(ableOf(stationId)),
});

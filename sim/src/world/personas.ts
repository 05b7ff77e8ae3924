import type { PlannedStation, SitePlan } from '../documents.ts';
import { rngFor } from '../rng.ts';
import type { Persona } from '../station/persona.ts';
import { ableAs, isUnheardOf, unrulyAs } from './abilities.ts';
import type { Faults } from './faults.ts';
import type { Pace } from './pace.ts';

/** Clocks that a boot sets wrong by up to this much, in a seed with bad clocks. */
const BAD_CLOCK_MS = 15_000;
/** Of stations: those that say who they are on every connection. */
const BOOTS_SHARE = 0.3;
/** What is promised of stations: obeyed within 5 s of Accepted. */
const APPLIES_AFTER_MS: readonly [number, number] = [200, 4_500];
/** It takes watts, and all else that a station can: its limits are no amperes that anybody knows. */
const DC_ABILITIES: Partial<Persona> = { rateUnits: ['W'] };

/** What a station of this seed can do less than others; of a site where all are alike, what all can. */
const abilitiesOf = (
  seed: number,
  { stationId, dc, persona }: PlannedStation,
  ofAll?: Partial<Persona>,
): Partial<Persona> => {
  if (dc !== undefined) return DC_ABILITIES;
  const able = ofAll ?? unrulyAs(seed, stationId) ?? ableAs(rngFor(seed, `abilities of ${stationId}`).next());
  // What some can do less is known by their model alone: those stay of that.
  return able.identity === undefined && isUnheardOf(persona ?? {}) ? { ...able, ...persona } : able;
};

/** The same of one station of a site. */
export const ableIn = (
  { stations }: SitePlan,
  stationId: string,
  { seed, persona }: { readonly seed: number; readonly persona?: Partial<Persona> },
): Partial<Persona> => {
  const planned = stations.find((each) => each.stationId === stationId);
  return planned === undefined ? {} : abilitiesOf(seed, planned, persona);
};

interface PersonaDeps {
  readonly seed: number;
  readonly pace: Pace;
  readonly faults: Faults;
  /** Of all stations, beside what the seed says. */
  readonly persona?: Partial<Persona> | undefined;
}

/** How this seed's stations are bad: each in its own measure. */
export function personaOf({ faults, seed, pace, persona }: PersonaDeps, planned: PlannedStation): Partial<Persona> {
  const { stationId } = planned;
  return {
    sampleOnChange: rngFor(seed, `samples of ${stationId}`).next() < pace.sampleOnChange,
    bootsAtEachConnection: rngFor(seed, `boots of ${stationId}`).next() < BOOTS_SHARE,
    ...abilitiesOf(seed, planned, persona),
    ...(planned.takesSetpoints === true ? { takesSetpoints: true } : {}),
    ...(faults.holds('clock-error', stationId) ? { clockErrorMs: BAD_CLOCK_MS } : {}),
    ...(faults.holds('late-apply', stationId)
      ? { appliesAfterMs: faults.extent('late-apply', stationId, 0, APPLIES_AFTER_MS) }
      : {}),
  };
}

import { deciAmps, type EvseId, type GridPhase, perPhase, watts } from '@headroom/kernel';
import type { ImposedLimitModel, SiteModel } from '@headroom/site-model';
import { T0 } from '../given.fixture.ts';
import { type Raw, type Situation, situationOf } from './random-situations.ts';

/** Tests only. Numbers that are the same in every run: `dice(n)` is one of 0 .. n - 1. */
export function diceOf(seed: number): (sides: number) => number {
  let state = (seed * 2_654_435_761) % 4_294_967_296;
  return (sides) => {
    state = (state + 0x6d_2b_79_f5) % 4_294_967_296;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/**
 * A site of up to `most` EVSEs on a tree of up to 12 circuits: odd minima, phases in any order, factors, allowances, EVSEs between two
 * conductors, cars on fewer phases than are wired, limits of the grid; in every fourth far too little for all of it.
 */
export function randomSite(seed: number, most = 200): Situation {
  const dice = diceOf(seed);
  const evses = 1 + dice(dice(3) === 0 ? most : Math.ceil(most / 5));
  const perEvse = dice(4) === 0 ? 20 : 120 + dice(200);
  const currents = () => perPhase(() => deciAmps(dice(Math.max(100, Math.floor((perEvse * evses) / (1 + dice(4)))))));
  const pick = <T>(...some: readonly T[]): T => some[dice(some.length)] as T;
  const raw: Raw = {
    circuits: Array.from({ length: 1 + dice(12) }, () => ({
      parent: dice(1_000),
      rating: currents(),
      power: dice(3) === 0 ? dice(40 * evses * perEvse) : null,
    })),
    evses: Array.from({ length: evses }, () => ({
      circuit: dice(1_000),
      phases: pick<Raw['evses'][number]['phases']>(
        ['l1'],
        ['l2', 'l3'],
        ['l3', 'l1'],
        ['l1', 'l2', 'l3'],
        ['l3', 'l1', 'l2'],
      ),
      min: 60 + dice(21),
      span: dice(300),
      withFallback: dice(2) === 0,
      kind: pick<Raw['evses'][number]['kind']>('car', 'car', 'car', 'car', 'free', 'offline', 'unproven'),
      startedS: dice(6),
      committed: dice(400),
      uses: 1 + dice(3),
    })),
    load: {
      circuit: dice(1_000),
      worst: perPhase(() => deciAmps(dice(300))),
      reading: dice(2) === 0 ? null : perPhase(() => deciAmps(dice(200))),
      rise: dice(2) === 0 ? null : perPhase(() => deciAmps(dice(200))),
    },
  };
  return grown(situationOf(raw), dice);
}

function grown(situation: Situation, dice: (sides: number) => number): Situation {
  const { site, used } = situation;
  const circuits: SiteModel['circuits'] = new Map(
    [...site.circuits].map(([id, circuit]) => [
      id,
      {
        ...circuit,
        ...(dice(3) === 0 ? { continuousPercent: 50 + dice(51) } : {}),
        ...(dice(3) === 0 ? { overload: { percent: 1 + dice(13), seconds: 300 } } : {}),
      },
    ]),
  );
  const evses: SiteModel['evses'] = new Map(
    [...site.evses].map(([id, evse]) => [
      id,
      evse.phases.length === 2 && dice(3) > 0 ? { ...evse, wiring: 'line-to-line' } : evse,
    ]),
  );
  const imposed = [...circuits.keys()].flatMap((circuitId): readonly ImposedLimitModel[] =>
    dice(6) === 0 ? [{ circuitId, powerLimitW: watts(dice(2_000 * evses.size)), startMs: T0 - 1_000 }] : [],
  );
  const stillUsed = new Map<EvseId, readonly GridPhase[]>(
    [...used].filter(([id]) => evses.get(id)?.wiring === undefined),
  );
  return { ...situation, site: { ...site, circuits, evses, imposed }, used: stillUsed };
}

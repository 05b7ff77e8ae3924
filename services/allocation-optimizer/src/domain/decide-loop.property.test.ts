import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import type { SharePolicy } from '@headroom/site-model';
import fc from 'fast-check';
import { car, committed, idOf, measured, panelOf, ready, Scene, siteOf, T0 } from './given.fixture.ts';

/** What a bay does with limits, as the optimizer comes to hear of it. Currents in deci-amps, times in seconds from `T0`. */
interface Bay {
  readonly n: number;
  /** From an accepted limit to the current of its car. */
  readonly lagS: number;
  /** A sample comes so often, whatever happens, and 2 s after each change besides. */
  readonly sampleS: number;
  told: number;
  /** Of what it was told: what it draws from an instant on. */
  turns: { readonly atS: number; readonly draw: number }[];
  draw: number;
  counts: number;
  changedAtS: number;
  /** Limits sent, one behind the other. */
  readonly sent: { readonly atS: number; readonly limit: number }[];
}

const RUN_S = 180;
const COMES_AT_S = 60;
const CHANGE_SHOWN_AFTER_S = 2;

/** Decision, belief of the dispatcher, station, car, and back: a second at a time. Before the last car comes all have come to rest. */
function play(of: {
  readonly share: SharePolicy;
  readonly ratingDeciA: number;
  readonly bays: readonly Pick<Bay, 'lagS' | 'sampleS'>[];
}): readonly Bay[] {
  const { share, ratingDeciA } = of;
  const scene = new Scene(siteOf({ ...panelOf(of.bays.length, {}, ratingDeciA), share }));
  const bays = of.bays.map(
    (bay, i): Bay => ({
      ...{ ...bay, n: i + 1, told: 60, turns: [], draw: 0, counts: 60, changedAtS: -RUN_S, sent: [] },
    }),
  );
  for (const { n } of bays) scene.given(ready(n));
  for (const { n } of bays.slice(1)) scene.given(car(n));
  for (let s = 0; s < RUN_S; s += 1) {
    const atMs = T0 + s * 1_000;
    if (s === COMES_AT_S) scene.given(car(1, atMs));
    for (const bay of bays) flow(bay, s, scene);
    const { allocations } = scene.decideAt(atMs);
    const isThere = ({ n }: Bay): boolean => n > 1 || s >= COMES_AT_S;
    const given = (bay: Bay): number => (isThere(bay) ? (allocations.get(idOf(bay.n))?.limit ?? 0) : 60);
    const down = bays.filter((bay) => given(bay) < bay.told);
    for (const bay of down) tell(bay, { limit: given(bay), s }, scene);
    for (const bay of bays) {
      const counted = bays.reduce((sum, other) => sum + (other === bay ? 0 : other.counts), 0);
      if (given(bay) > bay.told && counted + Math.max(bay.counts, given(bay)) <= ratingDeciA)
        tell(bay, { limit: given(bay), s }, scene);
    }
  }
  return bays;
}

function flow(bay: Bay, s: number, scene: Scene): void {
  const due = bay.turns.filter(({ atS }) => atS <= s).at(-1);
  bay.turns = bay.turns.filter(({ atS }) => atS > s);
  if (due !== undefined && due.draw !== bay.draw) {
    bay.draw = due.draw;
    bay.changedAtS = s;
  }
  if (s % bay.sampleS !== 0 && s !== bay.changedAtS + CHANGE_SHOWN_AFTER_S) return;
  if (bay.sent.length === 0) return;
  scene.given(measured(bay.n, bay.draw, T0 + s * 1_000));
  // A lower limit counts from the sample on that shows it.
  if (bay.draw > bay.told || bay.counts === bay.told) return;
  bay.counts = bay.told;
  report(bay, s, scene);
}

function tell(bay: Bay, { limit, s }: { readonly limit: number; readonly s: number }, scene: Scene): void {
  bay.told = limit;
  bay.counts = Math.max(bay.counts, limit);
  bay.turns.push({ atS: s + bay.lagS, draw: limit });
  bay.sent.push({ atS: s, limit });
  report(bay, s, scene);
}

function report({ n, counts, told }: Bay, s: number, scene: Scene): void {
  scene.given(committed(n, counts, { member: 'acknowledged', commanded: deciAmps(told), atMs: T0 + s * 1_000 }));
}

/** Limits that take back, within a minute, an ampere and more of what the one before them said. */
function reversals({ sent }: Bay): number {
  let count = 0;
  for (let i = 2; i < sent.length; i += 1) {
    const [a, b, c] = [sent[i - 2], sent[i - 1], sent[i]];
    if (a === undefined || b === undefined || c === undefined || c.atS <= COMES_AT_S) continue;
    const [first, second] = [b.limit - a.limit, c.limit - b.limit];
    const isWide = Math.min(Math.abs(first), Math.abs(second)) >= 10;
    if (isWide && first > 0 !== second > 0 && c.atS - b.atS <= 60) count += 1;
  }
  return count;
}

const SHARES: readonly SharePolicy[] = ['equal', 'equal-surplus', 'proportional', 'smoothed-laxity', 'first-come'];

test('PT15, UD5: a car that comes moves the others once, however late stations and cars follow their limits within 5 s', () => {
  fc.assert(
    fc.property(
      fc.record({
        share: fc.constantFrom(...SHARES),
        perBayDeciA: fc.integer({ min: 90, max: 250 }),
        bays: fc.array(fc.record({ lagS: fc.integer({ min: 1, max: 5 }), sampleS: fc.constantFrom(2, 5, 10, 20) }), {
          minLength: 2,
          maxLength: 5,
        }),
      }),
      ({ share, perBayDeciA, bays }) => {
        const played = play({ share, ratingDeciA: perBayDeciA * bays.length, bays });
        // Somebody was told something.
        expect(played.some(({ sent }) => sent.length > 0)).toBe(true);
        expect(played.map(reversals)).toEqual(played.map(() => 0));
      },
    ),
    { numRuns: 40, seed: 6 },
  );
});

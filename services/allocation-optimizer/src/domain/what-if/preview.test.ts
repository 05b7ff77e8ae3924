import { expect, test } from '@jest/globals';
import { circuitId, deciAmps, epochMs, type EvseId, watts } from '@headroom/kernel';
import fc from 'fast-check';
import { canonical } from '../canonical.ts';
import { all, asked, building, car, DEPOT, idOf, panelOf, ready, Scene, siteOf, T0 } from '../given.fixture.ts';
import { situations } from '../test-support/random-situations.ts';
import { runToEnd } from '../test-support/run-to-end.ts';
import type { Change } from './changes.ts';
import type { DecidedFrom } from './decided-from.ts';
import { preview } from './preview.ts';

const GRID = circuitId('grid');
const PANEL = circuitId('panel-a');

function fromOf(scene: Scene, nowMs: number = T0): DecidedFrom {
  return { site: scene.site, state: scene.state, memory: scene.memory, nowMs: epochMs(nowMs) };
}
const panel = (cars = 4): DecidedFrom =>
  fromOf(new Scene(siteOf(panelOf(4))).given(all(1, 4, ready), all(1, cars, car)));

function tried(from: DecidedFrom, ...changes: readonly Change[]) {
  const { value } = runToEnd(preview(from, changes));
  if (value.kind === 'err') throw new Error(value.error.detail);
  return value.value;
}
const moves = (from: DecidedFrom, ...changes: readonly Change[]) =>
  tried(from, ...changes).differences.map(({ evseId, before, after }) => [evseId, before.limit, after.limit]);

test('a lower rating of a panel shows what each car on it would be left with', () => {
  expect(moves(panel(), { kind: 'circuit-rating', circuitId: PANEL, rating: deciAmps(400) })).toEqual(
    [1, 2, 3, 4].map((n) => [idOf(n), 160, 100]),
  );
});

test('one more car shows what it would get and what it would cost the others', () => {
  expect(moves(panel(3), { kind: 'car', evseId: idOf(4) })).toEqual([
    [idOf(1), 194, 160],
    [idOf(2), 193, 160],
    [idOf(3), 193, 160],
    [idOf(4), 60, 160],
  ]);
});

test('another way to share, a contract, and the grid are tried alike, also together', () => {
  expect(moves(panel(), { kind: 'share', share: 'first-come' }).map(([, , after]) => after)).toEqual([
    320, 200, 60, 60,
  ]);
  const power: Change = { kind: 'circuit-power', circuitId: GRID, limitW: watts(27_600) };
  expect(moves(panel(), power).map(([, , after]) => after)).toEqual([100, 100, 100, 100]);
  const grid: Change = { kind: 'grid', circuitId: GRID, limitW: watts(27_600) };
  const [first] = tried(panel(), grid).differences;
  expect(first?.after.reason).toMatchObject({ code: 'DR_EVENT', circuitId: 'grid' });
  expect(moves(panel(3), grid, { kind: 'car', evseId: idOf(4) }).map(([, , after]) => after)).toEqual([
    100, 100, 100, 100,
  ]);
});

test('what the grid asks already holds beside what is tried: it is never raised', () => {
  const scene = new Scene(siteOf({ ...DEPOT, evses: DEPOT.evses.slice(0, 4) })).given(all(1, 4, ready), all(1, 4, car));
  const asks = [[70_000, T0 - 1_000, T0 + 600_000]] as const;
  const from = fromOf(scene.given(building(600), asked(asks)));
  expect(moves(from, { kind: 'grid', circuitId: GRID, limitW: watts(150_000) })).toEqual([]);
  const ofPanel = fromOf(scene.given(asked([[20_000, T0 - 1_000, T0 + 600_000]], { target: 'panel-a' })));
  expect(moves(ofPanel, { kind: 'grid', circuitId: PANEL, limitW: watts(150_000) })).toEqual([]);
  expect(moves(from, { kind: 'circuit-power', circuitId: GRID, limitW: watts(150_000) })).toEqual([]);
});

test('what cannot be is refused by its name, and by which of the changes it is', () => {
  const refusal = (...changes: readonly Change[]) => runToEnd(preview(panel(3), changes)).value;
  const nowhere = circuitId('nowhere');
  expect(refusal({ kind: 'grid', circuitId: nowhere, limitW: watts(1) })).toMatchObject({
    error: { code: 'unknown-circuit', index: 0 },
  });
  const fine: Change = { kind: 'share', share: 'equal' };
  expect(refusal(fine, { kind: 'car', evseId: 'ST-009/1' as EvseId })).toMatchObject({
    error: { code: 'unknown-evse', index: 1 },
  });
  expect(refusal(fine, fine, { kind: 'car', evseId: idOf(1) })).toMatchObject({
    error: { code: 'evse-taken', index: 2 },
  });
});

test('nothing of what is previewed stays: inputs are to the last word as they were, and no change is no difference', () => {
  fc.assert(
    fc.property(situations, fc.nat(100_000), ({ site, state }, limitW) => {
      const scene = new Scene(site);
      scene.state = state;
      scene.decideAt(T0);
      const from = fromOf(scene, T0 + 1_000);
      const whole = JSON.stringify(from, plain);
      const root = site.rootCircuitId;
      const [first] = site.evses.keys();
      tried(
        from,
        { kind: 'circuit-power', circuitId: root, limitW: watts(limitW) },
        { kind: 'share', share: 'density' },
      );
      tried(from, { kind: 'grid', circuitId: root, limitW: watts(limitW) });
      if (first !== undefined) runToEnd(preview(from, [{ kind: 'car', evseId: first }]));
      expect(JSON.stringify(from, plain)).toBe(whole);
      expect(tried(from).differences).toEqual([]);
      expect(canonical(tried(from).after)).toBe(canonical(tried(from).before));
    }),
    { numRuns: 100 },
  );
});

/** Unlike `canonical`, which remembers the text of an object that it has seen. */
const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : isEntries(value) ? [...value] : value;
const isEntries = (value: unknown): value is ReadonlyMap<unknown, unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value && 'get' in value;

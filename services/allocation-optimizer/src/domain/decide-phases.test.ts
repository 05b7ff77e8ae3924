import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import {
  all,
  booted,
  car,
  committed,
  connected,
  disconnected,
  drawing,
  evseInput,
  gone,
  idOf,
  limits,
  panelOf,
  proven,
  ready,
  reasonOf,
  Scene,
  siteOf,
  T0,
} from './given.fixture.ts';

const S = 1_000;
const ON_ONE = { l1: 100, l2: 0, l3: 0 };
/** Bays 1 to 3 turn socket L1 to another grid phase each, as good installers do. */
const TURNED = {
  ...panelOf(0),
  evses: (
    [
      ['l1', 'l2', 'l3'],
      ['l2', 'l3', 'l1'],
      ['l3', 'l1', 'l2'],
      ['l1', 'l2', 'l3'],
    ] as const
  ).map((phases, i) => evseInput(`ST-00${i + 1}`, 'panel-a', { phases })),
};

test('MD5, H84 cars proven to use one phase take room on that one only; the rest of their EVSE keeps its fallback', () => {
  const scene = new Scene(siteOf(TURNED)).given(all(1, 4, ready), all(1, 4, car));
  // Unproven, all four count on all phases: 64 A / 4.
  expect(limits(scene.decideAt(T0), 1, 2, 3, 4)).toEqual([160, 160, 160, 160]);
  const at = T0 + 30 * S;
  const narrow = scene.given([1, 2, 3].map((n) => proven(n, ON_ONE, at)).flat()).decideAt(at);
  // On each phase: one of the three, the fallbacks of the two others, and the three-phase car: (64 - 2 x 6) / 2.
  expect(limits(narrow, 1, 2, 3, 4)).toEqual([260, 260, 260, 260]);
  expect(narrow.allocations.get(idOf(2))?.phases).toEqual(['l2']);
  expect(reasonOf(narrow, 2).sentence).toBe('6.0 kW. Panel A is full (64 of 64 A on L2).');
  expect(reasonOf(narrow, 4).sentence).toBe('17.9 kW. Panel A is full (64 of 64 A on L1), shared equally with 1 car.');
});

test('MD5 a car on one phase counts once in the power contract, and its sentence tells the power of one phase', () => {
  // 17.48 kW at 230 V are 76 A over the phases: 18 A + 18 A of fallbacks leave 40 A.
  const circuits = panelOf(0).circuits.slice(0, 1);
  const evses = ['ST-001', 'ST-002'].map((id) => evseInput(id, 'grid'));
  const limited = circuits.map((circuit) => ({ ...circuit, powerLimitW: 17_480 }));
  const site = siteOf({ ...panelOf(0), circuits: limited, evses });
  const scene = new Scene(site).given(all(1, 2, ready), all(1, 2, car));
  expect(limits(scene.decideAt(T0), 1, 2)).toEqual([127, 126]);
  const at = T0 + 30 * S;
  const decision = scene.given(proven(1, ON_ONE, at)).decideAt(at);
  // r + 3 r = 76 A; of the first, 19 A of this car are more than 3 x 6 A of the next: 19 A each.
  expect(limits(decision, 1, 2)).toEqual([190, 190]);
  expect(reasonOf(decision, 1).sentence).toBe(
    '4.4 kW. Grid connection is full (17 of 17 kW), shared equally with 1 car.',
  );
  expect(reasonOf(decision, 2).sentence).toBe(
    '13.1 kW. Grid connection is full (17 of 17 kW), shared equally with 1 car.',
  );
});

test('MD5 one sample narrows nothing, nor do samples that lack the other phases (H41)', () => {
  const fresh = () => new Scene(siteOf(TURNED)).given(all(1, 4, ready), all(1, 4, car));
  const at = T0 + 30 * S;
  const once = fresh().given([1, 2, 3].map((n) => drawing(n, ON_ONE, at)));
  expect(limits(once.decideAt(at), 1, 2, 3, 4)).toEqual([160, 160, 160, 160]);
  const absent = fresh().given(
    [1, 2, 3].flatMap((n) => [0, 10, 20, 30, 40].map((s) => drawing(n, { l1: 100 }, at - (40 - s) * S))),
  );
  expect(limits(absent.decideAt(at), 1, 2, 3, 4)).toEqual([160, 160, 160, 160]);
});

test.each([
  ['wakes another phase', (at: number) => drawing(1, { l1: 100, l2: 5, l3: 0 }, at)],
  ['ends its transaction', (at: number) => gone(1, at)],
  ['hangs on a station that boots', (at: number) => booted(1, at)],
  ['hangs on a station that is lost', (at: number) => disconnected(1, 1n, at)],
  ['hangs on a station that connects anew', (at: number) => connected(1, 2n, at)],
])('MD5 a car that %s counts on all wired phases from that instant', (_title, happens) => {
  const at = T0 + 30 * S;
  const scene = new Scene(siteOf(TURNED)).given(all(1, 4, ready), all(1, 4, car), proven(1, ON_ONE, at));
  expect(scene.decideAt(at).allocations.get(idOf(1))?.phases).toEqual(['l1']);
  const later = scene.given(happens(at + S)).decideAt(at + S);
  expect(later.allocations.get(idOf(1))?.phases).toEqual(['l1', 'l2', 'l3']);
});

test('MD5 what the dispatcher counts, and on which phases, stands in the use of the circuits', () => {
  const scene = new Scene(siteOf(TURNED)).given(all(1, 4, ready), all(1, 4, car));
  const mask = { phases: ['l2'] as const, elsewhere: deciAmps(70) };
  const told = committed(2, 200, { member: 'acknowledged', commanded: 200, atMs: T0 + 1, mask });
  const decision = scene.given(told).decideAt(T0 + S);
  expect(decision.circuits.find(({ circuitId }) => circuitId === 'panel-a')?.committed).toEqual({
    l1: 3 * 60 + 70,
    l2: 3 * 60 + 200,
    l3: 3 * 60 + 70,
  });
});

import { expect, test } from '@jest/globals';
import { perPhase } from '@headroom/kernel';
import { buildSiteModel, type EvseInput, type SiteModel, type SiteModelInput } from '@headroom/site-model';
import { Room, rowsByPlace } from '../../optimum/policies/room.ts';
import { carAt, physicalRows } from './physical-rows.ts';

const evse = (n: number, of: Partial<EvseInput>): EvseInput => ({
  ...{
    stationId: `S${n}`,
    evse: 1,
    circuitId: 'panel',
    name: `Bay ${n}`,
    phases: ['l1', 'l2'],
    wiring: 'line-to-line',
  },
  ...{ maxCurrent: 320, minCurrent: 60, fallback: 0 },
  ...of,
});
function siteOf(evses: readonly EvseInput[], of: Partial<SiteModelInput> = {}): SiteModel {
  const built = buildSiteModel({
    ...{
      siteId: 'delta',
      version: 1,
      name: 'Delta',
      timezone: 'UTC',
      nominalVoltageV: 120,
      leaseS: 120,
      otherLoads: [],
      evses,
    },
    circuits: [
      { circuitId: 'grid', name: 'Grid', rating: perPhase(() => 1_000), powerLimitW: 20_000 },
      {
        circuitId: 'panel',
        parentCircuitId: 'grid',
        name: 'Panel',
        rating: perPhase(() => 500),
        continuousPercent: 80,
      },
    ],
    ...of,
  });
  if (built.kind === 'err') throw new Error(JSON.stringify(built.error));
  return built.value;
}
const roomOf = (site: SiteModel) => {
  const evses = [...site.evses.values()];
  const rows = physicalRows(site, { evses, slots: 1, otherLoad: () => perPhase(() => 0) });
  const sessions = evses.map((one, index) => ({
    ...{ index, evse: index, first: 0, end: 1, needWh: 1, car: carAt(one, 120), lines: [], claim: {} },
    conduct: { belowOfferA: 0, needsEdge: false },
  }));
  return { rows, room: new Room(rows, rowsByPlace({ sessions, rows }), 0) };
};

test('PH9: where two pairs meet, equal currents make sqrt(3) of one, not two', () => {
  const { room, rows } = roomOf(siteOf([evse(1, {}), evse(2, { phases: ['l2', 'l3'] })]));
  expect(rows.map(({ name }) => name)).toEqual([
    ...['grid l1', 'grid l2', 'grid l3', 'grid power', 'panel l1', 'panel l2', 'panel l3'],
  ]);
  room.take(0, 20);
  room.take(1, 20);
  // 40 A are left for charging on the panel: 20 * sqrt(3) = 34.6 A flow in its middle conductor.
  expect(room.broken(0)).toBeUndefined();
  room.take(1, 3.2);
  expect(room.broken(0.01)).toBeUndefined();
  expect(room.forPlace(0)).toBeCloseTo(Math.sqrt(40 ** 2 - 0.75 * 23.2 ** 2) - 11.6 - 20, 6);
  room.take(1, 4);
  expect(room.broken(0.01)?.row).toBe(5);
});

test('a room never gives more than fits, and all of it: by trying', () => {
  const { room } = roomOf(siteOf([evse(1, {}), evse(2, { phases: ['l2', 'l3'] }), evse(3, { phases: ['l3', 'l1'] })]));
  for (const [place, currentA] of [
    [0, 17],
    [1, 9],
    [2, 4],
  ] as const)
    room.take(place, currentA);
  const more = room.forPlace(1);
  room.take(1, more - 1e-6);
  expect(room.broken(0)).toBeUndefined();
  room.take(1, 1e-3);
  expect(room.broken(0)).toBeDefined();
});

test('power: 208 V between two phases, 240 V of a split phase, three phases, and DC at its lowest voltage', () => {
  const power = (of: Partial<EvseInput>): number => {
    const { rows } = roomOf(siteOf([evse(1, of)]));
    return (rows[3]?.phasors?.[0]?.x ?? 0) * 120;
  };
  expect(power({})).toBeCloseTo(207.8, 1);
  expect(power({ wiring: 'split-phase' })).toBe(240);
  expect(power({ wiring: undefined, phases: ['l1', 'l2', 'l3'] })).toBe(360);
  const dc = { outputMaxW: 5_000, efficiencyPercent: 90, powerFactorPercent: 100 };
  expect(power({ wiring: undefined, phases: ['l1', 'l2', 'l3'], dc })).toBeCloseTo(324, 9);
});

test('other load takes its part of its circuit and of all above, and a continuous load has its factor', () => {
  const site = siteOf([evse(1, {})]);
  const evses = [...site.evses.values()];
  const rows = physicalRows(site, {
    ...{ evses, slots: 2 },
    otherLoad: (circuitId, slot) => perPhase(() => (circuitId === 'panel' ? 10 * slot : 0)),
  });
  const of = (name: string) => [...(rows.find((row) => row.name === name)?.capacityA ?? [])];
  expect(of('panel l1')).toEqual([40, 32]);
  expect(of('grid l1')).toEqual([100, 90]);
  expect(of('grid power').map(Math.round)).toEqual([167, 137]);
});

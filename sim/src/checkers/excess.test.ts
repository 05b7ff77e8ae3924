import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import type { PhaseTriple } from './circuits.ts';
import { createExcessChecker, type EvseFlow } from './excess.ts';
import { createOtherLoad } from './other-load.ts';
import { siteFactsOf } from './site-facts.ts';

const SITE = siteFactsOf(demoSite().document);
const PANEL_A = 160;
const NOBODY: PhaseTriple = [0, 0, 0];

interface Moment {
  readonly flowA: number;
  readonly obeyedA?: number;
  readonly load?: PhaseTriple;
  readonly counted?: PhaseTriple;
  /** Of a conductor of panel-a: at this instant, and once all have reacted. */
  readonly limitA?: number;
  readonly reactedA?: number;
  /** At this instant, had it become no hotter than its operator's word. */
  readonly withinWordA?: number;
  readonly forgetful?: number;
  /** Of the first station, which keeps to no limit: what others can have made room for. */
  readonly knownA?: number;
  /** Of the first station. Default: as of all. */
  readonly firstA?: number;
}

/** One look a second at panel-a, whose 12 stations are all on three phases. */
function seconds(moments: readonly Moment[]) {
  const details: string[] = [];
  let now: Moment = { flowA: 0 };
  const ofPanel = (row: { readonly name: string; readonly limitA: number }, panelA: number): number =>
    row.name.startsWith('panel-a') ? panelA : row.limitA;
  const checker = createExcessChecker({
    site: SITE,
    report: ({ checker: name, atMs, detail }) => void details.push(`${atMs / 1_000} ${name} ${detail}`),
    inForce: (row) => ofPanel(row, now.limitA ?? PANEL_A),
    reacted: (row) => ofPanel(row, now.reactedA ?? now.limitA ?? PANEL_A),
    reactedToHeat: (row) => ofPanel(row, now.withinWordA ?? now.limitA ?? PANEL_A),
  });
  moments.forEach((moment, index) => {
    now = moment;
    const { flowA, obeyedA = flowA, load = NOBODY, counted = load, forgetful = 0 } = moment;
    const { firstA = flowA, knownA } = moment;
    const evses = [...SITE.evses.keys()].map((evseId, place): [string, EvseFlow] => [
      evseId,
      {
        ...{ flowA: place < 12 ? flowA : 0, obeyedA, usedPhases: 3, hasForgotten: place < forgetful },
        ...(place === 0 && knownA !== undefined ? { flowA: firstA, obeyedA: firstA, knownA } : {}),
      },
    ]);
    checker.look(index * 1_000, new Map(evses), load, counted);
  });
  return { details, told: checker.conclude() };
}

const times = (count: number, moment: Moment): readonly Moment[] => Array.from({ length: count }, () => moment);
/** The three conductors of the panel, each for so long. */
const onThree = (cause: string, longestS: number, mostA: number) => [
  { of: 'conductor', cause, times: 3, seconds: 3 * longestS, longestS, mostA: expect.closeTo(mostA, 6) },
];

test('SI24 excess: what no cause explains is told at once, once for each row', () => {
  const { details } = seconds([{ flowA: 13 }, { flowA: 14 }, { flowA: 14 }]);
  expect(details).toEqual(
    ['L1', 'L2', 'L3'].map((phase) => `1 excess panel-a ${phase} carries 168.0 A of 160.0 A for no known reason`),
  );
});

test('SI24 excess: within its limits a site is quiet, and nothing is counted', () => {
  expect(seconds(times(5, { flowA: 13.3 }))).toEqual({ details: [], told: [] });
});

test('SI21, SI24 excess: a limit that dropped is counted while all may still react to it, and told from then on', () => {
  const dropped = { flowA: 13, limitA: 120, reactedA: PANEL_A };
  const inTime = seconds([{ flowA: 13 }, ...times(4, dropped), { flowA: 10, limitA: 120 }]);
  expect(inTime).toEqual({ details: [], told: onThree('limit', 4, 36) });
  const late = seconds([{ flowA: 13 }, ...times(4, dropped), { flowA: 13, limitA: 120 }]);
  expect(late.details).toHaveLength(3);
});

test('SI24 excess: a car has 6 s to follow what its station obeys already, counted from then on', () => {
  const dropped = { flowA: 13, limitA: 120, reactedA: PANEL_A };
  const follows = { flowA: 13, obeyedA: 10, limitA: 120 };
  expect(seconds([...times(9, dropped), ...times(7, follows)]).details).toEqual([]);
  expect(seconds([...times(9, dropped), ...times(8, follows)]).details).toHaveLength(3);
});

test('SI24 excess: below a limit that was lowered too far fallbacks may stay, and nothing above them', () => {
  // 12 fallbacks of 6 A are 72 A.
  const unfit = seconds([...times(3, { flowA: 6, limitA: 60 }), { flowA: 4, limitA: 60 }]);
  expect(unfit).toEqual({ details: [], told: onThree('fallbacks', 3, 12) });
  expect(seconds([{ flowA: 6.2, limitA: 60 }]).details).toHaveLength(3);
});

test('SI5, SI24 excess: stations that have forgotten explain what they take above their fallbacks, and no more', () => {
  expect(seconds([{ flowA: 14, forgetful: 1 }, { flowA: 13 }]).told).toEqual(onThree('forgotten', 1, 8));
  expect(seconds([{ flowA: 14.1, forgetful: 1 }]).details).toHaveLength(3);
});

test('SI21 excess: of other load the part counts as a cause that nobody had to make room for yet', () => {
  const { rows } = SITE;
  const gridA = rows.find(({ name }) => name === 'grid L1')?.limitA ?? 0;
  const load: PhaseTriple = [gridA + 10, 0, 0];
  const { told, details } = seconds([{ flowA: 0, load, counted: [gridA, 0, 0] }, { flowA: 0 }]);
  expect(details).toEqual([]);
  expect(told).toEqual([
    { of: 'conductor', cause: 'load', times: 1, seconds: 1, longestS: 1, mostA: expect.closeTo(10, 6) },
  ]);
  expect(seconds([{ flowA: 0, load, counted: load }]).details).toHaveLength(1);
});

test('SI21 other load: a rise within its word counts at once, the rest when all could have reacted', () => {
  const otherLoad = createOtherLoad({ risesA: 5, reactsWithinMs: 10_000 });
  const at = (second: number, amps: number): number => otherLoad.look(second * 1_000, [amps, 20, 20])[0];
  expect([at(0, 20), at(1, 25), at(2, 40), at(11, 40), at(12, 40), at(13, 30)]).toEqual([20, 25, 25, 30, 40, 30]);
});

test('a car counts in the phases that it uses, and in no other', () => {
  const of: string[] = [];
  const checker = createExcessChecker({
    site: SITE,
    report: ({ detail }) => void of.push(detail.split(' carries ')[0] ?? ''),
    inForce: ({ limitA }) => limitA,
    reacted: ({ limitA }) => limitA,
  });
  const [evseId = ''] = SITE.evses.keys();
  const flowOf = (usedPhases: number): ReadonlyMap<string, EvseFlow> =>
    new Map([[evseId, { flowA: PANEL_A + 1, obeyedA: PANEL_A + 1, usedPhases, hasForgotten: false }]]);
  checker.look(0, flowOf(1), NOBODY, NOBODY);
  expect(of).toHaveLength(1);
  checker.look(1_000, flowOf(3), NOBODY, NOBODY);
  expect(of).toEqual(expect.arrayContaining(['panel-a L1', 'panel-a L2', 'panel-a L3']));
  expect(of).toHaveLength(3);
});

test('SI24, H78 excess: what nobody can know yet of a station that keeps to no limit is counted, and told once all could have made room', () => {
  // 11 times 13 A and 25 A: eight above the rating.
  const unknown = { flowA: 13, firstA: 25, knownA: 13 };
  const inTime = seconds([{ flowA: 13 }, ...times(20, unknown), { flowA: 13 }]);
  expect(inTime).toEqual({ details: [], told: onThree('disobeying', 20, 8) });
  expect(seconds([...times(20, unknown), { ...unknown, knownA: 25 }]).details).toHaveLength(3);
});

test('SI24, H78 excess: beside one that draws more than is left over the fallbacks of all others, these may stay', () => {
  const fallbackA = SITE.evses.get([...SITE.evses.keys()][0] ?? '')?.fallbackA ?? 0;
  const firstA = PANEL_A - 11 * fallbackA + 5;
  const down = { flowA: fallbackA, firstA, knownA: firstA };
  expect(seconds(times(20, down)).details).toEqual([]);
  expect(seconds(times(20, { ...down, flowA: fallbackA + 0.5, obeyedA: fallbackA + 0.5 })).details).toHaveLength(3);
});

test('LC2, SI24: what is above a limit that became hotter than its operator said is counted as that; above what the word leaves it fails', () => {
  const hot = { flowA: 12, limitA: 120, withinWordA: 144 };
  const { details, told } = seconds([...times(3, { flowA: 12 }), ...times(8, hot), { flowA: 10, limitA: 120 }]);
  expect(details).toEqual([]);
  expect(told).toEqual(onThree('heat', 8, 24));
  const beyond = seconds(times(2, { ...hot, flowA: 12.5 })).details;
  expect(beyond[0]).toBe('0 excess panel-a L1 carries 150.0 A of 120.0 A for no known reason');
});

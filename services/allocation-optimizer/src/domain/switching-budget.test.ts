import { expect, test } from '@jest/globals';
import { deciAmps, type EpochMs, epochMs } from '@headroom/kernel';
import { CLOSINGS_AN_HOUR, MOST_CLOSINGS_AN_HOUR, type SwitchingInput } from '@headroom/site-model';
import { EMPTY_MEMORY } from './control-memory.ts';
import { disconnected, connected, idOf, reasonOf, T0 } from './given.fixture.ts';
import { quietUntil } from './quiet.ts';
import { replayDecision } from './replay-memory.ts';
import { CLOSING_COUNTS_FOR_MS } from './switching-budget.ts';
import { closedAt, Restless } from './test-support/restless.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;

/** A limit that is below one minimum in every second span of so many minutes. Looked at every half of a minute. */
function trembling(
  site: Restless,
  { fromMs, toMs, everyMin = 1 }: { fromMs: number; toMs: number; everyMin?: number },
) {
  const seen: ReturnType<Restless['at']>[] = [];
  for (let ms = fromMs; ms < toMs; ms += MIN / 2) {
    if ((ms - T0) % (everyMin * MIN) === 0) site.allow(((ms - T0) / (everyMin * MIN)) % 2 === 0 ? 7 : 5, ms);
    seen.push(site.at(ms));
  }
  return seen;
}

function alone(
  share: 'equal' | 'smoothed-laxity' = 'equal',
  bay: { readonly minimumShare?: number; readonly switching?: SwitchingInput } = {},
): Restless {
  const site = new Restless(1, { share }, bay);
  site.comes(1, T0);
  return site;
}

test('a car that a limit pauses again and again starts eight times an hour, though nobody else wants anything, is told when it may again, and starts at that instant', () => {
  const site = alone();
  trembling(site, { fromMs: T0, toMs: T0 + 20 * MIN });
  expect(site.closings.map(({ atMs }) => (atMs - T0) / MIN)).toEqual([0, 2, 4, 6, 8, 10, 12, 14]);
  site.allow(32, T0 + 20 * MIN);
  const { decision } = site.at(T0 + 20 * MIN);
  expect(reasonOf(decision, 1)).toEqual({
    code: 'SWITCHING_BUDGET',
    sentence:
      'Paused. It started 8 times within an hour; to spare its contactor it does not start again before 09:00 UTC.',
  });
  expect(site.at(T0 + HOUR - 1).now).toEqual([0]);
  expect(site.at(T0 + HOUR).now[0]).toBeGreaterThanOrEqual(60);
});

test('a contactor that is rated for less closes as seldom as its document says, and the numbers in the reason are its own', () => {
  const site = alone('equal', { switching: { mostClosingsAnHour: 3 } });
  trembling(site, { fromMs: T0, toMs: T0 + 20 * MIN });
  expect(site.closings.map(({ atMs }) => (atMs - T0) / MIN)).toEqual([0, 2, 4]);
  site.allow(32, T0 + 20 * MIN);
  expect(reasonOf(site.at(T0 + 20 * MIN).decision, 1).sentence).toBe(
    'Paused. It started 3 times within an hour; to spare its contactor it does not start again before 09:00 UTC.',
  );
  expect(site.at(T0 + HOUR - 1).now).toEqual([0]);
  expect(site.at(T0 + HOUR).now[0]).toBeGreaterThanOrEqual(60);
});

test('and comes after others as soon as its document says, each bay by its own numbers', () => {
  const now = (switching: SwitchingInput): readonly number[] => {
    const site = new Restless(2, { share: 'equal' }, { switching });
    site.comes(1, T0);
    trembling(site, { fromMs: T0, toMs: T0 + 4 * MIN });
    site.allow(7, T0 + 4 * MIN);
    site.comes(2, T0 + 4 * MIN);
    expect(site.at(T0 + 4 * MIN).now).toEqual([0, 70]);
    expect(closedAt(site.scene, 1)).toHaveLength(2);
    site.allow(20, T0 + 5 * MIN);
    for (let ms = T0 + 5 * MIN; ms < T0 + 15 * MIN; ms += MIN) site.at(ms);
    const { decision, now: given } = site.at(T0 + 15 * MIN);
    if (given[0] === 0) expect(reasonOf(decision, 1).sentence).toContain('It started 2 times within an hour');
    return given;
  };
  expect(now({ closingsAnHour: 3 })).toEqual([100, 100]);
  expect(now({ closingsAnHour: 2 })).toEqual([0, 200]);
});

test('the instant at which a closing is given back is one at which it is decided again', () => {
  const site = alone();
  // Not at a whole minute, at which it is looked at anyway.
  const fromMs = T0 + 13_000;
  for (let n = 0; n < 2 * MOST_CLOSINGS_AN_HOUR; n += 1) {
    site.allow(n % 2 === 0 ? 7 : 5, fromMs + n * MIN);
    site.at(fromMs + n * MIN);
  }
  site.allow(32, T0 + 20 * MIN);
  let nowMs = epochMs(T0 + 20 * MIN);
  for (let before = site.scene.memory; nowMs < T0 + HOUR; before = site.scene.memory) {
    site.at(nowMs);
    const { scene } = site;
    const untilMs = quietUntil({ site: scene.site, state: scene.state, before, memory: scene.memory, nowMs });
    nowMs = epochMs(Math.max(untilMs, nowMs + MIN / 2));
  }
  // The last look before it.
  const before = site.scene.memory;
  expect(site.at(T0 + HOUR).now).toEqual([0]);
  const { site: model, state, memory } = site.scene;
  const untilMs = quietUntil({ site: model, state, before, memory, nowMs: epochMs(T0 + HOUR) });
  expect(untilMs).toBeLessThanOrEqual(fromMs + HOUR);
  expect(untilMs).toBeGreaterThan(T0 + HOUR);
});

test('where a circuit is over its limit that is said, whatever is left of its budget', () => {
  const site = new Restless(2, { share: 'equal' });
  site.comes(1, T0);
  trembling(site, { fromMs: T0, toMs: T0 + 20 * MIN });
  site.allow(32, T0 + 20 * MIN);
  site.comes(2, T0 + 20 * MIN);
  expect(site.at(T0 + 20 * MIN).now).toEqual([0, 320]);
  site.scene.given(disconnected(2, 1n, epochMs(T0 + 20 * MIN)));
  expect(reasonOf(site.at(T0 + 21 * MIN).decision, 1).code).toBe('SWITCHING_BUDGET');
  site.allow(5, T0 + 22 * MIN);
  expect(reasonOf(site.at(T0 + 22 * MIN).decision, 1).code).toBe('BELOW_MINIMUM_PAUSED');
});

test('the first start of the next car waits for nothing, and counts; that it may restart it has to wait for', () => {
  const site = alone();
  trembling(site, { fromMs: T0, toMs: T0 + 20 * MIN });
  site.allow(32, T0 + 20 * MIN);
  site.comes(1, T0 + 20 * MIN);
  expect(site.at(T0 + 20 * MIN).now).toEqual([320]);
  expect(site.closings.at(-1)).toMatchObject({ atMs: T0 + 20 * MIN, isFirst: true });
  site.allow(5, T0 + 21 * MIN);
  site.at(T0 + 21 * MIN);
  site.allow(32, T0 + 22 * MIN);
  expect(site.at(T0 + 22 * MIN).now).toEqual([0]);
  // Nine within the hour: two of them must have been given back.
  expect(site.at(T0 + HOUR).now).toEqual([0]);
  expect(site.at(T0 + HOUR + 2 * MIN).now[0]).toBeGreaterThanOrEqual(60);
});

/** The first car has started four times and is paused; the second one has all that flows. @returns when that is so */
function pausedAfterFour(site: Restless): number {
  site.comes(1, T0);
  trembling(site, { fromMs: T0, toMs: T0 + 8 * MIN });
  site.allow(7, T0 + 8 * MIN);
  site.comes(2, T0 + 8 * MIN);
  expect(site.at(T0 + 8 * MIN).now).toEqual([0, 70]);
  return T0 + 9 * MIN;
}

test.each(['equal', 'first-come', 'density'] as const)(
  'under "%s" who started four times within an hour has only what others leave, is told so, and shares again once the first start is an hour old',
  (share) => {
    const site = new Restless(2, { share });
    const nowMs = pausedAfterFour(site);
    site.allow(20, nowMs);
    for (let ms = nowMs; ms < nowMs + 10 * MIN; ms += MIN) site.at(ms);
    const { decision, now } = site.at(nowMs + 10 * MIN);
    expect(now).toEqual([0, 200]);
    expect(reasonOf(decision, 1)).toEqual({
      code: 'SWITCHING_BUDGET',
      sentence: 'Paused. It started 4 times within an hour; to spare its contactor others come first until 09:00 UTC.',
    });
    site.at(T0 + HOUR - 1);
    expect(site.at(T0 + HOUR).now[0]).toBeGreaterThanOrEqual(60);
    const other = new Restless(2, { share });
    const again = pausedAfterFour(other);
    other.allow(40, again);
    for (let ms = again; ms < again + 2 * MIN; ms += MIN / 2) other.at(ms);
    // The other one cannot use more than 32 A; beside it there was room for it to start, and now it shares like everybody.
    expect(other.at(again + 2 * MIN).now[0]).toBeGreaterThanOrEqual(60);
  },
);

test('who has to charge now to leave in time does not come after the others for it', () => {
  const site = new Restless(2, { share: 'smoothed-laxity' });
  const nowMs = pausedAfterFour(site);
  site.allow(20, nowMs);
  // 32 A of three conductors for a minute less than is left.
  site.asks(1, site.usedWh(1) + 10_600, nowMs + 30 * MIN, nowMs);
  expect(site.at(nowMs).now[0]).toBeGreaterThanOrEqual(60);
});

test('nor does whoever is assured a minimum; eight starts an hour are the most for him too', () => {
  const site = new Restless(2, { share: 'equal' }, { minimumShare: 60 });
  site.comes(1, T0);
  trembling(site, { fromMs: T0, toMs: T0 + 8 * MIN });
  site.allow(7, T0 + 8 * MIN);
  site.comes(2, T0 + 8 * MIN);
  expect(site.at(T0 + 8 * MIN).now).toEqual([70, 0]);
  const other = alone('equal', { minimumShare: 60 });
  trembling(other, { fromMs: T0, toMs: T0 + 40 * MIN });
  expect(other.closings).toHaveLength(MOST_CLOSINGS_AN_HOUR);
});

/** Two cars of which the first one has started four times and charges, the second one once. */
function oneHasSpent(share: 'equal' | 'density'): Restless {
  const site = new Restless(2, { share });
  site.comes(1, T0);
  trembling(site, { fromMs: T0, toMs: T0 + 7 * MIN });
  site.allow(13, T0 + 7 * MIN);
  site.comes(2, T0 + 7 * MIN);
  for (let ms = T0 + 7 * MIN; ms < T0 + 8 * MIN; ms += MIN / 2) site.at(ms);
  return site;
}

test.each(['equal', 'density'] as const)(
  'under "%s" who has spent his closings and charges is the last to be paused for others, and paused all the same where nothing fits',
  (share) => {
    const site = oneHasSpent(share);
    expect(site.at(T0 + 8 * MIN).now.every((limit) => limit >= 60)).toBe(true);
    expect(closedAt(site.scene, 1)).toHaveLength(CLOSINGS_AN_HOUR);
    site.allow(7, T0 + 9 * MIN);
    expect(site.at(T0 + 9 * MIN).now).toEqual([70, 0]);
    // The other one waits, whatever he is owed, until a closing is given back; from then on they take turns.
    for (let ms: number = T0 + 9 * MIN; ms < T0 + HOUR; ms += MIN) expect(site.at(ms).now).toEqual([70, 0]);
    site.allow(5, T0 + HOUR - 1);
    expect(site.at(T0 + HOUR - 1).now).toEqual([0, 0]);
  },
);

test('the price, at its worst: a car alone below a limit that trembles about its minimum charges for 16 minutes of the hour instead of 30', () => {
  const site = alone();
  const seen = trembling(site, { fromMs: T0, toMs: T0 + HOUR, everyMin: 2 });
  expect(seen.filter(({ now }) => (now[0] ?? 0) > 0)).toHaveLength(16 * 2);
});

test('and where others can use what it leaves, nothing is lost: three cars where a limit trembles between two minima and three', () => {
  const site = new Restless(3, { share: 'equal' });
  for (const n of site.numbers) site.comes(n, T0);
  let possibleWh = 0;
  for (let minute = 0; minute < 8 * 60; minute += 1) {
    const amps = minute >= 60 && minute < 180 && minute % 2 === 0 ? 16 : 21;
    site.allow(amps, T0 + minute * MIN);
    possibleWh += (amps * 690) / 60;
    for (let look = 0; look < 2; look += 1) site.at(T0 + minute * MIN + look * 30_000);
  }
  const usedWh = site.numbers.reduce((sum, n) => sum + site.usedWh(n), 0);
  expect(usedWh / possibleWh).toBeGreaterThan(0.99);
  for (const n of site.numbers)
    expect(site.closings.filter(({ car }) => car === n).length).toBeLessThanOrEqual(2 * CLOSINGS_AN_HOUR + 1);
});

test('no limit cycle: where all have room nobody closes once his budget is back, and each of them has all that he may', () => {
  const site = new Restless(3, { share: 'equal' });
  for (const n of site.numbers) site.comes(n, T0);
  trembling(site, { fromMs: T0, toMs: T0 + 30 * MIN });
  site.allow(96, T0 + 30 * MIN);
  for (let ms: number = T0 + 30 * MIN; ms < T0 + 5 * HOUR; ms += MIN) site.at(ms);
  expect(site.closings.filter(({ atMs }) => atMs > T0 + 31 * MIN + HOUR)).toEqual([]);
  expect(site.at(T0 + 5 * HOUR).now).toEqual([320, 320, 320]);
});

/** After decisions at T0 + 1, + 2, ... with these limits; `null`: it took no part in the sharing, and falls back to nothing. */
function replayed(limits: readonly (number | null)[]): readonly EpochMs[] | undefined {
  let memory = EMPTY_MEMORY;
  for (const [n, limit] of limits.entries()) {
    const given = new Map([[idOf(1), { limit: deciAmps(limit ?? 0), isShared: limit !== null }]]);
    memory = replayDecision(memory, { epoch: 1n, seq: BigInt(n + 1), decidedAtMs: epochMs(T0 + n + 1), given });
  }
  return memory.given.get(idOf(1))?.closedAtMs;
}

test('over a change of owner closings come out of the decisions, over sessions too, and the last eight of them only', () => {
  expect(replayed([60, 0, 60, 80, 0])).toEqual([T0 + 3]);
  expect(replayed([0, 60, null, 60])).toEqual([T0 + 2, T0 + 4]);
  expect(replayed([0, 60, 0, null])).toEqual([T0 + 2]);
  const many = replayed(Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? 0 : 60)));
  expect(many).toHaveLength(MOST_CLOSINGS_AN_HOUR);
  expect(many?.at(-1)).toBe(T0 + 30);
});

test('the owner remembers the same as the one who reads his decisions', () => {
  const site = alone();
  // It began before the car came.
  const none = new Map([[idOf(1), { limit: deciAmps(0), isShared: false }]]);
  let memory = replayDecision(EMPTY_MEMORY, { epoch: 1n, seq: 0n, decidedAtMs: epochMs(T0 - 1), given: none });
  const look = (ms: number): void => {
    const { allocations } = site.at(ms).decision;
    const given = new Map(
      [...allocations].map(([id, { limit }]) => [
        id,
        { limit, isShared: site.scene.state.stations.size > 0 && isOn(site) },
      ]),
    );
    memory = replayDecision(memory, { epoch: 1n, seq: BigInt(ms), decidedAtMs: epochMs(ms), given });
  };
  for (let minute = 0; minute < 12; minute += 1) {
    site.allow(minute % 2 === 0 ? 7 : 5, T0 + minute * MIN);
    if (minute === 3) site.scene.given(disconnected(1, 1n, epochMs(T0 + 3 * MIN)));
    if (minute === 5) site.scene.given(connected(1, 2n, epochMs(T0 + 5 * MIN)));
    look(T0 + minute * MIN);
  }
  // While its station was away it took no part, and what it had closed before is not forgotten.
  expect(closedAt(site.scene, 1).map((atMs) => (atMs - T0) / MIN)).toEqual([0, 2, 6, 8, 10]);
  expect(memory.given.get(idOf(1))?.closedAtMs).toEqual(closedAt(site.scene, 1));
});

const isOn = ({ scene }: Restless): boolean => [...scene.state.stations.values()].every(({ connected: is }) => is);

test('a clock that was set back by more than an hour spends nothing', () => {
  const site = alone();
  trembling(site, { fromMs: T0, toMs: T0 + 8 * MIN });
  site.allow(32, T0 - 2 * CLOSING_COUNTS_FOR_MS);
  expect(site.at(T0 - 2 * CLOSING_COUNTS_FOR_MS).now[0]).toBeGreaterThanOrEqual(60);
});

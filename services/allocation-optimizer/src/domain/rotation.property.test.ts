import { expect, test } from '@jest/globals';
import { deciAmps, evseId, stationId } from '@headroom/kernel';
import { fill } from './fill.ts';
import { ConstraintsBuilder } from './flat-constraints.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { equalShare } from './policies/shares.ts';
import { FIRST_TURN, QUANTUM_S, type Turn, turnAfter, turnsMostOf } from './rotation.ts';

const MIN = 60;
/** Equal shares by entitlement: nobody is entitled to a whole minimum, so all take turns. */
const BY_TURNS: Policy = { ...equalShare, admission: 'entitled' };

const contender = (n: number, turn: Turn): Contender => ({
  evseId: evseId(stationId(`ST-${String(n).padStart(3, '0')}`), 1),
  startedAtMs: n,
  min: deciAmps(MIN),
  max: deciAmps(320),
  idle: false,
  need: { departureAtMs: 0, laxityS: 10_000, meanMilliA: 1, socPermille: 500 },
  turn,
});

/** `n` cars on one row that has room for `places` minima and `rest` deci-amps; a decision every `everyS`. */
class Row {
  turns: readonly Turn[];
  readonly #places: number;
  readonly #room: number;

  constructor(n: number, places: number, rest: number) {
    this.turns = Array.from({ length: n }, () => FIRST_TURN);
    this.#places = places;
    this.#room = places * MIN + rest;
  }

  /** Who runs until the next decision. */
  go(everyS: number): readonly boolean[] {
    const contenders = this.turns.map((turn, n) => contender(n, turn));
    const builder = new ConstraintsBuilder(contenders.length, contenders.length);
    builder.begin({ rowIndex: 0, room: this.#room, overfull: false, counts: 'counted' });
    for (const i of contenders.keys()) builder.add(i, 1, 0);
    const shares = fill(contenders, builder.build(), BY_TURNS);
    const turnsMost = turnsMostOf(contenders.length, this.#places);
    this.turns = this.turns.map((turn, i) =>
      turnAfter(turn, {
        entitledDeciA: shares[i]?.entitled ?? 0,
        committedDeciA: shares[i]?.given ?? 0,
        ...{ minDeciA: MIN, elapsedS: everyS, turnsMost },
      }),
    );
    return shares.map(({ given }) => given > 0);
  }
}

test('PT13, RF4: with n cars and k places each is served at least once in every n/k turns, rounded up', () => {
  for (let n = 2; n <= 16; n += 1) {
    for (let places = 1; places < n; places += 1) {
      // All are entitled to the same, to the last deci-amp.
      const row = new Row(n, places, (n - ((places * MIN) % n)) % n);
      const turns = Math.ceil(n / places);
      const waited = Array.from({ length: n }, () => 0);
      for (let turn = 0; turn < 6 * turns; turn += 1) {
        const runs = row.go(QUANTUM_S);
        expect(runs.filter(Boolean).length).toBe(places);
        runs.forEach((isOn, i) => {
          waited[i] = isOn ? 0 : (waited[i] ?? 0) + 1;
        });
        expect({ n, places, turn, most: Math.max(...waited) < turns }).toEqual({ n, places, turn, most: true });
      }
    }
  }
});

test('PT14, OD2: whoever is let in stays for a whole turn, however often it is decided', () => {
  for (const [n, places] of [
    [3, 1],
    [5, 2],
    [9, 4],
  ] as const) {
    const row = new Row(n, places, 0);
    let before: readonly boolean[] = [];
    const onForS = Array.from({ length: n }, () => 0);
    for (let s = 0; s < 12 * QUANTUM_S; s += 60) {
      const runs = row.go(60);
      runs.forEach((isOn, i) => {
        if (before[i] === true && !isOn) expect(onForS[i]).toBeGreaterThanOrEqual(QUANTUM_S);
        onForS[i] = isOn ? (onForS[i] ?? 0) + 60 : 0;
      });
      before = runs;
    }
  }
});

test('RF3 what is remembered is bounded in both directions', () => {
  const served = { entitledDeciA: 20, minDeciA: MIN, elapsedS: 1_000_000, turnsMost: turnsMostOf(7, 2) };
  expect(turnsMostOf(7, 2)).toBe(5);
  const most = 5 * QUANTUM_S * MIN;
  expect(turnAfter(FIRST_TURN, { ...served, committedDeciA: 0 })).toEqual({ credit: most, isOn: false, onForS: 0 });
  expect(turnAfter(FIRST_TURN, { ...served, committedDeciA: MIN }).credit).toBe(-most);
});

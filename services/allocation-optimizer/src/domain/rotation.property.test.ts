import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, type EpochMs, evseId, stationId } from '@headroom/kernel';
import { fill } from './fill.ts';
import { ConstraintsBuilder } from './flat-constraints.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { equalShare } from './policies/shares.ts';
import { type Credit, creditAfter, creditAt, isHeldAt, mostCredit, QUANTUM_MS, type Turn } from './rotation.ts';

const MIN = 60;
const QUANTUM_S = QUANTUM_MS / 1_000;
/** Equal shares by entitlement: nobody is entitled to a whole minimum, so all take turns. */
const BY_TURNS: Policy = { ...equalShare, keeps: 'entitled' };

const contender = (n: number, turn: Turn): Contender => ({
  evseId: evseId(stationId(`ST-${String(n).padStart(3, '0')}`), 1),
  startedAtMs: n,
  min: deciAmps(MIN),
  max: deciAmps(320),
  ...{ tier: 1, weight: 1, idle: false, gaveUp: false, probes: false },
  need: { departureAtMs: 0, laxityS: 10_000, meanMilliA: 1, socPermille: 500 },
  turn,
});

interface Remembered {
  readonly credit: Credit | undefined;
  readonly onSinceMs: EpochMs | undefined;
}

/** `n` cars on one row that has room for `places` minima and `rest` deci-amps. */
class Row {
  #cars: readonly Remembered[];
  readonly #room: number;
  readonly #most: number;
  #nowMs: EpochMs = epochMs(0);

  constructor(n: number, places: number, rest: number) {
    this.#cars = Array.from({ length: n }, () => ({ credit: undefined, onSinceMs: undefined }));
    this.#room = places * MIN + rest;
    this.#most = mostCredit(n, MIN, QUANTUM_MS);
  }

  credits(): readonly number[] {
    return this.#cars.map(({ credit }) => creditAt(credit, this.#nowMs, this.#most));
  }

  /** Who runs for the next seconds. */
  go(forS: number): readonly boolean[] {
    const nowMs = this.#nowMs;
    const credits = this.credits();
    const contenders = this.#cars.map(({ onSinceMs }, n) =>
      contender(n, {
        credit: credits[n] ?? 0,
        isHeld: onSinceMs !== undefined && isHeldAt(onSinceMs, nowMs, { turnMs: QUANTUM_MS, renews: false }),
        ...{ isPreferred: false, waitedS: 0 },
      }),
    );
    const builder = new ConstraintsBuilder(contenders.length, contenders.length);
    builder.begin({ rowIndex: 0, room: this.#room, overfull: false, counts: 'counted' });
    for (const i of contenders.keys()) builder.add(i, 1, 0);
    const shares = fill(contenders, builder.build(), BY_TURNS);
    this.#cars = this.#cars.map(({ credit, onSinceMs }, i) => {
      const { given = 0, entitled = 0 } = shares[i] ?? {};
      return {
        credit: creditAfter(credit, {
          ...{ entitledDeciA: entitled, givenDeciA: given, minDeciA: MIN, stepMs: nowMs, mostDeciAS: this.#most },
        }),
        onSinceMs: given === 0 ? undefined : (onSinceMs ?? nowMs),
      };
    });
    this.#nowMs = epochMs(nowMs + forS * 1_000);
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

test('RF3 what is remembered is bounded in both directions, whatever time passes', () => {
  const mostDeciAS = mostCredit(7, MIN, QUANTUM_MS);
  expect(mostDeciAS).toBe(8 * QUANTUM_S * MIN);
  const served = { entitledDeciA: 20, minDeciA: MIN, stepMs: epochMs(0), mostDeciAS };
  const waits = creditAfter(undefined, { ...served, givenDeciA: 0 });
  expect([60_000, 1e12].map((ms) => creditAt(waits, epochMs(ms), mostDeciAS))).toEqual([1_200, mostDeciAS]);
  const runs = creditAfter(undefined, { ...served, givenDeciA: 90 });
  expect([60_000, 1e12].map((ms) => creditAt(runs, epochMs(ms), mostDeciAS))).toEqual([-2_400, -mostDeciAS]);
  // What was clamped goes on from there.
  const other = creditAfter(runs, { ...served, givenDeciA: 0, stepMs: epochMs(1e12) });
  expect(creditAt(other, epochMs(1e12 + 60_000), mostDeciAS)).toBe(1_200 - mostDeciAS);
});

test('while what it gets and what it is entitled to stay as they are the same is remembered; a clock that is set back adds nothing', () => {
  const served = { entitledDeciA: 20, givenDeciA: 0, minDeciA: MIN, stepMs: epochMs(600_000), mostDeciAS: 1e9 };
  const credit = creditAfter(undefined, served);
  expect(creditAfter(credit, { ...served, stepMs: epochMs(660_000) })).toBe(credit);
  expect(creditAt(credit, epochMs(540_000), 1e9)).toBe(0);
  // Who has what it is entitled to, and always had, is owed nothing.
  expect(creditAfter(undefined, { ...served, entitledDeciA: 90, givenDeciA: 90 })).toBeUndefined();
});

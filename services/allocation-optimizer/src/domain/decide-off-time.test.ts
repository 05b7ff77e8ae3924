import { expect, test } from '@jest/globals';
import { wattHours } from '@headroom/kernel';
import type { SharePolicy } from '@headroom/site-model';
import type { Fact } from './facts.ts';
import {
  all,
  asked,
  asking,
  car,
  committed,
  connected,
  limits,
  measured,
  panelOf,
  reasonOf,
  Scene,
  siteOf,
  T0,
} from './given.fixture.ts';
import { MIN_OFF_MS } from './rotation.ts';

const STEP_MS = 10_000;
const MIN = 60_000;
const CARS = 3;
/** Of three conductors at 230 V. */
const wattsOf = (amps: number): number => amps * 690;

/** Three cars on 64 A whose grid connection is limited anew at any time; they take what they may, and meters count it. */
class Site {
  readonly scene: Scene;
  readonly #mostDeciA: number;
  #version = 1n;
  readonly #registers = Array.from({ length: CARS }, () => 0);

  readonly #isCounted: boolean;

  constructor(share: SharePolicy, { mostDeciA = 320, isCounted = true } = {}) {
    this.#mostDeciA = mostDeciA;
    this.#isCounted = isCounted;
    this.scene = new Scene(siteOf({ ...panelOf(CARS, { fallback: 0 }), share }));
    this.scene.given(
      all(1, CARS, (n) => [connected(n), committed(n, 0, { commanded: 0 })]),
      all(1, CARS, car),
    );
  }

  limit(amps: number, atMs: number): void {
    this.#version += 1n;
    this.scene.given(asked([[wattsOf(amps), atMs]], { version: this.#version }));
  }

  at(nowMs: number): readonly number[] {
    const now = limits(this.scene.decideAt(nowMs), 1, 2, 3);
    for (const [i, limit] of now.entries()) {
      this.scene.given(committed(i + 1, limit, { commanded: limit, atMs: nowMs, member: 'acknowledged' }));
      const drawn = Math.min(limit, this.#mostDeciA);
      this.#registers[i] = (this.#registers[i] ?? 0) + (drawn * 69 * STEP_MS) / 3_600_000;
      this.scene.given(this.#metered(i + 1, drawn, nowMs + 1));
    }
    return now;
  }

  usedWh(n: number): number {
    return Math.floor(this.#registers[n - 1] ?? 0);
  }

  #metered(n: number, deciA: number, atMs: number): Fact {
    const fact = measured(n, deciA, atMs);
    if (!this.#isCounted) return fact;
    const register = wattHours(Math.floor(this.#registers[n - 1] ?? 0));
    return fact.kind === 'evse-measured' ? { ...fact, sample: { ...fact.sample, register } } : fact;
  }

  run(fromMs: number, toMs: number): readonly (readonly number[])[] {
    const seen = [];
    for (let ms = fromMs; ms < toMs; ms += STEP_MS) seen.push(this.at(ms));
    return seen;
  }
}

const startsOf = (seen: readonly (readonly number[])[]): number => {
  let starts = 0;
  for (const [i, now] of seen.entries())
    for (const [n, limit] of now.entries()) if (limit > 0 && (seen[i - 1]?.[n] ?? 0) === 0) starts += 1;
  return starts;
};

test('OD3 where a limit trembles around three minima the third car starts once in five minutes, and not each time; what it leaves the others have', () => {
  const site = new Site('equal');
  site.limit(21, T0);
  const seen: (readonly number[])[] = [...site.run(T0, T0 + 10 * MIN)];
  for (let minute = 10; minute < 70; minute += 1) {
    site.limit(minute % 2 === 0 ? 16 : 21, T0 + minute * MIN);
    seen.push(...site.run(T0 + minute * MIN, T0 + (minute + 1) * MIN));
  }
  // Thirty times the limit falls below three minima; a car that stops is off for six of these minutes.
  expect(startsOf(seen)).toBeLessThanOrEqual(CARS + 60 / 6 + 1);
  const last = seen.slice(-60 / (STEP_MS / 1_000));
  for (const now of last) expect(now.reduce((sum, limit) => sum + limit, 0)).toBeGreaterThanOrEqual(150);
});

test('OD3 what nobody else can use a car has that was paused a moment ago: no current is wasted for it', () => {
  // The others are full with 10 A each.
  const site = new Site('equal', { mostDeciA: 100 });
  site.limit(64, T0);
  site.run(T0, T0 + 10 * MIN);
  site.limit(13, T0 + 10 * MIN);
  expect(
    site
      .run(T0 + 10 * MIN, T0 + 11 * MIN)
      .at(-1)
      ?.filter((limit) => limit > 0),
  ).toHaveLength(2);
  site.limit(64, T0 + 11 * MIN);
  const after = site.run(T0 + 11 * MIN, T0 + 11 * MIN + 2 * STEP_MS);
  expect(after.at(-1)?.every((limit) => limit > 0)).toBe(true);
});

/** Paused at minute 10, with room for three again from minute 11 on, which two can use. @returns its limits at each look from then on */
function pausedAt10(
  site: Site,
  at11: (n: number) => readonly Fact[] = () => [],
): { readonly n: number; readonly from11: readonly number[] } {
  site.limit(21, T0);
  site.run(T0, T0 + 10 * MIN);
  site.limit(13, T0 + 10 * MIN);
  const n =
    site
      .run(T0 + 10 * MIN, T0 + 11 * MIN)
      .at(-1)
      ?.indexOf(0) ?? -1;
  site.limit(21, T0 + 11 * MIN);
  site.scene.given(at11(n + 1));
  return { n: n + 1, from11: site.run(T0 + 11 * MIN, T0 + 16 * MIN).map((now) => now[n] ?? -1) };
}

test('OD3 a car that was paused starts again after five minutes, and is told when', () => {
  const site = new Site('equal');
  const { n, from11 } = pausedAt10(site);
  expect(n).toBeGreaterThan(0);
  const first = from11.findIndex((limit) => limit > 0);
  expect(T0 + 11 * MIN + first * STEP_MS).toBe(T0 + 10 * MIN + MIN_OFF_MS);
  const other = new Site('equal');
  const paused = pausedAt10(other).n;
  other.limit(13, T0 + 16 * MIN);
  other.run(T0 + 16 * MIN, T0 + 17 * MIN);
  other.limit(21, T0 + 17 * MIN);
  const standing = other.scene.decideAt(T0 + 17 * MIN);
  const resting = [1, 2, 3].find((one) => limits(standing, one)[0] === 0) ?? paused;
  expect(reasonOf(standing, resting).sentence).toContain(
    'It was paused at 08:16 UTC; others come first until 08:21 UTC.',
  );
});

test('OD3 who has to run now to leave in time does not wait for it', () => {
  const leaving =
    (atMs: number) =>
    (site: Site) =>
    (
      n: number, // 32 A of three conductors need 1 700 of the 1 800 s until then.
    ) => [asking(n, site.usedWh(n) + Math.floor((22_080 * 1_700) / 3_600), atMs)];
  const calm = new Site('smoothed-laxity');
  expect(pausedAt10(calm, leaving(T0 + 41 * MIN + 3_600_000)(calm)).from11[0]).toBe(0);
  const urgent = new Site('smoothed-laxity');
  expect(pausedAt10(urgent, leaving(T0 + 41 * MIN)(urgent)).from11[0]).toBeGreaterThan(0);
});

test('OD3 of whom nobody knows that he has charged he is let in at once', () => {
  const site = new Site('equal', { isCounted: false });
  expect(pausedAt10(site).from11[0]).toBeGreaterThan(0);
});

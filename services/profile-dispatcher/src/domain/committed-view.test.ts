import { expect, test } from '@jest/globals';
import { invariant } from '@headroom/kernel';
import { Bench, RULES } from '../testing/bench.ts';
import { evseNumber, LEASE_MS, siteModel } from '../testing/bench-site.ts';
import { type CommittedView, committedView } from './committed-view.ts';
import { lastingLimits } from './lasting.ts';
import type { SiteState } from './site-state.ts';

const viewOf = (bench: Bench, site: SiteState = bench.site, nowMs = bench.nowMs): CommittedView => {
  const evse = site.model?.evses.get(evseNumber(1));
  invariant(evse !== undefined, 'no station 1');
  return committedView(site, evse, {
    nowMs,
    leaseNowMs: nowMs,
    marginMs: RULES.leaseMarginMs,
    lasting: lastingLimits(site, nowMs),
  });
};
/** The same site with controls of which no view is known. */
const unknown = (site: SiteState): SiteState => ({
  ...site,
  controls: new Map([...site.controls].map(([id, control]) => [id, { ...control }])),
});
const settled = (): Bench => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 20 });
  return bench;
};

test('a view stays the same object while nothing of it changes, and is another one after a change', () => {
  const bench = settled();
  const before = viewOf(bench);
  expect(viewOf(bench, bench.site, bench.nowMs + 1_000)).toBe(before);
  bench.decide({ 1: 10 });
  bench.pass();
  expect(viewOf(bench)).not.toBe(before);
});

test('SI18, MD5 a view that is kept says at any instant, forward and back, what a fresh one says', () => {
  const bench = settled();
  bench.endTransaction(1);
  bench.startTransaction(1, 2);
  bench.decide({ 1: 20 }, 600_000, 2);
  for (const command of bench.pass()) bench.answer(command);
  bench.proveSingle(1, 18);
  const stepsMs = [0, LEASE_MS, 1_000, 2 * LEASE_MS, -LEASE_MS, 60_000, 4 * LEASE_MS, 0, 119_000, 121_000];
  const seen = new Set<string>();
  for (const stepMs of stepsMs) {
    const nowMs = bench.nowMs + stepMs;
    const kept = viewOf(bench, bench.site, nowMs);
    expect(kept).toEqual(viewOf(bench, unknown(bench.site), nowMs));
    seen.add(JSON.stringify([kept.members, kept.mask]));
  }
  // With the lease and its mask, with one of them, without both.
  expect(seen.size).toBeGreaterThan(2);
});

test('HO-12 another document makes another view', () => {
  const bench = settled();
  expect(viewOf(bench).members).toContainEqual({ kind: 'fallback', limit: 60 });
  bench.site.model = siteModel({ stations: 1, fallbackA: 8, version: 2 });
  expect(viewOf(bench).members).toContainEqual({ kind: 'fallback', limit: 80 });
  expect(viewOf(bench)).toEqual(viewOf(bench, unknown(bench.site)));
});

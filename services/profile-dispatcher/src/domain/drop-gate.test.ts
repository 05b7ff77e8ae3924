import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { otherLoadHorizon, otherLoadNow } from '@headroom/site-model';
import { profileToWire } from '../adapters/rpc/gateways.ts';
import type { IntendedCommand } from '../app/prepare-pass.ts';
import { Bench, RULES } from '../testing/bench.ts';
import { evseNumber } from '../testing/bench-site.ts';
import { createDropGate } from './drop-gate.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';

/** 26 A on each of three phases of 230 V. */
const DROP_W = 17_940;
const IN_MS = 100_000;
/** As the optimizer has it: a second period begins so long before the limit does. */
const AHEAD_MS = 6_000;

/** Two stations at 20 A, obeyed; then the grid connection is down to 26 A. */
function settled(inMs = IN_MS) {
  const bench = Bench.charging({ stations: 2 });
  bench.settleAt({ 1: 20, 2: 20 });
  const dropMs = bench.nowMs + inMs;
  const announce = (now: Readonly<Record<number, number>>, then: Readonly<Record<number, number>>): void =>
    bench.decide(now, 600_000, 1, {
      later: { fromMs: dropMs - AHEAD_MS, targetsA: then },
      drop: { atMs: dropMs, powerW: DROP_W },
    });
  const untilDrop = ({ intent }: IntendedCommand): string => {
    const inS = (ms: number | undefined) => Math.round(((ms ?? 0) - dropMs) / 1_000);
    const falls = intent.later === undefined ? '' : `, ${intent.later.limit / 10} from ${inS(intent.later.fromMs)} s`;
    return `${intent.stationId} ${intent.limit / 10}${falls}, ends ${inS(intent.untilMs)} s`;
  };
  return { bench, dropMs, announce, untilDrop };
}

function acceptAll(bench: Bench): readonly IntendedCommand[] {
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return commands;
}

test('SI4, SI8, SI27: what was announced to one is lifted only once the other is seen to have come down instead', () => {
  const { bench, announce, untilDrop } = settled();
  announce({ 1: 20, 2: 20 }, { 1: 6, 2: 20 });
  expect(acceptAll(bench).map(untilDrop)).toEqual(['ST-1 20, 6 from -6 s, ends 19 s']);
  bench.after(1_000);
  announce({ 1: 20, 2: 20 }, { 1: 20, 2: 6 });
  const [lowered, ...others] = bench.pass();
  expect([lowered && untilDrop(lowered), others.map(untilDrop)]).toEqual(['ST-2 20, 6 from -6 s, ends 20 s', []]);
  if (lowered !== undefined) bench.answer(lowered);
  // Accepted is a claim: by its lease of before it may draw 20 A still when the drop has begun.
  expect(acceptAll(bench)).toEqual([]);
  bench.after(IN_MS - 1_000 + RULES.leaseMarginMs);
  bench.measure(2, 6, 6);
  const raised = () => acceptAll(bench).filter(({ intent }) => intent.increase);
  bench.decide({ 1: 20, 2: 6 }, 600_000, 1, { drop: { atMs: bench.nowMs - 1, powerW: DROP_W } });
  expect(raised().map(({ intent }) => `${intent.stationId} ${intent.limit / 10}`)).toEqual(['ST-1 20']);
});

test('SI7, SI27: a decrease of now that lifts what was announced leaves at once, and ends before the drop', () => {
  const { bench, announce, untilDrop } = settled();
  announce({ 1: 20, 2: 20 }, { 1: 6, 2: 20 });
  acceptAll(bench);
  bench.after(1_000);
  announce({ 1: 16, 2: 20 }, { 1: 16, 2: 20 });
  // With its margin of 5 s.
  expect(acceptAll(bench).map(untilDrop)).toEqual(['ST-1 16, ends -5 s']);
  expect(bench.pass()).toEqual([]);
});

test('SI17, SI27: what would not fit once the drop has begun is renewed up to it, and not again and again', () => {
  const { bench, dropMs, announce, untilDrop } = settled(150_000);
  // The second station is away with 20 A, and nobody knows what it does with its clock (HO-8).
  bench.disconnect(2);
  announce({ 1: 20, 2: 20 }, { 1: 20, 2: 6 });
  const sent: string[] = [];
  while (bench.nowMs < dropMs - 1_000) {
    sent.push(...acceptAll(bench).map(untilDrop));
    bench.after(1_000);
  }
  expect(sent).toEqual(['ST-1 20, ends -5 s']);
});

test('SI27: a station that refuses two periods gets one that ends where the second would begin; it learns nothing more', () => {
  const { bench, announce, untilDrop } = settled();
  announce({ 1: 20, 2: 20 }, { 1: 6, 2: 20 });
  const [refused] = bench.pass();
  if (refused === undefined) throw new Error('nothing sent');
  bench.answer(refused, 'rejected');
  // At once: what it has learned is no failure.
  const [single, ...others] = bench.pass();
  expect([single && untilDrop(single), others.map(untilDrop)]).toEqual(['ST-1 20, ends -6 s', []]);
  if (single === undefined) return;
  expect(profileToWire(single.command.profile).periods).toHaveLength(1);
  bench.answer(single);
  for (let second = 0; second < 50; second += 1) {
    bench.after(1_000);
    expect(acceptAll(bench).filter(({ intent }) => intent.stationId === 'ST-1')).toEqual([]);
  }
  bench.boot(1);
  acceptAll(bench);
  bench.startTransaction(1, 2);
  expect(bench.site.controls.values().next().value?.singlePeriod).toBe(false);
});

test('SI27: where nobody says that the drop has begun, its limits hold all the same, for raises and renewals', () => {
  const { bench, announce } = settled();
  announce({ 1: 20, 2: 20 }, { 1: 20, 2: 6 });
  acceptAll(bench);
  bench.after(IN_MS + RULES.leaseMarginMs);
  bench.measure(2, 6, 6);
  acceptAll(bench);
  // 20 + 6 are all of it: with nobody to say so, the other one stays where it is.
  expect([bench.committedA(1), bench.committedA(2)]).toEqual([20, 6]);
  bench.decide({ 1: 20, 2: 20 }, 600_000, 1, { drop: { atMs: bench.nowMs - 1, powerW: DROP_W } });
  expect(acceptAll(bench).filter(({ intent }) => intent.increase)).toEqual([]);
  // A decision that knows of no drop any more is the end of it.
  bench.decide({ 1: 20, 2: 20 });
  expect(acceptAll(bench).filter(({ intent }) => intent.increase)).toHaveLength(1);
});

test('HO-5, SI27: beside the hardware maximum of a station that has booted a lease is no decrease: it must fit under the drop', () => {
  const { bench, announce, untilDrop } = settled();
  announce({ 1: 20, 2: 20 }, { 1: 6, 2: 20 });
  acceptAll(bench);
  bench.boot(1);
  for (const command of bench.pass()) bench.answer(command, 'rejected');
  bench.startTransaction(1);
  bench.after(1_000);
  announce({ 1: 8, 2: 20 }, { 1: 8, 2: 20 });
  expect(bench.members(1).map(({ kind }) => kind)).toContain('hardware-maximum');
  const [lease] = bench.pass().filter(({ intent }) => intent.purpose === 'lease');
  // 20 + 8 are more than 26.
  expect(lease && untilDrop(lease)).toBe('ST-1 8, ends -5 s');
});

/** What the gate of the drop says of a lease of the second station; by default it goes on behind it. */
function mayGoOn(bench: Bench, dropMs: number, deciA: number, untilMs = dropMs + 30_000): boolean | undefined {
  const { model, readings } = bench.site;
  bench.decide({ 1: 20, 2: 20 }, 600_000, 1, { drop: { atMs: dropMs, powerW: DROP_W } });
  const second = model?.evses.get(evseNumber(2));
  if (model === undefined || second === undefined) throw new Error('no such site');
  const time = { nowMs: bench.nowMs, leaseNowMs: bench.nowMs, marginMs: RULES.leaseMarginMs };
  const loads = {
    otherLoad: otherLoadNow(model, readings, bench.nowMs),
    horizonLoad: otherLoadHorizon(model, readings, bench.nowMs),
  };
  const gate = createDropGate(bench.site, { model, masks: new Map(), ...time, ...loads });
  return gate?.allows(second, { limit: deciAmps(deciA), untilMs }, true);
}

test('HO-16, SI27: a lease that ends less than its margin before the drop counts at it', () => {
  const { bench } = settled();
  const { untilMs = 0 } = bench.members(1).find(({ kind }) => kind === 'acknowledged') ?? {};
  // 6 A of the permanent limit and 20 A are the 26 A that are left then; two leases of 20 A are not.
  expect(mayGoOn(bench, untilMs + RULES.leaseMarginMs, 200)).toBe(true);
  const dropMs = untilMs + RULES.leaseMarginMs - 1;
  expect(mayGoOn(bench, dropMs, 200)).toBe(false);
  // The same holds of the lease that is asked for.
  expect(mayGoOn(bench, dropMs, 200, dropMs - RULES.leaseMarginMs)).toBe(true);
  expect(mayGoOn(bench, dropMs, 200, dropMs - RULES.leaseMarginMs + 1)).toBe(false);
});

test('SI4, SI27: a drop that is too near for a decrease to be obeyed by then lets nobody have more', () => {
  const { bench } = settled();
  bench.after(2 * 120_000);
  for (const number of [1, 2]) bench.measure(number, 6, 6);
  const inMs = OBEYS_WITHIN_MS + 1;
  // Both are at their permanent limit by then; 10 A more would fit.
  expect(mayGoOn(bench, bench.nowMs + inMs, 160)).toBe(true);
  expect(mayGoOn(bench, bench.nowMs + inMs - 1, 160)).toBe(false);
  expect(mayGoOn(bench, bench.nowMs + inMs - 1, 60)).toBe(true);
});

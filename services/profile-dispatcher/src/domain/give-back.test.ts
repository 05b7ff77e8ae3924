import { expect, test } from '@jest/globals';
import { abilitiesTold } from '../testing/abilities-told.ts';
import { Bench, SETTLE_MS } from '../testing/bench.ts';
import { type BenchOptions, evseNumber, LEASE_MS, stationNumber } from '../testing/bench-site.ts';
import { givingA, toldBack } from '../testing/told-back.ts';
import { controlOf } from './site-state.ts';

/** Cars that may give back 32 A each, into a building that draws 90 A of each phase; the first two hang on a feeder. */
const SITE_OF_GIVERS = { ratingA: 150, worstLoadA: 90, givesA: 32, feederA: 40 } as const;

/** A decision, with a fresh reading of the building's meter beside it. */
function decide(bench: Bench, targetsA: Record<number, number>, givesA: Record<number, number>, validMs = 600_000) {
  bench.readMeter(90);
  bench.decide(targetsA, validMs, 1, { givesA });
  return bench.pass();
}

/** One station after the other has its limit, obeyed for a while, and nobody gives anything. */
function charging(options: BenchOptions = {}): Bench {
  const bench = Bench.charging({ ...SITE_OF_GIVERS, ...options });
  bench.readMeter(90);
  bench.settleAt({ 1: 6, 2: 6 });
  return bench;
}

function giving(options: BenchOptions = {}, givesA = 20): Bench {
  const bench = charging(options);
  for (const command of decide(bench, { 1: 6, 2: 6 }, { 1: givesA })) bench.answer(command);
  bench.after(SETTLE_MS);
  return bench;
}

const controlOf1 = (bench: Bench) => controlOf(bench.site, stationNumber(1), 1);
const lastRecord = (bench: Bench) =>
  bench.records.findLast((record) => record.kind === 'committed-changed' && record.stationId === stationNumber(1));

test('MD18: what a car is to give back stands in its lease beside the limit, in the intent, and in what counts from before the send (SI3)', () => {
  const bench = charging();
  const sent = decide(bench, { 1: 10, 2: 6 }, { 1: 20 });
  expect(toldBack(sent)).toEqual(['ST-1 10 -20']);
  expect(sent[0]?.command.profile.periods).toEqual([{ startS: 0, amount: 100, numberPhases: 3, discharge: 200 }]);
  expect(sent[0]?.intent).toMatchObject({ limit: 100, discharge: 200, increase: true });
  expect(givingA(bench, 1)).toBe(20);
  expect(lastRecord(bench)).toMatchObject({ committed: 100, discharge: 200 });
});

test('a decision that ends it is less given, and leaves at once, although the last answer is awaited (SI12)', () => {
  const bench = charging();
  decide(bench, { 1: 6, 2: 6 }, { 1: 20 });
  expect(toldBack(decide(bench, { 1: 6, 2: 6 }, { 1: 8 }))).toEqual(['ST-1 6 -8']);
  // As little is on its way already.
  expect(toldBack(decide(bench, { 1: 6, 2: 6 }, { 1: 8 }))).toEqual([]);
  expect(toldBack(decide(bench, { 1: 6, 2: 6 }, {}))).toEqual(['ST-1 6 0']);
  expect(givingA(bench, 1)).toBe(20);
});

test('less given goes ahead of a limit that is raised; that follows once it is answered', () => {
  const bench = giving();
  const less = decide(bench, { 1: 16, 2: 6 }, {});
  expect(toldBack(less)).toEqual(['ST-1 6 0']);
  for (const command of less) bench.answer(command);
  expect(toldBack(decide(bench, { 1: 16, 2: 6 }, {}))).toEqual(['ST-1 16 0']);
});

test('SI4: what was given up counts until it is seen given up, or its lease is over', () => {
  const seen = giving();
  for (const command of decide(seen, { 1: 6, 2: 6 }, { 1: 6 })) seen.answer(command);
  expect(givingA(seen, 1)).toBe(20);
  seen.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 20 });
  seen.after(SETTLE_MS);
  seen.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 6 });
  expect(givingA(seen, 1)).toBe(6);

  const unseen = giving();
  for (const command of decide(unseen, { 1: 6, 2: 6 }, {})) unseen.answer(command);
  unseen.after(LEASE_MS);
  unseen.pass();
  expect(givingA(unseen, 1)).toBe(0);
  expect(controlOf1(unseen).back).toBeUndefined();
  // Who reads the records from here knows that it is over, and does not take it for ignorance.
  expect(lastRecord(unseen)).toMatchObject({ discharge: 0 });
});

test('HO-8: of a station that is away it counts without end, and stays over once it was over', () => {
  const bench = giving();
  bench.disconnect(1);
  bench.after(10 * LEASE_MS);
  bench.pass();
  expect(givingA(bench, 1)).toBe(20);
  bench.connect(1);
  bench.pass();
  expect(givingA(bench, 1)).toBe(0);
});

test('a decision that is stale lets nobody give anything, and says so at once', () => {
  const bench = charging();
  for (const command of decide(bench, { 1: 6, 2: 6 }, { 1: 20 }, 30_000)) bench.answer(command);
  bench.after(29_000);
  expect(toldBack(bench.pass())).toEqual([]);
  bench.after(1_000);
  expect(toldBack(bench.pass())).toEqual(['ST-1 6 0']);
});

test('an EVSE that no decision names any more gives nothing', () => {
  const bench = giving();
  expect(toldBack(decide(bench, { 2: 6 }, {}))).toEqual(['ST-1 6 0']);
});

test('a station that refuses to let its car give back is told its limit alone, until its next transaction', () => {
  const bench = charging();
  for (const command of decide(bench, { 1: 10, 2: 6 }, { 1: 20 })) bench.answer(command, 'rejected');
  expect(givingA(bench, 1)).toBe(0);
  const alone = decide(bench, { 1: 10, 2: 6 }, { 1: 20 });
  expect(toldBack(alone)).toEqual(['ST-1 10 0']);
  for (const command of alone) bench.answer(command);
  bench.endTransaction(1);
  bench.startTransaction(1, 2);
  bench.readMeter(90);
  bench.after(60_000);
  bench.readMeter(90);
  bench.decide({ 1: 10 }, 600_000, 2, { givesA: { 1: 20 } });
  expect(toldBack(bench.pass())).toEqual(['ST-1 10 -20']);
});

test('H86: who refuses 0 A with a setpoint has not refused 0 A', () => {
  const bench = charging();
  for (const command of decide(bench, { 1: 0, 2: 6 }, {})) bench.answer(command);
  const refused = decide(bench, { 1: 0, 2: 6 }, { 1: 20 });
  expect(toldBack(refused)).toEqual(['ST-1 0 -20']);
  for (const command of refused) bench.answer(command, 'rejected');
  expect(controlOf1(bench).refusal).toBeUndefined();
});

const answered = (modes: string | undefined) => (bench: Bench) =>
  modes === undefined
    ? bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: undefined })
    : bench.take(abilitiesTold(bench.of(1), modes));

test.each<[string, (bench: Bench) => void]>([
  ['speaks 2.0.1', (bench) => bench.connect(1, 0, 'ocpp2.0.1')],
  ['speaks 1.6', (bench) => bench.connect(1, 0, 'ocpp1.6')],
  ['follows no setpoint', answered('ChargingOnly,ExternalSetpoint')],
  [
    'has a clock that nobody knows, so that its lease has no sure end',
    (bench) => bench.take({ kind: 'station-booted', ...bench.of(1), onRequest: true }),
  ],
])('a station that %s is never told to', (_, become) => {
  const bench = charging();
  become(bench);
  for (const command of bench.pass()) bench.answer(command);
  expect(toldBack(decide(bench, { 1: 8, 2: 6 }, { 1: 20 }))).toEqual(['ST-1 8 0']);
});

test('nor one that draws more than it was told', () => {
  const bench = giving();
  bench.after(SETTLE_MS);
  bench.measure(1, 20, undefined);
  expect(controlOf1(bench).disobedience).toBeDefined();
  bench.readMeter(90);
  expect(toldBack(bench.pass())).toEqual(['ST-1 6 0']);
});

test('UD5, SI6: a station whose car gives back more than it was told is told once more, counts with what flows, and is told to give nothing', () => {
  const bench = giving();
  bench.after(SETTLE_MS);
  bench.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 21 });
  expect(controlOf1(bench).disobedience).toBeUndefined();
  bench.after(1_000);
  bench.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 26 });
  expect(givingA(bench, 1)).toBe(27.3);
  bench.readMeter(90);
  expect(toldBack(bench.pass())).toEqual(['ST-1 6 0']);
  expect(bench.records.find((record) => record.kind === 'evse-disobeys')).toMatchObject({
    ...{ step: 'resend', told: 200, draw: 260, givesBack: true },
  });
  // What is drawn meanwhile does not excuse it.
  for (let passed = 0; passed < 24; passed += 12) {
    bench.after(12_000);
    bench.measure(1, 0, undefined);
  }
  expect(controlOf1(bench).disobedience).toMatchObject({ step: 'resend', givesBack: true });
  for (let passed = 0; passed < 60; passed += 10) {
    bench.after(10_000);
    bench.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 26 });
    for (const command of bench.pass()) bench.answer(command);
  }
  expect(controlOf1(bench).disobedience).toMatchObject({ step: 'stop', givesBack: true });
  for (let passed = 0; passed < 20; passed += 10) {
    bench.after(10_000);
    bench.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 0 });
    bench.pass();
  }
  expect(controlOf1(bench).disobedience).toBeUndefined();
});

test('a station that has just taken less has its time to come down', () => {
  const bench = giving();
  for (const command of decide(bench, { 1: 6, 2: 6 }, {})) bench.answer(command);
  bench.after(SETTLE_MS);
  bench.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 20 });
  expect(controlOf1(bench).disobedience).toBeUndefined();
  bench.after(SETTLE_MS);
  bench.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 20 });
  expect(controlOf1(bench).disobedience).toBeDefined();
});

test('a car that gives back unasked is seen, and counts; of an EVSE that only takes it is a fault of its meter', () => {
  const bench = charging();
  bench.after(SETTLE_MS);
  bench.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 0.5 });
  expect(controlOf1(bench)).not.toHaveProperty('back');
  bench.after(1_000);
  bench.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 10 });
  expect(givingA(bench, 1)).toBe(10.5);
  expect(controlOf1(bench).disobedience).toMatchObject({ step: 'resend', givesBack: true });

  const only = Bench.charging({ stations: 1 });
  only.settleAt({ 1: 6 });
  only.after(SETTLE_MS);
  only.measurePhases(1, { l1: 0, l2: 0, l3: 0 }, { givenA: 10 });
  expect(only.site.controls.get(evseNumber(1))?.disobedience).toBeUndefined();
});

test('MD18: what fits beside the others goes, in whole amperes; the rest when it is seen given up', () => {
  const bench = giving({}, 25.5);
  expect(toldBack(decide(bench, { 1: 6, 2: 6 }, { 1: 25.5, 2: 20 }))).toEqual(['ST-2 6 -14']);
});

test('two of one pass do not share the same room', () => {
  const bench = charging();
  expect(toldBack(decide(bench, { 1: 6, 2: 6 }, { 1: 30, 2: 30 }))).toEqual(['ST-1 6 -30', 'ST-2 6 -10']);
});

test('what is less than a car can give is nothing, and leaves no message', () => {
  const bench = giving({ feederA: 36 }, 31);
  expect(toldBack(decide(bench, { 1: 6, 2: 6 }, { 1: 31, 2: 20 }))).toEqual([]);
  expect(givingA(bench, 2)).toBe(0);
});

test('a lease is renewed with what it gives; where that fits no more, with what does', () => {
  const bench = giving();
  bench.after(LEASE_MS / 2);
  const renewed = decide(bench, { 1: 6, 2: 6 }, { 1: 20 });
  expect(toldBack(renewed)).toContain('ST-1 6 -20');
  for (const command of renewed) bench.answer(command);
  bench.after(LEASE_MS / 2 + 1_000);
  // The building's meter is silent: nothing is seen to keep it from flowing out.
  bench.decide({ 1: 6, 2: 6 }, 600_000, 1, { givesA: { 1: 20 } });
  expect(toldBack(bench.pass())).toContain('ST-1 6 0');
});

test('a raise that finds no room holds up nothing that flows back', () => {
  const bench = charging({ ratingA: 102 });
  expect(toldBack(decide(bench, { 1: 32, 2: 6 }, { 1: 20 }))).toEqual(['ST-1 6 -20']);
});

test('SI7: less given leaves also where its limit may not be told anew: at the permanent one', () => {
  const bench = Bench.charging({ ...SITE_OF_GIVERS, ratingA: 110 });
  bench.readMeter(60);
  bench.settleAt({ 1: 20 });
  bench.readMeter(60);
  bench.decide({ 1: 20 }, 600_000, 1, { givesA: { 1: 20 } });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(SETTLE_MS);
  bench.take({ kind: 'station-booted', ...bench.of(1) });
  bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs });
  for (const command of bench.pass()) bench.answer(command, 'rejected');
  bench.readMeter(90);
  bench.decide({ 1: 20 }, 600_000, 1, {});
  expect(toldBack(bench.pass())).toEqual(['ST-1 6 0']);
});

test('HO-2: an owner who may not raise yet lets nobody go on', () => {
  const bench = giving();
  bench.shard.raising = { kind: 'fencing' };
  expect(toldBack(decide(bench, { 1: 0, 2: 6 }, { 1: 20 }))).toEqual(['ST-1 0 0']);
  bench.shard.raising = { kind: 'allowed' };
  for (const command of bench.sent.slice(-1)) bench.answer(command);
  bench.after(60_000);
  expect(toldBack(decide(bench, { 1: 0, 2: 6 }, { 1: 20 }))).toContain('ST-1 0 -20');
});

test('its end is that of its transaction, unless nobody knows whether it was heard', () => {
  const heard = giving();
  heard.endTransaction(1);
  expect(givingA(heard, 1)).toBe(0);
  const unheard = charging();
  decide(unheard, { 1: 6, 2: 6 }, { 1: 20 });
  unheard.endTransaction(1);
  expect(givingA(unheard, 1)).toBe(20);
});

test('OD9: more of it is told no more often than a limit is raised', () => {
  const bench = charging();
  const sent: number[] = [];
  for (let second = 0; second < 60; second += 1) {
    const commands = decide(bench, { 1: 6, 2: 6 }, { 1: 10 + second / 10 });
    sent.push(commands.length);
    for (const command of commands) bench.answer(command);
    bench.after(1_000);
  }
  // At once, and then whole amperes, ten seconds apart.
  expect(sent.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(7);
});

test('without anything to give back nothing of it is in any record', () => {
  const bench = charging();
  bench.decide({ 1: 16, 2: 8 });
  for (const command of bench.pass()) bench.answer(command);
  bench.pass();
  expect(JSON.stringify([...bench.records, ...bench.sent.map(({ command }) => command)])).not.toMatch(/discharge/i);
  expect(bench.site.controls.get(evseNumber(1))).not.toHaveProperty('back');
});

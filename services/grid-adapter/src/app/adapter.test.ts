import { expect, test } from '@jest/globals';
import { err, ok } from '@headroom/kernel';
import { SEGMENTS_MAX } from '../domain/bounds.ts';
import { event, limit, price } from '../domain/test-support/events.ts';
import { MINUTE_MS, SITE, SOURCE, world } from '../testing/rig.ts';
import { HOLD_EVERY_MS, HOLD_FOR_MS } from './adapter.ts';
import { FIRST_POLL_PATIENCE_MS, REPEAT_EVERY_MS, TICK_MS } from './tenure.ts';

/** From noon for an hour, 50 kW. */
const EVENT = event();
const SILENT = err('There is no whole answer (ECONNREFUSED).');
const WITH_FALLBACK = {
  ...SOURCE,
  fallbackLimitW: 30_000,
  limits: { ...SOURCE.limits, restore: { maxDelayMs: 0, rampMs: 4 * MINUTE_MS, stepMs: 2 * MINUTE_MS } },
};

test('an event becomes a timeline of its site, once, and a note for people', async () => {
  const it = world();
  it.vtn.events = [EVENT];
  it.vtn.programs = [{ id: 'p1', programName: 'site limit' }];
  await it.adapter().start();
  await it.time.pass(0);
  expect(it.lines()).toEqual(['-10..0 100 own', '0..60 50 event e1', '60.. 100 own']);
  expect(it.notes()).toMatchObject([{ kind: 'set', eventId: 'e1', programName: 'site limit', sentence: '' }]);
  expect(it.notes()[0]?.periods).toHaveLength(1);
  expect(it.states()).toEqual(['dso heard']);
  await it.time.pass(MINUTE_MS);
  expect([it.timelines().length, it.facts.length]).toEqual([1, 3]);
});

test('what is published was saved before, under a version that rises', async () => {
  const it = world();
  await it.adapter().start();
  await it.time.pass(0);
  it.vtn.events = [EVENT];
  await it.time.pass(20_000);
  expect(it.timelines().map(({ version }) => version)).toEqual([1, 2]);
  expect((await it.store.load()).get('dso')?.known.events).toHaveLength(1);
  const published = it.order.flatMap((step, index) => (step === 'publish' ? [it.order[index - 1]] : []));
  expect(new Set(published)).toEqual(new Set(['save']));
});

test('DR-T12: a cancelled event is confirmed, told, and gone from the timeline', async () => {
  const it = world();
  it.vtn.events = [EVENT];
  await it.adapter().start();
  await it.time.pass(11 * MINUTE_MS);
  it.vtn.events = [];
  await it.time.pass(11_000);
  expect(it.lines()).toEqual([expect.stringMatching(/^1\.\d+\.\. 100 own$/)]);
  expect(it.notes().map(({ kind }) => kind)).toEqual(['set', 'set', 'set', 'cancelled']);
});

test('DR-E26, DR-E27: a VTN that is lost is told, its events run to their end, then the fallback holds, and ends by a ramp', async () => {
  const it = world();
  it.vtn.events = [EVENT];
  await it.adapter([WITH_FALLBACK]).start();
  await it.time.pass(9 * MINUTE_MS);
  it.vtn.trouble = SILENT;
  await it.time.pass(2 * MINUTE_MS);
  expect(it.states().at(-1)).toBe('dso lost');
  expect(it.lines()).toEqual(['0..60 50 event e1', '60.. 30 event fallback']);
  it.vtn.trouble = ok({ status: 503, body: undefined });
  await it.time.pass(60 * MINUTE_MS);
  expect(it.sentences().at(-1)).toMatch(/known events run to their end\. The answer has status 503\.$/);
  expect(it.warnings.filter((each) => each.startsWith('grid.source-lost'))).toHaveLength(1);
  it.vtn.trouble = undefined;
  it.vtn.events = [];
  await it.time.pass(6 * MINUTE_MS);
  expect(it.states().at(-1)).toBe('dso heard');
  const kW = it
    .timelines()
    .at(-1)
    ?.segments.map(({ limitW, cause }) => `${limitW / 1e3} ${cause.kind}`);
  expect(kW?.at(-1)).toBe('100 own');
  const all = it
    .timelines()
    .flatMap(({ segments }) => segments.map(({ limitW, cause }) => `${limitW / 1e3} ${cause.kind}`));
  expect(all).toEqual(expect.arrayContaining(['53.333 restore', '76.666 restore']));
});

test('a poll that fails is told to people at once and once, and so is the next one that does not', async () => {
  const it = world();
  await it.adapter().start();
  await it.time.pass(0);
  it.vtn.trouble = SILENT;
  await it.time.pass(40_000);
  it.vtn.trouble = undefined;
  await it.time.pass(40_000);
  expect(it.sentences()).toEqual([
    'The VTN answers.',
    'The last poll failed: There is no whole answer (ECONNREFUSED).',
    'The VTN answers.',
  ]);
  expect(new Set(it.states())).toEqual(new Set(['dso heard']));
  expect(it.timelines()).toHaveLength(1);
});

test('DR-E27: a VTN that never answers is told, and counts as lost once we have listened for long enough', async () => {
  const it = world();
  it.vtn.trouble = SILENT;
  await it.adapter([WITH_FALLBACK]).start();
  await it.time.pass(59_000);
  expect([it.states(), it.lines()]).toEqual([['dso never-heard'], ['-10.. 100 own']]);
  await it.time.pass(2_000);
  expect(it.lines()).toEqual(['-9.. 30 event fallback']);
});

test('DR-D4: after a restart the timeline goes on where it was, without a jump, in a higher version', async () => {
  const it = world();
  it.vtn.events = [event({ intervals: [limit(0, 50, { randomizeStart: 'PT5M' })] })];
  const first = it.adapter();
  await first.start();
  await it.time.pass(0);
  const before = it.lines();
  await first.stop();
  await it.time.pass(MINUTE_MS);
  await it.adapter().start();
  await it.time.pass(0);
  expect(it.timelines().map(({ version }) => version)).toEqual([1, 2]);
  expect(it.lines()).toEqual(before.map((line) => line.replace('-10..', '-9..')));
});

test('DR-D4: who was away for long asks the VTN before it says anything: its own absence is no loss', async () => {
  const it = world();
  const first = it.adapter([WITH_FALLBACK]);
  await first.start();
  await it.time.pass(0);
  await first.stop();
  await it.time.pass(30 * MINUTE_MS);
  let open = (): void => {};
  it.vtn.gate = new Promise((resolve) => {
    open = resolve;
  });
  await it.adapter([WITH_FALLBACK]).start();
  await it.time.pass(FIRST_POLL_PATIENCE_MS - 1_000);
  expect(it.timelines()).toHaveLength(1);
  open();
  await it.time.pass(0);
  expect([it.timelines().length, it.lines()]).toEqual([2, [expect.stringMatching(/\.\. 100 own$/)]]);
  expect(it.states()).toEqual(['dso heard', 'dso heard']);
});

test('a first poll that hangs holds nothing up for longer than its patience', async () => {
  const it = world();
  it.vtn.gate = new Promise(() => {});
  await it.adapter().start();
  await it.time.pass(FIRST_POLL_PATIENCE_MS - 1);
  expect(it.timelines()).toHaveLength(0);
  await it.time.pass(1);
  expect(it.timelines()).toHaveLength(1);
});

test('while the log takes nothing the newest is kept, and told once it does', async () => {
  const it = world();
  await it.adapter().start();
  await it.time.pass(0);
  it.logTrouble = new Error('the log is away');
  it.vtn.events = [EVENT];
  await it.time.pass(MINUTE_MS);
  expect([it.timelines().length, (await it.store.load()).get('dso')?.known.events.length]).toEqual([1, 1]);
  it.logTrouble = undefined;
  await it.time.pass(TICK_MS);
  expect(it.lines().at(1)).toBe('0..60 50 event e1');
  expect(it.notes().map(({ kind }) => kind)).toEqual(['set']);
});

test('who is no longer the one that acts publishes nothing, whatever comes back to it late', async () => {
  const it = world();
  const [one, other] = [it.adapter(), it.adapter()];
  await one.start();
  await it.time.pass(0);
  await other.start();
  expect([one.isActing(), other.isActing()]).toEqual([true, false]);
  // The first one sleeps: its lease runs out, and the second takes over.
  const { hold } = it.store;
  await it.store.release('holder-1');
  expect(await hold('holder-2', HOLD_FOR_MS)).toBe(2);
  const count = it.facts.length;
  it.vtn.events = [EVENT];
  await it.time.pass(HOLD_EVERY_MS);
  expect([one.isActing(), other.isActing()]).toEqual([false, true]);
  await it.time.pass(60_000);
  // Told by the second alone: one change, one note; its first timeline and the changed one.
  expect(it.facts.slice(count).filter(({ kind }) => kind === 'note')).toHaveLength(1);
  expect(new Set(it.timelines().map(({ version }) => version)).size).toBe(it.timelines().length);
});

test('an answer that comes after the end begins nothing: no poll follows it', async () => {
  const it = world();
  const adapter = it.adapter();
  await adapter.start();
  await it.time.pass(0);
  let open = (): void => {};
  it.vtn.gate = new Promise((resolve) => {
    open = resolve;
  });
  await it.time.pass(SOURCE.pollEveryMs);
  await adapter.stop();
  open();
  await it.time.pass(0);
  const count = it.vtn.requests.length;
  await it.time.pass(MINUTE_MS);
  expect(it.vtn.requests).toHaveLength(count);
});

test('of two instances the second acts at once when the first one stops', async () => {
  const it = world();
  const [one, other] = [it.adapter(), it.adapter()];
  await one.start();
  await other.start();
  await it.time.pass(0);
  await one.stop();
  await it.time.pass(2_500);
  expect(other.isActing()).toBe(true);
});

test('A28: the own limit of a site moves its timeline, and no signal rises above it', async () => {
  const it = world();
  it.vtn.events = [EVENT];
  const adapter = it.adapter();
  await adapter.start();
  await it.time.pass(0);
  adapter.putSite({ ...SITE, siteW: 20_000 });
  await it.time.pass(0);
  expect(it.lines()).toEqual(['-10.. 20 own']);
  adapter.putSite({ ...SITE, siteW: 20_000 });
  await it.time.pass(0);
  expect(it.timelines()).toHaveLength(2);
});

test('a target that no site document has is named once, and gets its timeline when it comes', async () => {
  const it = world();
  const targets = new Map([['feeder', [{ siteId: 's1', circuitId: 'panel' }, { siteId: 's2' }]]]);
  const adapter = it.adapter([{ ...SOURCE, routing: { ...SOURCE.routing, targets } }]);
  it.vtn.events = [event({ targets: ['feeder'], intervals: [limit(0, 10)] })];
  await adapter.start();
  await it.time.pass(MINUTE_MS);
  expect(it.lines('panel')).toEqual(['-10..0 40 own', '0..60 10 event e1', '60.. 40 own']);
  await it.time.pass(REPEAT_EVERY_MS);
  expect(it.warnings.filter((each) => each.includes('s2'))).toHaveLength(1);
  adapter.putSite({ ...SITE, siteId: 's2' });
  await it.time.pass(0);
  expect(it.timelines().some(({ target }) => target.siteId === 's2')).toBe(true);
  adapter.dropSite('s2');
  await it.time.pass(0);
  expect(it.warnings.filter((each) => each.includes('s2'))).toHaveLength(2);
});

test('a note names the circuits that are asked, unless the grid connection of their site is asked as well', async () => {
  const it = world();
  const feeder = [{ siteId: 's1', circuitId: 'roof' }, { siteId: 's2' }, { siteId: 's1', circuitId: 'panel' }];
  const targets = new Map([
    ['feeder', feeder],
    ['all', [{ siteId: 's1' }]],
  ]);
  const adapter = it.adapter([{ ...SOURCE, routing: { ...SOURCE.routing, targets } }]);
  it.vtn.events = [
    event({ id: 'part', targets: ['feeder'], intervals: [limit(0, 10)] }),
    event({ id: 'whole', targets: ['feeder', 'all'], intervals: [limit(0, 10)] }),
  ];
  await adapter.start();
  await it.time.pass(0);
  const asked = it.notes().map(({ eventId, circuitIds }) => `${eventId}: ${circuitIds?.join(' ') ?? 'all'}`);
  // Of two sites each.
  expect(asked.toSorted()).toEqual(['part: all', 'part: panel roof', 'whole: all', 'whole: all']);
});

test('an event for somebody else is told, and moves nothing', async () => {
  const it = world();
  const targets = new Map([['ours', [{ siteId: 's1' }]]]);
  it.vtn.instead.set('/events?', ok({ status: 200, body: [event({ targets: ['theirs'] })] }));
  await it.adapter([{ ...SOURCE, routing: { ...SOURCE.routing, targets } }]).start();
  await it.time.pass(MINUTE_MS);
  expect(it.lines()).toEqual(['-10.. 100 own']);
  expect(it.notes()).toMatchObject([{ kind: 'unrouted', eventId: 'e1' }]);
});

test('a refused event is told once, not at each poll, and what was known of it stays', async () => {
  const it = world();
  it.vtn.events = [EVENT];
  await it.adapter().start();
  await it.time.pass(0);
  const before = it.lines();
  it.vtn.events = [event({ modificationDateTime: '2026-03-01T09:00:00Z', intervals: [limit(0, 'NaN')] })];
  await it.time.pass(MINUTE_MS);
  expect(it.lines()).toEqual(before);
  expect(it.notes().filter(({ kind }) => kind === 'refused')).toMatchObject([
    { eventId: 'e1', sentence: expect.stringMatching(/"NaN"/) },
  ]);
});

test('everything is told again at a slow period, so that a new reader finds it', async () => {
  const it = world();
  it.vtn.events = [EVENT];
  await it.adapter().start();
  await it.time.pass(REPEAT_EVERY_MS - TICK_MS);
  expect([it.timelines().length, it.notes().length, it.states().length]).toEqual([1, 1, 1]);
  await it.time.pass(TICK_MS);
  expect([it.timelines().length, it.notes().length, it.states().length]).toEqual([2, 2, 2]);
});

test('the first segment over the bound is the lowest limit of all that lie beyond it', async () => {
  const it = world();
  // A limit a second, the lowest of them near the end.
  const kW = (n: number) => (n === SEGMENTS_MAX + 100 ? 3 : 40 + (n % 2));
  const steps = Array.from({ length: SEGMENTS_MAX + 200 }, (_, n) => limit(n, kW(n), { duration: 'PT1S' }));
  it.vtn.events = [event({ intervals: steps })];
  await it.adapter().start();
  await it.time.pass(0);
  const segments = it.timelines().at(-1)?.segments ?? [];
  expect([segments.length, segments.at(-1)]).toEqual([
    SEGMENTS_MAX,
    expect.objectContaining({ limitW: 3_000, cause: expect.objectContaining({ eventId: 'e1' }) }),
  ]);
  expect(segments.at(-1)).not.toHaveProperty('endMs');
});

test('signals of two sources meet on one timeline: the lower limit, the price of the other', async () => {
  const it = world();
  const prices = {
    ...SOURCE,
    name: 'retailer',
    programIds: ['p2'],
    routing: { ...SOURCE.routing, source: 'retailer' },
  };
  it.vtn.events = [EVENT, event({ id: 'e2', programID: 'p2', intervals: [price(0, [0.25])] })];
  await it.adapter([{ ...SOURCE, programIds: ['p1'] }, prices]).start();
  await it.time.pass(0);
  expect(it.timelines().at(-1)?.segments[1]).toMatchObject({
    limitW: 50_000,
    cause: { source: 'dso', programId: 'p1', eventId: 'e1' },
    price: { microPerKwh: 250_000, source: 'retailer', eventId: 'e2' },
  });
});

const NOON = Date.parse('2026-03-01T12:00:00Z');
const NOW_FOR_A_MINUTE = { start: '0001-01-01T00:00:00Z', duration: 'PT1M' };

test.each([-3_600_000, -5_000, 5_000, 3_600_000])(
  'DR-A10: of a VTN whose clock is %d ms off the dates of versions count among themselves; an event holds by our clock',
  async (skewMs) => {
    const it = world();
    const dated = (afterMs: number, kW: number) =>
      event({
        modificationDateTime: new Date(NOON - 10 * MINUTE_MS + skewMs + afterMs).toISOString(),
        intervals: [limit(0, kW)],
      });
    const now = event({ ...dated(0, 20), id: 'now', intervalPeriod: NOW_FOR_A_MINUTE });
    it.vtn.events = [dated(0, 50), now];
    await it.adapter().start();
    await it.time.pass(0);
    expect(it.lines()).toEqual(['-10..-9 20 event now', '-9..0 100 own', '0..60 50 event e1', '60.. 100 own']);
    it.vtn.events = [dated(1, 40), now];
    await it.time.pass(MINUTE_MS);
    // A version from before, out of some cache.
    it.vtn.events = [dated(0, 50), now];
    await it.time.pass(MINUTE_MS);
    expect(it.lines().at(-2)).toBe('0..60 40 event e1');
  },
);

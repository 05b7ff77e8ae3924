import { expect, test } from '@jest/globals';
import { countStates, matches, NO_FILTER } from './evse-filter.ts';
import { stateLook } from './evse-state.ts';
import { batteryWords, evseView, explainSteps, leaseWords, readyOf, sameView } from './evse-view.ts';
import { EVSE_TRUST_MS, freshness } from './freshness.ts';
import type { EvseLive } from './live-site.ts';
import { supportText } from './support-text.ts';
import { aSession, aSite, anEvse, NOW_MS } from './testing/site.ts';

const viewOf = (part: Partial<EvseLive>, sinceReceivedMs = 0) =>
  evseView(anEvse(part), { site: aSite(), sinceReceivedMs });

test('between two phases an EVSE gives 1.73 times the voltage for each ampere: the scale, and the steps of the way', () => {
  const between = anEvse({ phases: ['l1', 'l2'], wiring: 'line-to-line', drawnKw: 1, commandedKw: 1, offeredKw: 1 });
  expect(evseView(between, { site: aSite(), sinceReceivedMs: 0 }).scaleKw).toBe('13');
  expect(
    explainSteps(between, aSite())
      .slice(0, 2)
      .map(({ kw }) => kw?.toFixed(2)),
  ).toEqual(['12.75', '6.37']);
  const split = { ...between, wiring: 'split-phase' } as const;
  expect(explainSteps(split, aSite())[0]?.kw).toBe(14.72);
});

test('UX4: commanded, offered and drawn are three values on one scale that ends at what the EVSE can give', () => {
  const view = viewOf({ drawnKw: 5.52 });
  expect([view.commanded, view.offered, view.drawn]).toEqual(['11.0', '11.0', '5.5']);
  expect([view.commandedPercent, view.offeredPercent, view.drawnPercent]).toEqual([50, 50, 25]);
  expect(view.scaleKw).toBe('22');
});

test('a single-phase EVSE has a scale of its own phase', () => {
  expect(viewOf({ phases: ['l2'], commandedKw: 3.68, offeredKw: null, drawnKw: 3.68 })).toMatchObject({
    scaleKw: '7',
    commandedPercent: 50,
    offeredPercent: null,
    offered: '–',
  });
});

test('LK16: fresh at two periods, ageing after them, gone after the limit of trust; the server can only make it worse', () => {
  const of = (ageMs: number | null, stale = false) => freshness({ ageMs, stale, periodMs: 10_000, trustMs: 60_000 });
  expect([of(20_000), of(20_001), of(60_000), of(60_001)]).toEqual(['fresh', 'ageing', 'ageing', 'gone']);
  expect([of(1000, true), of(null), of(null, true)]).toEqual(['ageing', 'fresh', 'gone']);
});

test('UX2: the age runs on while no document comes, until the number is a dash', () => {
  expect(viewOf({ ageMs: 2000 }, 0)).toMatchObject({ age: '2\u202fs', freshness: 'fresh', drawn: '10.0' });
  expect(viewOf({ ageMs: 2000 }, 30_000)).toMatchObject({ age: '32\u202fs', freshness: 'ageing', drawn: '10.0' });
  expect(viewOf({ ageMs: 2000 }, EVSE_TRUST_MS)).toMatchObject({ freshness: 'gone', drawn: '–', drawnPercent: 0 });
});

test('a station that is not connected is never shown as fresh', () => {
  expect(viewOf({ connected: false, state: 'offline', ageMs: 1000 }).freshness).toBe('ageing');
  expect(viewOf({ connected: false, state: 'offline', ageMs: null }).freshness).toBe('gone');
});

test('silence without a transaction is no fault', () => {
  expect(viewOf({ session: null, state: 'free', ageMs: 900_000 }).freshness).toBe('fresh');
  expect(viewOf({ session: null, state: 'free', ageMs: 900_000, stale: true }).freshness).toBe('gone');
});

test('UX3: the reason is the sentence of the server, its units kept together', () => {
  expect(viewOf({}).reason).toBe('The site limit is shared: 16\u202fA each.');
  expect(viewOf({ reason: null, state: 'free' }).reason).toBe('No car here.');
  expect(viewOf({ reason: null, connected: false, state: 'offline' }).reason).toContain('6\u202fA');
});

test('a reason that names an instant names it in the time of the site', () => {
  const sentence = 'Grid connection is full (120 of 120 kW), its limit set by the grid until 12:45 UTC.';
  const view = viewOf({ reason: { code: 'GRID_LIMIT', circuitId: 'grid', row: 'power', sentence } });
  expect(view.reason).toContain('set by the grid until 14:45.');
  expect(view.shortReason).toBe(view.reason);
});

test('a card does not repeat the power in front of its reason; the whole sentence stays for the drawer', () => {
  const sentence = '7.5 kW. Grid connection is full (200 of 200 kW).';
  const view = viewOf({ reason: { code: 'SITE_LIMIT', circuitId: 'grid', row: 'power', sentence } });
  expect(view.shortReason).toBe('Grid connection is full (200 of 200\u202fkW).');
  expect(view.reason).toContain('7.5\u202fkW. Grid');
  expect(viewOf({ reason: { code: 'X', circuitId: null, row: null, sentence: '7.5 kW.' } }).shortReason).toBe(
    '7.5\u202fkW.',
  );
});

test('energy is told of what was asked, when something was', () => {
  expect(viewOf({}).energy).toBe('10.0 of 20.0\u202fkWh');
  expect(viewOf({ session: aSession({ requestedKwh: null }) }).energy).toBe('10.0\u202fkWh');
  expect(viewOf({ session: null }).energy).toBe('No session');
});

test('ready is told at the power of now: in time, late in words, complete, or only when the car leaves', () => {
  const kind = (part: Partial<EvseLive>) => readyOf(anEvse(part), NOW_MS).kind;
  expect(readyOf(anEvse(), NOW_MS)).toEqual({ kind: 'ready', atMs: NOW_MS + 3_600_000 });
  expect(kind({ drawnKw: 2 })).toBe('late');
  expect(kind({ session: aSession({ energyKwh: 20 }) })).toBe('complete');
  expect(kind({ drawnKw: 0 })).toBe('leaves');
  expect(kind({ stale: true })).toBe('leaves');
  expect(kind({ drawnKw: 0, session: aSession({ departureAtMs: null }) })).toBe('none');
  expect(viewOf({ drawnKw: 2 })).toMatchObject({ ready: 'Late, 19:00', late: true });
});

test('a card is drawn anew when something a person can see has changed, and only then', () => {
  expect(sameView(viewOf({ ageMs: 2000 }), viewOf({ ageMs: 2400 }))).toBe(true);
  expect(sameView(viewOf({ ageMs: 2000 }), viewOf({ ageMs: 3000 }))).toBe(false);
  expect(sameView(viewOf({}), viewOf({ state: 'paused' }))).toBe(false);
});

test('S-B: the waterfall goes from the EVSE to the car, and says which step takes how much', () => {
  const steps = explainSteps(anEvse({ targetA: 16, drawnKw: 8 }), aSite());
  expect(steps.map((step) => step.label)).toEqual([
    'EVSE maximum',
    'Share of Panel A',
    'Commanded',
    'Offered to the car',
    'Drawn by the car',
  ]);
  expect(steps.map((step) => step.cutKw)).toEqual([null, expect.closeTo(11.04), null, null, expect.closeTo(3.04)]);
});

test('an unknown step is skipped when the next one is compared', () => {
  const steps = explainSteps(anEvse({ offeredKw: null, drawnKw: 8 }), aSite());
  expect(steps[3]).toMatchObject({ kw: null, cutKw: null });
  expect(steps[4]?.cutKw).toBeCloseTo(3.04);
});

test('a lease is told with its end, and an ended one as ended', () => {
  expect(leaseWords(anEvse(), aSite())).toBe('14:01, in 2\u202fmin');
  expect(leaseWords(anEvse({ leaseUntilMs: NOW_MS - 1 }), aSite())).toContain('Ended');
  expect(leaseWords(anEvse({ leaseUntilMs: null }), aSite())).toBe('No lease');
});

test('LK15: each state has a word and a shape of its own; what needs a person is of the tone caution', () => {
  const states = ['charging', 'waiting', 'paused', 'plugged', 'free', 'offline', 'faulted', 'not-obeying'] as const;
  expect(new Set(states.map((state) => stateLook(state).word)).size).toBe(states.length);
  expect(new Set(states.map((state) => stateLook(state).shape)).size).toBe(states.length);
  expect(states.filter((state) => stateLook(state).tone === 'caution')).toEqual(['offline', 'faulted', 'not-obeying']);
});

test('chips count what is there, what needs a person first; the filter finds by name, station and circuit', () => {
  const evses = [anEvse(), anEvse({ state: 'offline' }), anEvse()];
  expect(countStates(evses)).toEqual([
    { state: 'offline', count: 1 },
    { state: 'charging', count: 2 },
  ]);
  const evse = anEvse({ name: 'Bay 12', stationId: 'ST-012' });
  expect(['bay 12', 'st-012', 'panel b', ' '].every((text) => matches(evse, { text, state: null }, 'Panel B'))).toBe(
    true,
  );
  expect(matches(evse, { text: 'bay 3', state: null }, 'Panel B')).toBe(false);
  expect(matches(evse, { ...NO_FILTER, state: 'free' }, 'Panel B')).toBe(false);
});

test('what is copied for support has the answer, the numbers and every id', () => {
  const text = supportText(anEvse(), aSite());
  for (const part of [
    'ST-001/1',
    'session-1',
    '17',
    'FAIR_SHARE',
    'decision 41',
    'shared: 16 A each',
    '2026-06-12T12:00',
  ]) {
    expect(text).toContain(part);
  }
});

test('MD18: a card of a car that gives back says so in front of why it may take what it may', () => {
  const reason = { code: 'CIRCUIT_LIMIT', circuitId: 'grid', row: 'power', sentence: '11.0 kW. The site is full.' };
  const of = (sentence: string) => viewOf({ reason, givesBack: { targetA: 10, sentence } });
  expect(of('6.9 kW back, as planned.').reason).toBe('6.9\u202fkW back, as planned. 11.0\u202fkW. The site is full.');
  expect(of('').reason).toBe('Gives back 10\u202fA. 11.0\u202fkW. The site is full.');
  expect(viewOf({ reason }).reason).toBe('11.0\u202fkW. The site is full.');
  expect(of('6.9 kW back, as planned.').shortReason).toContain('back, as planned.');
});

test('what a battery holds is told as measured, else by the word of its driver, and as such', () => {
  const said = aSession({ saidSocPercent: 52 });
  expect(batteryWords(anEvse({ socPercent: 60, session: said }))).toMatch(/^60.%$/);
  expect(batteryWords(anEvse({ session: said }))).toMatch(/^52.% by what its driver said$/);
  expect(batteryWords(anEvse({ session: null }))).toBe('Not reported');
});

import { expect, test } from '@jest/globals';
import { parseHistory } from './parse-history.ts';
import { MAX_EVSES_SHOWN, parseLiveSite } from './parse-live.ts';

const DOCUMENT = {
  siteId: 'demo-depot',
  name: 'Demo depot',
  at: '2026-06-12T12:00:00.000Z',
  timezone: 'Europe/Paris',
  nominalVoltageV: 230,
  limit: { powerKw: 200, perPhase: { l1A: 320, l2A: 320, l3A: 320 }, source: 'contract', validUntil: null },
  override: { powerKw: 120, validUntil: '2026-06-12T12:15:00Z', setBy: 'operator', reason: '' },
  building: { powerKw: null, perPhase: null, measuredAt: null, ageMs: null, stale: true, keptForRiseKw: 7.59 },
  total: { drawnKw: 0, commandedKw: 0, siteKw: null, headroomKw: null },
  worstBreach: { kw: 0, since: '2026-06-12T11:00:00Z' },
  circuits: [
    {
      circuitId: 'grid',
      name: 'Grid',
      parentCircuitId: null,
      limit: { l1A: 320, l2A: 320, l3A: 320 },
      powerLimitKw: 200,
    },
  ],
  evses: [
    {
      evseId: 'ST-001/1',
      phases: ['L1', 'l2', 'l9'],
      state: 'charging',
      drawn: { l1A: 3, l2A: null, l3A: 0 },
      drawnKw: null,
      reason: { code: null, circuitId: null, row: null, sentence: 'Waits.' },
      session: { sessionId: 's', transactionId: 17, startedAt: 'yesterday' },
    },
  ],
  energy: { askedKwh: null },
  control: { ownerEpoch: 3, decisionSeq: '9007199254740993', decidedAt: '2026-06-12T12:00:00Z', ageMs: 0 },
};

test('instants become epoch ms, numbers that are not known stay null', () => {
  const site = parseLiveSite(DOCUMENT);
  expect(site?.atMs).toBe(Date.UTC(2026, 5, 12, 12));
  expect(site?.override?.validUntilMs).toBe(Date.UTC(2026, 5, 12, 12, 15));
  expect(site?.override?.reason).toBeNull();
  expect(site?.building).toEqual({
    powerKw: null,
    perPhase: null,
    measuredAtMs: null,
    ageMs: null,
    stale: true,
    keptForRiseKw: 7.59,
  });
  expect(site?.total.siteKw).toBeNull();
  expect(site?.energy.askedKwh).toBeNull();
});

test('LC2 a circuit has its temperature, as far as its sensor has told; without what it bears there is none', () => {
  const heatOf = (derating: unknown) =>
    parseLiveSite({ ...DOCUMENT, circuits: DOCUMENT.circuits.map((circuit) => ({ ...circuit, derating })) })
      ?.circuits[0]?.heat;
  const told = {
    ...{ sensor: 'duct', temperatureC: 31.4, measuredAt: '2026-06-12T11:59:48Z', ageMs: 12_000, silent: false },
    ...{ countsAsC: 31.4, bearsPercent: 90, keepsToPercent: 90, bears: { l1A: 90, l2A: 90, l3A: 90 } },
    sentence: 'Above 30 C it bears 90 % of its rating.',
  };
  expect(heatOf(told)).toEqual({
    ...{ sensor: 'duct', temperatureC: 31.4, measuredAtMs: Date.UTC(2026, 5, 12, 11, 59, 48), ageMs: 12_000 },
    ...{ silent: false, bearsPercent: 90, bears: { l1A: 90, l2A: 90, l3A: 90 }, sentence: told.sentence },
  });
  const never = { ...told, temperatureC: null, measuredAt: null, ageMs: null, silent: true };
  expect(heatOf(never)).toMatchObject({ temperatureC: null, measuredAtMs: null, ageMs: null, silent: true });
  expect([heatOf(null), heatOf(undefined), heatOf({ ...told, bearsPercent: '90' })]).toEqual([null, null, null]);
});

test('C70 a boost is shown with its end and who asked; one without an end is none', () => {
  const boostOf = (boost: unknown) =>
    parseLiveSite({ ...DOCUMENT, evses: DOCUMENT.evses.map((evse) => ({ ...evse, boost })) })?.evses[0]?.boost;
  const untilMs = Date.UTC(2026, 5, 12, 12, 30);
  expect(boostOf({ until: '2026-06-12T12:30:00Z', setBy: 'operator' })).toEqual({ untilMs, setBy: 'operator' });
  expect(boostOf({ until: '2026-06-12T12:30:00Z' })).toEqual({ untilMs, setBy: '' });
  expect([boostOf({ until: 'soon', setBy: 'operator' }), boostOf(null), boostOf(undefined)]).toEqual([
    null,
    null,
    null,
  ]);
});

test('the length of the leases is shown with its reason, or not at all', () => {
  const lease = { seconds: 300, reason: '300 s: it hardly moves.' };
  expect(parseLiveSite({ ...DOCUMENT, lease })?.lease).toEqual(lease);
  expect(parseLiveSite(DOCUMENT)?.lease).toBeNull();
  expect(parseLiveSite({ ...DOCUMENT, lease: { seconds: 300 } })?.lease).toBeNull();
});

test('an EVSE keeps what is known of a half-known reading, and what it cannot read is null', () => {
  const evse = parseLiveSite(DOCUMENT)?.evses[0];
  expect(evse?.phases).toEqual(['l1', 'l2']);
  expect(evse?.drawn).toEqual({ l1A: 3, l2A: null, l3A: 0 });
  expect(evse?.drawnKw).toBeNull();
  expect(evse?.reason).toEqual({ code: 'unknown', circuitId: null, row: null, sentence: 'Waits.' });
  expect(evse?.session).toMatchObject({ transactionId: '17', startedAtMs: null, requestedKwh: null });
});

test('ids of 64 bits come through exactly', () => {
  expect(parseLiveSite(DOCUMENT)?.control).toMatchObject({ ownerEpoch: '3', decisionSeq: '9007199254740993' });
});

test('a state of a later version is "unknown", not a broken page', () => {
  const evses = [{ evseId: 'ST-001/1', state: 'discharging' }];
  expect(parseLiveSite({ ...DOCUMENT, evses })?.evses[0]?.state).toBe('unknown');
});

test.each([null, 'text', [], {}, { siteId: 'x' }, { siteId: 'x', at: 'soon' }, { at: '2026-06-12T12:00:00Z' }])(
  'what is no live document is refused: %j',
  (input) => expect(parseLiveSite(input)).toBeNull(),
);

test('the first EVSE over the bound is left out', () => {
  const evses = Array.from({ length: MAX_EVSES_SHOWN + 1 }, (_, index) => ({ evseId: `E${index}` }));
  expect(parseLiveSite({ ...DOCUMENT, evses })?.evses).toHaveLength(MAX_EVSES_SHOWN);
});

test('a history keeps gaps as null, and one without readable instants is empty', () => {
  const history = parseHistory({
    atMs: [1000, 2000],
    limitKw: [200, null],
    buildingKw: [1, 'x'],
    evses: { a: [1, null] },
  });
  expect(history.limitKw).toEqual([200, null]);
  expect(history.buildingKw).toEqual([1, null]);
  expect(history.evses.get('a')).toEqual([1, null]);
  expect(parseHistory({ atMs: [1000, 'x'] }).atMs).toEqual([]);
  expect(parseHistory(null).atMs).toEqual([]);
});

test('MD18: what a car is to give back is shown with its sentence; nothing of it where nothing flows back', () => {
  const [evse] = DOCUMENT.evses;
  const of = (givesBack: unknown) =>
    parseLiveSite({ ...DOCUMENT, evses: [{ ...evse, givesBack }] })?.evses[0]?.givesBack;
  expect(of({ targetA: 10, sentence: '6.9 kW back, as planned.' })).toEqual({
    ...{ targetA: 10, sentence: '6.9 kW back, as planned.' },
  });
  expect(of({ targetA: 10 })).toEqual({ targetA: 10, sentence: '' });
  expect([of(null), of(undefined), of({ targetA: 0, sentence: 'x' }), of({ sentence: 'x' })]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

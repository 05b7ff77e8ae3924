import { expect, test } from '@jest/globals';
import {
  circuitId,
  deciAmps,
  evseId,
  type PerPhaseDeciAmps,
  perPhase,
  siteId,
  stationId,
  watts,
} from '@headroom/kernel';
import { breachOf, DEFAULT_METER_STALE_MS, type LiveInput, liveView } from './live-view.ts';
import {
  type CircuitSnapshot,
  type EvseMeasurement,
  type EvseSnapshot,
  type SiteSnapshot,
  TRUST_MS,
} from './site-snapshot.ts';

const NOW = 1_780_000_000_000;
const SAMPLE_MS = 10_000;
const all = (amps: number): PerPhaseDeciAmps => perPhase(() => deciAmps(amps * 10));
const ID = evseId(stationId('ST-1'), 1);

const measured = (amps: number, atMs = NOW, rest: Partial<EvseMeasurement> = {}): EvseMeasurement => ({
  drawn: all(amps),
  drawnPowerW: amps * 3 * 230,
  offered: deciAmps(amps * 10),
  atMs,
  ...rest,
});

const evse = (rest: Partial<EvseSnapshot> = {}): EvseSnapshot => ({
  evseId: ID,
  stationId: stationId('ST-1'),
  evse: 1,
  name: 'Bay 1',
  circuitId: circuitId('panel'),
  phases: ['l1', 'l2', 'l3'],
  connected: true,
  condition: 'charging',
  commanded: deciAmps(160),
  committed: deciAmps(160),
  target: deciAmps(160),
  maxCurrent: deciAmps(320),
  fallback: deciAmps(60),
  measured: measured(16),
  reason: { code: 'EV_MAX', sentence: 'The car takes no more.' },
  lastDispatch: 'accepted',
  ...rest,
});

const ROOT: CircuitSnapshot = {
  circuitId: circuitId('grid'),
  name: 'Grid',
  limit: all(320),
  powerLimitW: watts(200_000),
  limitSource: 'contract',
  otherLoad: all(100),
  committed: all(16),
  rise: all(11),
  measuredOtherLoad: all(100),
  measuredAtMs: NOW,
};
const PANEL: CircuitSnapshot = {
  circuitId: circuitId('panel'),
  parentCircuitId: circuitId('grid'),
  name: 'Panel',
  limit: all(160),
  limitSource: 'rating',
  otherLoad: all(0),
  committed: all(16),
};
const snapshot = (rest: Partial<SiteSnapshot> = {}): SiteSnapshot => ({
  siteId: siteId('depot'),
  name: 'Depot',
  timezone: 'UTC',
  nominalVoltageV: 230,
  ownerEpoch: 1,
  decisionSeq: 7,
  atMs: NOW,
  circuits: [ROOT, PANEL],
  evses: [evse()],
  ...rest,
});
const input = (site: Partial<SiteSnapshot> = {}, rest: Partial<LiveInput> = {}): LiveInput => ({
  snapshot: snapshot(site),
  draw: undefined,
  nowMs: NOW,
  sampleIntervalMs: SAMPLE_MS,
  meterStaleAfterMs: DEFAULT_METER_STALE_MS,
  endedEnergy: undefined,
  worstBreach: { w: 0, sinceMs: NOW },
  ...rest,
});

test('site power is building and draw, headroom what the limit leaves', () => {
  const view = liveView(input());
  expect(view.building).toMatchObject({ powerW: 69_000, stale: false, ageMs: 0, keptW: 7_590 });
  // Its owner did not say: unknown, not 0.
  expect(view.circuits.map(({ kept }) => kept)).toEqual([all(11), null]);
  expect(view.total).toEqual({ drawnW: 11_040, commandedW: 11_040, siteW: 80_040, headroomW: 119_960 });
  expect(breachOf(view)).toBe(0);
});

test('commanded, offered and drawn are three values (UX4)', () => {
  const measurement = measured(6, NOW, { offered: deciAmps(100) });
  const [view] = liveView(input({ evses: [evse({ measured: measurement })] })).evses;
  expect(view).toMatchObject({ commandedW: 11_040, offeredW: 6_900, drawnW: 4_140 });
});

test('the limit is the least of conductors, contract and override, and says which (UX3)', () => {
  expect(liveView(input()).limit).toMatchObject({ powerW: 200_000, source: 'contract' });
  const thin = liveView(input({ circuits: [{ ...ROOT, limit: all(100), limitSource: 'rating' }] }));
  expect(thin.limit).toMatchObject({ powerW: 69_000, source: 'rating' });
  const override = { powerLimitW: watts(90_000), validUntilMs: NOW + 1, setBy: 'operator', reason: '' };
  expect(liveView(input({ override })).limit).toMatchObject({
    powerW: 90_000,
    source: 'override',
    validUntilMs: NOW + 1,
  });
});

test('an override ends by itself, without anybody telling', () => {
  const override = { powerLimitW: watts(90_000), validUntilMs: NOW, setBy: 'operator', reason: '' };
  const view = liveView(input({ override }));
  expect([view.override, view.limit.source]).toEqual([null, 'contract']);
});

test('over the limit shows as a breach of so many watts', () => {
  expect(breachOf(liveView(input({ circuits: [{ ...ROOT, powerLimitW: watts(80_000) }, PANEL] })))).toBe(40);
});

test('a newer draw replaces what the owner saw, an older one does not', () => {
  const draw = (atMs: number) => ({ evses: new Map([[ID, measured(10, atMs)]]), meters: [], sensors: [] });
  expect(liveView(input({}, { draw: draw(NOW + 1), nowMs: NOW + 1 })).total.drawnW).toBe(6_900);
  expect(liveView(input({}, { draw: draw(NOW - 1) })).total.drawnW).toBe(11_040);
});

test('a newer reading of the meter replaces what the owner counted', () => {
  const meters = [{ meterId: 'building', current: all(120), atMs: NOW + 500 }];
  const view = liveView(input({}, { draw: { evses: new Map(), meters, sensors: [] }, nowMs: NOW + 700 }));
  expect(view.building).toMatchObject({ powerW: 82_800, ageMs: 200, measuredAtMs: NOW + 500 });
});

test('an EVSE is stale after two missed samples and gone after a minute; its age goes on (LK16)', () => {
  const at = (ageMs: number) => liveView(input({}, { nowMs: NOW + ageMs })).evses[0];
  expect(at(2 * SAMPLE_MS)).toMatchObject({ stale: false, drawnW: 11_040 });
  expect(at(2 * SAMPLE_MS + 1)).toMatchObject({ stale: true, drawnW: 11_040 });
  expect(at(TRUST_MS + 1)).toMatchObject({
    stale: true,
    drawnW: null,
    drawn: null,
    offered: null,
    ageMs: TRUST_MS + 1,
  });
});

test('the building is stale after its own age, and gone after a minute: then the site is not known either', () => {
  const at = (ageMs: number) => liveView(input({}, { nowMs: NOW + ageMs }));
  expect(at(DEFAULT_METER_STALE_MS).building.stale).toBe(false);
  expect(at(DEFAULT_METER_STALE_MS + 1).building).toMatchObject({ stale: true, powerW: 69_000 });
  expect(at(TRUST_MS + 1)).toMatchObject({ building: { powerW: null }, total: { siteW: null, headroomW: null } });
});

test('a site with unmetered load is not known; one without any other load is, and it is 0', () => {
  const { measuredOtherLoad: _load, measuredAtMs: _at, ...unmetered } = ROOT;
  expect(liveView(input({ circuits: [unmetered] })).building).toMatchObject({ powerW: null, stale: true });
  const nothing = liveView(input({ circuits: [{ ...unmetered, otherLoad: all(0) }] }));
  expect(nothing.building).toMatchObject({ powerW: 0, stale: false });
});

test('unknown is null, never 0: no command, no sample, a phase not reported', () => {
  const { commanded: _commanded, measured: _measured, ...silent } = evse();
  expect(liveView(input({ evses: [silent] })).evses[0]).toMatchObject({ commandedW: null, drawnW: null, stale: true });
  const half = evse({ measured: { drawn: { l1: deciAmps(160) }, atMs: NOW } });
  expect(liveView(input({ evses: [half] })).evses[0]).toMatchObject({
    drawn: { l1: 160, l2: null, l3: null },
    drawnW: null,
  });
});

test('socket phases are turned onto the grid by the rotation; a conductor that is not there draws 0', () => {
  const turned = evse({
    phases: ['l2', 'l3', 'l1'],
    measured: { drawn: { l1: deciAmps(10), l2: deciAmps(20), l3: deciAmps(30) }, atMs: NOW },
  });
  expect(liveView(input({ evses: [turned] })).evses[0]?.drawn).toEqual({ l1: 30, l2: 10, l3: 20 });
  const single = evse({ phases: ['l3'], measured: { drawn: { l1: deciAmps(160) }, atMs: NOW } });
  const view = liveView(input({ evses: [single] }));
  expect(view.evses[0]).toMatchObject({ drawn: { l1: 0, l2: 0, l3: 160 }, drawnW: 3_680 });
  expect(view.circuits.map((circuit) => circuit.drawn)).toEqual([
    { l1: 0, l2: 0, l3: 160 },
    { l1: 0, l2: 0, l3: 160 },
  ]);
});

test('between two phases a limit is 1.73 times the voltage, and what is measured on one of them flows on both', () => {
  const between = evse({
    phases: ['l3', 'l1'],
    measured: { drawn: { l1: deciAmps(100) }, offered: deciAmps(160), atMs: NOW },
  });
  const of = (wiring: 'line-to-line' | 'split-phase') =>
    liveView(input({ evses: [between] }, { wiring: new Map([[ID, wiring]]) })).evses[0];
  // 16 A x 398 V, and 10 A.
  expect(of('line-to-line')).toMatchObject({
    ...{ wiring: 'line-to-line', commandedW: 6_374, offeredW: 6_374, drawnW: 3_984 },
    drawn: { l1: 100, l2: 0, l3: 100 },
  });
  expect(of('split-phase')).toMatchObject({ commandedW: 7_360, drawnW: 4_600 });
  const unknown = { ...between, measured: { drawn: {}, atMs: NOW } };
  const silent = liveView(input({ evses: [unknown] }, { wiring: new Map([[ID, 'line-to-line']]) }));
  expect(silent.evses[0]).toMatchObject({ drawnW: null, drawn: { l1: null, l2: 0, l3: null } });
});

test('a station out of reach is offline whatever its session; a fault is told before', () => {
  const stateOf = (rest: Partial<EvseSnapshot>) => liveView(input({ evses: [evse(rest)] })).evses[0]?.state;
  expect(stateOf({ connected: false })).toBe('offline');
  expect(stateOf({ connected: false, condition: 'faulted' })).toBe('faulted');
  expect(stateOf({ condition: 'not-obeying' })).toBe('not-obeying');
});

test('energy is what ended and what still runs; without an answer of the registry it is not known', () => {
  const session = { sessionId: 's', energyWh: 2_000, requestedWh: 10_000 };
  const endedEnergy = { askedWh: 30_000, deliveredWh: 25_000, missedWh: 5_000, endedSessions: 2 };
  expect(liveView(input({ evses: [evse({ session })] }, { endedEnergy })).energy).toEqual({
    askedWh: 40_000,
    deliveredWh: 27_000,
    missedWh: 5_000,
    endedSessions: 2,
  });
  expect(liveView(input()).energy).toBeNull();
});

test('circuits that are no tree end the sum, they do not hang it', () => {
  const loop = [{ ...ROOT, parentCircuitId: circuitId('panel') }, PANEL];
  expect(liveView(input({ circuits: loop })).limit).toMatchObject({ powerW: null });
});

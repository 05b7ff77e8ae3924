import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import type { ReportedSetting } from '@headroom/ocpp/capabilities';
import { STATION_LIMIT_HOLDS_MS } from '@headroom/site-model';
import { Bench } from '../testing/bench.ts';
import { type BenchOptions, stationNumber } from '../testing/bench-site.ts';
import { applyFindings } from './check-profiles.ts';
import { type Finding, READ_EVERY_MS, READ_HELD_DOWN_MS } from './held-profiles.ts';
import { modelKey } from './site-state.ts';
import { sourcesOf, stationViewOf } from './station-view.ts';

const ST = stationNumber(1);
const SETTINGS = {
  ChargeProfileMaxStackLevel: '8',
  ChargingScheduleAllowedChargingRateUnit: 'Current,Power',
  ChargingScheduleMaxPeriods: '6',
  MaxChargingProfilesInstalled: '4',
};

function known(change: Readonly<Record<string, string>> = {}, model = 'm', options: BenchOptions = {}): Bench {
  const bench = new Bench({ stations: 1, ...options });
  bench.boot(1);
  const settings: readonly ReportedSetting[] = Object.entries({ ...SETTINGS, ...change }).map(([name, value]) => ({
    ...{ name, value },
  }));
  const identity = { vendor: 'Headroom', model, firmware: '1.0.0' };
  bench.take(
    { kind: 'station-booted', ...bench.of(1), identity },
    { kind: 'capabilities-answered', ...bench.of(1), settings },
  );
  return bench;
}
const view = (bench: Bench) => stationViewOf(bench.site, ST, bench.nowMs);

test('a station that can do all of it goes without nothing, and has no quirk', () => {
  const bench = known();
  for (const command of bench.pass()) bench.answer(command);
  expect(view(bench)).toMatchObject({
    ...{ stationId: 'ST-1', connected: true, quirks: [], concessions: [], limits: [] },
    traits: { version: 'ocpp1.6', identity: { vendor: 'Headroom' }, known: { remarks: [] } },
    evses: [{ evse: 1, maxCurrent: 320, fallback: 60, proven: true, countsWithMaximum: false, service: 'in' }],
  });
});

test('a station that was never asked is not said to go without anything', () => {
  const bench = new Bench({ stations: 1 });
  expect(view(bench)).toMatchObject({ connected: false, quirks: [], concessions: [] });
  // Its fallback is not proven: that is known.
  expect(view(bench).evses).toMatchObject([{ proven: false, countsWithMaximum: true }]);
});

test.each([
  ['no-lease', 'H81: with room for one profile', { MaxChargingProfilesInstalled: '1' }, {}],
  ['watts', 'H82: that knows watts alone', { ChargingScheduleAllowedChargingRateUnit: 'Power' }, {}],
  ['one-period', 'SI27: of one period', { ChargingScheduleMaxPeriods: '1' }, {}],
  [
    'no-limits',
    'MD12: of DC and amperes alone',
    { ChargingScheduleAllowedChargingRateUnit: 'Current' },
    { dc: true, maxA: 40 },
  ],
] as const)('%s: a station %s', (concession, _, settings, options) => {
  expect(view(known(settings, 'm', options)).concessions).toEqual([concession]);
});

test('SI28: a station of a model of which no lease was seen to end is said to be one, until it was', () => {
  const bench = known({}, 'Box', { watchesLeases: true });
  expect(view(bench).concessions).toEqual(['leases-unseen']);
  bench.site.leaseEnds.set(modelKey({ vendor: 'Headroom', model: 'Box', firmware: '1.0.0' }), {
    ...{ vendor: 'Headroom', model: 'Box', firmware: '1.0.0' },
  });
  expect(view(bench).concessions).toEqual([]);
  expect(view(known({}, 'Virtual AC22', { watchesLeases: true })).concessions).toEqual([]);
});

test('a row of a pack that holds of it is told with its report, and what such stations were seen to do', () => {
  const { quirks } = view(known({}, 'Virtual AC22 whole amps'));
  expect(quirks).toMatchObject([
    { quirk: 'leaseExpiry', value: 'proven', id: 'SI28', pack: 'Headroom', stations: 'model "virtual*"' },
    { quirk: 'wholeAmps', value: true, id: 'H86', pack: 'Headroom', stations: 'model "virtualac22wholeamps*"' },
  ]);
  expect(quirks[1]?.says).toMatch(/whole amperes/);
});

test('what it answered oddly is told in its sentence', () => {
  expect(view(known({ ChargingScheduleMaxPeriods: '0' })).traits.known?.remarks).toEqual([
    'ChargingScheduleMaxPeriods is "0": taken as 1',
  ]);
});

test('H78: one whose word proves nothing counts with its maximum though it has accepted its permanent limit', () => {
  const bench = known();
  const identity = { vendor: 'go-e', model: 'HOME', firmware: '1' };
  bench.take({ kind: 'station-booted', ...bench.of(1), identity });
  for (const command of bench.pass()) bench.answer(command);
  expect(view(bench).evses).toMatchObject([{ proven: true, countsWithMaximum: true }]);
});

test('H91: what was found on it is told, with when it is asked again: sooner than one that holds what it should', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1, 0, 'ocpp2.0.1');
  for (const command of bench.pass()) bench.answer(command);
  const foreign = {
    kind: 'foreign',
    evse: 1,
    profileId: 77,
    stackLevel: 3,
    purpose: 'TxProfile',
    allowsMore: true,
  } as const;
  const found = (...findings: readonly Finding[]) => {
    applyFindings(bench.site, { stationId: ST, atMs: bench.nowMs, findings });
    return view(bench);
  };
  const told = found({ ...foreign, endsAtMs: bench.nowMs + 60_000 });
  expect(told).toMatchObject({
    profiles: { overruled: [1], findings: [{ kind: 'foreign', endsAtMs: bench.nowMs + 60_000 }] },
    profilesReadNextMs: bench.nowMs + READ_HELD_DOWN_MS,
    evses: [{ proven: true, countsWithMaximum: true }],
  });
  expect(found()).toMatchObject({ profiles: { findings: [] }, profilesReadNextMs: bench.nowMs + READ_EVERY_MS });
});

test('its clock, and the limits that it is told, are no news of what it is; a boot of another model is', () => {
  const bench = known();
  for (const command of bench.pass()) bench.answer(command);
  const before = sourcesOf(bench.site, ST);
  bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs + 5_000 });
  bench.startTransaction(1);
  bench.decide({ 1: 16 });
  for (const command of bench.pass()) bench.answer(command);
  bench.measure(1, 16, 16);
  expect(sourcesOf(bench.site, ST)).toEqual(before);
  const identity = { vendor: 'go-e', model: 'HOME', firmware: '1' };
  bench.take({ kind: 'station-booted', ...bench.of(1), identity });
  expect(sourcesOf(bench.site, ST)).not.toEqual(before);
});

test('when it is asked next: sooner while others hold it down, and no time is told where it is to be asked at once', () => {
  const bench = known();
  bench.boot(1, 0, 'ocpp2.0.1');
  const next = () => view(bench).profilesReadNextMs;
  applyFindings(bench.site, { stationId: ST, atMs: bench.nowMs, findings: [] });
  const readAtMs = bench.nowMs;
  const schedules = [{ unit: 'A' as const, steps: [{ fromMs: bench.nowMs, limit: deciAmps(100) }] }];
  bench.take({
    ...({ kind: 'station-limited', ...bench.of(1) } as const),
    limit: { evse: 0, source: 'EMS', isGridCritical: false, schedules },
  });
  expect(next()).toBe(readAtMs + READ_HELD_DOWN_MS);
  bench.after(STATION_LIMIT_HOLDS_MS);
  expect(next()).toBe(readAtMs + READ_EVERY_MS);
  bench.boot(1, 0, 'ocpp2.0.1');
  expect(next()).toBeUndefined();
});

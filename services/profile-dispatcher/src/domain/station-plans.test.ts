import { expect, test } from '@jest/globals';
import type { ReportedSetting } from '@headroom/ocpp/capabilities';
import { profileToWire } from '../adapters/rpc/gateways.ts';
import { Bench } from '../testing/bench.ts';
import type { StationVersion } from './station-traits.ts';
import { LEASE_MS } from '../testing/bench-site.ts';

const SETTINGS = {
  ChargeProfileMaxStackLevel: '8',
  ChargingScheduleAllowedChargingRateUnit: 'Current,Power',
  ChargingScheduleMaxPeriods: '6',
};

/** A station that says who it is, and what it can do, before a car comes. */
function station(change: Partial<typeof SETTINGS> & Readonly<Record<string, string>> = {}, vendor = 'v', model = 'm') {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  const settings: readonly ReportedSetting[] = Object.entries({ ...SETTINGS, ...change }).map(([name, value]) => ({
    ...{ name, value },
  }));
  bench.take(
    { kind: 'station-booted', ...bench.of(1), identity: { vendor, model, firmware: '1' } },
    { kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs },
    { kind: 'capabilities-answered', ...bench.of(1), settings },
  );
  return bench;
}

const wires = (bench: Bench) => bench.pass().map(({ command }) => profileToWire(command.profile));

/** Its fallback, accepted, and the lease of a car that is given so much, some seconds after it came. */
function charged(bench: Bench, amps = 16, afterMs = 7_400) {
  const [fallback] = bench.pass();
  if (fallback === undefined) throw new Error('no fallback');
  bench.answer(fallback);
  bench.startTransaction(1);
  bench.after(afterMs);
  bench.decide({ 1: amps });
  return { fallback: profileToWire(fallback.command.profile), leases: wires(bench) };
}

test('H82: a station of watts is told what one phase bears at nine tenths of the voltage, rounded down, both limits', () => {
  const { fallback, leases } = charged(station({ ChargingScheduleAllowedChargingRateUnit: 'Power' }), 16.1);
  expect(fallback).toMatchObject({ rateUnit: 2, periods: [{ limitDeciA: 0, limitW: 1_242n, numberPhases: 1 }] });
  expect(leases).toMatchObject([{ rateUnit: 2, periods: [{ limitDeciA: 0, limitW: 3_332n, numberPhases: 1 }] }]);
});

test('H81: a station of one level is told everything on level 0', () => {
  const of = ({ fallback, leases }: ReturnType<typeof charged>) => [fallback.stackLevel, leases[0]?.stackLevel];
  expect(of(charged(station()))).toEqual([0, 1]);
  expect(of(charged(station({ ChargeProfileMaxStackLevel: '0' })))).toEqual([0, 0]);
  expect(of(charged(station({}, 'ABB')))).toEqual([0, 0]);
});

test('H32, SI31: a station of relative schedules is told how long from the start of the transaction, in whole seconds', () => {
  const { leases } = charged(station({}, 'Wallbox'));
  expect(leases).toMatchObject([{ startScheduleMs: undefined, durationS: 6 + LEASE_MS / 1_000 }]);
  expect(leases[0]?.periods).toEqual([{ startS: 0, limitDeciA: 160, numberPhases: 3 }]);
});

test('H86: what a model cannot take is rounded down, and 0 below its minimum, its fallback too', () => {
  const { fallback, leases } = charged(station({}, 'Huawei'), 16.9);
  expect([fallback.periods[0]?.limitDeciA, leases[0]?.periods[0]?.limitDeciA]).toEqual([0, 160]);
});

test('H81: a station without room for two profiles gets no lease: the fallback stands', () => {
  expect(charged(station({ MaxChargingProfilesInstalled: '1' })).leases).toEqual([]);
  expect(charged(station({ MaxChargingProfilesInstalled: '2' })).leases).toHaveLength(1);
});

test('H81: that it never has more than its fallback is told once, and taken back where it turns out to keep two', () => {
  const bench = station({ MaxChargingProfilesInstalled: '1' });
  for (const command of bench.pass()) bench.answer(command);
  bench.pass();
  const told = () =>
    bench.records.flatMap((fact) => (fact.kind === 'committed-changed' ? [fact.fallbackOnly === true] : []));
  expect(new Set(told())).toEqual(new Set([true]));
  const count = told().length;
  for (const [name, value] of Object.entries({ MaxChargingProfilesInstalled: '2', Other: '1' })) {
    bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: [{ name, value }] });
    bench.pass();
  }
  expect(told().slice(count)).toEqual([false]);
});

test('SI27: a station of one period is never told two: its lease ends when a drop begins, or falls by a period', () => {
  const lease = (periods: string) => {
    const bench = station({ ChargingScheduleMaxPeriods: periods });
    charged(bench);
    for (const command of bench.sent.slice(-1)) bench.answer(command);
    bench.after(1_000);
    bench.decide({ 1: 16 }, 600_000, 1, { later: { fromMs: bench.nowMs + 40_000, targetsA: { 1: 8 } } });
    return wires(bench).map((wire) => [wire.durationS, wire.periods.map(({ startS }) => startS)]);
  };
  expect(lease('2')).toEqual([[LEASE_MS / 1_000, [0, 41]]]);
  expect(lease('1')).toEqual([[41, [0]]]);
});

test('H76, H78: who accepts and ignores, or forgets without a connection, counts with its hardware maximum whatever it accepts', () => {
  const kinds = (vendor: string) => {
    const bench = station({}, vendor);
    charged(bench);
    for (const command of bench.sent.slice(-1)) bench.answer(command);
    return bench.kinds(1);
  };
  expect(kinds('Acme')).toEqual(['fallback 6', 'acknowledged 16']);
  expect(kinds('go-e')).toEqual(['fallback 6', 'acknowledged 16', 'hardware-maximum 32']);
  expect(kinds('FoxESS')).toEqual(['fallback 6', 'acknowledged 16', 'hardware-maximum 32']);
});

test('SI2, SI28: a lease of a model that does not let profiles end counts for ever', () => {
  const kinds = (vendor: string) => {
    const bench = station({}, vendor);
    charged(bench);
    for (const command of bench.sent.slice(-1)) bench.answer(command);
    bench.after(LEASE_MS * 10);
    return bench.kinds(1);
  };
  expect(kinds('Acme')).toEqual(['fallback 6']);
  expect(kinds('FoxESS')).toContain('acknowledged 16');
});

test('SI5: who it is may come to be known by a mere question: what it counts with follows at once', () => {
  const bench = station();
  charged(bench);
  for (const command of bench.sent.slice(-1)) bench.answer(command);
  bench.pass();
  const identity = { vendor: 'go-e', model: 'm', firmware: '1' };
  bench.take({ kind: 'station-booted', ...bench.of(1), onRequest: true, identity });
  bench.pass();
  expect(bench.records.at(-1)).toMatchObject({ kind: 'committed-changed', committed: 320 });
});

test('H82: everybody is told what a station of watts passes on of a limit, and that one of amperes passes on all', () => {
  const passes = (unit: string) => {
    const bench = station({ ChargingScheduleAllowedChargingRateUnit: unit });
    charged(bench);
    const told = bench.records.filter((record) => record.kind === 'committed-changed');
    return told.at(-1)?.passesPercent;
  };
  expect([passes('Power'), passes('Current'), passes('Current,Power')]).toEqual([90, undefined, undefined]);
});

test('H82, SI9: a part of a raise is enough for the car of a station of watts, or none', () => {
  const part = (unit: string) => {
    const bench = new Bench({ stations: 2, ratingA: 22, fallbackA: 0 });
    for (const number of [1, 2]) bench.boot(number);
    const settings = [{ name: 'ChargingScheduleAllowedChargingRateUnit', value: unit }];
    bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings });
    for (const sent of bench.pass()) bench.answer(sent);
    for (const number of [1, 2]) bench.startTransaction(number);
    bench.decide({ 2: 16 });
    for (const sent of bench.pass()) bench.answer(sent);
    // Once more, because it had nothing until then (H79).
    for (const sent of bench.pass()) bench.answer(sent);
    bench.decide({ 1: 10, 2: 16 });
    return bench.pass().map(({ intent }) => intent.limit);
  };
  // 6 A are left; of them a station of watts would pass on 5.4 A.
  expect([part('Current'), part('Power')]).toEqual([[60], []]);
});

test('SI15: a station of 2.1 that can is told that its lease is void after so long without us; on another version it is not', () => {
  const of = (version: StationVersion, value: string) => {
    const bench = station();
    bench.boot(1, 0, 'ocpp2.1');
    const settings = [
      { name: 'SmartChargingCtrlr.SupportsMaxOfflineDuration', value },
      { name: 'SmartChargingCtrlr.PeriodsPerSchedule', value: '6' },
    ];
    bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings });
    bench.boot(1, 0, version);
    const { fallback, leases } = charged(bench);
    expect(fallback).not.toHaveProperty('maxOfflineS');
    return leases.map(({ maxOfflineS, durationS }) => [maxOfflineS, durationS]);
  };
  const lease = LEASE_MS / 1_000;
  expect(of('ocpp2.1', 'true')).toEqual([[lease, lease]]);
  expect(of('ocpp2.1', 'false')).toEqual([[undefined, lease]]);
  // What it can do was asked while it spoke 2.1.
  expect(of('ocpp2.0.1', 'true')).toEqual([[undefined, lease]]);
});

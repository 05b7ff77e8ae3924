import { expect, test } from '@jest/globals';
import { codecOf } from '../codec.ts';
import type { JsonObject } from '../json.ts';
import { schemaViolation } from '../validate.ts';
import { MAX_LIMIT_SCHEDULES, MAX_LIMIT_STEPS } from './charging-limit.ts';

const AT = Date.UTC(2026, 10, 26, 8);
const NOW = AT + 5_000;
const v201 = codecOf('ocpp2.0.1');
const EMS = { chargingLimitSource: 'EMS' };
const schedule = (change: Readonly<Record<string, unknown>> = {}) => ({
  ...{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
  ...change,
});
const notice = (...chargingSchedule: readonly object[]) => ({ chargingLimit: EMS, chargingSchedule }) as JsonObject;
const read = (payload: JsonObject) => {
  const reading = v201.toCanonical('NotifyChargingLimit', payload, NOW);
  if (reading.kind !== 'request' || reading.request.kind !== 'charging-limit-notified') throw new Error(reading.kind);
  return reading.request;
};

test('2.0.1 NotifyChargingLimit carries EVSE, source, and its limit over time on the clock of the station', () => {
  const payload: JsonObject = {
    evseId: 2,
    chargingLimit: { ...EMS, isGridCritical: true },
    chargingSchedule: [
      schedule({
        startSchedule: '2026-11-26T08:00:00Z',
        duration: 3_600,
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 16.3 },
          { startPeriod: 60, limit: 8 },
        ],
      }),
      schedule({ chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 7_400.9 }] }),
    ] as JsonObject[],
  };
  expect(schemaViolation('ocpp2.0.1', 'NotifyChargingLimit', 'req', payload)).toBeUndefined();
  expect(read(payload)).toEqual({
    kind: 'charging-limit-notified',
    ...{ evse: 2, source: 'EMS', isGridCritical: true, isLocalGeneration: false },
    schedules: [
      {
        unit: 'A',
        steps: [
          { fromMs: AT, limit: 163 },
          { fromMs: AT + 60_000, limit: 80 },
        ],
        untilMs: AT + 3_600_000,
      },
      // Without a start: from now on, until it is cleared.
      { unit: 'W', steps: [{ fromMs: NOW, limit: 7_400 }] },
    ],
  });
});

test('2.0.1 a notice without a schedule, and the end of a limit, name the station as a whole', () => {
  expect(read({ chargingLimit: EMS })).toMatchObject({ evse: 0, schedules: [] });
  expect(v201.toCanonical('ClearedChargingLimit', EMS, NOW)).toEqual({
    kind: 'request',
    request: { kind: 'charging-limit-cleared', evse: 0, source: 'EMS' },
  });
});

test('without a source there is no limit to speak of', () => {
  expect(v201.toCanonical('NotifyChargingLimit', {}, NOW)).toMatchObject({ kind: 'missing' });
  expect(v201.toCanonical('ClearedChargingLimit', { evseId: 1 }, NOW)).toMatchObject({ kind: 'missing' });
});

test('1.6 has no such message', () => {
  expect(codecOf('ocpp1.6').toCanonical('NotifyChargingLimit', {}, NOW)).toEqual({ kind: 'unsupported-action' });
});

test('H33, H37: numbers as text are read; what is no step is left out, and a schedule without any limits nothing', () => {
  const steps = [{ startPeriod: '60', limit: '8' }, { startPeriod: 0, limit: 16 }, { startPeriod: 120 }, { limit: 3 }];
  expect(
    read(notice(schedule({ chargingSchedulePeriod: steps }), schedule({ chargingSchedulePeriod: 7 }))).schedules,
  ).toEqual([
    {
      unit: 'A',
      steps: [
        { fromMs: NOW, limit: 160 },
        { fromMs: NOW + 60_000, limit: 80 },
      ],
    },
  ]);
  const below = schedule({ chargingSchedulePeriod: [{ startPeriod: 0, limit: -5 }] });
  expect(read(notice(below)).schedules[0]?.steps[0]?.limit).toBe(0);
});

test('what is beyond the bounds is folded into the last step, as low as the lowest of it', () => {
  const steps = Array.from({ length: MAX_LIMIT_STEPS + 2 }, (_, n) => ({ startPeriod: n, limit: 32 - n }));
  const all = Array.from({ length: MAX_LIMIT_SCHEDULES + 1 }, () => schedule({ chargingSchedulePeriod: steps }));
  const { schedules } = read(notice(...all));
  expect(schedules).toHaveLength(MAX_LIMIT_SCHEDULES);
  expect(schedules[0]?.steps).toHaveLength(MAX_LIMIT_STEPS);
  expect(schedules[0]?.steps.at(-1)).toEqual({
    fromMs: NOW + (MAX_LIMIT_STEPS - 1) * 1_000,
    limit: (31 - MAX_LIMIT_STEPS) * 10,
  });
  expect(read({ chargingLimit: { chargingLimitSource: 'x'.repeat(1_000) } }).source).toHaveLength(20);
});

test('2.1: phases with limits of their own are told the lowest of them, watts are their sum', () => {
  const step = { startPeriod: 0, limit: 16, limit_L2: 10, limit_L3: 12 };
  const limitOf = (chargingRateUnit: string) =>
    read(notice(schedule({ chargingRateUnit, chargingSchedulePeriod: [step] }))).schedules[0]?.steps[0]?.limit;
  expect([limitOf('A'), limitOf('W')]).toEqual([100, 38]);
});

test('2.1: watts of three phases are summed though they are alike', () => {
  const step = { startPeriod: 0, limit: 3_680, limit_L2: 3_680, limit_L3: 3_680 };
  const { schedules } = read(notice(schedule({ chargingRateUnit: 'W', chargingSchedulePeriod: [step] })));
  expect(schedules[0]?.steps[0]?.limit).toBe(11_040);
});

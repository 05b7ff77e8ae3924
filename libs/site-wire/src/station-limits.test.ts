import { expect, test } from '@jest/globals';
import { stationV1 } from '@headroom/contracts';
import type { StationLimit } from '@headroom/site-model';
import { heldLimitFromWire, heldLimitToWire, limitFromWire } from './station-limits.ts';

const LIMIT: StationLimit = {
  ...{ evse: 1, source: 'EMS', isGridCritical: true, validUntilMs: 90_000 },
  schedules: [
    {
      unit: 'A',
      steps: [
        { fromMs: 1_000, limit: 160 },
        { fromMs: 5_000, limit: 0 },
      ],
      untilMs: 9_000,
    },
    { unit: 'W', steps: [{ fromMs: 1_000, limit: 11_000 }] },
  ],
};

test.each([LIMIT, { ...LIMIT, isUnlisted: true as const }])(
  'K11 what others allow a station is kept in a snapshot as it was told, and as it went missing',
  (limit) => {
    const bytes = stationV1.HeldChargingLimit.encode(heldLimitToWire(limit)).finish();
    expect(heldLimitFromWire(stationV1.HeldChargingLimit.decode(bytes))).toEqual([limit]);
  },
);

test('a kept limit that says nothing is none, and one without schedules allows what it likes', () => {
  expect(heldLimitFromWire(stationV1.HeldChargingLimit.fromPartial({ validUntilMs: 5n }))).toEqual([]);
  const told = stationV1.ChargingLimitNotified.fromPartial({ source: 'SO' });
  expect(limitFromWire(told)).toEqual({ evse: 0, source: 'SO', isGridCritical: false, schedules: [] });
});

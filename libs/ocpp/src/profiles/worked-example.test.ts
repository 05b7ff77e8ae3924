import { expect, test } from '@jest/globals';
import { compositeSchedule } from './composite.ts';
import type { InstalledProfile } from './profile.ts';
import { parseProfile } from './parse.ts';

const at = (text: string): number => Date.parse(`2026-01-12T${text}:00Z`);
const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

function held(evse: number, json: object): InstalledProfile {
  const found = parseProfile('ocpp2.0.1', json);
  if (found.kind === 'err') throw new Error(found.error.code);
  return { evse, profile: found.value };
}

/** The same as in docs/charging-profiles.md. */
const PROFILES = [
  held(0, {
    id: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: [{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] }],
  }),
  held(1, {
    id: 2,
    stackLevel: 1,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Recurring',
    recurrencyKind: 'Daily',
    chargingSchedule: [
      {
        id: 2,
        chargingRateUnit: 'A',
        startSchedule: '2026-01-01T09:30:00Z',
        duration: 3_600,
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
      },
    ],
  }),
  held(1, {
    id: 3,
    stackLevel: 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Absolute',
    transactionId: 'tx-1',
    chargingSchedule: [
      {
        id: 3,
        chargingRateUnit: 'A',
        startSchedule: '2026-01-12T09:00:00Z',
        duration: 2_700,
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 20 },
          { startPeriod: 900, limit: 32 },
        ],
      },
    ],
  }),
  held(0, {
    id: 4,
    stackLevel: 0,
    chargingProfilePurpose: 'ChargingStationMaxProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: [
      {
        id: 4,
        chargingRateUnit: 'W',
        startSchedule: '2026-01-12T08:00:00Z',
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 17_000 },
          { startPeriod: 6_000, limit: 11_000 },
        ],
      },
    ],
  }),
];

test('the worked example of docs/charging-profiles.md', () => {
  const found = compositeSchedule({
    profiles: PROFILES,
    evse: 1,
    supply: { kind: 'ac', voltageV: 230, phases: 3 },
    unit: 'A',
    fromMs: at('09:00'),
    durationMs: 2 * 3_600_000,
    transaction: { transactionId: 'tx-1', startedAtMs: at('09:00') },
  });
  if (found.kind === 'err') throw new Error(found.error.why);
  expect(found.value.segments.map((one) => [clock(one.fromMs), one.limit, one.limitedBy?.profileId])).toEqual([
    ['09:00', 200, 3],
    ['09:15', 246, 4],
    ['09:40', 159, 4],
    ['09:45', 100, 2],
    ['10:30', 60, 1],
  ]);
});

import { expect, test } from '@jest/globals';
import {
  compositeSchedule,
  type InstalledProfile,
  install,
  limitAt,
  parseProfile,
  type Placement,
  type StationAbilities,
  validate,
} from '@headroom/ocpp/profiles';
import fc from 'fast-check';
import type { Json } from '../json.ts';
import { readProfile as readProfile16 } from '../station/v16/profiles.ts';
import { readProfile as readProfile201 } from '../station/v201/profiles.ts';
import { compositeSchedule as compositeOfStation } from './composite-schedule.ts';
import { createProfileStore, type ProfileStore } from './store.ts';

/**
 * The virtual station and the platform each read profiles with code of their own (ADR 10). Here both get the same messages: they must
 * come to the same limits, and what the platform calls fine the station must take.
 *
 * Not compared: what is of 2.1 alone (`differential-21.test.ts` does that); and, since the station cannot do it, external constraints, the number of phases of a composite,
 * `minChargingRate`, a second schedule, and EVSE 0 as a whole. In 2.x the station replaces a profile of the same level as 1.6 does,
 * where K01.FR.06 lets two stand side by side that are never valid at once: a second one of a level is left out on both sides.
 */
const T0 = Date.UTC(2026, 0, 12, 9);
const S = 1_000;
const SECONDS = 150;
const DAY_S = 86_400;
const TX = { key: '7', startedAtMs: T0 - 7 * S };
const HARDWARE_A = 32;
const VOLTAGE = 230;

type Version = 'ocpp1.6' | 'ocpp2.0.1';

const ABILITIES: StationAbilities = {
  evses: 2,
  units: ['A', 'W'],
  maxStackLevel: 8,
  maxPeriods: 24,
  maxProfiles: 50,
  phaseSwitching: false,
};

const LIMITS = {
  evses: ABILITIES.evses,
  hardwareMaxA: HARDWARE_A,
  nominalVoltageV: VOLTAGE,
  maxStackLevel: ABILITIES.maxStackLevel,
  maxPeriods: ABILITIES.maxPeriods,
  maxProfiles: ABILITIES.maxProfiles,
};

const second = fc.integer({ min: -40, max: SECONDS });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
/** Mostly fine; now and then the odd value that has to be refused. */
const mostly = <T>(fine: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 60, arbitrary: fine }, { weight: 1, arbitrary: odd });

/** Where a profile of its purpose does not belong. */
const ELSEWHERE = 9;

const sketches = fc.record({
  evse: mostly(fc.constantFrom(0, 1, 1, 2), fc.constantFrom(-1, 3, ELSEWHERE, ELSEWHERE)),
  purpose: fc.constantFrom('max' as const, 'TxDefaultProfile' as const, 'TxProfile' as const),
  kind: fc.constantFrom('Absolute', 'Relative', 'Daily', 'Weekly'),
  stackLevel: mostly(fc.nat(4), fc.constantFrom(-1, 9)),
  validFromS: maybe(second),
  validToS: maybe(second),
  startS: second,
  hasStart: mostly(fc.constant(true), fc.constant(false)),
  turnsBefore: fc.nat(2),
  durationS: maybe(mostly(fc.integer({ min: 1, max: 120 }), fc.constant(0))),
  firstS: mostly(fc.constant(0), fc.constant(3)),
  gapsS: fc.array(mostly(fc.integer({ min: 1, max: 30 }), fc.constant(0)), { maxLength: 4 }),
  limits: fc.array(mostly(fc.integer({ min: 0, max: 400 }), fc.constant(-10)), { minLength: 5, maxLength: 5 }),
  phases: fc.array(maybe(mostly(fc.constant(1), fc.constantFrom(2, 3))), { minLength: 5, maxLength: 5 }),
  unit: fc.constantFrom('A', 'W'),
  transactionId: mostly(fc.constant(7), fc.constant(8)),
});
type Sketch = typeof sketches extends fc.Arbitrary<infer T> ? T : never;

const timeText = (second: number): string => new Date(T0 + second * S).toISOString();
const field = (key: string, value: unknown): Json => (value === undefined ? {} : { [key]: value });

interface Message {
  readonly evse: number;
  readonly json: Json;
}

/** Where such a profile belongs, unless an odd place was drawn. */
function placeOf({ purpose, evse }: Sketch): number {
  if (evse === ELSEWHERE) return purpose === 'max' ? 1 : purpose === 'TxProfile' ? 0 : 3;
  if (evse === -1 || evse === 3 || purpose === 'TxDefaultProfile') return evse;
  return purpose === 'TxProfile' ? 1 : 0;
}

function messageOf(version: Version, it: Sketch, id: number): Message {
  const isOld = version === 'ocpp1.6';
  const recurrency = it.kind === 'Daily' || it.kind === 'Weekly' ? it.kind : undefined;
  const kind = recurrency === undefined ? it.kind : 'Recurring';
  const turnS = recurrency === undefined ? 0 : recurrency === 'Daily' ? DAY_S : 7 * DAY_S;
  const starts = it.gapsS.reduce<number[]>((list, gap) => [...list, (list.at(-1) ?? 0) + gap], [it.firstS]);
  // 71 W are no whole number of 0.1 A, over one phase or three.
  const scale = it.unit === 'A' ? 10 : 1 / 71;
  const schedule = {
    ...(isOld ? {} : { id }),
    chargingRateUnit: it.unit,
    ...field('duration', it.durationS),
    ...field(
      'startSchedule',
      kind === 'Relative' || !it.hasStart ? undefined : timeText(it.startS - it.turnsBefore * turnS),
    ),
    chargingSchedulePeriod: starts.map((startPeriod, i) => ({
      startPeriod,
      limit: (it.limits[i] ?? 60) / scale,
      ...field('numberPhases', it.phases[i]),
    })),
  };
  const maximum = isOld ? 'ChargePointMaxProfile' : 'ChargingStationMaxProfile';
  const transactionId = it.purpose === 'TxProfile' ? (isOld ? it.transactionId : String(it.transactionId)) : undefined;
  return {
    evse: placeOf(it),
    json: {
      [isOld ? 'chargingProfileId' : 'id']: id,
      stackLevel: it.stackLevel,
      chargingProfilePurpose: it.purpose === 'max' ? maximum : it.purpose,
      chargingProfileKind: kind,
      ...field('recurrencyKind', recurrency),
      ...field('validFrom', it.validFromS === undefined ? undefined : timeText(it.validFromS)),
      ...field('validTo', it.validToS === undefined ? undefined : timeText(it.validToS)),
      ...field('transactionId', transactionId),
      chargingSchedule: isOld ? schedule : [schedule],
    },
  };
}

interface Both {
  readonly store: ProfileStore;
  readonly held: readonly InstalledProfile[];
  readonly counts: { fine: number; refusedByBoth: number };
}

const isOfOneLevel = (a: InstalledProfile, b: InstalledProfile): boolean =>
  a.evse === b.evse && a.profile.purpose === b.profile.purpose && a.profile.stackLevel === b.profile.stackLevel;

/** Gives each message to the station and to the platform's view of it. */
function sendAll(version: Version, messages: readonly Message[], wiredPhases: 1 | 3): Both {
  const store = createProfileStore({ ...LIMITS, wiredPhases });
  const counts = { fine: 0, refusedByBoth: 0 };
  let held: readonly InstalledProfile[] = [];
  for (const { evse, json } of messages) {
    const parsed = parseProfile(version, json);
    if (parsed.kind === 'err') throw new Error(parsed.error.code);
    const placement: Placement = {
      version,
      evse,
      supply: { kind: 'ac', voltageV: VOLTAGE, phases: wiredPhases },
      station: ABILITIES,
      installed: held,
      ...(evse === 1 ? { transaction: { transactionId: TX.key, startedAtMs: TX.startedAtMs } } : {}),
    };
    const isFine = validate(parsed.value, placement).length === 0;
    const read = version === 'ocpp1.6' ? readProfile16(json) : readProfile201(json);
    if (read === undefined) throw new Error('the station cannot read it');
    const namesThisTransaction = read.transactionId === TX.key;
    const request = { evse, profile: read.profile, namesThisTransaction, ...(evse === 1 ? { tx: TX } : {}) };
    const isSecond =
      version === 'ocpp2.0.1' && held.some((older) => isOfOneLevel(older, { evse, profile: parsed.value }));
    if (!isFine || isSecond) {
      // To a store of its own: the station may take what the platform would never send.
      counts.refusedByBoth += createProfileStore({ ...LIMITS, wiredPhases }).set(request).kind === 'rejected' ? 1 : 0;
      continue;
    }
    expect(store.set(request)).toEqual({ kind: 'accepted' });
    counts.fine += 1;
    held = install(version, held, { evse, profile: parsed.value });
  }
  return { store, held, counts };
}

const cases = fc.record({
  version: fc.constantFrom<Version>('ocpp1.6', 'ocpp2.0.1'),
  sketches: fc.array(sketches, { minLength: 1, maxLength: 10, size: 'max' }),
  wiredPhases: fc.constantFrom<1 | 3>(1, 3, 3),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

const both = ({ version, sketches: list, wiredPhases }: Case): Both =>
  sendAll(
    version,
    list.map((one, i) => messageOf(version, one, i + 1)),
    wiredPhases,
  );

const asked = (held: readonly InstalledProfile[], wiredPhases: 1 | 3, evse: number) => ({
  profiles: held,
  evse,
  supply: { kind: 'ac', voltageV: VOLTAGE, phases: wiredPhases } as const,
  unit: 'A' as const,
  localLimit: HARDWARE_A * 10,
  ...(evse === 1 ? { transaction: { transactionId: TX.key, startedAtMs: TX.startedAtMs } } : {}),
});

/** 0.1 A, rounded down; the station reckons in fractions. */
const deciA = (amps: number): number => Math.floor(amps * 10 + 1e-6);

test('K08: in every second station and platform come to the same limit', () => {
  const seen = { fine: 0, refusedByBoth: 0 };
  fc.assert(
    fc.property(cases, (it) => {
      const { store, held, counts } = both(it);
      seen.fine += counts.fine;
      seen.refusedByBoth += counts.refusedByBoth;
      for (const evse of [1, 2]) {
        const query = asked(held, it.wiredPhases, evse);
        for (let s = 0; s < SECONDS; s += 1) {
          const atMs = T0 + s * S;
          const { limitA } = store.limitAt({ evse, atMs, ...(evse === 1 ? { tx: TX } : {}) });
          const found = limitAt(query, atMs);
          const limit = found.kind === 'ok' ? found.value.limit : undefined;
          if (limit !== deciA(limitA)) expect([evse, s, limit]).toEqual([evse, s, deciA(limitA)]);
        }
      }
    }),
    { numRuns: 150, seed: 20_261_126 },
  );
  // The comparison had something to compare.
  expect(seen.fine).toBeGreaterThan(350);
  expect(seen.refusedByBoth).toBeGreaterThan(50);
});

test('K08.FR.02, 1.6 5.7: GetCompositeSchedule of the station is the composite that the platform expects', () => {
  fc.assert(
    fc.property(
      cases,
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 1, max: 4 * DAY_S }),
      (it, from, durationS) => {
        const { store, held } = both(it);
        const fromMs = T0 + from * S;
        const station = compositeOfStation(store, { evse: 1, atMs: fromMs, tx: TX }, durationS);
        const found = compositeSchedule({ ...asked(held, it.wiredPhases, 1), fromMs, durationMs: durationS * S });
        if (found.kind === 'err') throw new Error(found.error.why);
        const expected = found.value.segments.map((one) => [(one.fromMs - fromMs) / S, one.limit]);
        const told = station.periods.map((period) => [period.startS, deciA(period.limit)]);
        expect(told.filter(isNews)).toEqual(expected.filter(isNews));
      },
    ),
    { numRuns: 400, seed: 20_261_126 },
  );
});

/** Differs from the one before: neighbours may be told apart for other reasons than the limit. */
const isNews = (step: readonly unknown[], i: number, steps: readonly (readonly unknown[])[]): boolean =>
  i === 0 || steps[i - 1]?.[1] !== step[1];

import fc from 'fast-check';
import type { CompositeQuery } from '../composite.ts';
import type { InstalledProfile, Profile, ProfileKind, Purpose, Rate } from '../profile.ts';
import { optional } from '../optional.ts';
import { AC, DC, S, T0 } from './given.ts';

/** So many seconds are looked at, one by one. */
export const SECONDS = 150;

const second = fc.integer({ min: -40, max: SECONDS });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const KINDS: Readonly<Record<Purpose, readonly ProfileKind[]>> = {
  'external-constraints': ['absolute', 'dynamic'],
  'station-max': ['absolute', 'recurring'],
  'tx-default': ['absolute', 'recurring', 'relative', 'dynamic'],
  tx: ['absolute', 'recurring', 'relative', 'dynamic'],
  priority: ['absolute', 'relative'],
  'local-generation': ['absolute', 'recurring'],
};

const purposes = fc.constantFrom<Purpose>(
  'tx-default',
  'tx-default',
  'tx',
  'tx',
  'station-max',
  'external-constraints',
  'priority',
  'local-generation',
);

const rates = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 400 }).map((all): Rate => ({ all })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(400), maybe(fc.nat(400)), maybe(fc.nat(400)))
      .map(([all, l2, l3]): Rate => ({ all, ...optional('l2', l2), ...optional('l3', l3) })),
  },
);

const raw = fc.record({
  purpose: purposes,
  kindIndex: fc.nat(3),
  stackLevel: fc.nat(2),
  place: fc.constantFrom(0, 1, 1, 2),
  validFromS: maybe(second),
  validToS: maybe(second),
  startS: second,
  turnsBefore: fc.nat(3),
  durationS: maybe(fc.integer({ min: 1, max: 110 })),
  gapsS: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
  rates: fc.array(rates, { minLength: 5, maxLength: 5 }),
  phases: fc.array(maybe(fc.constantFrom(1, 2, 3)), { minLength: 5, maxLength: 5 }),
  unit: fc.constantFrom('A' as const, 'W' as const),
  weekly: fc.boolean(),
  maxOfflineS: maybe(fc.nat(100)),
  transactionId: fc.constantFrom(undefined, 'tx-1', 'tx-1', 'tx-2'),
});

const placeOf = (purpose: Purpose, place: number): number =>
  purpose === 'station-max' ? 0 : purpose === 'tx' && place === 0 ? 1 : place;

const shifted = (from: number | undefined): number | undefined => (from === undefined ? undefined : T0 + from * S);

const profile = raw.map((it): InstalledProfile => {
  const kinds = KINDS[it.purpose];
  const kind = kinds[it.kindIndex % kinds.length] ?? 'absolute';
  const isTimed = kind === 'absolute' || kind === 'recurring';
  const turnS = kind === 'recurring' ? (it.weekly ? 7 : 1) * 86_400 : 0;
  const starts = (kind === 'dynamic' ? [] : it.gapsS).reduce<number[]>(
    (list, gap) => [...list, (list.at(-1) ?? 0) + gap],
    [0],
  );
  const scale = it.unit === 'A' ? 1 : 69;
  const times = (rate: Rate): Rate => ({
    ...optional('all', rate.all === undefined ? undefined : rate.all * scale),
    ...optional('l2', rate.l2 === undefined ? undefined : rate.l2 * 23),
    ...optional('l3', rate.l3 === undefined ? undefined : rate.l3 * 23),
  });
  const periods = starts.map((startS, i) => ({
    startS,
    limit: times(it.rates[i] ?? { all: 60 }),
    ...optional('numberPhases', it.phases[i]),
  }));
  const one: Profile = {
    id: 0,
    purpose: it.purpose,
    stackLevel: it.stackLevel,
    kind,
    ...(kind === 'recurring' ? { recurrence: it.weekly ? 'weekly' : 'daily' } : {}),
    ...optional('validFromMs', shifted(it.validFromS)),
    ...optional('validToMs', shifted(it.validToS)),
    ...optional('maxOfflineS', it.maxOfflineS),
    ...(it.purpose === 'tx' ? optional('transactionId', it.transactionId) : {}),
    ...(kind === 'dynamic' ? { updatedAtMs: T0 + it.startS * S } : {}),
    schedules: [
      {
        unit: it.unit,
        periods,
        ...optional('durationS', it.durationS),
        ...(isTimed
          ? { start: { kind: 'instant', atMs: T0 + (it.startS - it.turnsBefore * turnS) * S } as const }
          : {}),
      },
    ],
  };
  return { evse: placeOf(it.purpose, it.place), profile: one };
});

/** Sets of profiles with an id each. Levels may be taken twice: then the later in the list leads. */
export const profileSets = fc
  .array(profile, { maxLength: 9, size: 'max' })
  .map((list) => list.map((one, i): InstalledProfile => ({ ...one, profile: { ...one.profile, id: i + 1 } })));

/** Questions to a set of profiles, from T0 on for `SECONDS`. */
export const queries = fc
  .record({
    profiles: profileSets,
    unit: fc.constantFrom('A' as const, 'W' as const),
    supply: fc.constantFrom(AC, AC, { ...AC, phases: 1 as const }, { ...AC, phases: 2 as const, voltageV: 120 }, DC),
    startedS: maybe(second),
    priority: fc.boolean(),
    offlineS: maybe(fc.integer({ min: -60, max: SECONDS })),
    localLimit: maybe(fc.integer({ min: 0, max: 8_000 })),
  })
  .map(
    ({ profiles, unit, supply, startedS, priority, offlineS, localLimit }): CompositeQuery => ({
      profiles,
      evse: 1,
      unit,
      supply,
      fromMs: T0,
      durationMs: SECONDS * S,
      ...(startedS === undefined
        ? {}
        : { transaction: { transactionId: 'tx-1', startedAtMs: T0 + startedS * S, priority } }),
      ...optional('offlineSinceMs', shifted(offlineS)),
      ...optional('localLimit', localLimit),
    }),
  );

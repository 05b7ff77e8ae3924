import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, type Profile, type RunningTransaction } from './profile.ts';
import { createProfileStore } from './store.ts';

/**
 * The oracle paints: for each purpose a strip of seconds, profiles from the lowest level to the highest, each over what it says,
 * the later winning. It knows no stack search, no boundaries and no store.
 */
const T0 = Date.UTC(2026, 0, 12, 9);
const SECONDS = 120;
/** A day is made short by looking around its turn: recurring starts lie near T0 minus whole days. */
const DAY_S = DAY_MS / 1_000;
const HARDWARE_A = 32;
const TX: RunningTransaction = { key: 'tx-1', startedAtMs: T0 - 7_000 };
const LIMITS = {
  evses: 2,
  hardwareMaxA: HARDWARE_A,
  wiredPhases: 3,
  nominalVoltageV: 230,
  maxStackLevel: 8,
  maxPeriods: 24,
  maxProfiles: 50,
};

interface Placed {
  readonly evse: number;
  readonly profile: Profile;
}

const second = fc.integer({ min: -30, max: SECONDS });
const schedule = fc.record({
  startS: second,
  durationS: fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
  gapsS: fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 3 }),
  limits: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 4 }),
  unit: fc.constantFrom('A' as const, 'W' as const),
});

const placed = fc
  .record({
    id: fc.integer({ min: 1, max: 1_000_000 }),
    purpose: fc.constantFrom('tx-default' as const, 'tx' as const, 'station-max' as const),
    stackLevel: fc.integer({ min: 0, max: 4 }),
    kind: fc.constantFrom('absolute' as const, 'relative' as const, 'daily' as const),
    evse: fc.constantFrom(0, 1, 1, 2),
    validFromS: fc.option(second, { nil: undefined }),
    validToS: fc.option(second, { nil: undefined }),
    schedule,
  })
  .map((raw): Placed => {
    const starts = raw.schedule.gapsS.reduce<number[]>((list, gap) => [...list, (list.at(-1) ?? 0) + gap], [0]);
    const kind = raw.purpose === 'station-max' && raw.kind === 'relative' ? 'absolute' : raw.kind;
    const days = kind === 'daily' ? 3 * DAY_S : 0;
    return {
      evse: raw.purpose === 'station-max' ? 0 : raw.purpose === 'tx' && raw.evse === 0 ? 1 : raw.evse,
      profile: {
        id: raw.id,
        purpose: raw.purpose,
        stackLevel: raw.stackLevel,
        kind,
        ...(raw.validFromS === undefined ? {} : { validFromMs: T0 + raw.validFromS * 1_000 }),
        ...(raw.validToS === undefined ? {} : { validToMs: T0 + raw.validToS * 1_000 }),
        schedule: {
          unit: raw.schedule.unit,
          ...(kind === 'relative' ? {} : { startMs: T0 + (raw.schedule.startS - days) * 1_000 }),
          ...(raw.schedule.durationS === undefined ? {} : { durationS: raw.schedule.durationS }),
          periods: starts.map((startS, i) => {
            const amps = raw.schedule.limits[i] ?? 6;
            return { startS, limit: raw.schedule.unit === 'A' ? amps : amps * 690 };
          }),
        },
      },
    };
  });

/** What one profile says in one second, straight from the text; undefined: nothing. */
function saysAt({ profile }: Placed, s: number): number | undefined {
  const from = profile.validFromMs === undefined ? -1e9 : (profile.validFromMs - T0) / 1_000;
  const to = profile.validToMs === undefined ? 1e9 : (profile.validToMs - T0) / 1_000;
  if (s < from || s >= to) return undefined;
  const startMs = profile.kind === 'relative' ? TX.startedAtMs : (profile.schedule.startMs ?? TX.startedAtMs);
  let since = s - (startMs - T0) / 1_000;
  if (since < 0) return undefined;
  if (profile.kind === 'daily') while (since >= DAY_S) since -= DAY_S;
  if (profile.schedule.durationS !== undefined && since >= profile.schedule.durationS) return undefined;
  const said = profile.schedule.periods.findLast((period) => since >= period.startS)?.limit;
  return said === undefined || profile.schedule.unit === 'A' ? said : said / 690;
}

function strip(profiles: readonly Placed[]): readonly (number | undefined)[] {
  const painted: (number | undefined)[] = Array.from({ length: SECONDS });
  for (let level = 0; level <= LIMITS.maxStackLevel; level += 1) {
    for (const one of profiles.filter(({ profile }) => profile.stackLevel === level)) {
      for (let s = 0; s < SECONDS; s += 1) painted[s] = saysAt(one, s) ?? painted[s];
    }
  }
  return painted;
}

/** What is left when every later profile has pushed out those it replaces. */
function survivors(all: readonly Placed[]): readonly Placed[] {
  let left: readonly Placed[] = [];
  for (const newer of all) {
    left = left.filter(
      (older) =>
        older.profile.id !== newer.profile.id &&
        !(
          older.evse === newer.evse &&
          older.profile.purpose === newer.profile.purpose &&
          older.profile.stackLevel === newer.profile.stackLevel
        ),
    );
    left = [...left, newer];
  }
  return left;
}

function oracle(all: readonly Placed[]): readonly number[] {
  const left = survivors(all);
  const of = (purpose: string, evse: number): readonly Placed[] =>
    left.filter((one) => one.profile.purpose === purpose && one.evse === evse);
  const ownLevels = of('tx-default', 1).map((one) => one.profile.stackLevel);
  const general = of('tx-default', 0).filter((one) => !ownLevels.includes(one.profile.stackLevel));
  const tx = strip(of('tx', 1));
  const byDefault = strip([...of('tx-default', 1), ...general]);
  const station = strip(of('station-max', 0));
  return Array.from({ length: SECONDS }, (_, s) =>
    Math.min(HARDWARE_A, tx[s] ?? byDefault[s] ?? HARDWARE_A, station[s] ?? HARDWARE_A),
  );
}

function filled(all: readonly Placed[]) {
  const store = createProfileStore(LIMITS);
  for (const { evse, profile } of all) {
    const outcome = store.set({ evse, profile, tx: TX, namesThisTransaction: true });
    expect(outcome).toEqual({ kind: 'accepted' });
  }
  return store;
}
/** Bound to EVSE 2, a TxProfile of the property's one transaction would be another transaction's: left out. */
const sets = fc
  .array(placed, { maxLength: 8 })
  .map((all) => all.filter((one) => one.profile.purpose !== 'tx' || one.evse === 1));

test('the composite limit equals the painted one in every second', () => {
  fc.assert(
    fc.property(sets, (all) => {
      const store = filled(all);
      const got = Array.from({ length: SECONDS }, (_, s) =>
        Math.round(store.limitAt({ evse: 1, atMs: T0 + s * 1_000, tx: TX }).limitA * 1e6),
      );
      expect(got).toEqual(oracle(all).map((limitA) => Math.round(limitA * 1e6)));
    }),
    { numRuns: 150 },
  );
});

test('between two announced changes the limit stands still', () => {
  fc.assert(
    fc.property(sets, (all) => {
      const store = filled(all);
      let changes = 0;
      let announcedMs = T0;
      let standing = store.limitAt({ evse: 1, atMs: T0, tx: TX }).limitA;
      for (let s = 0; s < SECONDS; s += 1) {
        const atMs = T0 + s * 1_000;
        if (atMs >= announcedMs) {
          const next = store.nextChangeAt({ evse: 1, atMs, tx: TX });
          expect(next === undefined || next > atMs).toBe(true);
          announcedMs = next ?? Number.POSITIVE_INFINITY;
          standing = store.limitAt({ evse: 1, atMs, tx: TX }).limitA;
          changes += 1;
        }
        expect(store.limitAt({ evse: 1, atMs, tx: TX }).limitA).toBe(standing);
      }
      expect(changes).toBeLessThan(SECONDS);
    }),
    { numRuns: 60 },
  );
});

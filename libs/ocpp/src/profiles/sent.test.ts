import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ChargingProfile, OCPP_VERSIONS } from '../canonical.ts';
import { codecOf } from '../codec.ts';
import { limitAt } from './composite.ts';
import { parseProfile } from './parse.ts';
import type { Placement } from './placement.ts';
import { ABLE, AC, S, T0 } from './test-support/given.ts';
import { validate } from './validate.ts';

const TX = { transactionId: '4711', startedAtMs: T0 };

const limits = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 5 });

/** As the dispatcher plans them: a permanent fallback, or a lease over it. */
const profiles = fc
  .record({
    isLease: fc.boolean(),
    evse: fc.constantFrom(1, 2),
    limits,
    durationS: fc.integer({ min: 3, max: 900 }),
    phases: fc.constantFrom(1, 3),
    unit: fc.constantFrom('A' as const, 'W' as const),
    isRelative: fc.boolean(),
  })
  .map(({ isLease, evse, limits: list, durationS, phases, unit, isRelative }): ChargingProfile => {
    const common = {
      evse,
      profileId: evse * 10 + (isLease ? 2 : 1),
      stackLevel: isLease ? 1 : 0,
      unit,
      periods: list.map((limit, i) => ({
        ...{ startS: i * 7, numberPhases: phases },
        ...(unit === 'A' ? { limitDeciA: limit } : { limitDeciA: 0, limitW: limit * 23 }),
      })),
    };
    if (!isLease) return { ...common, purpose: 'tx-default' };
    const start = isRelative ? {} : { startScheduleMs: T0 - S };
    return { ...common, purpose: 'tx', transactionId: TX.transactionId, ...start, durationS };
  });

/** The payload of the call, and the profile in it. */
function sent(version: (typeof OCPP_VERSIONS)[number], profile: ChargingProfile) {
  const wording = codecOf(version).commandCalls({ kind: 'set-charging-profile', profile });
  if (wording.kind !== 'calls') throw new Error(wording.why);
  const payload = JSON.parse(JSON.stringify(wording.calls[0]?.payload)) as Record<string, unknown>;
  return {
    evse: payload[version === 'ocpp1.6' ? 'connectorId' : 'evseId'],
    json: payload[version === 'ocpp1.6' ? 'csChargingProfiles' : 'chargingProfile'],
  };
}

test('what the gateway sends in each version is read back as the same limits, and nothing is wrong with it', () => {
  const { since21: _none, ...station } = ABLE;
  fc.assert(
    fc.property(fc.constantFrom(...OCPP_VERSIONS), profiles, (version, profile) => {
      const { evse, json } = sent(version, profile);
      expect(evse).toBe(profile.evse);
      const found = parseProfile(version, json);
      if (found.kind === 'err') throw new Error(found.error.code);
      const placement: Placement = { version, evse: profile.evse, supply: AC, station, installed: [], transaction: TX };
      expect(validate(found.value, placement)).toEqual([]);
      const held = [{ evse: profile.evse, profile: found.value }];
      const fromMs = profile.startScheduleMs ?? T0;
      const unit = profile.unit ?? 'A';
      for (const { startS, limitDeciA, limitW } of profile.periods) {
        const limit = limitAt(
          { profiles: held, evse: profile.evse, supply: AC, unit, transaction: TX },
          fromMs + startS * S,
        );
        const isOver = profile.durationS !== undefined && startS >= profile.durationS;
        expect(limit.kind === 'ok' && limit.value.limit).toBe(isOver ? undefined : unit === 'A' ? limitDeciA : limitW);
      }
    }),
    { numRuns: 300, seed: 1_126 },
  );
});

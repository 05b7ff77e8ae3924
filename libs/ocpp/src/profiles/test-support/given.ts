import type { CompositeQuery } from '../composite.ts';
import type { InstalledProfile, Period, Profile, Rate, Schedule } from '../profile.ts';
import type { Placement } from '../placement.ts';

/** A Monday. */
export const T0 = Date.UTC(2026, 0, 12, 9);
export const S = 1_000;
export const TX = { transactionId: 'tx-1', startedAtMs: T0 };

/** Pairs of second and deci-amps (or W), or whole periods. */
export type Steps = readonly (readonly [startS: number, all: number] | Period)[];

export interface Sketch extends Partial<Omit<Profile, 'schedules'>> {
  readonly evse?: number;
  readonly steps?: Steps;
  /** Seconds from T0; the default is T0 itself. `null`: none. */
  readonly startS?: number | null;
  readonly more?: Partial<Schedule>;
}

const isPair = (step: Steps[number]): step is readonly [number, number] => Array.isArray(step);

/** A profile on EVSE 1 of 10 A by default, from T0 on. */
export function installed({ evse, steps = [[0, 100]], startS, more, ...rest }: Sketch): InstalledProfile {
  const kind = rest.kind ?? 'absolute';
  const isTimed = kind === 'absolute' || kind === 'recurring';
  const start = startS === undefined ? (isTimed ? 0 : null) : startS;
  const purpose = rest.purpose ?? 'tx-default';
  return {
    evse: evse ?? (purpose === 'station-max' ? 0 : 1),
    profile: {
      id: 1,
      purpose,
      stackLevel: 0,
      kind,
      ...rest,
      schedules: [
        {
          unit: 'A',
          ...(start === null ? {} : { start: { kind: 'instant', atMs: T0 + start * S } as const }),
          periods: steps.map((step) => (isPair(step) ? { startS: step[0], limit: { all: step[1] } } : step)),
          ...more,
        },
      ],
    },
  };
}

/** With ids of their own, in order, where they have none. */
export const all = (...sketches: readonly Sketch[]): readonly InstalledProfile[] =>
  sketches.map((sketch, i) => installed({ id: i + 1, ...sketch }));

export const AC = { kind: 'ac', voltageV: 230, phases: 3 } as const;
export const DC = { kind: 'dc', voltageV: 400 } as const;

export const query = (profiles: readonly InstalledProfile[], more: Partial<CompositeQuery> = {}): CompositeQuery => ({
  profiles,
  evse: 1,
  supply: AC,
  unit: 'A',
  fromMs: T0,
  durationMs: 3_600 * S,
  transaction: TX,
  ...more,
});

export const perPhase = (l1: number, l2: number, l3: number): Rate => ({ all: l1, l2, l3 });

/** A station that can do everything. */
export const ABLE: Placement['station'] = {
  evses: 2,
  units: ['A', 'W'],
  maxStackLevel: 8,
  maxPeriods: 24,
  maxProfiles: 10,
  phaseSwitching: true,
  since21: {
    purposes: ['priority', 'local-generation'],
    dynamic: true,
    localTime: true,
    randomizedDelay: true,
    limitAtSoc: true,
    maxOfflineDuration: true,
    evseSleep: true,
    operationModes: ['Idle', 'CentralSetpoint', 'ExternalSetpoint', 'ExternalLimits', 'LocalFrequency'],
    dcInputPhases: false,
  },
};

import type { Placement } from '../placement.ts';
import type { ProblemCode } from '../problem.ts';
import type { InstalledProfile, Period, Profile, Schedule } from '../profile.ts';
import { validate } from '../validate.ts';
import { ABLE, AC, installed, type Sketch, TX } from './given.ts';

export const { since21, ...BARE } = ABLE;
if (since21 === undefined) throw new Error('it can everything');

export const place = (version: Placement['version'], more: Partial<Placement> = {}): Placement => ({
  version,
  evse: 1,
  supply: AC,
  station: version === 'ocpp2.1' ? ABLE : BARE,
  installed: [],
  transaction: TX,
  ...more,
});

export const codes = (profile: Profile, placement: Placement): readonly ProblemCode[] =>
  validate(profile, placement).map((problem) => problem.code);

export const made = (sketch: Sketch): Profile => installed({ id: 11, ...sketch }).profile;
export const leased = (sketch: Sketch): Profile => made({ purpose: 'tx', transactionId: 'tx-1', ...sketch });
export const withPeriod = (period: Partial<Period>, sketch: Sketch = {}): Profile =>
  made({ steps: [{ startS: 0, limit: { all: 100 }, ...period }], ...sketch });
export const withSchedule = (more: Partial<Schedule>, sketch: Sketch = {}): Profile => made({ more, ...sketch });
export const tx = (period: Partial<Period>): Profile =>
  leased({ steps: [{ startS: 0, limit: { all: 100 }, ...period }] });
export const bare = (period: Omit<Period, 'startS'>): Profile => leased({ steps: [{ startS: 0, ...period }] });
export const held = (sketch: Sketch): readonly InstalledProfile[] => [installed({ id: 99, ...sketch })];
export const station = (more: Partial<NonNullable<typeof since21>>): Partial<Placement> => ({
  station: { ...ABLE, since21: { ...since21, ...more } },
});
export const twoSchedules = (profile: Profile): Profile => ({
  ...profile,
  schedules: [...profile.schedules, ...profile.schedules],
});

import type { DeciAmps, EpochMs } from '@headroom/kernel';
import type { RateUnit } from '@headroom/ocpp/profiles';
import { capabilitiesOfStation, quirksOfStation, type StationTraits } from './station-traits.ts';

/** What the charging profiles of an EVSE come to, as its station says (GetCompositeSchedule). A claim: it never frees anything (H87). */
export interface CompositeSaid {
  readonly unit: RateUnit;
  /** By the station's clock. Absent: it counts from when it was said. */
  readonly startMs?: EpochMs;
  /** Absent: its last step has no end. Nothing is said from its end on. */
  readonly durationS?: number;
  /** By ascending `fromS`; each holds until the next. Whole deci-amps of each phase, or W of all `phases` together. */
  readonly steps: readonly { readonly fromS: number; readonly limit: number; readonly phases?: number }[];
}

/**
 * more: it may let more flow, at some instant, than it can have been told. less: it lets less flow than its lease. never-ends: its lease
 * goes on where it should have ended (H89).
 */
export type CompositeFinding = 'more' | 'less' | 'never-ends';

/** What an EVSE said last, held against what it was told. */
export interface CompositeRead {
  /** When that was, or when it was asked in vain. 0: not since its station connected or booted last, or was told its limits once more. */
  readonly readAtMs: EpochMs;
  /** Questions in a row that brought nothing. */
  readonly failures: number;
  readonly findings: readonly CompositeFinding[];
  /** Its first limit, for people: `16 A`. Empty: it never named one. */
  readonly says: string;
  /** The last question that nobody answered in time: what is answered to it later is of another hour. Absent: there was none. Not for the next owner. */
  readonly unansweredId?: string;
  /** It is offered no more: something unknown holds it there. Absent: it says no less than it was told. */
  readonly atMost?: DeciAmps;
}

export const NEVER_SAID: CompositeRead = { readAtMs: 0, failures: 0, findings: [], says: '' };

/** H91: what it holds may change without a boot. */
export const SAID_EVERY_MS = 3_600_000;
/** H70: one that cannot say it is asked again after so long, doubled with each time, at most once a day. */
const SAID_AGAIN_MOST_MS = 86_400_000;

/** When it is asked next. Undefined: never, for it has charging profiles switched off, or a pack says that its word is too much (H87). */
export function nextSayingMs(
  traits: StationTraits,
  { readAtMs, failures }: CompositeRead = NEVER_SAID,
): EpochMs | undefined {
  if (traits.version === undefined || !capabilitiesOfStation(traits).smartCharging) return undefined;
  if (quirksOfStation(traits.identity).overstatesComposite) return undefined;
  if (failures === 0) return readAtMs === 0 ? 0 : readAtMs + SAID_EVERY_MS;
  return readAtMs + Math.min(SAID_AGAIN_MOST_MS, SAID_EVERY_MS * 2 ** Math.min(failures - 1, 30));
}

/** After a question that brought nothing; what was found before stands. `isUnable`: the station does not know the question. */
export const afterNoSaying = (before: CompositeRead = NEVER_SAID, atMs: EpochMs, isUnable: boolean): CompositeRead => ({
  ...before,
  readAtMs: atMs,
  failures: isUnable ? Math.max(before.failures + 1, FAILURES_OF_A_DAY) : before.failures + 1,
});

const FAILURES_OF_A_DAY = 6;

/** It is asked as soon as may be. One that cannot say it is not asked any sooner. */
export const saySoon = (before: CompositeRead | undefined): CompositeRead | undefined =>
  before?.failures === 0 ? { ...before, readAtMs: 0 } : before;

/** What held it down may be gone, and nobody would tell. What lets more flow counts until it is seen gone. */
export function unbounded(before: CompositeRead | undefined): CompositeRead | undefined {
  if (before?.atMost === undefined) return before;
  const { atMost: _, ...rest } = before;
  return rest;
}

/** What a station may offer below a limit because it rounds, and a car take above it for a moment. */
export const ROUNDS_BY_DECI_A = 10;

interface Shown {
  readonly draw?: DeciAmps | undefined;
  readonly offered?: DeciAmps | undefined;
}

/** What is seen to flow, or to be offered, weighs more than what was said: nothing holds it down there. */
export const afterSample = (before: CompositeRead | undefined, { draw, offered }: Shown): CompositeRead | undefined =>
  Math.max(draw ?? 0, offered ?? 0) > (before?.atMost ?? Infinity) + ROUNDS_BY_DECI_A ? unbounded(before) : before;

/** HO-7: an offer that something beside us may explain is no proof of what we told. */
export const isExplained = ({ atMost }: Pick<CompositeRead, 'atMost'> = {}, offered?: DeciAmps): boolean =>
  atMost !== undefined && (offered === undefined || offered > atMost - ROUNDS_BY_DECI_A);

/** For a control: what nobody knows is absent. */
export const withComposite = (composite: CompositeRead | undefined): { readonly composite?: CompositeRead } =>
  composite === undefined ? {} : { composite };

import type { RateUnit } from '../profiles/profile.ts';

/** In what a model of stations differs from the text of OCPP where limits are set. What a pack does not state is the default. */
export interface Quirks {
  /** The one unit that it is told limits in. Absent: A, unless the station says that it knows W only (H82, H83). */
  readonly rateUnit?: RateUnit;
  /** Absent: what the station says (H81). */
  readonly maxStackLevel?: number;
  /** Every profile on level 0: it mixes up several levels (H81). */
  readonly singleLevel: boolean;
  /** Limits are rounded down to whole amperes: what it does with tenths nobody knows (H86). */
  readonly wholeAmps: boolean;
  /** What is below it is said as 0 (H86). */
  readonly minCurrentDeciA: number;
  /** Absolute: from an instant of its clock. Relative: it only counts from the start of a transaction (H32, SI31). */
  readonly scheduleKind: 'absolute' | 'relative';
  /** It loses answers that come sooner, counted from what is answered (H20): the gateway keeps each back for so long. */
  readonly minAnswerDelayMs: number;
  /** It is raised no more often than that: each limit costs it time, and its flash (H88). What takes current away never waits. */
  readonly minRaiseGapMs: number;
  /** After a clear the next limit works late, or never: nothing is ever cleared (H88). */
  readonly neverClearThenSet: boolean;
  /** A profile with the id of an older one takes its place (H88). */
  readonly overwritesSameId: boolean;
  /** Whether its profiles say on how many phases a limit is meant: those that are wired, or nothing (H84). */
  readonly phasesToName: 'wired' | 'none';
  /** Nothing may be set for a transaction until the permanent limit lies beneath it (H85, H89). */
  readonly txDefaultFirst: boolean;
  /** 2.1 K28: its leases are Dynamic profiles, whose limits are told anew by UpdateDynamicSchedule; their end by `validTo` has been seen. */
  readonly dynamicLeases: boolean;
  /** What it was told before a restart counts for nothing (H91). */
  readonly reinstallAfterBoot: boolean;
  /** Its Accepted proves nothing: it counts with its hardware maximum (H78, SI5). */
  readonly acceptsButIgnores: boolean;
  /** Without its connection it runs as though it had no limit: it counts with its hardware maximum (H76, SI5). */
  readonly forgetsOffline: boolean;
  /** After a pause it goes on with all that its hardware bears, until it is told anew (H79): it is not paused where that is not needed. */
  readonly forgetsWhenPaused: boolean;
  /** Its car is never told to give back, whatever it says that it can (MD18). */
  readonly neverGivesBack: boolean;
  /** What it says that its profiles come to is more than it lets flow (H87): it is not asked. */
  readonly overstatesComposite: boolean;
  /** Does a profile end by itself? Of one that does not, no lease ever ends (SI2, SI16, SI28). */
  readonly leaseExpiry: 'unknown' | 'proven' | 'disproven';
}

export type QuirkName = keyof Quirks;

/** A station of which nothing odd is known. */
export const NO_QUIRKS: Quirks = Object.freeze({
  singleLevel: false,
  wholeAmps: false,
  minCurrentDeciA: 0,
  scheduleKind: 'absolute',
  minAnswerDelayMs: 0,
  minRaiseGapMs: 0,
  neverClearThenSet: true,
  overwritesSameId: true,
  phasesToName: 'wired',
  txDefaultFirst: true,
  dynamicLeases: false,
  reinstallAfterBoot: true,
  acceptsButIgnores: false,
  forgetsOffline: false,
  forgetsWhenPaused: false,
  neverGivesBack: false,
  overstatesComposite: false,
  leaseExpiry: 'unknown',
});

export type QuirkValue = string | number | boolean;

interface Field {
  /** In words, for the page and for what is said of a pack that is wrong. */
  readonly allows: string;
  readonly takes: (value: unknown) => boolean;
  readonly meaning: string;
}

const whole = (most: number) => ({
  allows: `a whole number from 0 to ${most}`,
  takes: (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most,
});
const flag = { allows: 'true or false', takes: (value: unknown) => typeof value === 'boolean' };
const oneOf = (...words: readonly string[]) => ({
  allows: words.map((word) => `"${word}"`).join(' or '),
  takes: (value: unknown) => typeof value === 'string' && words.includes(value),
});
/** What we do with every station, because some depend on it: a pack may say so, and may not say otherwise. */
const always = { allows: 'true: it is done with every station', takes: (value: unknown) => value === true };

/** Beyond these a value is a slip of the pen: 100 A, ten seconds (stations wait for an answer for 30 s), an hour. */
const MOST_MIN_CURRENT_DECI_A = 1_000;
const MOST_ANSWER_DELAY_MS = 10_000;
const MOST_RAISE_GAP_MS = 3_600_000;
const MOST_STACK_LEVEL = 100;

export const QUIRK_FIELDS: Readonly<Record<QuirkName, Field>> = {
  rateUnit: { ...oneOf('A', 'W'), meaning: 'the unit in which it is told limits' },
  maxStackLevel: { ...whole(MOST_STACK_LEVEL), meaning: 'the highest stack level that works' },
  singleLevel: { ...flag, meaning: 'all profiles on level 0' },
  wholeAmps: { ...flag, meaning: 'limits are rounded down to whole amperes' },
  minCurrentDeciA: { ...whole(MOST_MIN_CURRENT_DECI_A), meaning: 'a limit below it is said as 0' },
  scheduleKind: {
    ...oneOf('absolute', 'relative'),
    meaning: 'from when the seconds of a lease count: an instant, or the start of the transaction',
  },
  minAnswerDelayMs: { ...whole(MOST_ANSWER_DELAY_MS), meaning: 'it loses answers that come sooner' },
  minRaiseGapMs: { ...whole(MOST_RAISE_GAP_MS), meaning: 'its limit is raised no more often' },
  neverClearThenSet: { ...always, meaning: 'nothing is ever cleared' },
  overwritesSameId: { ...always, meaning: 'a newer profile has the id of the one that it replaces' },
  phasesToName: { ...oneOf('wired', 'none'), meaning: 'the number of phases that a period names' },
  txDefaultFirst: { ...always, meaning: 'the permanent limit is accepted before any of a transaction is sent' },
  dynamicLeases: {
    ...flag,
    meaning: 'its leases of 2.1 are Dynamic, and only their limits are told anew: their end has been seen',
  },
  reinstallAfterBoot: { ...always, meaning: 'after a restart everything is told anew' },
  acceptsButIgnores: { ...flag, meaning: 'its Accepted proves nothing: it counts with its hardware maximum' },
  forgetsOffline: {
    ...flag,
    meaning: 'offline it runs as though it had no limit: it counts with its hardware maximum',
  },
  forgetsWhenPaused: {
    ...flag,
    meaning: 'it goes on without a limit after a pause: it stays at its permanent limit where that fits',
  },
  neverGivesBack: { ...flag, meaning: 'its car is never told to give back, whatever it says that it can' },
  overstatesComposite: {
    ...flag,
    meaning: 'it says that its profiles come to more than it lets flow: it is not asked for that',
  },
  leaseExpiry: { ...oneOf('unknown', 'proven', 'disproven'), meaning: 'whether its profiles end by themselves' },
};

export const QUIRK_NAMES: readonly QuirkName[] = Object.keys(NO_QUIRKS)
  .concat('rateUnit', 'maxStackLevel')
  .filter((name): name is QuirkName => Object.hasOwn(QUIRK_FIELDS, name))
  .toSorted();

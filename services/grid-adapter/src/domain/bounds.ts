import { DAY_MS } from './calendar.ts';

/** What one object of a VTN may hold at most (A28); over it, the object is refused. */
export const ID_CHARS_MAX = 128;
export const NAME_CHARS_MAX = 128;
/** Of instants and durations. */
export const TIME_CHARS_MAX = 64;
/** A month of quarter-hours, with the hour that a change of the clocks adds. */
export const INTERVALS_MAX = 3_000;
export const PAYLOADS_PER_INTERVAL_MAX = 10;
/** Sub-intervals of one interval (DR-T7): a day of quarter-hours of 25 hours. */
export const VALUES_PER_PAYLOAD_MAX = 100;
/** Values of one event that we act on. */
export const VALUES_PER_EVENT_MAX = 5_000;
export const DESCRIPTORS_MAX = 50;
export const TARGETS_MAX = 50;
export const VALUES_PER_TARGET_MAX = 50;

/** 1 GW, as of every power of a site. */
export const LIMIT_W_MAX = 1_000_000_000;
/** To both sides; scarcity prices reach some tens. */
export const PRICE_PER_KWH_MAX = 1_000;
/** Of a kWh; burnt lignite is a tenth of it. */
export const CARBON_G_PER_KWH_MAX = 10_000;
export const LEVEL_MAX = 3;
export const PRIORITY_MAX = 2_147_483_647;

/** 2000-01-01 and 2200-01-01: what lies outside is a mistake. */
export const INSTANT_MIN_MS = 946_684_800_000;
export const INSTANT_MAX_MS = 7_258_118_400_000;
/** Of a finite duration, months counted with 31 days. P9999Y is another case. */
export const DURATION_MAX_MS = 3_660 * DAY_MS;
export const RANDOMIZE_START_MAX_MS = DAY_MS;

/** Of an event that repeats (DR-T8), the periods are listed from so long before now to so long after it. */
export const LOOP_BEHIND_MS = DAY_MS;
export const LOOP_AHEAD_MS = 8 * DAY_MS;
/** In that window. An event that repeats faster is refused. */
export const LOOP_PERIODS_MAX = 10_000;

/** Events of one VTN that are in force or to come; what is listed beyond is refused. */
export const EVENTS_MAX = 500;
/** Periods of all of them together. */
export const PERIODS_MAX = 20_000;
/** Events that are gone and whose restore may still be under way; the oldest go first. */
export const GONE_EVENTS_MAX = 500;
/** So long an event that is gone is remembered: longer than any restore. */
export const FORGET_AFTER_MS = DAY_MS;
/** Periods of earlier versions of an event; the oldest go first. */
export const HELD_PERIODS_MAX = 16;
/** Ends of one signal, the next ones, that are returned from by steps; behind later ones the limit stands until the ramp would be over. */
export const RAMPS_PER_SIGNAL_MAX = 4;
/** Steps of one ramp; a finer one is made coarser. */
export const RAMP_STEPS_MAX = 60;

/** Reports of one source that are remembered as done; longer than their events are known. */
export const REPORTED_MAX = 1_000;

/** Segments of a timeline that is published; 1.7 kB each at most, and a record of the log has 900 kB. */
export const SEGMENTS_MAX = 400;
/** Sites and circuits that signals of one source may go to. */
export const ROUTED_TARGETS_MAX = 50;

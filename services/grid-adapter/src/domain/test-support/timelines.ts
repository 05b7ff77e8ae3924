import { endOf } from '../period.ts';
import { type GridSignal, type Routing, signalsOf } from '../grid-signal.ts';
import { NOTHING_KNOWN, reconcile } from '../reconcile.ts';
import type { RestoreConfig } from '../restore.ts';
import { type Segment, timelineOf } from '../timeline.ts';
import { accepted, HOUR_MS, type Json } from './events.ts';
import { NOON_MS } from './random-events.ts';

export const OWN_W = 100_000;
export const MINUTE_MS = 60_000;
export const AT_ONCE: RestoreConfig = { maxDelayMs: 0, rampMs: 0, stepMs: 1_000 };
export const GENTLE: RestoreConfig = { maxDelayMs: 10 * MINUTE_MS, rampMs: 4 * MINUTE_MS, stepMs: MINUTE_MS };
const LEVELS = [100, 70, 40, 0] as const;
export const SITE = { siteId: 's1' };
export const ROUTING: Routing = { source: 'vtn', targets: new Map(), untargeted: [SITE] };

export const known = (events: readonly Json[], draw = 0) =>
  reconcile(
    NOTHING_KNOWN,
    { events: events.map((json) => accepted(json)), unsure: [] },
    { atMs: NOON_MS - HOUR_MS, draw: () => draw },
  ).state.events;
export const signals = (events: readonly Json[], draw = 0): readonly GridSignal[] =>
  signalsOf(known(events, draw), ROUTING, NOON_MS).signals;
export const timeline = (
  list: readonly GridSignal[],
  restore = AT_ONCE,
  fromMs = NOON_MS - HOUR_MS,
): readonly Segment[] => timelineOf(list, OWN_W, { fromMs, limitsOf: () => ({ levelPercent: LEVELS, restore }) });

export const holds = (segments: readonly Segment[], atMs: number): Segment => {
  const segment = segments.find((each) => each.startMs <= atMs && atMs < endOf(each));
  if (segment === undefined) throw new Error(`nothing holds at ${atMs}`);
  return segment;
};

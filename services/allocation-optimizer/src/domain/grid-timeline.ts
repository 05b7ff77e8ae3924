import { type CircuitId, type EpochMs, err, ok, type Result, type Watts, watts } from '@headroom/kernel';
import type { ImposedLimitModel, SiteModel } from '@headroom/site-model';

/** Why the grid limits: an event, the slow return from one, or a source that is lost. */
export type GridCauseKind = 'event' | 'return' | 'fallback';

/** A limit of the grid for a while. Between two of them the grid limits nothing. */
export interface GridLimit {
  readonly startMs: EpochMs;
  /** Free of it from this instant on. Absent: until another timeline comes. */
  readonly endMs?: EpochMs;
  /** Summed over the phases. */
  readonly limitW: Watts;
  readonly kind: GridCauseKind;
  readonly source: string;
  readonly eventId: string;
}

/** All that the grid asks of one target. */
export interface GridTimeline {
  /** Rises with each timeline of the target: a lower one that comes later is from an adapter that slept. */
  readonly version: bigint;
  /** In order, without overlap. */
  readonly limits: readonly GridLimit[];
  /** In order, without overlap: what a kWh costs then. Where nobody says, the tariff of the site holds. Absent: none is told. */
  readonly prices?: readonly GridPrice[];
  /** In order, without overlap: what a kWh emits then. Absent: none is told. */
  readonly carbon?: readonly GridCarbon[];
}

/** It bears on no limit either. */
export interface GridCarbon {
  readonly startMs: EpochMs;
  /** Absent: until another timeline comes. */
  readonly endMs?: EpochMs;
  /** CO2 equivalent, in milligrams, 0 or more. */
  readonly mgPerKwh: number;
}

/** It bears on no limit (DR-E5). */
export interface GridPrice {
  readonly startMs: EpochMs;
  /** Absent: until another timeline comes. */
  readonly endMs?: EpochMs;
  /** ISO 4217. */
  readonly currency: string;
  /** Millionths of the currency; below 0 is a price like any other (DR-F9). */
  readonly microPerKwh: number;
}

/** The newest timeline of each target; '' is the grid connection of the site. */
export type GridTimelines = ReadonlyMap<CircuitId | '', GridTimeline>;

/** A stretch of a timeline as it was told, not yet believed. */
export interface ToldSegment {
  readonly startMs: number;
  readonly endMs: number | undefined;
  /** Undefined: the grid limits nothing. */
  readonly limitW: number | undefined;
  readonly kind: GridCauseKind;
  readonly source: string;
  readonly eventId: string;
  /** Undefined: unknown, which is not 0. */
  readonly price?: { readonly currency: string; readonly microPerKwh: number } | undefined;
  readonly carbonMgPerKwh?: number | undefined;
}

/** Segments of one timeline at most, as its producer promises. */
export const SEGMENTS_MAX = 400;
/** Limits that are kept of one; what lies beyond is one more of them, the lowest of all. It comes nearer and is told anew. */
export const LIMITS_KEPT_MAX = 32;
/** Prices that are kept of one, the nearest ones: two days in quarters of an hour. It comes nearer and is told anew. */
export const PRICES_KEPT_MAX = 192;
/** A million units of a currency for a kWh, as in a tariff. */
const PRICE_MICRO_MAX = 1e12;
/** 10 kg: burnt lignite is a tenth of it. */
const CARBON_MG_MAX = 10_000_000;
const CURRENCY = /^[A-Z]{3}$/u;
/** Targets of one site at most. */
export const TARGETS_MAX = 64;
/** 1 GW, as of every power of a site. */
const LIMIT_W_MAX = 1_000_000_000;
const WORD_CHARS_MAX = 128;

/**
 * The timeline, or why it is not believed (A28). Its producer has refused all of that already; an owner that takes a limit of
 * NaN for none would raise the site.
 */
export function gridTimelineOf(version: bigint, segments: readonly ToldSegment[]): Result<GridTimeline, string> {
  if (segments.length === 0) return err('a timeline without segments');
  if (segments.length > SEGMENTS_MAX) return err(`a timeline of ${segments.length} segments, at most ${SEGMENTS_MAX}`);
  for (const [n, segment] of segments.entries()) {
    const wrong = troubleOf(segment, segments[n + 1]);
    if (wrong !== undefined) return err(`segment ${n} ${wrong}`);
  }
  const prices = joinedPrices(segments.flatMap(priceOf)).slice(0, PRICES_KEPT_MAX);
  const limits = bounded(joined(segments.flatMap(limitOf)));
  const carbon = joinedCarbon(segments.flatMap(carbonOf)).slice(0, PRICES_KEPT_MAX);
  return ok({
    ...{ version, limits },
    ...(prices.length === 0 ? {} : { prices }),
    ...(carbon.length === 0 ? {} : { carbon }),
  });
}

/** A price that is none is unknown: nothing but a plan hangs on it. */
function priceOf({ startMs, endMs, price }: ToldSegment): readonly GridPrice[] {
  if (price === undefined || !CURRENCY.test(price.currency)) return [];
  const { currency, microPerKwh } = price;
  if (!Number.isSafeInteger(microPerKwh) || Math.abs(microPerKwh) > PRICE_MICRO_MAX) return [];
  return [{ startMs, ...(endMs === undefined ? {} : { endMs }), currency, microPerKwh }];
}

/** As of a price. */
function carbonOf({ startMs, endMs, carbonMgPerKwh: mgPerKwh }: ToldSegment): readonly GridCarbon[] {
  if (mgPerKwh === undefined || !Number.isSafeInteger(mgPerKwh) || mgPerKwh < 0 || mgPerKwh > CARBON_MG_MAX) return [];
  return [{ startMs, ...(endMs === undefined ? {} : { endMs }), mgPerKwh }];
}

function joinedCarbon(carbon: readonly GridCarbon[]): readonly GridCarbon[] {
  const result: GridCarbon[] = [];
  for (const each of carbon) {
    const last = result.at(-1);
    if (last?.endMs === each.startMs && last.mgPerKwh === each.mgPerKwh)
      result[result.length - 1] = { ...each, startMs: last.startMs };
    else result.push(each);
  }
  return result;
}

/** Segments that differ only in their limit are one price. */
function joinedPrices(prices: readonly GridPrice[]): readonly GridPrice[] {
  const result: GridPrice[] = [];
  for (const price of prices) {
    const last = result.at(-1);
    const isSame =
      last?.endMs === price.startMs && last.currency === price.currency && last.microPerKwh === price.microPerKwh;
    if (last === undefined || !isSame) result.push(price);
    else result[result.length - 1] = { ...price, startMs: last.startMs };
  }
  return result;
}

function troubleOf({ startMs, endMs, limitW, source, eventId }: ToldSegment, next: ToldSegment | undefined) {
  if (!Number.isSafeInteger(startMs) || startMs < 0) return `begins at ${startMs}`;
  if (endMs !== undefined && !(Number.isSafeInteger(endMs) && endMs > startMs)) return `ends at ${endMs}`;
  if (endMs !== next?.startMs) return `ends at ${endMs ?? 'never'}, and the next begins at ${next?.startMs ?? 'never'}`;
  if (source.length > WORD_CHARS_MAX || eventId.length > WORD_CHARS_MAX) return 'has a name that is too long';
  if (limitW === undefined) return undefined;
  const isPower = Number.isSafeInteger(limitW) && limitW >= 0 && limitW <= LIMIT_W_MAX;
  return isPower ? undefined : `has a limit of ${limitW} W`;
}

function limitOf({ limitW, startMs, endMs, kind, source, eventId }: ToldSegment): readonly GridLimit[] {
  if (limitW === undefined) return [];
  return [{ startMs, ...(endMs === undefined ? {} : { endMs }), limitW: watts(limitW), kind, source, eventId }];
}

/** Segments that differ only in their price are one limit. */
function joined(limits: readonly GridLimit[]): readonly GridLimit[] {
  const result: GridLimit[] = [];
  for (const limit of limits) {
    const last = result.at(-1);
    const isSame = last?.endMs === limit.startMs && last.limitW === limit.limitW && hasCauseOf(last, limit);
    if (last === undefined || !isSame) result.push(limit);
    else result[result.length - 1] = { ...limit, startMs: last.startMs };
  }
  return result;
}

const hasCauseOf = (a: GridLimit, b: GridLimit): boolean =>
  a.kind === b.kind && a.source === b.source && a.eventId === b.eventId;

function bounded(limits: readonly GridLimit[]): readonly GridLimit[] {
  const [first, ...rest] = limits.slice(LIMITS_KEPT_MAX - 1);
  if (first === undefined || rest.length === 0) return limits;
  const lowest = rest.reduce((low, each) => (each.limitW < low.limitW ? each : low), first);
  const { limitW, kind, source, eventId } = lowest;
  return [...limits.slice(0, LIMITS_KEPT_MAX - 1), { startMs: first.startMs, limitW, kind, source, eventId }];
}

/** The site with what the grid asks of it. The same two give the same model again: what is known of a model is kept by the object. */
export function limitedByGrid(site: SiteModel, grid: GridTimelines): SiteModel {
  if (grid.size === 0) return site;
  const known = LIMITED.get(grid);
  if (known?.of === site) return known.limited;
  const imposed = [...grid].flatMap(([circuitId, { limits }]) =>
    limits.map(
      ({ limitW, startMs, endMs }): ImposedLimitModel => ({
        circuitId: circuitId === '' ? site.rootCircuitId : circuitId,
        powerLimitW: limitW,
        startMs,
        ...(endMs === undefined ? {} : { endMs }),
      }),
    ),
  );
  const limited = { ...site, imposed };
  LIMITED.set(grid, { of: site, limited });
  return limited;
}

const LIMITED = new WeakMap<GridTimelines, { readonly of: SiteModel; readonly limited: SiteModel }>();

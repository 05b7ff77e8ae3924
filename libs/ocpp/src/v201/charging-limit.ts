import { compareNumbers } from '@headroom/kernel';
import type { LimitSchedule } from '../canonical.ts';
import { type JsonObject, objectAt, objectsAt, cappedAt, textAt, wholeAt } from '../json.ts';
import { stationTimeAt } from '../meter-values.ts';
import { missing, type Reading, request } from '../to-canonical.ts';

/** Schedules of one notice that are kept, the first ones. */
export const MAX_LIMIT_SCHEDULES = 3;
/** Steps of one schedule. The last one stands for all that come after it, and is as low as the lowest of them. */
export const MAX_LIMIT_STEPS = 24;
/** 2.1: so long may the name of a source be. */
const MAX_SOURCE_CHARS = 20;
/** No station has more, in deci-amps or watts: what is above it limits nothing. */
const LARGEST_LIMIT = 100_000_000;

/** NotifyChargingLimit (2.x K11, K12). What can be read of its schedules is; one without a readable step limits nothing. */
export function notifiedLimit(payload: JsonObject, receivedAtMs: number): Reading {
  const limit = objectAt(payload, 'chargingLimit') ?? {};
  const source = sourceAt(limit);
  if (source === undefined) return missing('chargingLimit.chargingLimitSource');
  const schedules = objectsAt(payload, 'chargingSchedule').slice(0, MAX_LIMIT_SCHEDULES);
  return request({
    kind: 'charging-limit-notified',
    evse: evseAt(payload),
    source,
    isGridCritical: limit['isGridCritical'] === true,
    isLocalGeneration: limit['isLocalGeneration'] === true,
    schedules: schedules.map((each) => scheduleOf(each, receivedAtMs)).filter(({ steps }) => steps.length > 0),
  });
}

/** ClearedChargingLimit (2.x K13). */
export function clearedLimit(payload: JsonObject): Reading {
  const source = sourceAt(payload);
  if (source === undefined) return missing('chargingLimitSource');
  return request({ kind: 'charging-limit-cleared', evse: evseAt(payload), source });
}

export const sourceAt = (object: JsonObject): string | undefined =>
  textAt(object, 'chargingLimitSource')?.slice(0, MAX_SOURCE_CHARS);
export const evseAt = (payload: JsonObject): number => Math.max(0, cappedAt(payload, 'evseId') ?? 0);

type Step = LimitSchedule['steps'][number];

/** A schedule as we keep it; one whose steps cannot be read has none. */
export function scheduleOf(schedule: JsonObject, receivedAtMs: number): LimitSchedule {
  const unit = textAt(schedule, 'chargingRateUnit') === 'W' ? 'W' : 'A';
  // Interpretation: without a start it counts from when it was told.
  const startMs = stationTimeAt(schedule, 'startSchedule', receivedAtMs).atMs;
  const durationS = wholeAt(schedule, 'duration');
  const steps = objectsAt(schedule, 'chargingSchedulePeriod').flatMap((period): readonly Step[] => {
    const startS = wholeAt(period, 'startPeriod');
    const limit = limitOf(period, unit);
    return startS === undefined || limit === undefined ? [] : [{ fromMs: startMs + startS * 1_000, limit }];
  });
  return {
    unit,
    steps: bounded(steps.toSorted((a, b) => compareNumbers(a.fromMs, b.fromMs))),
    ...(durationS === undefined ? {} : { untilMs: startMs + durationS * 1_000 }),
  };
}

/** Rounded down. Undefined: there is none. */
function limitOf(period: JsonObject, unit: LimitSchedule['unit']): number | undefined {
  const first = numberAt(period, 'limit');
  if (first === undefined) return undefined;
  // 2.1: of the other phases; with them beside it the limit is that of L1, in W too. We tell all phases the same.
  const others = [numberAt(period, 'limit_L2'), numberAt(period, 'limit_L3')];
  const [second = first, third = first] = others;
  const isPerPhase = others.some((each) => each !== undefined);
  if (unit === 'A') return whole(Math.min(first, second, third) * 10);
  return whole(isPerPhase ? first + second + third : first);
}

export function numberAt(object: JsonObject, key: string): number | undefined {
  const text = textAt(object, key);
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Decimals of amperes are not exact: 0.3 A are 3 dA. */
const whole = (value: number): number => Math.min(LARGEST_LIMIT, Math.max(0, Math.floor(value + 1e-6)));

function bounded(steps: readonly Step[]): readonly Step[] {
  const kept = steps.slice(0, MAX_LIMIT_STEPS);
  const last = kept.at(-1);
  if (last === undefined || kept.length === steps.length) return kept;
  const lowest = steps.slice(MAX_LIMIT_STEPS - 1).reduce((low, { limit }) => Math.min(low, limit), last.limit);
  return [...kept.slice(0, -1), { ...last, limit: lowest }];
}

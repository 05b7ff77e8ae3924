import { compareNumbers } from '@headroom/kernel';
import type { OcppVersion } from './canonical.ts';
import { type JsonObject, objectAt, objectsAt, textAt, wholeAt } from './json.ts';
import { parseTimestamp } from './timestamps.ts';
import { numberAt } from './v201/charging-limit.ts';

/** A composite schedule, as its station says it. Nothing is said from its end on. */
export interface CompositeSaid {
  readonly unit: 'A' | 'W';
  /** By the station's clock. Absent: it counts from when it was said. */
  readonly startMs?: number;
  /** Absent: its last step has no end. */
  readonly durationS?: number;
  /** By ascending `fromS`, at least one; each holds until the next. */
  readonly steps: readonly CompositeStep[];
}

export interface CompositeStep {
  readonly fromS: number;
  /** Whole deci-amps of each phase, or W of all of them together; rounded down. */
  readonly limit: number;
  /** Phases that may be used. Absent: it names none. */
  readonly phases?: number;
}

/** Steps of one answer that are kept. Nothing is said from the first of the others on. */
export const MAX_COMPOSITE_STEPS = 64;
/** No station has more, in deci-amps or watts. */
const LARGEST_LIMIT = 100_000_000;

/**
 * What a station answers to GetCompositeSchedule. Undefined: it names no limit. Whatever is wrong with its form, what can be read of
 * it is (H75). A step without a limit of 0 or more ends what is said before it, and says nothing itself (H87: some say -1).
 */
export function compositeSaid(version: OcppVersion, payload: JsonObject): CompositeSaid | undefined {
  const isOld = version === 'ocpp1.6';
  const schedule = objectAt(payload, isOld ? 'chargingSchedule' : 'schedule');
  if (schedule === undefined) return undefined;
  const unit = textAt(schedule, 'chargingRateUnit') === 'W' ? 'W' : 'A';
  const all = objectsAt(schedule, 'chargingSchedulePeriod')
    .map((period) => ({ fromS: Math.max(0, wholeAt(period, 'startPeriod') ?? 0), period }))
    .toSorted((a, b) => compareNumbers(a.fromS, b.fromS));
  const steps: CompositeStep[] = [];
  let endS = wholeAt(schedule, 'duration');
  for (const { fromS, period } of all) {
    const step = stepOf(period, unit, fromS);
    if (step !== undefined && steps.length < MAX_COMPOSITE_STEPS) {
      steps.push(step);
      continue;
    }
    if (steps.length === 0) continue;
    endS = Math.min(endS ?? fromS, fromS);
    break;
  }
  if (steps.length === 0) return undefined;
  return {
    unit,
    ...startOf(isOld ? [payload, schedule] : [schedule]),
    ...(endS === undefined ? {} : { durationS: Math.max(0, endS) }),
    steps,
  };
}

function stepOf(period: JsonObject, unit: CompositeSaid['unit'], fromS: number): CompositeStep | undefined {
  // 2.1: of the phases the one that may carry most.
  const amounts = ['limit', 'limit_L2', 'limit_L3'].flatMap((key) => numberAt(period, key) ?? []);
  const [first] = amounts;
  if (first === undefined || amounts.some((amount) => amount < 0)) return undefined;
  const isPerPhase = amounts.length > 1;
  const most = Math.max(...amounts);
  const amount = unit === 'A' ? most * 10 : isPerPhase ? most * PHASES : first;
  const phases = wholeAt(period, 'numberPhases');
  return {
    fromS,
    limit: Math.min(LARGEST_LIMIT, Math.floor(amount + 1e-6)),
    ...(phases === undefined || phases < 1 || phases > PHASES ? {} : { phases }),
  };
}

const PHASES = 3;

/** 1.6 names it twice; what cannot be read is not named. */
function startOf(places: readonly JsonObject[]): Pick<CompositeSaid, 'startMs'> {
  for (const place of places) {
    for (const key of ['scheduleStart', 'startSchedule']) {
      const parsed = parseTimestamp(textAt(place, key) ?? '');
      if (parsed !== undefined && parsed.quirk !== 'implausible') return { startMs: parsed.atMs };
    }
  }
  return {};
}

/** Its first limit, in the unit of its answer, for people: `16 A`. */
export const wordsOfComposite = ({ unit, steps: [first] }: CompositeSaid): string =>
  `${(first?.limit ?? 0) / (unit === 'A' ? 10 : 1)} ${unit}`;

import { type Clock, err, ok, type Result, type SiteId } from '@headroom/kernel';
import type { DeratedCircuitSpec } from '../domain/derating-view.ts';
import {
  DAY_MS,
  LOOK_BACK_MS,
  riseWithinMs,
  type SeenRise,
  seenRise,
  SPAN_MS,
  type TemperatureDay,
  temperatureDay,
  WEEK_MS,
} from '../domain/temperature-day.ts';
import type { Metering, Registry } from '../ports.ts';
import type { LiveBoard } from './live-board.ts';

export interface ReadTemperatureDeps {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly board: Pick<LiveBoard, 'sites'>;
  readonly registry: Pick<Registry, 'getSite'>;
  readonly metering: Pick<Metering, 'listTemperatureSpans' | 'findTemperatureRise'>;
}

export interface ReadTemperature {
  readonly spec: DeratedCircuitSpec;
  readonly day: TemperatureDay;
  /** Null: its sensor said nothing for a week, or a week could not be looked through in time. */
  readonly rise: SeenRise | null;
}

/** The last day of a circuit that is derated, and its largest rise of a week. An error is a sentence for people. */
export async function readTemperature(
  { clock, board, registry, metering }: ReadTemperatureDeps,
  siteId: SiteId,
  circuitId: string,
): Promise<Result<ReadTemperature, string>> {
  const { document } = board.sites().get(siteId) ?? (await registry.getSite(siteId));
  const circuit = document.circuits.find(({ name }) => name === circuitId);
  if (circuit === undefined) return err(`Site "${siteId}" has no circuit "${circuitId}".`);
  const { derating, ratingPerPhaseA: rating } = circuit;
  if (derating === undefined) return err(`What circuit "${circuitId}" bears follows no temperature.`);
  // What is sampled in this very millisecond is in it.
  const toMs = clock.nowMs() + 1;
  const fromMs = toMs - DAY_MS;
  const withinMs = riseWithinMs(document.leaseS, derating);
  const sensor = { siteId, sensorId: derating.sensor, toMs };
  const [spans, found] = await Promise.all([
    metering.listTemperatureSpans({ ...sensor, fromMs: fromMs - LOOK_BACK_MS, spanMs: SPAN_MS }),
    metering.findTemperatureRise({ ...sensor, fromMs: toMs - WEEK_MS, withinMs }).catch(laterPerhaps),
  ]);
  return ok({
    spec: { rating, derating },
    day: temperatureDay(spans, derating, { fromMs, toMs }),
    rise: found === undefined ? null : seenRise(found, withinMs, derating),
  });
}

/** The day is worth showing without it. */
function laterPerhaps(cause: unknown): undefined {
  const isLate = cause instanceof Error && 'retryable' in cause && cause.retryable === true;
  if (!isLate) throw cause;
}

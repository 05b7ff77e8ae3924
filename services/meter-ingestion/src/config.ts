import { err, ok, type Result } from '@headroom/kernel';

/** Environment as it came. */
export interface RawMeterIngestionConfig {
  readonly prepareDaysEveryMs: string | undefined;
}

export interface MeterIngestionConfig {
  /**
   * How often the partitions of coming days are made, milliseconds, default 3,600,000 (an hour). Too small: needless
   * locks on the database; above a day: midnight finds no partition, and samples pile up in the default one.
   */
  readonly prepareDaysEveryMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const DEFAULT_METER_INGESTION_CONFIG: MeterIngestionConfig = Object.freeze({ prepareDaysEveryMs: HOUR_MS });

export const readEnv = (env: Readonly<Record<string, string | undefined>>): RawMeterIngestionConfig => ({
  prepareDaysEveryMs: env['HEADROOM_METERING_PREPARE_DAYS_EVERY_MS'],
});

/** The configuration, or one sentence for each thing that is wrong. */
export function toConfig(raw: RawMeterIngestionConfig): Result<MeterIngestionConfig, readonly string[]> {
  const text = raw.prepareDaysEveryMs;
  if (text === undefined) return ok(DEFAULT_METER_INGESTION_CONFIG);
  const prepareDaysEveryMs = Number(text);
  if (!Number.isInteger(prepareDaysEveryMs) || prepareDaysEveryMs < 1_000 || prepareDaysEveryMs > DAY_MS) {
    return err([
      `HEADROOM_METERING_PREPARE_DAYS_EVERY_MS is "${text}"; it must be whole milliseconds from 1000 to ${DAY_MS}.`,
    ]);
  }
  return ok(Object.freeze({ prepareDaysEveryMs }));
}

/**
 * Meter samples of EVSEs and of site meters: parsed, put on phases, dated, judged, told to control at once and kept as
 * time series. It refuses to decide anything about power, and to hold up control for the sake of the record.
 */
export { assembleMeterIngestion, type MeterIngestionDoors } from './assemble.ts';
export {
  DEFAULT_METER_INGESTION_CONFIG,
  type MeterIngestionConfig,
  type RawMeterIngestionConfig,
  readEnv,
  toConfig,
} from './config.ts';

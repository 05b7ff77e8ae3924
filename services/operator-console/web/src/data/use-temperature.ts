import type { TemperatureDay } from '../model/temperature-day.ts';
import { getTemperature } from './api.ts';
import { type Polled, usePolled } from './use-polled.ts';

/** A day moves by a minute a minute. */
const READ_EVERY_MS = 60_000;

export const useTemperature = (siteId: string, circuitId: string): Polled<TemperatureDay> =>
  usePolled(`${siteId} ${circuitId}`, '', () => getTemperature(siteId, circuitId), READ_EVERY_MS);

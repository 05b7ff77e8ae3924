import type { siteStateV1 } from '@headroom/contracts';
import { type CircuitModel, deratedAt, isFresh } from '@headroom/site-model';
import type { SiteSnapshot } from '../../ports.ts';
import { whole } from './whole.ts';

/** What a circuit bears at its temperature, for people. */
export function deratingStateToWire(
  { state, atMs }: Pick<SiteSnapshot, 'state' | 'atMs'>,
  { derating }: CircuitModel,
): siteStateV1.DeratingState | undefined {
  if (derating === undefined) return undefined;
  const reading = state.readings.get(derating.sensorId);
  return {
    sensorId: derating.sensorId,
    countedDeciC: reading?.temperatureDeciC,
    sampledAtMs: whole(reading?.sampledAtMs),
    silent: reading === undefined || !isFresh(reading, derating, atMs),
    ...deratedAt(derating, reading, atMs),
  };
}

import type { dispatchStateV1 } from '@headroom/contracts';
import { circuitId, deciAmps, evseId, stationId } from '@headroom/kernel';
import type { EvseModel } from '@headroom/site-model';
import { phasesFromWire, phaseToWire, wiringFromWire, wiringToWire } from '@headroom/site-wire';

export const wiredToWire = (evse: EvseModel): dispatchStateV1.EvseWired => ({
  circuitId: evse.circuitId,
  phases: evse.phases.map(phaseToWire),
  wiring: wiringToWire(evse.wiring),
  ...{ maxDeciA: evse.maxCurrent, minDeciA: evse.minCurrent, fallbackDeciA: evse.fallback },
});

/**
 * As a document would say it that names it no more: what bears on no limit is left out. Undefined: it was not noted, or in words that nobody
 * here knows.
 */
export function wiredFromWire({ stationId: of, evse, wired }: dispatchStateV1.EvseSnapshot): EvseModel | undefined {
  if (wired === undefined) return undefined;
  const wiring = wiringFromWire(wired.wiring);
  const phases = phasesFromWire(wired.phases);
  if (wiring.kind === 'err' || phases.length !== wired.phases.length) return undefined;
  const station = stationId(of);
  return {
    ...{ evseId: evseId(station, evse), stationId: station, evse, name: '' },
    ...{ circuitId: circuitId(wired.circuitId), phases },
    ...(wiring.value === undefined ? {} : { wiring: wiring.value }),
    maxCurrent: deciAmps(wired.maxDeciA),
    minCurrent: deciAmps(wired.minDeciA),
    fallback: deciAmps(wired.fallbackDeciA),
  };
}

import type { z } from 'zod';
import type { EvseSpec, SiteDocument } from '../../domain/site-document.ts';
import type { StationBody } from './site-document-parts.ts';
import { nearestPriority, type Priority } from './site-document-priority.ts';

const DEFAULTS = { maxA: 32, minimumA: 6, fallbackA: 6 };

/** A station with every default filled in. `onCircuit`: what is said of all EVSEs on its circuit. */
export const stationSpec = (
  station: z.output<typeof StationBody>,
  onCircuit: Priority,
): SiteDocument['stations'][number] => ({
  id: station.id,
  circuit: station.circuit,
  evses: station.evses.map(
    (evse): EvseSpec => ({
      evse: evse.evse,
      name: evse.name ?? `${station.id}/${evse.evse}`,
      phases: evse.phases ?? ['L1', 'L2', 'L3'],
      ...(evse.wiring === undefined || evse.wiring === 'line-to-neutral' ? {} : { wiring: evse.wiring }),
      ...(evse.dc === undefined ? {} : { dc: evse.dc }),
      maxA: evse.maxA ?? DEFAULTS.maxA,
      minimumA: evse.minimumA ?? DEFAULTS.minimumA,
      fallbackA: evse.fallbackA ?? DEFAULTS.fallbackA,
      ...(evse.maxDischargeA === undefined ? {} : { maxDischargeA: evse.maxDischargeA }),
      ...nearestPriority([evse, station, onCircuit]),
    }),
  ),
});

import type { z } from 'zod';
import type { EvseSpec, SiteDocument } from '../../domain/site-document.ts';
import type { StationBody } from './site-document-parts.ts';
import { nearestPriority, type Priority } from './site-document-priority.ts';

const DEFAULTS = { maxA: 32, minimumA: 6, fallbackA: 6 };

/** A station with every default filled in. `above`: the circuits that feed it, and what each says of all EVSEs on it. */
export const stationSpec = (
  station: z.output<typeof StationBody>,
  above: readonly Priority[],
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
      ...minimumShareOf(evse),
      ...nearestPriority([evse, station, ...above]),
    }),
  ),
});

/** One that is not said to be accessible has no share of its own, whatever it would be. */
const minimumShareOf = ({
  accessible,
  minimumShareA,
  minimumA,
}: z.output<typeof StationBody>['evses'][number]): Pick<EvseSpec, 'minimumShareA'> =>
  accessible === true ? { minimumShareA: minimumShareA ?? minimumA ?? DEFAULTS.minimumA } : {};

/** As people write it. */
export const stationBody = (station: SiteDocument['stations'][number]): z.output<typeof StationBody> => ({
  ...station,
  evses: station.evses.map((evse) => ({
    ...evse,
    phases: [...evse.phases],
    ...(evse.minimumShareA === undefined ? {} : { accessible: true }),
  })),
});

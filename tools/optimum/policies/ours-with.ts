import { deciAmps, perPhase } from '@headroom/kernel';
import type { PlanObjective, SharePolicy, SiteTariff } from '@headroom/site-model';
import type { TightDay } from '../bounds/tight-limit.ts';
import type { DayAtSite } from './day-at-site.ts';
import { oursAt } from './ours.ts';
import { BUILDING_METER, siteModelOf } from './ours-site.ts';
import type { SlotPolicy } from './policy.ts';

/** 2026-01-05 00:00 UTC: days of the comparison begin at a midnight, whichever. */
const MIDNIGHT_MS = Date.UTC(2026, 0, 5);

/** What may be otherwise than in `ours`. */
export interface OursOptions {
  readonly share?: SharePolicy;
  readonly plan?: DayAtSite['plan'];
  readonly objective?: PlanObjective;
  readonly tariff?: SiteTariff;
  readonly startsAtMs?: number;
}

export const oursWith = (name: string, { plan, startsAtMs = MIDNIGHT_MS, ...ofSite }: OursOptions = {}): SlotPolicy =>
  oursAt(name, (day: TightDay) => ({
    site: { ...siteModelOf(day), ...ofSite },
    startsAtMs,
    readings: (slot) => {
      const readA = day.buildingA?.[slot];
      return readA === undefined
        ? []
        : [{ meterId: BUILDING_METER, current: perPhase(() => deciAmps(Math.round(readA * 10))) }];
    },
    ...(plan === undefined ? {} : { plan }),
  }));

export const ours: SlotPolicy = oursWith('Headroom');

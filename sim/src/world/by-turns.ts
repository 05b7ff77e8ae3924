import type { siteV1 } from '@headroom/contracts';
import type { SiteDocument, SitePlan } from '../documents.ts';
import { withGivingCars } from '../site/giving-site.ts';
import type { Pace } from './pace.ts';

/** The shortest that a tariff knows. A short seed, from 09:00 on, sees one turn of dear time. */
const TURN_MIN = 30;
const clock = (minutes: number): string =>
  [minutes / 60, minutes % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');

/** Dear and cheap by turns of half an hour: whoever can wait does, and all who waited come at once. */
const byTurns = (demandCharges: readonly object[]): siteV1.SiteTariff => ({
  name: 'by-turns',
  documentJson: JSON.stringify({
    apiVersion: 'headroom/v1',
    kind: 'Tariff',
    metadata: { name: 'by-turns' },
    spec: {
      ...{ currency: 'EUR', timezone: 'UTC' },
      seasons: [
        {
          ...{ name: 'all', firstDay: '01-01', lastDay: '12-31' },
          periods: [
            { name: 'cheap', perKwh: 0.1 },
            { name: 'dear', perKwh: 0.4 },
          ],
          days: {
            weekday: Array.from({ length: (24 * 60) / TURN_MIN }, (_, n) => ({
              ...{ from: clock(n * TURN_MIN), to: clock((n + 1) * TURN_MIN) },
              period: n % 2 === 0 ? 'dear' : 'cheap',
            })),
          },
        },
      ],
      ...(demandCharges.length === 0 ? {} : { demandCharges }),
    },
  }),
});
/** With a charge for the peak. */
const WITH_PEAK = byTurns([{ name: 'peak', perKw: 10 }]);
/** Where cars give back: to charge again what they gave would make a peak, which costs more than they save. */
const WITHOUT_PEAK = byTurns([]);

/** The prices of this site. */
export const turnsOf = ({ spec }: Pick<SiteDocument, 'spec'>): siteV1.SiteTariff =>
  spec.exportLimitKw === undefined ? WITH_PEAK : WITHOUT_PEAK;

export interface Seeking {
  /** What its plans seek beside what cars need. Default: that they have it early. */
  readonly objective?: 'cost';
  /** Its cars may give back, which they do for a price only; and so much may flow out of it. Default: they only take. */
  readonly exportLimitKw?: number;
}

/** What of the options of a run it is. */
export const soughtOf = ({ objective, exportLimitKw }: Seeking): Seeking => ({
  ...(objective === undefined ? {} : { objective }),
  ...(exportLimitKw === undefined ? {} : { exportLimitKw }),
});

/** Whether its plans seek the lowest cost. */
export const isSeeking = ({ objective, exportLimitKw }: Seeking): boolean =>
  objective !== undefined || exportLimitKw !== undefined;

/** A site whose plans seek the lowest cost, at those prices. */
export function seeking(taking: SitePlan, sought: Seeking): SitePlan {
  if (!isSeeking(sought)) return taking;
  const { exportLimitKw } = sought;
  const plan = exportLimitKw === undefined ? taking : withGivingCars(taking, exportLimitKw);
  const { document } = plan;
  const objective = 'cost' as const;
  const policy = { ...document.spec.policy, objective };
  return { ...plan, document: { ...document, spec: { ...document.spec, policy } } };
}

const STAYS = 12;
/** Who leaves in minutes waits for no price. */
export const paceSeeking = (pace: Pace, sought: Seeking): Pace =>
  !isSeeking(sought) ? pace : { ...pace, stays: pace.stays * STAYS };

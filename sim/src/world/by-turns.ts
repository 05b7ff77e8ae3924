import type { siteV1 } from '@headroom/contracts';
import type { SitePlan } from '../documents.ts';
import type { Pace } from './pace.ts';

/** The shortest that a tariff knows. A short seed, from 09:00 on, sees one turn of dear time. */
const TURN_MIN = 30;
const clock = (minutes: number): string =>
  [minutes / 60, minutes % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');

/** Dear and cheap by turns of half an hour, and a charge for the peak: whoever can wait does, and all who waited come at once. */
export const BY_TURNS: siteV1.SiteTariff = {
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
      demandCharges: [{ name: 'peak', perKw: 10 }],
    },
  }),
};

export interface Seeking {
  /** What its plans seek beside what cars need. Default: that they have it early. */
  readonly objective?: 'cost';
}

/** A site whose plans seek the lowest cost, at those prices. */
export function seeking(plan: SitePlan, objective: Seeking['objective']): SitePlan {
  if (objective === undefined) return plan;
  const { document } = plan;
  const policy = { ...document.spec.policy, objective };
  return { ...plan, document: { ...document, spec: { ...document.spec, policy } } };
}

const STAYS = 12;
/** Who leaves in minutes waits for no price. */
export const paceSeeking = (pace: Pace, objective: Seeking['objective']): Pace =>
  objective === undefined ? pace : { ...pace, stays: pace.stays * STAYS };
